"""Whatever the rules refuse is said in words: every code of decisions and of their texts has a sentence."""

import ast
from pathlib import Path

import pytest
from django.utils import translation

import tocsin.joint.texts
from tocsin.joint.decisions.refusals import REFUSALS
from tocsin.node.alliance.notices import KINDS
from tocsin.node.council.telling import TOLD
from tocsin.node.council.wording import DECISION, decision_refused


def codes_of_texts() -> set[str]:
    """First arguments of the errors and findings that the sources of texts make; two stand in a loop."""
    found = set()
    for path in Path(tocsin.joint.texts.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("TextError", "Finding") and node.args:
                found |= {one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)}
    return {code for code in found if isinstance(code, str)} | {"bracket-not-closed", "bracket-not-opened"}


def test_every_code_has_its_sentence_and_no_sentence_is_left_over():
    texts = codes_of_texts()
    assert {"nothing-changed", "rev-not-raised", "brackets"} <= texts, "the search finds what is there"
    assert set(REFUSALS) | texts == set(DECISION)


@pytest.mark.django_db
@pytest.mark.parametrize("code", sorted(DECISION))
def test_a_sentence_shows_no_code_and_no_gap(code, state):
    said = decision_refused(code, {"states": [("BO", "not-answered")], "owner": "AL", "version": 1, "current": 2})
    assert said
    assert "%(" not in said
    assert code not in said or "-" not in code


def test_a_code_without_words_has_none():
    with translation.override("ru"):
        assert decision_refused("no-such-code", {}) == ""


def test_whatever_partners_do_is_told_in_words():
    assert set(TOLD.values()) <= set(KINDS)
