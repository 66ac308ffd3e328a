"""Data quality: what is missing, late, revised, rejected; measured after a table and shown without counting anew."""

import re
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.node.surveillance.counts_given import given_counts
from tests.node.surveillance.tables_given import table, taken

from tocsin.node.surveillance.intake import quality
from tocsin.node.surveillance.intake.generations import archive_of
from tocsin.node.surveillance.models import Source, Upload

MONDAY = date(2026, 1, 5)


@pytest.fixture
def browser(amina, signed_in):
    return signed_in(amina)


@pytest.fixture
def half(source, diseases):
    """Two districts, 14 weeks: one complete, one that missed 6 of the last 12 and began 2 weeks ago in cholera."""
    Source.objects.filter(pk=source.pk).update(zero_reports=False)
    source.refresh_from_db()
    gaps = [1, 0, *[None, 2] * 6]
    given_counts(
        source,
        {
            ("plague", "XX-11", ""): [0] * 14,
            ("plague", "XX-12", ""): gaps,
            ("cholera", "XX-12", ""): [None] * 12 + [3, 0],
            ("plague", "XX-1", ""): [None] * 14,
        },
        MONDAY,
        derived=[("plague", "XX-1", "")],
    )
    source.refresh_from_db()
    return source


def title(answer) -> str:
    return re.search(r"<h1>(.*?)</h1>", answer.text, re.S)[1].strip()


def test_what_is_expected_and_what_is_in(half, places):
    told = quality.figures(half)
    assert told["periods"][0] == "2026-01-19"
    assert (len(told["periods"]), told["places"], told["complete_places"]) == (12, 2, 1)
    # 12 of XX-11; 12 of plague in XX-12, 6 of them in; cholera there, packed from its first week on
    assert (told["expected"], told["reported"]) == (12 + 12 + 12, 12 + 6 + 2)
    assert told["zeros"] == 12 + 1
    [worst] = told["worst"]
    assert (worst["place"], worst["missing"]) == (places["XX-12"].pk, 16)
    assert worst["share"][0] == 0
    assert worst["share"][-1] == 100
    assert told["by_period"][-1] == [3, 3]


def test_a_series_is_expected_from_its_first_count_on(source, diseases):
    given_counts(source, {("plague", "XX-11", ""): [1] * 12}, MONDAY)
    given_counts(source, {("cholera", "XX-11", ""): [1, None]}, MONDAY + timedelta(weeks=10))
    source.refresh_from_db()
    cover = quality.coverage(source)
    assert cover.expected[0].tolist() == [1] * 10 + [2, 2]
    assert cover.reported[0].tolist() == [1] * 10 + [2, 1]


def test_no_counts_no_figures(source):
    told = quality.figures(source)
    assert (told["expected"], told["periods"], told["delays"], told["revisions"]) == (0, [], None, [])


def test_the_title_says_what_is_late_and_what_is_missing(browser, half):
    quality.measure(half)
    page = browser.get(reverse("quality"))
    assert title(page) == "0 of 1 source is late; 56% of expected reports are in"
    one = browser.get(reverse("source_quality", args=[half.pk]))
    assert title(one) == "Weekly counts: 56% of expected reports are in"
    assert "District 12" in one.text
    assert "District 11" not in one.text
    Source.objects.filter(pk=half.pk).update(last_taken_at=timezone.now() - timedelta(days=20))
    assert title(browser.get(reverse("quality"))).startswith("1 of 1 source is late")


def test_where_absence_means_none_nothing_can_be_missing(browser, half):
    Source.objects.filter(pk=half.pk).update(zero_reports=True)
    half.refresh_from_db()
    quality.measure(half)
    page = browser.get(reverse("quality"))
    assert title(page) == "0 of 1 source is late"
    assert "cannot be told" in page.text
    assert "a missing report looks like a zero report" in browser.get(reverse("source_quality", args=[half.pk])).text


def test_taking_a_table_measures_its_source(browser, source, diseases, amina, work):
    rows = [(str(MONDAY + timedelta(weeks=w)), "Region 1", "District 11", "plague", w) for w in range(4)]
    upload = taken(source, table([*rows, ("never", "Region 1", "District 11", "plague", 1)]), amina, work, whole=False)
    source.refresh_from_db()
    assert source.quality["generation"] == source.generation == 1
    assert source.quality["rejected"] == [[upload.taken_at.isoformat(), 5, 1, str(upload.pk)]]
    page = browser.get(reverse("source_quality", args=[source.pk]))
    assert reverse("upload", args=[upload.pk]) in page.text


