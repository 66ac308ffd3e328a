"""Whom a disease kills: cases of one source beside the deaths of another, where both mean the same."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation
from tests.node.asking import questions
from tests.node.estimates.outcomes_given import CASES, DEATHS, MONDAY, WEEKS, counted, estimated, followed, outcome
from tests.node.surveillance.screened import given, screened

from tocsin.epi.delays import PUBLISHED, named
from tocsin.node.estimates.actions import estimating, severities
from tocsin.node.estimates.building.death_delays import death_delays
from tocsin.node.estimates.models import Estimate, Severity
from tocsin.node.estimates.pages.severities import age_name
from tocsin.node.surveillance.diseases.reading import read_diseases
from tocsin.node.surveillance.models import Source


@pytest.fixture
def deaths(source, diseases) -> Source:
    """Cases and deaths of measles in the whole state by age; both are to be screened."""
    counted(source, CASES)
    deaths = outcome(source)
    counted(deaths, DEATHS)
    return deaths


def by_age(one: Severity) -> dict[str, tuple[int, int]]:
    return {row["age"]: (row["cases"], row["deaths"]) for row in one.payload["ages"]}


def test_cases_and_deaths_of_the_same_ages_are_told_together(source, deaths):
    screened(deaths)
    estimated(source)
    found = Severity.objects.get()
    assert by_age(found) == {age: (CASES[age] * WEEKS, DEATHS[age] * WEEKS) for age in CASES}
    assert (found.payload["cases"], found.payload["deaths"]) == (35 * WEEKS, 3 * WEEKS)
    assert found.payload["all"]["estimate"] == pytest.approx(3 / 35, abs=1e-6)
    assert found.payload["as_of"] == str(MONDAY - timedelta(days=1))
    assert (found.source, found.deaths_source, found.severe_source) == (source, deaths, None)
    assert found.is_national


def test_it_is_made_again_when_deaths_are_screened(source, deaths):
    estimated(source)
    assert not Severity.objects.exists(), "deaths were never screened"
    estimated(deaths)
    assert Severity.objects.get().payload["deaths"] == 3 * WEEKS
    counted(deaths, {**DEATHS, "65+": 3})
    estimated(deaths)
    found = Severity.objects.get()
    assert found.payload["deaths"] == 4 * WEEKS
    assert (found.generation, found.deaths_generation) == (1, 2)


def test_the_same_counts_give_the_same_severities(source, deaths):
    screened(deaths)
    screening = estimated(source)
    before = Severity.objects.get().payload
    estimating.run(screening.pk)
    assert Severity.objects.get().payload == before


def test_a_task_follows_the_screening_of_deaths(source, deaths, work):
    for one in (source, deaths):
        screened(one)
    work()
    assert Severity.objects.count() == 1


def test_what_is_invented_is_never_put_beside_what_happened(source, deaths):
    deaths.is_exercise = True
    deaths.save()
    screened(deaths)
    estimated(source)
    estimated(deaths)
    assert not Severity.objects.exists()
    source.is_exercise = True
    source.save()
    estimated(source)
    assert Severity.objects.count() == 1


@pytest.mark.parametrize("fields", [{"is_on": False}, {"every": "day"}, {"every": "month"}, {"measure": "tests"}])
def test_sources_that_count_otherwise_are_not_put_together(source, deaths, fields):
    screened(deaths)
    Source.objects.filter(pk=deaths.pk).update(**fields)
    estimated(source)
    assert not Severity.objects.exists()


def test_deaths_that_a_partner_shares_are_not_put_beside_own_cases(source, deaths, state):
    screened(deaths)
    Source.objects.filter(pk=deaths.pk).update(shared_by=state)
    estimated(source)
    assert not Severity.objects.exists()


def test_other_age_groups_are_taken_together_and_it_says_so(source, diseases):
    counted(source, CASES)
    deaths = outcome(source)
    counted(deaths, {"0-14": 0, "15+": 3})
    screened(deaths)
    estimated(source)
    payload = Severity.objects.get().payload
    assert payload["ages"] == []
    assert payload["deaths"] == 3 * WEEKS
    assert "ages_differ" in payload["why"]


def test_groups_are_alike_by_their_ages_and_not_by_their_names(source, diseases):
    counted(source, CASES)
    deaths = outcome(source)
    counted(deaths, {"00–04": 0, "5-64 лет": 1, "65 и старше": 2})
    screened(deaths)
    estimated(source)
    assert by_age(Severity.objects.get())["65+"] == (5 * WEEKS, 2 * WEEKS)


def test_deaths_without_ages_are_told_of_all(source, diseases):
    counted(source, CASES)
    deaths = outcome(source)
    counted(deaths, {"": 3})
    screened(deaths)
    estimated(source)
    payload = Severity.objects.get().payload
    assert (payload["ages"], payload["cases"], payload["deaths"]) == ([], 35 * WEEKS, 3 * WEEKS)
    assert "ages_differ" not in payload["why"]


def test_what_totals_hold_beyond_their_groups_is_of_unknown_age(source, diseases):
    counted(source, {**CASES, "": 37})
    deaths = outcome(source)
    counted(deaths, DEATHS)
    screened(deaths)
    estimated(source)
    payload = Severity.objects.get().payload
    assert payload["unknown_age"] == {"cases": 2 * WEEKS, "deaths": 0}
    assert payload["cases"] == 37 * WEEKS


def test_a_group_with_more_deaths_than_cases_is_left_out_and_the_others_are_told(source, diseases):
    counted(source, CASES)
    deaths = outcome(source)
    counted(deaths, {"0-4": 11, "5-64": 1, "65+": 2})
    screened(deaths)
    estimated(source)
    payload = Severity.objects.get().payload
    young, middle, _old = payload["ages"]
    assert young["estimate"] is None
    assert middle["estimate"] == pytest.approx(1 / 20, abs=1e-6)
    assert "more_deaths_than_cases" in payload["why"]


def test_more_deaths_than_cases_break_nothing(source, diseases):
    counted(source, {"": 1})
    deaths = outcome(source)
    counted(deaths, {"": 3})
    screened(deaths)
    estimated(source)
    assert Estimate.objects.exists()
    assert all(one.payload["all"]["estimate"] is None for one in Severity.objects.all())


def test_intensive_care_of_the_same_ages_is_told_beside(source, deaths):
    care = outcome(source, "intensive-care")
    counted(care, {"0-4": 1, "5-64": 3, "65+": 3})
    for one in (deaths, care):
        screened(one)
    estimated(source)
    found = Severity.objects.get()
    assert found.severe_source == care
    assert [row["severe"] for row in found.payload["ages"]] == [WEEKS, 3 * WEEKS, 3 * WEEKS]
    estimated(care)
    assert Severity.objects.get().severe_generation == 1


def test_of_two_sources_of_deaths_the_one_with_the_same_ages_is_taken(source, diseases):
    counted(source, CASES)
    for name, ages in (("A", {"": 1}), ("B", DEATHS), ("C", {"0-14": 1, "15+": 1})):
        one = outcome(source, name=name)
        counted(one, ages)
        screened(one)
    estimated(source)
    assert Severity.objects.get().deaths_source.name == "B"


def test_only_what_both_count_and_both_have_whole_is_compared(source, diseases):
    """Deaths fill up for three weeks and began ten weeks ago; cases have not changed."""
    counted(source, CASES)
    deaths = outcome(source)
    counted(deaths, DEATHS, weeks=10)
    Source.objects.filter(pk=deaths.pk).update(expected_delay_days=21)
    screened(deaths)
    estimated(source)
    payload = Severity.objects.get().payload
    assert payload["cases"] == 35 * 7
    assert payload["as_of"] == str(MONDAY - timedelta(weeks=3, days=1))


def test_counts_by_day_are_told_of_the_days_that_both_have(source, diseases):
    Source.objects.filter(pk=source.pk).update(every="day", counts_by="onset")
    source.refresh_from_db()
    deaths = outcome(source)
    for one, n, days in ((source, 10, 90), (deaths, 1, 60)):
        given(one, {("covid-19", "XX", ""): [n] * days}, first=MONDAY - timedelta(days=days))
        screened(one)
    estimated(source)
    payload = Severity.objects.get().payload
    assert (payload["cases"], payload["deaths"], payload["method"]) == (600, 60, "delay_adjusted")
    assert payload["since"] == str(MONDAY - timedelta(days=60))


def test_a_change_of_definition_in_either_begins_anew(source, deaths):
    deaths.breaks.create(starts_on=MONDAY - timedelta(weeks=8), what="other definition")
    screened(deaths)
    estimated(source)
    assert Severity.objects.get().payload["cases"] == 35 * 8


def test_places_of_followed_threads_are_told_and_no_others(source, diseases, places):
    deaths = outcome(source)
    for one, n in ((source, 20), (deaths, 1)):
        rows = {("varicella", code, ""): [n] * WEEKS for code in ("XX", "XX-11", "XX-12")}
        given(one, rows, first=MONDAY - timedelta(weeks=WEEKS))
        screened(one)
    thread = followed(source, places["XX-11"], disease="varicella")
    estimated(source)
    assert dict(Severity.objects.values_list("place__code", "is_national")) == {"XX": True, "XX-11": False}
    type(thread).objects.update(status="discarded")
    estimated(deaths)
    assert list(Severity.objects.values_list("place__code", flat=True)) == ["XX"]


def test_at_most_so_many_of_a_source(source, deaths, monkeypatch):
    monkeypatch.setattr(severities, "MOST", 1)
    for one, n in ((source, 20), (deaths, 1)):
        counted(one, {"": n}, disease="cholera")
        screened(one)
    estimated(source)
    assert list(Severity.objects.values_list("disease", flat=True)) == ["cholera"]


def test_where_the_time_from_onset_to_death_is_published_it_is_allowed_for(source, diseases):
    source.counts_by = "onset"
    source.save()
    deaths = outcome(source)
    for one, ages in ((source, CASES), (deaths, DEATHS)):
        counted(one, ages, disease="ebola")
        screened(one)
    estimated(source)
    payload = Severity.objects.get().payload
    assert payload["method"] == "delay_adjusted"
    assert payload["delay"]["name"] == "ebola"
    assert payload["all"]["estimate"] > 3 / 35
    assert "cases_not_by_onset" not in payload["why"]
    Source.objects.filter(pk=source.pk).update(counts_by="report")
    estimated(source)
    assert "cases_not_by_onset" in Severity.objects.get().payload["why"]


def test_delays_that_diseases_name_are_published():
    wanted = {one.code: one.onset_to_death for one in read_diseases() if one.onset_to_death}
    assert set(wanted) == set(death_delays()) == {"ebola", "mers", "covid-19"}
    assert set(wanted.values()) == {one.name for one in PUBLISHED if one.kind == "onset_to_death"}
    for code, name in wanted.items():
        assert death_delays()[code].probabilities.sum() == pytest.approx(1)
        assert death_delays()[code].source.startswith(named(name, "onset_to_death").source)


def test_what_a_newer_screening_has_replaced_is_not_published(source, deaths):
    screened(deaths)
    screening = estimated(source)
    made = severities.made_after(screening)
    counted(deaths, {**DEATHS, "65+": 3})
    estimated(deaths)
    severities.publish(made)
    assert Severity.objects.get().payload["deaths"] == 4 * WEEKS


def test_ended_in_its_transaction_it_leaves_both_as_they_were(source, deaths, monkeypatch):
    for one in (source, deaths):
        estimated(one)
    before = [set(model.objects.values_list("pk")) for model in (Estimate, Severity)]

    class Killed(Exception):
        pass

    def kill(window: str) -> None:
        if window == "estimates.publishing":
            raise Killed

    screening = screened(deaths)
    monkeypatch.setattr(estimating.windows, "at", kill)
    with pytest.raises(Killed):
        estimating.run(screening.pk)
    assert [set(model.objects.values_list("pk")) for model in (Estimate, Severity)] == before
    monkeypatch.undo()
    estimating.run(screening.pk)
    assert set(Severity.objects.values_list("pk")).isdisjoint(before[1])


# What is shown.


@pytest.fixture
def thread(source, deaths, places):
    for one in (source, deaths):
        estimated(one)
    return followed(source, places["XX"])


def text_of(page: bytes) -> str:
    return page.decode().replace("\xa0", " ")


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
def test_the_signal_says_whom_it_kills(thread, signed_in, amina, language):
    amina.language = language
    amina.save()
    page = text_of(signed_in(amina).get(reverse("signal", args=[thread.pk])).content)
    with translation.override(language):
        assert f"<h3>{translation.gettext('Whom it kills')}</h3>" in page
        assert text_of(age_name("65+").encode()) in page
    assert page.count("<figure") >= 2
    assert page.index("<h3>") > page.index('id="estimate-heading"')


def test_it_names_the_ages_the_place_the_time_and_the_sources(thread, signed_in, amina):
    page = text_of(signed_in(amina).get(reverse("signal", args=[thread.pk])).content)
    assert "65 and over" in page
    assert "Cases and deaths in Testland, from" in page
    assert "Cases: Weekly counts. Deaths: Deaths." in page


def test_a_signal_of_deaths_shows_it_too(thread, deaths, places, signed_in, amina):
    other = followed(deaths, places["XX"])
    assert "Whom it kills" in text_of(signed_in(amina).get(reverse("signal", args=[other.pk])).content)


def test_a_district_without_its_own_deaths_shows_those_of_the_place_around_it(source, deaths, places, signed_in, amina):
    counted(source, {"": 9}, place="XX-11")
    screened(deaths)
    estimated(source)
    thread = followed(source, places["XX-11"])
    estimated(source)
    page = text_of(signed_in(amina).get(reverse("signal", args=[thread.pk])).content)
    assert "Cases and deaths in Testland, from" in page


def test_newer_deaths_are_said_to_have_come(thread, deaths, signed_in, amina):
    counted(deaths, {**DEATHS, "65+": 3})
    assert "Newer counts have come" in text_of(signed_in(amina).get(reverse("signal", args=[thread.pk])).content)


def test_the_situation_has_a_column_where_any_row_has_a_figure(thread, signed_in, amina):
    browser = signed_in(amina)
    assert "Of 100 cases die" in text_of(browser.get("/").content)
    Severity.objects.all().delete()
    assert "Of 100 cases die" not in text_of(browser.get("/").content)


def test_a_source_marked_as_an_exercise_since_is_shown_no_more(thread, deaths, signed_in, amina):
    Source.objects.filter(pk=deaths.pk).update(is_exercise=True)
    browser = signed_in(amina)
    assert "Whom it kills" not in text_of(browser.get(reverse("signal", args=[thread.pk])).content)
    assert "Of 100 cases die" not in text_of(browser.get("/").content)


@pytest.mark.parametrize("role", ["laboratory", "clinician"])
def test_who_may_not_read_surveillance_sees_none(thread, signed_in, person, role):
    somebody = person(role)
    assert not Severity.objects.visible_to(somebody).exists()
    browser = signed_in(somebody)
    for address in ("/", reverse("signal", args=[thread.pk])):
        answer = browser.get(address, follow=True)
        assert "Whom it kills" not in text_of(answer.content)
        assert "Of 100 cases die" not in text_of(answer.content)


def test_pages_ask_as_much_whatever_is_told(thread, source, deaths, signed_in, amina):
    browser = signed_in(amina)
    addresses = ("/", reverse("signal", args=[thread.pk]))
    asked = [questions(browser, address) for address in addresses]
    counted(source, {"": 9}, disease="cholera")
    counted(deaths, {"": 1}, disease="cholera")
    for one in (source, deaths):
        estimated(one)
    assert Severity.objects.count() == 2
    assert [questions(browser, address) for address in addresses] == asked


@pytest.mark.parametrize(
    ("code", "name"),
    [("0", "under 1"), ("1-4", "1–4"), ("65+", "65 and over"), ("6-11m", "6–11 months"), ("1m", "1 month"),
     ("18m+", "18 months and over"), ("3", "3")],
)  # fmt: skip
def test_names_of_age_groups(code, name):
    assert age_name(code) == name
