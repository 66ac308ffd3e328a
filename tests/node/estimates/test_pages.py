"""What pages show of estimates: by their address, in three languages, for whoever may read them."""

import re
from copy import deepcopy

import pytest
from django.urls import reverse
from django.utils import translation
from tests.node.asking import questions
from tests.node.estimates.estimated_given import rising, tables_taken
from tests.node.surveillance.screened import screened

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.estimates.actions import estimating
from tocsin.node.estimates.models import Estimate
from tocsin.node.estimates.pages.drawing import NARROW, WIDE, Words, drawn
from tocsin.node.estimates.pages.figures_part import figures_part
from tocsin.node.estimates.pages.reading import Range, figures, way
from tocsin.node.estimates.pages.saying import doubling, factor, sentences, why_not
from tocsin.node.estimates.pages.tables import lines
from tocsin.node.surveillance.models import Signal, Thread

PAYLOAD = {
    "every": "week",
    "levels": [0.025, 0.25, 0.5, 0.75, 0.975],
    "dates": ["2026-10-19", "2026-10-26", "2026-11-02"],
    "reported": [18.0, 20.0, 14.0],
    "nowcast": {"first": 1, "quantiles": [[20.0, 20.6, 21.0, 22.0, 24.0], [17.0, 21.0, 23.0, 26.0, 34.0]]},
    "unused": 0,
    "reproduction": {
        "dates": ["2026-10-26", "2026-11-02"],
        "quantiles": [[0.9, 1.1, 1.2, 1.3, 1.6], [1.04, 1.2, 1.3, 1.4, 1.7]],
        "serial_interval": {"name": "measles", "mean": 14.9, "sd": 3.9, "source": "Somebody, 2011"},
    },
    "growth": {"periods": 4, "quantiles": [0.9, 1.05, 1.1, 1.2, 1.4]},
    "ahead": {
        "dates": ["2026-11-09", "2026-11-16", "2026-11-23", "2026-11-30"],
        "quantiles": [[15, 20, 25, 30, 40], [12, 20, 27, 33, 50], [9, 20, 29, 38, 70], [6, 20, 34, 60, 140]],
    },
    "why": {},
}


def changed(**parts) -> dict:
    return {**deepcopy(PAYLOAD), **parts}


def words(said: dict) -> list[str]:
    return [re.sub("\xa0", " ", sentence) for sentence in sentences(figures(said), "cases")]


def test_it_says_what_is_where_it_goes_and_what_comes():
    assert words(PAYLOAD) == [
        "Week of 2 November 2026: 14 cases reported so far; in the end there will probably be 23 (17 to 34).",
        "Each case infects 1.3 others (1.04 to 1.7): it is probably growing.",
        "Week of 30 November 2026: 34 (6 to 140) are to be expected, if it goes on as it does.",
    ]


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.99, 1.7, "unclear"), (1.0, 1.7, "unclear"), (1.01, 1.7, "growing"), (0.4, 0.98, "shrinking")],
)
def test_an_interval_that_contains_1_is_no_direction(low, high, said):
    assert way(Range(1.0, low, high)) == said


def test_a_bound_that_is_not_quite_1_does_not_read_as_1():
    assert [factor(value) for value in (1.04, 0.96, 1.0, 1.3)] == ["1.04", "0.96", "1.0", "1.3"]


def test_an_unclear_reproduction_number_says_so():
    unclear = changed()
    unclear["reproduction"]["quantiles"][-1] = [0.8, 1.0, 1.1, 1.2, 1.5]
    assert "not clear whether it grows or falls" in words(unclear)[1]


def test_without_a_serial_interval_it_tells_the_growth():
    grown = changed(reproduction=None, growth={"periods": 4, "quantiles": [1.1, 1.2, 1.3, 1.4, 1.6]})
    assert words(grown)[1] == (
        "From one week to the next counts change by ×1.30 (×1.10 to ×1.60): it is probably growing."
    )
    assert doubling(figures(grown)) == "At this pace counts double in about 18 days."


