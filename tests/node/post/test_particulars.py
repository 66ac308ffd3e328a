"""What a check says of a document that was kept apart, in the reader's language and with its figures."""

import re
from string import Formatter

import pytest
from django.urls import reverse
from django.utils import translation
from tests.exchange.types.bodies import found, row
from tests.exchange.types.nonsense import NONSENSE, ODD_ROWS
from tests.exchange.types.notified import FULL, with_each_text_poisoned
from tests.node.post.apart import by_partner, counts

from tocsin.exchange.saying import SENTENCES, Saying, say
from tocsin.exchange.store import Reason
from tocsin.exchange.types import indicators, tables
from tocsin.exchange.types.registry import TYPES
from tocsin.node.post import examining, models, reading
from tocsin.node.post.message_reader import MessageReader
from tocsin.node.post.pages import wording
from tocsin.node.post.pages.particulars import MEMBERS, MORE_THAN_WHOLE, NO_SUCH_DAY, PARTICULARS, particular
from tocsin.node.post.store.packing import kept_reasons, read_reasons, to_json

NUMBERS = (
    "count",
    "total",
    "parts",
    "people",
    "below",
    "row",
    "most",
    "series",
    "times",
    "at",
    "version",
    "days",
    "states",
)
ROWS = (
    row(-3, place="AL-02"), row(7, week="2026-03-03"), row(12_500, indicator="deaths"), row(12_000),
)  # fmt: skip
SAID = {
    "en": ("the count is -3", "3 March 2026 is no Monday", "more deaths than cases: 12,500 and 12,000"),
    "ru": ("указано -3", "3 марта 2026 г. — не понедельник", "летальных исходов больше, чем случаев: 12 500 и 12 000"),
    "zh-hans": ("数目为-3", "2026年3月3日不是星期一", "死亡数多于病例数：12,500对12,000"),
}


@pytest.fixture
def alone(monkeypatch):
    """What other apps know of places and diseases, and do with counts, is theirs to test."""
    monkeypatch.setattr(examining, "_known", {})
    monkeypatch.setattr(reading, "_readers", {"message": MessageReader()})


def example(name: str) -> Saying:
    """A sentence with some value for each name in it."""
    asked = {field for _, field, *_ in Formatter().parse(SENTENCES[name]) if field}
    given = {one: 4 if one in NUMBERS else "2026-03-09" for one in asked} | {"first_day": "monday", "text": "note"}
    return say(name, **given | ({"indicator": "deaths"} if "indicator" in asked else {}))


def page_of(browser, entry: models.Entry) -> str:
    page = browser.get(reverse("kept_apart_document", args=[entry.pk])).content.decode()
    return re.sub(r"[\s\xa0\u202f]+", " ", page)


def test_every_sentence_of_the_checks_has_words():
    assert set(PARTICULARS) == set(SENTENCES)
    assert set(NO_SUCH_DAY) == set(indicators.FIRST_DAYS)
    assert set(MORE_THAN_WHOLE) == set(tables.WITHIN)


@pytest.mark.parametrize("language", SAID)
def test_every_sentence_is_said_with_its_values(language):
    for name in SENTENCES:
        with translation.override(language):
            said = particular(example(name))
        assert said, name
        assert "%(" not in said, name
        assert language == "en" or not re.search(r"\b(the|is|of)\b", said), said


@pytest.mark.parametrize("name", [*NONSENSE, *ODD_ROWS])
def test_a_member_that_a_sentence_names_has_a_name_for_people(name):
    document, *_ = (NONSENSE | ODD_ROWS)[name]
    for finding in found(document):
        values = finding.said.values if finding.said else {}
        assert {values[one] for one in ("text", "earlier", "whole") if one in values} <= set(MEMBERS)
        assert not finding.said or particular(finding.said)


@pytest.mark.parametrize("name", FULL)
def test_every_text_of_a_document_has_a_name_for_people(name):
    for path, document in with_each_text_poisoned(name):
        said = [finding.said.values for finding in found(document).document if finding.said]
        assert {values["text"] for values in said if "text" in values} <= set(MEMBERS), path


def test_every_type_of_document_has_a_name_for_people():
    assert {name for name, _ in TYPES} == set(wording.TYPES)
    with translation.override("ru"):
        assert [name for name in wording.TYPES if wording.type_named(name) == name] == []


@pytest.mark.parametrize("language", SAID)
def test_the_page_says_what_is_wrong_in_the_readers_language(alone, joined, partner, person, signed_in, language):
    entry = by_partner(partner, joined, counts(*ROWS))
    page = page_of(signed_in(person("duty_officer", language=language)), entry)
    for sentence in SAID[language]:
        assert sentence in page
    assert "as the check said it" not in page
    assert "begin on a monday" not in page


def test_the_row_that_another_repeats_is_counted_from_one(alone, joined, partner, vera, signed_in):
    entry = by_partner(partner, joined, counts(row(1, place="AL-02"), row(12), row(13)))
    page = page_of(signed_in(vera), entry)
    assert "row 2 gives a count for the same" in page
    assert "row 3 gives another count for the same" in page


def test_words_that_only_the_check_has_are_shown_as_its_own(alone, joined, partner, person, signed_in):
    entry = by_partner(partner, joined, counts(case_definition=7))
    page = page_of(signed_in(person("duty_officer", language="ru")), entry)
    assert 'словами самой проверки:</span> <code lang="en">this value is not of type' in page


def test_what_was_kept_before_values_were_is_shown_as_the_check_said_it(alone, joined, partner, vera, signed_in):
    entry = by_partner(partner, joined, counts(row(12), row(-3, place="AL-02")))
    models.Entry.objects.filter(pk=entry.pk).update(reasons=to_json([["impossible-count", "the count is <b>-3", 1]]))
    assert '<code lang="en">the count is &lt;b&gt;-3</code>' in page_of(signed_in(vera), entry)


def test_a_reason_is_read_as_it_was_kept():
    reasons = (
        Reason.of("small-cell", say("small", count=3, below=5), 7),
        Reason("schema", "this value is too long", None),
        Reason.of("unknown-place", say("place-not-known", place="AL-99", origin="AL"), 2),
    )
    read = read_reasons(kept_reasons(reasons))
    assert read == reasons
    assert [one.said for one in read] == [one.said for one in reasons]
    assert read_reasons(b"") == ()


@pytest.mark.parametrize(
    "said", [None, Saying("of-a-later-release", {}), Saying("small", {}), Saying("week-begins", {})]
)
def test_what_cannot_be_worded_is_left_to_the_checks_own_words(said):
    assert particular(said) == ""


@pytest.mark.parametrize(("times", "said"), [(21, "в 21 раз "), (102, "в 102 раза "), (1000, "в 1 000 раз ")])
def test_so_many_times_agrees_in_russian(times, said):
    with translation.override("ru"):
        told = particular(say("times-more", indicator="cases", disease="cholera", times=times, series=8))
    assert said in re.sub(r"[\xa0\u202f]", " ", told)
