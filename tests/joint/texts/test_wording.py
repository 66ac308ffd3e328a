"""What was changed can be read off, and both texts can be put together again from it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.joint.texts import wording
from tocsin.joint.texts.wording import runs

SIGN = {"kept": "=", "deleted": "-", "added": "+"}


def shown(old, new):
    return [f"{SIGN[one.change]}{one.text}" for one in runs(old, new)]


def told(found, *changes):
    return "".join(one.text for one in found if one.change in changes)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("а", "а", ["=а"]),
        ("", "", []),
        ("", "Новое.", ["+Новое."]),
        ("Старое.", "", ["-Старое."]),
        (
            "Стороны обмениваются сведениями о случаях чумы не позднее 24 часов.",
            "Стороны незамедлительно обмениваются сведениями о случаях лёгочной чумы не позднее 12 часов.",
            [
                "=Стороны ", "+незамедлительно ", "=обмениваются сведениями о случаях ", "+лёгочной ",
                "=чумы не позднее ", "-24", "+12", "= часов.",
            ],
        ),
        (
            "各方在二十四小时内通报疫情。",
            "各方应当在十二小时内通报疫情。",
            ["=各方", "+应当", "=在", "-二", "=十", "-四", "+二", "=小时内通报疫情。"],
        ),
        (
            "States shall notify cross-border cases.",
            "States should notify cross-border cases [within 24 hours].",
            ["=States ", "-shall", "+should", "= notify cross-border cases", "+ [within 24 hours]", "=."],
        ),
        ("Принять меры.", "Принять  меры.", ["=Принять", "- ", "+  ", "=меры."]),
    ],
)  # fmt: skip
def test_changes_as_a_person_would_mark_them(old, new, found):
    assert shown(old, new) == found


def test_what_merely_happens_to_stand_in_both_is_not_kept_between_larger_changes():
    old, new = "незамедлительно сообщить и подтвердить", "своевременно уведомить и расследовать"
    assert shown(old, new) == [f"-{old}", f"+{new}"]
    old, new = "сведения для лабораторий", "образцы для специалистов"
    assert shown(old, new) == [f"-{old}", f"+{new}"]
    old, new = "сведения от имени лабораторий", "образцы от имени специалистов"
    assert "= от имени " in shown(old, new)


texts = st.one_of(
    st.text(),
    st.text("аб в.\n", max_size=40),
    st.lists(st.sampled_from(["чума", "случай", "в", " ", ". ", "\n", "发现", "隔离", "。", "24", "[", "]"])).map(
        "".join
    ),
)


@given(texts, texts)
def test_both_texts_can_be_put_together_again(old, new):
    found = runs(old, new)
    assert told(found, "kept", "deleted") == old
    assert told(found, "kept", "added") == new


@given(texts, texts)
def test_runs_are_as_few_as_they_can_be(old, new):
    found = runs(old, new)
    assert all(one.text for one in found)
    assert all((one.change, other.change) != ("added", "deleted") for one, other in pairwise(found))
    assert all(one.change != other.change for one, other in pairwise(found))


@given(texts, texts)
def test_long_texts_are_put_together_again_too(old, new):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wording, "LONG", 3)
        found = runs(old, new)
    assert told(found, "kept", "deleted") == old
    assert told(found, "kept", "added") == new


def slowest(before, after):
    """The length of a longest common subsequence, by the table of the textbooks."""
    row = [0] * (len(after) + 1)
    for one in before:
        last = row
        row = [0]
        for j, other in enumerate(after):
            row.append(last[j] + 1 if one == other else max(row[j], last[j + 1]))
    return row[-1]


@given(st.text("абвг", max_size=25), st.text("абвг", max_size=25))
def test_the_common_subsequence_is_a_longest_one(before, after):
    found = wording._common(before, after)
    assert all(before[i] == after[j] for i, j in found)
    assert all(i < k and j < n for (i, j), (k, n) in pairwise(found))
    assert len(found) == slowest(before, after)


@pytest.mark.parametrize("words", ["的一" * 10_000, "а б " * 5_000, "." * 20_000, "[" * 20_000, "\n" * 20_000])
def test_the_longest_paragraphs_that_are_allowed_are_compared(words):
    other = words[1:] + "地"
    found = runs(words, other)
    assert told(found, "kept", "deleted") == words
    assert told(found, "kept", "added") == other


def test_a_changed_sentence_of_a_long_text_is_found_in_it():
    sentences = [f"Пункт {at}: сообщить о случае в течение {at} часов. " for at in range(400)]
    changed = [*sentences[:200], "Пункт 200: сообщить немедленно. ", *sentences[201:]]
    found = runs("".join(sentences), "".join(changed))
    assert told(found, "deleted") == "о случае в течение 200 часов"
    assert told(found, "added") == "немедленно"
