"""Sources: which are late, how they are set up and changed, breaks; and who is told of lateness."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from tocsin.node.alliance.models import AuditEntry, Notice, Organisation
from tocsin.node.alliance.notices import sentence
from tocsin.node.surveillance.intake import lateness
from tocsin.node.surveillance.models import Screening, Source, SourceBreak
from tocsin.node.surveillance.runs import methods


@pytest.fixture
def browser(amina, signed_in):
    return signed_in(amina)


def title(answer) -> str:
    return re.search(r"<h1>(.*?)</h1>", answer.text, re.S)[1].strip()


def names(answer) -> list[str]:
    return re.findall(r'data-open href="[^"]*">([^<]*)</a>', answer.text)


@pytest.fixture
def three(source, service, places):
    """One on time, one three days late, one a month late and so overdue; names the other way round."""
    now = timezone.now()

    def made(name, days):
        return Source.objects.create(
            name=name, organisation=service, place=places["XX"], last_taken_at=now - timedelta(days=days)
        )

    source.delete()
    return made("A punctual", 2), made("B late", 10), made("C overdue", 37)


def given(service, places, **changed):
    return {
        "name": "Cholera, weekly", "organisation": service.pk, "disease": "cholera", "place": places["XX"].pk,
        "measure": "cases", "counts_by": "onset", "case_definition": "national, version 3", "every": "week",
        "week_start": "sunday", "zero_reports": "on", "due_every_days": 7, "expected_delay_days": 10, "method": "ears",
        "options_text": "baseline = 8\nalpha = 0.01", "date": "week", "count": "cases",
        "place_columns": "region, district",
        "negative": "missing", "totals": "leave out", "separator": "tab", "header": "2", "where": "status = confirmed",
        "day_first": "day", **changed,
    }  # fmt: skip


def test_the_latest_stands_first_and_the_title_counts(browser, three):
    page = browser.get(reverse("sources"))
    assert title(page) == "2 of 3 sources are late"
    assert names(page) == ["C overdue", "B late", "A punctual"]
    assert all(word in page.text for word in ("overdue", "late", "on time"))
    assert names(browser.get(reverse("sources"), {"sort": "name"})) == ["A punctual", "B late", "C overdue"]
    assert names(browser.get(reverse("sources"), {"sort": "-due"}))[0] == "A punctual"


def test_a_source_out_of_use_is_not_late(browser, three):
    answer = browser.post(reverse("switch_source", args=[three[2].pk]), {"on": "0"}, follow=True)
    assert title(answer) == "C overdue: not in use"
    page = browser.get(reverse("sources"))
    assert title(page) == "1 of 2 sources are late"
    assert names(page)[-1] == "C overdue"
    assert AuditEntry.objects.filter(act="source.switched_off").exists()


def test_a_source_is_set_up_by_a_form(browser, service, places, diseases, amina):
    answer = browser.post(reverse("new_source"), given(service, places), follow=True)
    made = Source.objects.get(name="Cholera, weekly")
    assert title(answer).startswith("Cholera, weekly: no table yet, the first is due on")
    assert made.layout == {
        "date": "week", "count": "cases", "separator": "\t", "header": 2, "where": {"status": ["confirmed"]},
        "day_first": True,
    }  # fmt: skip
    assert made.columns == {"disease": "", "place": ["region", "district"], "stratum": []}
    assert (made.method, made.options) == ("ears", {"baseline": 8, "alpha": 0.01})
    assert AuditEntry.objects.get(act="source.added").by == amina
    for shown in ("region and district", "tab", "status = confirmed", "national, version 3", "0.01"):
        assert shown in answer.text


def test_what_was_set_up_is_shown_again_to_be_changed(browser, service, places, diseases):
    browser.post(reverse("new_source"), given(service, places))
    made = Source.objects.get(name="Cholera, weekly")
    page = browser.get(reverse("edit_source", args=[made.pk]))
    assert 'value="region, district"' in page.text
    assert "status = confirmed</textarea>" in page.text
    browser.post(reverse("edit_source", args=[made.pk]), given(service, places, week_start="monday", where=""))
    made.refresh_from_db()
    assert (made.week_start, "where" in made.layout) == ("monday", False)
    assert AuditEntry.objects.get(act="source.changed").details["week_start"] == "sunday → monday"
    again = browser.post(
        reverse("edit_source", args=[made.pk]), given(service, places, week_start="monday", where=""), follow=True
    )
    assert "Nothing was changed." in again.text
    assert AuditEntry.objects.filter(act="source.changed").count() == 1


def test_options_that_no_field_shows_are_kept(browser, service, places, diseases, source):
    Source.objects.filter(pk=source.pk).update(layout={"date": "week", "aliases": {"Oldtown": "Newtown"}})
    browser.post(reverse("edit_source", args=[source.pk]), given(service, places, date="day"))
    source.refresh_from_db()
    assert (source.layout["aliases"], source.layout["date"]) == ({"Oldtown": "Newtown"}, "day")


def test_the_rhythm_stays_once_counts_are_in(browser, service, places, diseases, source):
    Source.objects.filter(pk=source.pk).update(generation=1)
    browser.post(reverse("edit_source", args=[source.pk]), given(service, places, every="day", place=places["XX-1"].pk))
    source.refresh_from_db()
    assert (source.every, source.week_start, source.place) == ("week", "monday", places["XX"])
    assert source.name == "Cholera, weekly"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"options_text": "baseline = 8\nloudness = 3"}, "ears has no option loudness"),
        ({"options_text": "baseline = many"}, "baseline"),
        ({"options_text": "method = C9"}, "C9"),
        ({"options_text": "method = C2", "method": "farrington"}, "farrington has no option method"),
        ({"options_text": "alpha = 5"}, "alpha is 5; it must lie between 0 and 1"),
        ({"options_text": "just words"}, "“just words” is no option. Write: name = value."),
        ({"where": "north"}, "“north” is no condition"),
        ({"disease": "", "disease_column": ""}, "Choose the disease, or name the column"),
        ({"date": "a, b, c"}, "At most 2 columns can be named here; these are 3."),
        ({"watched_folder": "../../etc"}, "“../../etc” lies outside the watched folders"),
        ({"watched_folder": "/etc"}, "Name a folder inside the watched folders"),
        ({"watched_folder": "."}, "lies outside the watched folders"),
        ({"method": "oracle"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(browser, service, places, diseases, changed, sentence):
    page = browser.post(reverse("new_source"), given(service, places, **changed))
    assert page.status_code == 422
    assert sentence in page.text.replace("&quot;", '"')
    assert 'value="Cholera, weekly"' in page.text
    assert not Source.objects.filter(name="Cholera, weekly").exists()


def test_a_watched_folder_lies_inside_and_belongs_to_one_source(browser, service, places, diseases, source, settings):
    settings.WATCHED.mkdir()
    (settings.WATCHED / "out").symlink_to("/etc")
    page = browser.post(reverse("new_source"), given(service, places, watched_folder="out"))
    assert "lies outside the watched folders" in page.text
    browser.post(reverse("new_source"), given(service, places, watched_folder="cholera/./weekly"))
    assert Source.objects.get(name="Cholera, weekly").watched_folder == "cholera/weekly"
    second = browser.post(reverse("new_source"), given(service, places, name="B", watched_folder="cholera/weekly"))
    assert "That folder is watched for Cholera, weekly already." in second.text


def test_ears_may_be_asked_for_each_of_its_charts(browser, service, places, diseases):
    browser.post(reverse("new_source"), given(service, places, options_text="method = C3"))
    assert Source.objects.get(name="Cholera, weekly").options == {"method": "C3"}
    assert "method = C1" in browser.get(reverse("method_options"), {"method": "ears"}).text


def test_each_method_of_the_engine_has_words_and_shows_its_options(browser):
    from tocsin.epi.detect.registry import METHODS

    assert set(methods.METHODS) == set(METHODS)
    part = browser.get(reverse("method_options"), {"method": "ears"})
    assert "baseline = 7" in part.text
    assert browser.get(reverse("method_options"), {"method": "oracle"}).status_code == 404


@pytest.mark.parametrize("method", list(methods.METHODS))
def test_defaults_written_as_text_are_the_same_options(method):
    options = methods.defaults(method)
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in options.items()}
    assert methods.from_text(methods.as_text(plain)) == plain
    methods.check(method, {name: value for name, value in plain.items() if value is not None})


def test_a_break_is_added_once_a_day_and_can_be_removed(browser, source, amina):
    address = reverse("add_break", args=[source.pk])
    what = {"starts_on": "2026-03-02", "what": "PCR in place of culture", "case_definition": "version 4"}
    page = browser.post(address, what, follow=True)
    assert "PCR in place of culture" in page.text
    again = browser.post(address, {**what, "what": "another"})
    assert again.status_code == 422
    assert "There is a break on 2 March 2026 already: PCR in place of culture." in again.text
    assert 'value="another"' in again.text
    made = SourceBreak.objects.get()
    assert made.starts_on == date(2026, 3, 2)
    browser.post(reverse("remove_break", args=[source.pk, made.pk]))
    assert not SourceBreak.objects.exists()
    acts = AuditEntry.objects.filter(act__startswith="source.break", by=amina).order_by("number")
    assert [entry.act for entry in acts] == ["source.break_added", "source.break_removed"]


def test_the_audit_says_what_a_reader_may_not(source, person, signed_in, service, places, diseases):
    reader = signed_in(person("council_delegate"))
    assert reader.get(reverse("source", args=[source.pk])).status_code == 200
    for name in ("new_source", "method_options"):
        assert reader.get(reverse(name)).status_code == 403
    assert reader.post(reverse("switch_source", args=[source.pk]), {"on": "0"}).status_code == 403
    assert reader.post(reverse("add_break", args=[source.pk]), {}).status_code == 403
    nobody = signed_in(person("translator"))
    assert nobody.get(reverse("sources")).status_code == 403
    source.refresh_from_db()
    assert source.is_on


def test_sources_can_be_exported(browser, three):
    said = b"".join(browser.get(reverse("sources_export", args=["csv"])).streaming_content).decode()
    lines = said.splitlines()
    assert lines[1].startswith("C overdue,")
    assert ",overdue," in lines[1]
    assert browser.get(reverse("sources_export", args=["xlsx"])).status_code == 200


def test_lateness_is_told_once_and_again_after_the_next_table(three, amina, person, service, state):
    own = Organisation.objects.create(state=state, kind="laboratory", name_en="Laboratory")
    sender = person("laboratory", name="Sender")
    other = person("laboratory", name="Other", organisation=own)
    assert [one.name for one in lateness.late_sources()] == ["C overdue", "B late"]
    assert lateness.tell() == 2
    assert lateness.tell() == 0
    assert Notice.objects.filter(kind="source.late", person=amina).count() == 2
    assert Notice.objects.filter(person=sender).count() == 2
    assert not Notice.objects.filter(person=other).exists()
    notice = Notice.objects.filter(person=amina, values__source="B late").get()
    with translation.override("en"):
        due = timezone.localtime(lateness.due_at(three[1]))
        assert sentence(notice) == f"B late is late: expected by {due.day} {due:%B %Y}"
    Source.objects.filter(name="B late").update(last_taken_at=timezone.now())
    assert lateness.tell() == 0
    assert lateness.tell(timezone.now() + timedelta(days=8)) == 2
    assert Notice.objects.filter(person=amina, values__source="B late").count() == 2


def test_a_source_that_never_had_a_table_is_due_after_its_first_rhythm(source):
    now = timezone.now()
    assert lateness.lateness(source, now).state == "on_time"
    late = lateness.lateness(source, now + timedelta(days=9))
    assert (late.state, late.late_by.days) == ("late", 2)
    assert lateness.lateness(source, now + timedelta(days=15)).state == "overdue"


def queries(browser, address) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


def test_the_list_asks_a_constant_number_of_queries(browser, service, places, diseases):
    def made(number):
        for n in range(number):
            one = Source.objects.create(
                name=f"S{n}", organisation=service, place=places["XX"], disease=diseases["cholera"]
            )
            Screening.objects.create(source=one, status="done")

    made(3)
    few = queries(browser, reverse("sources"))
    made(27)
    assert queries(browser, reverse("sources")) == few


def test_a_source_with_many_screenings_asks_no_more(browser, source, amina):
    Screening.objects.create(source=source, status="done", by=amina)
    few = queries(browser, reverse("source", args=[source.pk]))
    Screening.objects.bulk_create([Screening(source=source, status="done", by=amina) for _ in range(20)])
    assert queries(browser, reverse("source", args=[source.pk])) == few
