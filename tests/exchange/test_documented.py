"""What the protocol's page promises is what the code has: codes, requests, limits."""

import re
from pathlib import Path

import pytest

from tocsin.exchange import limits, serving
from tocsin.exchange.codes import CODES
from tocsin.exchange.types.registry import TYPES

PAGE = (Path(__file__).parents[2] / "docs" / "exchange.md").read_text(encoding="utf-8")


def test_every_code_has_its_line_and_every_line_its_code():
    table = PAGE.split("## 12. Codes")[1]
    said = dict(re.findall(r"^\| `([a-z0-9-]+)` \| (.+) \|$", table, flags=re.MULTILINE))
    assert said == {code: meaning.rstrip(".") for code, meaning in CODES.items()}


def test_every_request_has_its_line():
    said = set(re.findall(r"^\| `(GET|POST) /exchange/v1/([a-z]+)", PAGE, flags=re.MULTILINE))
    assert said == set(serving.ROUTES)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("at most 5,000", limits.BATCH_DOCUMENTS),
        ("a page over HTTP at most 16 MiB", limits.PAGE_BYTES // limits.MIB),
        ("more than 32 levels", limits.DEPTH),
        ("may differ by 300 s", limits.SKEW_SECONDS),
        ("is kept for 900 s", limits.NONCE_SECONDS),
        ("200 times the compressed size", limits.RATIO),
        ("at most 65,536 a page", limits.LEAVES_PAGE),
        ("whole batches up to 1,000 documents or 8 MiB", limits.PAGE_DOCUMENTS),
        ("the next multiple of 16", limits.LOG_FILL),
        ("with 1 to 64, sorted", limits.ADDRESSEES),
    ],
)
def test_limits_are_those_of_the_page(words, value):
    flat = " ".join(PAGE.split())
    assert words in flat
    numbers = {int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", words)}
    assert value in numbers


def test_every_type_has_its_line():
    for name, version in TYPES:
        assert f"| `{name}` {version} |" in PAGE
