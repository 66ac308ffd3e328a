"""The page of types: its examples are valid, and it tells of every code, rule and name that the code has."""

import json
import re
from pathlib import Path

import pytest
from tests.exchange.specimens import document
from tests.exchange.types.bodies import found
from tests.exchange.types.notified import HEADS, TO_BO

from tocsin.exchange.codes import CODES
from tocsin.exchange.types import registry
from tocsin.exchange.types.registry import TYPES

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "exchange-types.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## `([a-z-]+)` 1\n(.*?)(?=^## |\Z)", PAGE, flags=re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("kind", TYPES.values(), ids=lambda kind: kind.name)
def test_the_example_of_each_type_is_valid(kind):
    (example,) = re.findall(r"```json\n(.*?)```", SECTIONS[kind.name], flags=re.DOTALL)
    head = TO_BO if kind.name == "receipt" else HEADS.get(kind.name, {})
    assert not found(document(type=kind.name, body=json.loads(example), **head))


@pytest.mark.parametrize("kind", TYPES.values(), ids=lambda kind: kind.name)
def test_every_member_and_every_choice_of_a_type_is_told(kind):
    told = SECTIONS[kind.name]
    for member in kind.schema["properties"]:
        assert member in told, member
    for choices in re.findall(r'"enum": (\[.*?\])', json.dumps(kind.schema)):
        for choice in json.loads(choices):
            assert choice in told, choice


def test_every_code_that_an_examination_gives_is_told_and_is_one_of_the_list():
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(registry.__file__).parent.glob("*.py"))
    given = {code for code in CODES if f'"{code}"' in sources}
    told = set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", PAGE))
    assert len(given) > 12
    assert given <= told