def test_tables_are_held_against_the_day_they_were_due(source, amina):
    begin = datetime(2026, 1, 5, 8, tzinfo=UTC)
    for number, day in enumerate((0, 7, 16)):
        Upload.objects.create(
            source=source, by=amina, file_name=f"{number}.csv", sha256=str(number), status="taken", rows=100,
            problems=number, taken_at=begin + timedelta(days=day),
        )  # fmt: skip
    told = quality.figures(source)["tables"]
    assert [(row[0][:10], row[1][:10], row[2]) for row in told] == [
        ("2026-01-12", "2026-01-12", 0.0),
        ("2026-01-21", "2026-01-19", 2.0),
    ]


def test_delays_and_revisions_come_from_the_archive(source, diseases):
    """Ten weeks first told 3 days after their end with half of their cases, and in full 17 days later."""
    series = given_counts(source, {("plague", "XX-11", ""): [10] * 20}, MONDAY)["plague", "XX-11", ""]
    archive = archive_of(source)

    def append(upload, weeks, count, days):
        periods = [MONDAY + timedelta(weeks=week) for week in weeks]
        rows = pl.DataFrame(
            {
                "series": [series.pk] * len(periods), "disease": "plague", "place": "XX-11", "stratum": "",
                "period": periods, "count": [count] * len(periods),
                "reported": [
                    datetime.combine(period, datetime.min.time(), UTC) + timedelta(days=7 + days) for period in periods
                ],
            },
            schema={
                "series": pl.Int64, "disease": pl.String, "place": pl.String, "stratum": pl.String, "period": pl.Date,
                "count": pl.Int32, "reported": pl.Datetime("us", "UTC"),
            },
        )  # fmt: skip
        return archive.append(rows, upload=upload, generation=1)

    append("history", range(4), 10, 1000)  # loaded long after: no slow report
    append("first", range(4, 20), 5, 3)
    version = append("full", range(4, 20), 10, 20)
    Source.objects.filter(pk=source.pk).update(archive_version=version)
    source.refresh_from_db()
    told = quality.figures(source)
    assert told["delays"]["days"] == {"50": 3.0, "75": 3.0, "95": 3.0}
    assert told["delays"]["cells"] == 16
    known = {weeks: then / now for weeks, then, now in told["revisions"]}
    assert (known[0], known[1], known[2], known[8]) == (0.5, 0.5, 1.0, 1.0)


def test_delays_and_revisions_are_told_in_words(browser, half):
    told = quality.figures(half)
    told |= {"delays": {"days": {"50": 2.5, "75": 5.0, "95": 12.0}, "cells": 1200}, "revisions": [[0, 600, 1000]]}
    Source.objects.filter(pk=half.pk).update(quality=told)
    assert "2 days" in browser.get(reverse("quality")).text
    one = browser.get(reverse("source_quality", args=[half.pk])).text
    assert "From 1,200 counts of a sample of series" in one
    assert "60% were known one week after" in one


def test_an_archive_that_cannot_be_read_costs_only_its_figures(source, diseases):
    given_counts(source, {("plague", "XX-11", ""): [1, 2]}, MONDAY)
    Source.objects.filter(pk=source.pk).update(archive_version=7)
    source.refresh_from_db()
    told = quality.figures(source)
    assert told["delays"] is None
    assert told["reported"] == 2


def test_a_table_taken_meanwhile_is_not_overwritten_by_older_figures(half):
    Source.objects.filter(pk=half.pk).update(generation=half.generation + 1)
    quality.measure(half)
    half.refresh_from_db()
    assert half.quality == {}


def test_exports_hold_every_place(browser, half):
    quality.measure(half)
    whole = b"".join(browser.get(reverse("quality_export", args=["csv"])).streaming_content).decode()
    assert "Weekly counts" in whole
    cells = b"".join(browser.get(reverse("source_quality_export", args=[half.pk, "csv"])).streaming_content).decode()
    assert "XX-11,District 11,2026-01-19,1,1,1" in cells
    assert len(cells.splitlines()) == 1 + 2 * 12


def test_the_figures_are_for_readers_of_surveillance(half, person, signed_in):
    laboratory = signed_in(person("laboratory"))
    assert laboratory.get(reverse("quality")).status_code == 403
    assert laboratory.get(reverse("source_quality", args=[half.pk])).status_code == 403


def queries(browser, address) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


def test_pages_ask_a_constant_number_of_queries(browser, half, service, places):
    quality.measure(half)
    half.refresh_from_db()
    addresses = (reverse("quality"), reverse("source_quality", args=[half.pk]))
    few = [queries(browser, address) for address in addresses]
    for n in range(30):
        Source.objects.create(name=f"S{n}", organisation=service, place=places["XX"], quality=half.quality)
    places_of = [{"place": place.pk, "missing": 1, "share": [50] * 12} for place in places.values()]
    Source.objects.filter(pk=half.pk).update(quality={**half.quality, "worst": places_of})
    assert [queries(browser, address) for address in addresses] == few