def test_one_more_of_a_hundred_is_hardly_any_more():
    many = changed(reported=[18.0, 20.0, 5007.0])
    many["nowcast"]["quantiles"][-1] = [5007.0, 5007.0, 5007.0, 5007.0, 5009.0]
    assert words(many)[0] == "Week of 2 November 2026: 5,007 cases reported, and hardly any more to come."


@pytest.mark.parametrize(("unused", "hollow"), [(0, False), (1, True)])
def test_the_caption_names_hollow_bars_where_there_are_some(unused, hollow):
    plain = changed(nowcast=None, unused=unused, why={"nowcast": "few_vintages"})
    assert ("Hollow bars" in figures_part(plain, "cases", "Measles").caption) == hollow


def test_without_delays_it_names_the_last_complete_period_and_why():
    plain = changed(nowcast=None, unused=1, why={"nowcast": "few_vintages"})
    assert words(plain)[0] == "Week of 26 October 2026: 20 cases reported. It is the last period that is complete."
    assert "too few tables" in why_not(figures(plain))[0]
    assert figures(plain).later[0].isoformat() == "2026-11-30"


def test_what_is_known_within_no_factor_of_ten_is_not_foretold():
    wide = changed()
    wide["ahead"]["quantiles"][2:] = [[9, 20, 29, 38, 500], [0, 20, 34, 60, 9_000]]
    assert words(wide)[2] == (
        "Week of 16 November 2026: 27 (12 to 50) are to be expected, if it goes on as it does. "
        "Beyond that hardly anything can be foretold."
    )


def test_of_days_the_last_seven_and_the_next_are_told_together():
    days = changed(every="day", lately={"periods": 7, "reported": 52.0, "quantiles": [60.0, 66.0, 70.0, 75.0, 88.0]})
    weeks = ("2026-11-03", "2026-11-10", "2026-11-17", "2026-11-24")
    days["ahead"]["sums"] = [{"first": day, "periods": 7, "quantiles": [20, 40, 50, 60, 90]} for day in weeks]
    told = words(days)
    assert told[0] == (
        "The 7 days until 2 November 2026: 52 cases reported so far; in the end there will probably be 70 (60 to 88)."
    )
    assert told[2] == "The 7 days until 30 November 2026: 50 (20 to 90) are to be expected, if it goes on as it does."
    assert [line.period for line in lines(days)[:2]] == ["7 days from 24 Nov 2026", "7 days from 17 Nov 2026"]
    assert sum(line.is_ahead for line in lines(days)) == 4


def test_a_finished_nowcast_says_that_hardly_more_will_come():
    done = changed(nowcast={"first": 2, "quantiles": [[14.0] * 5]})
    assert words(done)[0] == "Week of 2 November 2026: 14 cases reported, and hardly any more to come."


WORDS = Words("Measles", "Cases", "to come", "R", str, str, str)


@pytest.mark.parametrize("shape", [WIDE, NARROW])
def test_the_picture_has_bars_circles_bands_and_the_line_at_1(shape):
    svg = drawn(PAYLOAD, WORDS, shape)
    assert svg.count('class="estimate-bar"') == 3
    assert svg.count('class="estimate-open"') == 3  # two weeks, and the end of R
    assert svg.count('class="estimate-band"') == 2
    assert 'class="estimate-one"' in svg
    assert 'aria-label="Measles"' in svg


def test_the_picture_of_nothing_but_counts_is_one():
    svg = drawn(changed(nowcast=None, reproduction=None, ahead=None, unused=1), WORDS)
    assert svg.count('class="estimate-hollow"') == 1
    assert "estimate-one" not in svg
    assert drawn(changed(dates=[], reported=[], nowcast=None, reproduction=None, ahead=None), WORDS) == ""


def test_what_it_is_called_is_escaped():
    assert "<script>" not in drawn(PAYLOAD, Words("<script>", "", "<b>", "", str, str, str))


