"""Versions are compared paragraph by paragraph, languages side by side."""

from dataclasses import replace

from hypothesis import given
from tests.joint.texts.writing import decision, paragraph, texts

from tocsin.joint.texts.brackets import Passage
from tocsin.joint.texts.comparing import Cell, compared, side_by_side
from tocsin.joint.texts.paragraphs import Text
from tocsin.joint.texts.wording import Run

THREE = ("ru", "zh-hans", "en")


def shown(before, after):
    rows = compared(Text(tuple(before)), Text(tuple(after)), languages=THREE)
    return [(row.id, row.change, row.moved) for row in rows]


def test_what_became_of_each_paragraph():
    p1, p2, p3, p4 = decision().paragraphs
    new = paragraph("p9", ru="3. Просить.", zh="三、请。")
    other = paragraph("p3", revision=2, ru="1. Усилить санитарный контроль.", zh="一、加强监测。")
    assert shown([p1, p2, p3, p4], [p1, other, new, p4]) == [
        ("p1", "unchanged", False),
        ("p2", "deleted", False),
        ("p3", "changed", False),
        ("p9", "added", False),
        ("p4", "unchanged", False),
    ]


def test_of_paragraphs_in_another_order_the_fewest_are_said_to_have_moved():
    p1, p2, p3, p4 = decision().paragraphs
    assert [row[2] for row in shown([p1, p2, p3, p4], [p1, p3, p4, p2])] == [False, False, False, True]
    assert shown([p1, p2], [p2, replace(p1, kind="heading")])[1] in [("p1", "changed", False), ("p1", "changed", True)]
    assert sum(row[2] for row in shown([p1, p2], [p2, p1])) == 1


def test_deleted_paragraphs_stand_where_they_stood():
    p1, p2, p3, p4 = decision().paragraphs
    assert [row[0] for row in shown([p1, p2, p3, p4], [p4])] == ["p1", "p2", "p3", "p4"]
    assert [row[0] for row in shown([p1, p2, p3, p4], [p3, p1])] == ["p3", "p4", "p1", "p2"]


def test_each_language_shows_its_own_changes():
    before = decision()
    fourth = paragraph("p4", revision=2, ru="2. Сообщать в течение 12 часов.", zh=("二、在24小时内通报。", 1))
    (*_, row) = compared(before, Text((*before.paragraphs[:3], fourth)), languages=THREE)
    assert row.runs["ru"] == (
        Run("kept", "2. Сообщать в течение "),
        Run("deleted", "24"),
        Run("added", "12"),
        Run("kept", " часов."),
    )
    assert row.runs["zh-hans"] == (Run("kept", "二、在24小时内通报。"),)
    assert row.runs["en"] == (Run("deleted", "2. To notify within 24 hours."),)


def test_a_revision_that_rose_while_the_words_stayed_is_no_change_of_the_words():
    one = decision().paragraphs[0]
    assert shown([one], [replace(one, revision=2)]) == [("p1", "unchanged", False)]


def test_only_the_languages_that_are_asked_for_are_compared():
    before, after = Text((paragraph("p1", ru="а", en="a"),)), Text((paragraph("p1", ru="а", en="b"),))
    (row,) = compared(before, after, languages=("ru", "zh-hans"))
    assert (row.change, set(row.runs)) == ("unchanged", {"ru"})


@given(texts(), texts())
def test_both_versions_can_be_put_together_again(before, after):
    rows = compared(before, after, languages=THREE)
    assert [row.after for row in rows if row.after] == list(after.paragraphs)
    assert sorted(row.before.id for row in rows if row.before) == sorted(one.id for one in before.paragraphs)
    for row in rows:
        for language, runs in row.runs.items():
            for there, change in ((row.before, "added"), (row.after, "deleted")):
                words = "".join(run.text for run in runs if run.change != change)
                assert words == ((there and there.wording(language)) or "")


@given(texts())
def test_a_text_compared_with_itself_is_unchanged(text):
    assert {(row.change, row.moved) for row in compared(text, text, languages=THREE)} == {("unchanged", False)}


def test_languages_stand_side_by_side():
    text = Text((paragraph("p1", revision=2, ru="в [24] часа", en=("in 24 hours", 1)),))
    (row,) = side_by_side(text, ("zh-hans", "ru", "en"))
    assert (row.id, row.kind) == ("p1", "operative")
    assert row.cells == (
        Cell("zh-hans", None, "untranslated", None, ()),
        Cell("ru", "в [24] часа", "current", "authentic", (Passage(2, 6, 1),)),
        Cell("en", "in 24 hours", "out_of_date", "human_checked", ()),
    )
