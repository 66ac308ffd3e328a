"""An amendment changes what it names, in every official language, and raises what must be raised."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.joint.texts.writing import OFFICIAL, decision, paragraph, texts, words

from tocsin.joint.texts.amending import Change, amended, changes_as_json, read_changes
from tocsin.joint.texts.changing import changes_between, longest_rising, reworded
from tocsin.joint.texts.comparing import compared
from tocsin.joint.texts.findings import TextError
from tocsin.joint.texts.paragraphs import Text, paragraph_as_json

THREE = ("ru", "zh-hans", "en")
NEW = paragraph("p9", ru="3. Просить Секретариат собрать сведения.", zh="三、请秘书处收集资料。")


def change(*changes, text=None):
    return amended(text or decision(), changes, official=OFFICIAL)


def ids(text):
    return [one.id for one in text.paragraphs]


def refused(*changes, text=None):
    with pytest.raises(TextError) as refusal:
        change(*changes, text=text)
    return refusal.value.code, refusal.value.values


def within_twelve_hours(**options):
    of = decision().paragraph("p4")
    told = {"ru": "2. Сообщать в течение 12 часов.", "zh-hans": "二、在12小时内通报。"}
    return reworded(of, told, official=OFFICIAL, **options)


def test_a_change_makes_the_next_version_and_touches_nothing_else():
    before = decision()
    after = change(Change("p4", None, within_twelve_hours()))
    assert (before.version, after.version) == (1, 2)
    assert after.paragraphs[:3] == before.paragraphs[:3]
    assert after.paragraph("p4").wording("ru") == "2. Сообщать в течение 12 часов."


def test_translations_stay_beside_a_changed_paragraph_and_are_then_out_of_date():
    new = within_twelve_hours()
    without = replace(new, texts={one: new.texts[one] for one in OFFICIAL})
    changed = change(Change("p4", None, without)).paragraph("p4")
    assert changed.texts["en"] == decision().paragraph("p4").texts["en"]
    assert (changed.revision, changed.texts["en"].revision, changed.texts["zh-hans"].revision) == (2, 1, 2)


@pytest.mark.parametrize(
    ("changes", "order"),
    [
        ([Change("p9", None, NEW)], ["p9", "p1", "p2", "p3", "p4"]),
        ([Change("p9", "p3", NEW)], ["p1", "p2", "p3", "p9", "p4"]),
        ([Change("p2", None, None)], ["p1", "p3", "p4"]),
        ([Change("p2", "p4", decision().paragraphs[1])], ["p1", "p3", "p4", "p2"]),
        ([Change("p4", "p1", decision().paragraphs[3])], ["p1", "p4", "p2", "p3"]),
        ([Change("p9", "p4", NEW), Change("p2", "p9", decision().paragraphs[1])], ["p1", "p3", "p4", "p9", "p2"]),
        ([Change("p1", "p2", decision().paragraphs[0])], ["p2", "p1", "p3", "p4"]),
    ],
)
def test_paragraphs_are_inserted_deleted_and_moved(changes, order):
    assert ids(change(*changes)) == order


@pytest.mark.parametrize("after", [None, "p4"])
def test_a_replaced_paragraph_stays_where_it_is(after):
    assert ids(change(Change("p4", after, within_twelve_hours()))) == ["p1", "p2", "p3", "p4"]


def test_a_paragraph_cannot_be_deleted_in_one_language_only():
    only_russian = paragraph("p4", revision=2, ru="2. Сообщать сразу.", en="2. To notify at once.")
    code, values = refused(Change("p4", None, only_russian))
    assert code == "deleted-in-one-language"
    assert values == {"paragraph": "p4", "languages": ["zh-hans"], "kept": ["ru"]}
    assert refused(Change("p4", None, paragraph("p4", en="2. To notify.")))[1]["languages"] == ["ru", "zh-hans"]


@pytest.mark.parametrize(
    ("changes", "code", "values"),
    [
        ([], "nothing-changed", {}),
        ([Change("p4", None, decision().paragraphs[3])], "nothing-changed", {}),
        ([Change("p7", None, None)], "no-such-paragraph", {"paragraph": "p7"}),
        ([Change("p9", "p7", NEW)], "no-such-paragraph", {"paragraph": "p7"}),
        ([Change("p4", "p7", decision().paragraphs[3])], "no-such-paragraph", {"paragraph": "p7"}),
        ([Change("p3", None, None), Change("p9", "p3", NEW)], "no-such-paragraph", {"paragraph": "p3"}),
        ([Change("p3", None, None), Change("p3", None, None)], "same-paragraph-twice", {"paragraph": "p3"}),
        ([Change(id, None, None) for id in ("p1", "p2", "p3", "p4")], "no-paragraphs", {}),
        ([Change("p9", None, replace(NEW, revision=2))], "rev-skips", {"revision": 2, "expected": 1}),
        ([Change("p4", None, replace(within_twelve_hours(), revision=3))], "rev-skips", {"expected": 2}),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(changes, code, values):
    found, said = refused(*changes)
    assert found == code
    assert values.items() <= said.items()


def test_a_text_may_not_grow_beyond_its_limit():
    full = Text(tuple(paragraph(f"q{at}", ru="а") for at in range(500)))
    assert refused(Change("p9", "q0", NEW), text=full)[0] == "too-many-paragraphs"


def test_other_words_in_an_official_language_raise_the_revision():
    same = paragraph("p4", revision=1, ru="2. Сообщать сразу.", zh="二、在24小时内通报。")
    assert refused(Change("p4", None, same)) == (
        "rev-not-raised",
        {"paragraph": "p4", "language": "ru", "revision": 1, "expected": 2},
    )
    behind = paragraph("p4", revision=2, ru=("2. Сообщать сразу.", 1), zh="二、立即通报。")
    assert refused(Change("p4", None, behind))[0] == "rev-not-raised"


def test_a_language_that_was_behind_is_brought_up_to_date_without_raising_it():
    behind = paragraph("p4", revision=2, ru="2. Сообщать сразу.", zh=("二、在24小时内通报。", 1))
    right = paragraph("p4", revision=2, ru="2. Сообщать сразу.", zh="二、立即通报。")
    assert change(Change("p4", None, right), text=Text((behind,), 2)).paragraphs == (right,)
    only = paragraph("p4", revision=2, ru="2. Сообщать сразу.")
    assert change(Change("p4", None, right), text=Text((only,), 2)).paragraphs == (right,)


def test_an_author_says_that_an_untouched_text_is_right_as_it_stands():
    comma = {"ru": "2. Сообщать, в течение 24 часов."}
    of = decision().paragraph("p4")
    assert reworded(of, comma, official=OFFICIAL).texts["zh-hans"].revision == 1
    right = reworded(of, comma, official=OFFICIAL, right=["zh-hans"])
    assert (right.revision, right.texts["zh-hans"].revision, right.texts["en"].revision) == (2, 2, 1)
    assert change(Change("p4", None, right)).paragraph("p4") == right


def test_a_reworded_translation_raises_nothing():
    of = decision().paragraph("p4")
    told = reworded(of, {"en": "2. To report within 24 hours."}, official=OFFICIAL)
    assert (told.revision, told.texts["en"].standing) == (1, "human_checked")
    assert within_twelve_hours().texts["ru"].standing == "authentic"


def test_words_left_empty_take_a_text_away():
    told = reworded(decision().paragraph("p4"), {"zh-hans": ""}, official=OFFICIAL)
    assert set(told.texts) == {"ru", "en"}
    assert refused(Change("p4", None, told))[0] == "deleted-in-one-language"


def test_only_what_was_touched_is_said():
    p1, p2, p3, p4 = (replace(one, texts=dict(one.texts)) for one in decision().paragraphs)

    def said(*after):
        found = changes_between(decision(), Text(after, 2), official=OFFICIAL)
        return [(one.paragraph, one.after, one.to is not None) for one in found]

    assert said(p1, p2, p3, p4) == []
    assert said(p1, p3, p4, p2) == [("p2", "p4", True)]
    assert said(p4, p1, p2, p3) == [("p1", "p4", True), ("p2", "p1", True), ("p3", "p2", True)]
    assert said(p1, within_twelve_hours(), p3) == [("p2", None, False), ("p4", "p1", True)]
    assert said(p1, p2, p3, within_twelve_hours()) == [("p4", None, True)]
    (moved,) = changes_between(decision(), Text((p1, p3, p4, p2), 2), official=OFFICIAL)
    assert set(moved.to.texts) == set(OFFICIAL)


def test_revisions_are_never_set_back():
    new = within_twelve_hours()
    after = change(Change("p4", None, new))
    assert refused(Change("p4", None, decision().paragraph("p4")), text=after)[0] == "rev-lowered"
    back = paragraph("p4", revision=2, ru="2. Сообщать в течение 12 часов.", zh=("二、在12小时内通报。", 1))
    code, values = refused(Change("p4", None, back), text=after)
    assert (code, values["language"], values["was"]) == ("rev-lowered", "zh-hans", 2)


def test_changes_are_read_as_they_were_written():
    changes = (Change("p4", "p2", within_twelve_hours()), Change("p1", None, None))
    assert read_changes(changes_as_json(changes)) == changes
    with pytest.raises(TextError, match="other-paragraph"):
        read_changes([{"paragraph": "p1", "after": None, "to": paragraph_as_json(NEW)}])
    with pytest.raises(TextError, match="not-a-text"):
        read_changes([{"paragraph": "p1"}])


# Any change


@st.composite
def rewritten(draw, before):
    """A text after somebody has gone over it: paragraphs reworded, left out, put elsewhere, written anew."""
    kept = [one for one in before.paragraphs if draw(st.integers(0, 4))]
    after = []
    for one in draw(st.permutations(kept)):
        told = draw(st.dictionaries(st.sampled_from(THREE), words, max_size=2))
        right = draw(st.sets(st.sampled_from(THREE), max_size=2))
        after.append(reworded(one, told, official=OFFICIAL, right=right))
    new = [paragraph(f"n{at}", ru="новое", zh="新") for at in range(draw(st.integers(0 if after else 1, 3)))]
    for one in new:
        after.insert(draw(st.integers(0, len(after))), one)
    return Text(tuple(after), before.version + 1)


edits = texts().flatmap(lambda before: st.tuples(st.just(before), rewritten(before)))


@given(edits)
def test_the_changes_between_two_texts_make_the_second_of_the_first(both):
    before, after = both
    changes = changes_between(before, after, official=OFFICIAL)
    if not changes:
        assert after.paragraphs == before.paragraphs
        return
    said = read_changes(changes_as_json(changes))
    assert amended(before, said, official=OFFICIAL) == after


@given(edits)
def test_a_comparison_shows_what_was_changed_and_nothing_else(both):
    before, after = both
    changes = {one.paragraph: one for one in changes_between(before, after, official=OFFICIAL)}
    for row in compared(before, after, languages=THREE):
        told = changes.get(row.id)
        if row.change == "deleted":
            assert told.to is None
        elif row.change == "added":
            assert told.to == row.after
        elif row.change == "changed":
            assert told.to is not None
        elif not row.moved:  # a revision may have been raised; the words are the same
            assert {one: row.before.wording(one) for one in THREE} == {one: row.after.wording(one) for one in THREE}
    assert set(changes) <= {row.id for row in compared(before, after, languages=THREE)}


@given(st.permutations(range(9)))
def test_the_longest_rising_subsequence_is_rising_and_none_is_longer(order):
    found = longest_rising(order)
    assert [one for one in order if one in found] == sorted(found)
    best = [0] * len(order)
    for at, one in enumerate(order):
        best[at] = 1 + max((best[i] for i in range(at) if order[i] < one), default=0)
    assert len(found) == max(best)


def test_nothing_rises_in_nothing():
    assert longest_rising([]) == set()