@pytest.fixture
def thread(source, diseases):
    """An open thread of measles in the whole state, with its estimates."""
    source.method, source.expected_delay_days = "ears", 14
    source.save()
    series = tables_taken(source, {("measles", "XX"): rising(growth=0.12), ("dengue", "XX"): rising(mean=40, seed=3)})[
        "measles"
    ]
    screening = screened(source)
    thread = Thread.objects.create(
        disease_id="measles", place=series.place, headline_place=series.place, first_period="2026-01-05",
        last_period="2026-01-05", observed=9, expected=3, threshold=5,
    )  # fmt: skip
    signal = Signal.objects.create(
        kind="model", thread=thread, series=series, disease_id="measles", place=series.place, period="2026-01-05",
        observed=9, expected=3, threshold=5, screening=screening,
    )  # fmt: skip
    Thread.objects.filter(pk=thread.pk).update(headline=signal)
    estimating.run(screening.pk)
    return thread


LANGUAGES = {
    "en": ("What is really happening", "in the end there will probably be", "Where it goes"),
    "ru": ("Что происходит на самом деле", "в итоге, вероятно,", "Куда идёт"),
    "zh-hans": ("实际情况", "最终可能", "走势"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_the_signal_and_the_situation_show_it_in_each_language(thread, signed_in, amina, language):
    amina.language = language
    amina.save()
    browser = signed_in(amina)
    heading, sentence, column = LANGUAGES[language]
    page = browser.get(reverse("signal", args=[thread.pk])).content.decode()
    assert heading in page
    assert sentence in page
    assert page.count('class="estimate-picture') == 2
    situation = browser.get("/").content.decode()
    assert heading in situation
    assert column in situation
    with translation.override(language):
        assert str(thread.disease) in situation.split("estimates-heading")[2]


def test_a_page_asks_as_much_whatever_is_estimated(thread, signed_in, amina):
    browser = signed_in(amina)
    for address in ("/", reverse("signal", args=[thread.pk])):
        asked = questions(browser, address)
        Estimate.objects.filter(series__disease="dengue").delete()
        assert questions(browser, address) == asked


def test_an_open_thread_that_is_not_estimated_yet_says_when(thread, signed_in, amina):
    Estimate.objects.all().delete()
    browser = signed_in(amina)
    assert "after the next screening" in browser.get(reverse("signal", args=[thread.pk])).content.decode()
    Thread.objects.filter(pk=thread.pk).update(status="discarded")
    assert "What is really happening" not in browser.get(reverse("signal", args=[thread.pk])).content.decode()
    assert "What is really happening" not in browser.get("/").content.decode()


def test_newer_counts_are_said_to_have_come(thread, source, signed_in, amina):
    Estimate.objects.update(generation=0)
    assert "Newer counts" in signed_in(amina).get(reverse("signal", args=[thread.pk])).content.decode()


def test_what_a_partner_shares_has_no_section(thread, state, signed_in, amina):
    Thread.objects.filter(pk=thread.pk).update(shared_by=state)
    assert "estimate-heading" not in signed_in(amina).get(reverse("signal", args=[thread.pk])).content.decode()


def test_an_exercise_is_not_among_what_happens(thread, source, signed_in, amina):
    source.is_exercise = True
    source.save()
    assert "estimates-heading" not in signed_in(amina).get("/").content.decode()


def test_the_file_has_every_quantile_and_is_audited(thread, signed_in, amina):
    series = Estimate.objects.get(series__disease="measles").series_id
    answer = signed_in(amina).get(reverse("estimate_export", args=[series, "csv"]))
    text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
    assert "0.975" in text.splitlines()[0]
    assert len(text.strip().splitlines()) == 1 + 52 + 4
    assert AuditEntry.objects.filter(act="estimates.exported").exists()


def test_those_who_may_not_read_counts_find_none(thread, signed_in, person):
    series = Estimate.objects.first().series_id
    assert signed_in(person("laboratory")).get(reverse("estimate_export", args=[series, "csv"])).status_code == 403
