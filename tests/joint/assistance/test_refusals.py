"""Refusals: every code that an act may be refused with is listed, with its values, and told on the page."""

import ast
import re
from pathlib import Path

from hypothesis import given, settings
from tests.joint.assistance.test_any_sequence import stories

from tocsin.joint.assistance import folding
from tocsin.joint.assistance.refusals import REFUSALS

SOURCES = Path(folding.__file__).parent
PAGE = Path(__file__).parents[3] / "docs" / "assistance.md"


def raised() -> dict[str, set[tuple[str, ...]]]:
    found: dict[str, set[tuple[str, ...]]] = {}
    for path in SOURCES.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "NotAllowed":
                (code,) = [one.value for one in node.args if isinstance(one, ast.Constant)]
                found.setdefault(code, set()).add(tuple(sorted(str(one.arg) for one in node.keywords)))
    return found


def test_the_list_is_what_the_rules_say():
    assert raised() == {code: {tuple(sorted(values))} for code, values in REFUSALS.items()}


def test_the_page_tells_every_code_and_its_values():
    rows = re.findall(r"^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \|([^|]*)\|", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    told = {
        code: set(re.findall("`([a-z]+)`", values)) for codes, values in rows for code in re.findall("`(.+?)`", codes)
    }
    for code, values in REFUSALS.items():
        assert set(values) <= told[code], code


@settings(max_examples=50)
@given(stories())
def test_a_refusal_has_the_values_of_its_code_and_each_can_be_written_down(scene):
    for refused in scene.request.refused:
        assert set(refused.values) == set(REFUSALS[refused.code])
        assert all(isinstance(value, int | str) for value in refused.values.values())
