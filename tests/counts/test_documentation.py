"""docs/reading.md names every note, every rule and every option there is."""

import inspect
import re
from pathlib import Path

import pytest

import tocsin.counts
from tocsin.counts import read
from tocsin.counts.problems import MESSAGES

SOURCES = Path(tocsin.counts.__file__).parent
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reading.md"
CODES = sorted(
    {
        code
        for path in SOURCES.glob("*.py")
        for code in re.findall(r'notes\.add\(\s*(?:"\w+"[^,]*),\s*"(\w+)"', path.read_text(encoding="utf-8"))
    }
)


def test_codes_are_found():
    assert {"layout", "totals", "incomplete_last_period", "negative", "age_bands"} <= set(CODES)


@pytest.mark.parametrize("name", [*CODES, *MESSAGES, *(n for n in inspect.signature(read).parameters if n != "source")])
def test_page_names_it(name):
    assert f"`{name}`" in PAGE.read_text(encoding="utf-8"), f"docs/reading.md says nothing of {name}"
