"""What the editor of a text makes of what was typed: nothing lost, nothing twice, revisions as amendments want them."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from tests.node.council.page_scenes import text

from tocsin.joint.texts.amending import amended
from tocsin.joint.texts.changing import changes_between
from tocsin.joint.texts.paragraphs import Paragraph, Text, read_text
from tocsin.node.council.forms.text_editing import (
    Edited,
    as_edited,
    kept_paragraphs,
    rearranged,
    saved_paragraphs,
    typed,
    written,
)

OFFICIAL = ("ru", "zh-hans")
BASE = read_text(text()).paragraphs
IDS = [one.id for one in BASE]
BUTTONS = st.tuples(st.sampled_from(["up", "down", "delete", "add", "x"]), st.sampled_from([*IDS, "p6", "p9", ""]))
WORDS = st.text("абв 一二[]", max_size=8).map(str.strip)


@given(st.lists(BUTTONS, max_size=12))
def test_buttons_move_add_and_take_out_one_paragraph_at_a_time(pressed):
    edited = as_edited(BASE)
    for what, id in pressed:
        before = [one.id for one in edited]
        edited, focus = rearranged(edited, f"{what}:{id}", taken=IDS)
        after = [one.id for one in edited]
        assert not focus or focus in after
        if what == "add":
            assert focus not in {*before, *IDS}, "a new paragraph is none that there was"
            assert [one for one in after if one != focus] == before
        elif what == "delete":
            assert after == [one for one in before if one != id]
        else:
            assert sorted(after) == sorted(before)
            assert after == before or what in ("up", "down")


@given(
    st.lists(st.sampled_from(IDS), min_size=1, unique=True),
    st.dictionaries(st.sampled_from(IDS), st.dictionaries(st.sampled_from(OFFICIAL), WORDS.filter(bool), min_size=1)),
    st.sets(st.sampled_from(IDS)),
)
def test_whatever_was_edited_is_an_amendment_that_the_rules_take(order, words, right):
    """Paragraphs in any order, some gone, other words in official languages: the changes make what was edited."""
    old = {one.id: one for one in as_edited(BASE)}
    edited = [Edited(id, old[id].kind, {**old[id].words, **words.get(id, {})}, id in right) for id in order]
    made = written(edited, BASE, official=OFFICIAL)
    before = Text(BASE)
    changes = changes_between(before, Text(tuple(made)), official=OFFICIAL)
    if changes:
        after = amended(before, changes, official=OFFICIAL)
        assert [one.id for one in after.paragraphs] == order
        for one in after.paragraphs:
            for language, said in words.get(one.id, {}).items():
                assert one.wording(language) == said


def test_what_was_not_touched_is_the_same():
    assert written(as_edited(BASE), BASE, official=OFFICIAL) == list(BASE)


@pytest.mark.parametrize("right", [False, True])
def test_other_languages_are_out_of_date_unless_said_to_be_right(right):
    edited = [Edited("p5", "operative", {**as_edited(BASE)[4].words, "ru": "2. Провести."}, right)]
    (made,) = written(edited, BASE, official=OFFICIAL)
    assert made.revision == made.texts["ru"].revision == 2
    assert made.texts["zh-hans"].revision == (2 if right else 1)


def test_a_draft_keeps_a_paragraph_that_nobody_has_written_yet():
    kept = saved_paragraphs(written([Edited("p1", "operative", {"ru": ""})], (), official=OFFICIAL))
    assert kept_paragraphs(kept) == [Paragraph("p1", "operative", 1, {})]


def test_what_was_posted_is_read_once_each_and_odd_names_are_passed_over():
    posted = QueryDict(mutable=True)
    posted.setlist("p", ["p1", "p1", "<b>", "", "p" * 41, "p2"])
    posted.update({"kind-p1": "item", "text-p1-ru": " а)\r\nб) ", "right-p1": "on", "kind-p2": "nonsense"})
    first, second = typed(posted, ("ru", "en"))
    assert first == Edited("p1", "item", {"ru": "а)\nб)", "en": ""}, right=True)
    assert (second.id, second.kind) == ("p2", "operative")
