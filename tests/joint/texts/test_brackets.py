"""Square brackets of any width are found where they stand, with and without their partners."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.joint.texts.writing import OFFICIAL, paragraph

from tocsin.joint.texts.brackets import Passage, bracket_findings, brackets, has_brackets
from tocsin.joint.texts.findings import Finding


def passages(text):
    return [(text[one.start : one.end], one.depth) for one in brackets(text).passages]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Сообщать в течение [24] [48] часов.", [("[24]", 1), ("[48]", 1)]),
        ("В течение [24 [рабочих] часов].", [("[24 [рабочих] часов]", 1), ("[рабочих]", 2)]),
        ("[а [б [в]] г][д]", [("[а [б [в]] г]", 1), ("[б [в]]", 2), ("[в]", 3), ("[д]", 1)]),
        ("在［24］【48】小时内通报。", [("［24］", 1), ("【48】", 1)]),
        ("在[24】小时内", [("[24】", 1)]),
        ("国疾控发〔2026〕3号（试行）", []),
        ("", []),
    ],
)
def test_passages_that_are_not_agreed(text, found):
    assert passages(text) == found
    assert has_brackets(text) == bool(found)


@pytest.mark.parametrize("text", ["сообщать [сразу", "сообщать] сразу", "通报】", "［通报"])
def test_a_bracket_without_its_partner_counts(text):
    assert has_brackets(text)
    assert brackets(text).passages == ()


def test_a_bracket_without_its_partner_is_named_with_its_place():
    one = paragraph("p4", ru="а] б [в] [г", zh="［甲］")
    assert bracket_findings(one, OFFICIAL) == (
        Finding("bracket-not-closed", "p4", "ru", {"character": 10}),
        Finding("bracket-not-opened", "p4", "ru", {"character": 2}),
    )


def test_languages_with_other_numbers_of_passages_differ():
    differ = paragraph("p4", ru="[24] [48] часа", zh="【24】小时", en="24 hours")
    assert bracket_findings(differ, OFFICIAL) == (
        Finding("brackets-differ", "p4", None, {"passages": {"ru": 2, "zh-hans": 1}}),
    )
    assert bracket_findings(paragraph("p4", ru="[24] часа", zh="【24】小时"), OFFICIAL) == ()


def test_a_text_that_is_out_of_date_or_not_there_is_not_compared():
    assert bracket_findings(paragraph("p4", revision=2, ru="[24] часа", zh=("24小时", 1)), OFFICIAL) == ()
    assert bracket_findings(paragraph("p4", ru="[24] часа"), OFFICIAL) == ()


def slowly(text):
    """Every pair, found by taking out innermost pairs again and again; what is left has no partner."""
    left = [(at, one in "[［【") for at, one in enumerate(text) if one in "[]［］【】"]
    pairs = []
    while found := next((at for at in range(len(left) - 1) if left[at][1] and not left[at + 1][1]), None) is not None:
        at = next(at for at in range(len(left) - 1) if left[at][1] and not left[at + 1][1])
        pairs.append((left[at][0], left[at + 1][0] + 1))
        del left[at : at + 2]
    assert not found
    return sorted(pairs), left


@given(st.text("[]［］【】аб", max_size=30))
@example("[[]")
@example("[]]")
def test_pairs_and_depths_are_those_of_the_slow_way(text):
    found, (pairs, left) = brackets(text), slowly(text)
    depth = {one: sum(other[0] <= one[0] and one[1] <= other[1] for other in pairs) for one in pairs}
    assert list(found.passages) == [Passage(*one, depth[one]) for one in pairs]
    assert found.not_closed == tuple(at for at, opens in left if opens)
    assert found.not_opened == tuple(at for at, opens in left if not opens)
