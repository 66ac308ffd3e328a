"""What housekeeping deletes nobody reads; what was shown on any past day is shown as before."""

import fcntl
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.node.surveillance.tables_given import previewed, shown, table, taken

from tocsin.node.alliance.models import Notice
from tocsin.node.surveillance import housekeeping
from tocsin.node.surveillance.actions import previewing, taking
from tocsin.node.surveillance.intake import generations
from tocsin.node.surveillance.intake.receiving import path_of
from tocsin.node.surveillance.models import Screening, Series, SeriesCounts, Upload
from tocsin.node.surveillance.pages import series_pages
from tocsin.node.surveillance.pages.signal_chart import generation_on
from tocsin.node.surveillance.panels import many_series_counts, panel_as_of, series_counts
from tocsin.node.work import tasks

TABLES = 6


@pytest.fixture(autouse=True)
def few_kept(monkeypatch):
    """Rows that are kept of each series whatever their age: two."""
    monkeypatch.setattr(housekeeping, "KEPT_A_SERIES", 2)


def rows(number: int, district: str = "District 11"):
    return [(f"2026-01-{day:02}", "Region 1", district, "dengue", number) for day in (5, 12)[: 1 + number % 2]]


@pytest.fixture
def history(source, diseases, amina, work):
    """TABLES tables of one district, the second with another district beside, taken two months to some days ago."""
    source.is_on = False
    source.save()
    made = []
    for number in range(1, TABLES + 1):
        content = rows(number) + (rows(7, "District 12") if number == 2 else [])
        made.append(taken(source, table(content), amina, work, name=f"{number}.csv"))
    for upload, days in zip(made, (70, 60, 50, 45, 40, 2), strict=True):
        Upload.objects.filter(pk=upload.pk).update(taken_at=timezone.now() - timedelta(days=days))
    return made


def stood(source):
    """All that readers can ask for of the past: each series in each generation, and whole panels of each day."""
    keys = list(Series.objects.order_by("pk").values_list("pk", flat=True))
    found = {}
    for generation in range(1, source.generation + 1):
        dates, counts = many_series_counts(keys, generation=generation)
        found[generation] = {
            (key, str(dates[n])): counts[row, n]
            for row, key in enumerate(keys)
            for n in np.flatnonzero(np.isfinite(counts[row]))
        }
    days = [timezone.now() - timedelta(days=days) for days in (80, 65, 55, 47, 42, 10, 0)]
    panels = [panel_as_of(source, day) for day in days]
    return found, [(panel.ids.tolist(), np.nan_to_num(panel.counts, nan=-1).tolist()) for panel in panels]


def test_views_of_past_days_are_what_they_were(source, history):
    before = stood(source)
    assert len({repr(one) for one in before[0].values()}) == TABLES
    packed = SeriesCounts.objects.count()
    gone = housekeeping.keep()
    assert gone == packed - SeriesCounts.objects.count() > 0
    assert stood(source) == before
    assert housekeeping.keep() == 0
    day = timezone.localdate() - timedelta(days=65)
    first = Series.objects.get(place__code="XX-11")
    assert series_counts(first, generation=generation_on(source, day))[1].tolist() == [1, 1]


def test_what_was_replaced_within_five_weeks_and_the_last_of_each_series_stay(source, history):
    housekeeping.keep()
    kept = {}
    for code, since in SeriesCounts.objects.order_by("from_generation").values_list(
        "series__place__code", "from_generation"
    ):
        kept.setdefault(code, []).append(since)
    # The fifth was replaced two days ago; the fourth, when the fifth came, 40 days ago.
    assert kept["XX-11"] == [5, 6]
    assert kept["XX-12"] == [2]


def test_series_keep_what_their_pages_show(monkeypatch, source, history):
    monkeypatch.undo()
    assert housekeeping.KEPT_A_SERIES == series_pages.LAST_REVISIONS + 1
    monkeypatch.setattr(series_pages, "LAST_REVISIONS", 3)
    monkeypatch.setattr(housekeeping, "KEPT_A_SERIES", 4)
    series = Series.objects.select_related("source").get(place__code="XX-11")
    before = series_pages.revisions(series)
    assert housekeeping.keep() > 0
    assert series_pages.revisions(series) == before


@pytest.mark.parametrize("pin", ["screening", "preview"])
def test_a_generation_that_somebody_reads_stays_whole(source, history, amina, work, pin):
    then = shown(source, 3, derived=False)
    if pin == "screening":
        Screening.objects.create(source=source, status=Screening.Status.RUNNING, generation=3)
    else:
        open_one = previewed(source, table(rows(9)), amina, work)
        Upload.objects.filter(pk=open_one.pk).update(preview={**open_one.preview, "generation": 3})
    assert housekeeping.keep() > 0
    assert shown(source, 3, derived=False) == then
    Screening.objects.update(status=Screening.Status.DONE)
    Upload.objects.filter(status=Upload.Status.PREVIEWED).update(status=Upload.Status.CANCELLED)
    assert housekeeping.keep() > 0
    assert shown(source, 3, derived=False) != then


def test_a_table_that_is_being_taken_is_left_alone_and_one_that_comes_meanwhile_goes_on(
    source, history, amina, work, monkeypatch
):
    upload = taking.take(previewed(source, table(rows(9)), amina, work), whole=True, by=amina)
    packed = SeriesCounts.objects.count()
    assert housekeeping.keep() == 0
    Upload.objects.filter(pk=upload.pk).update(status=Upload.Status.PREVIEWED)
    DBTaskResult.objects.all().delete()

    def confirmed_meanwhile(one):
        Upload.objects.filter(pk=upload.pk).update(status=Upload.Status.TAKING)
        generations.carry_out(upload.pk)
        upload.refresh_from_db()
        assert upload.status == Upload.Status.TAKING

    monkeypatch.setattr(housekeeping, "_tend_archive", confirmed_meanwhile)
    housekeeping.keep()
    assert SeriesCounts.objects.count() < packed
    work()
    upload.refresh_from_db()
    assert upload.status == Upload.Status.TAKEN


def test_it_waits_for_nobody_who_is_taking(source, history, settings):
    with (settings.ARCHIVE / f"_{source.pk}.taking").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert housekeeping.keep() == 0
    assert housekeeping.keep() > 0


def test_archives_are_merged(source, history, settings):
    data = settings.ARCHIVE / str(source.pk)
    archive = generations.archive_of(source)
    before = archive.view(version=source.archive_version)
    housekeeping.keep()
    assert (data / "_delta_log" / "_last_checkpoint").is_file()
    assert archive.head() > source.archive_version
    assert archive.view(version=source.archive_version).equals(before)


def test_a_series_that_nobody_reports_any_more_lets_the_next_table_be_taken(source, history, amina, work):
    housekeeping.keep()
    after = taken(source, table(rows(8)), amina, work)
    assert after.generation == TABLES + 1


def test_one_source_that_fails_keeps_no_other(source, history, monkeypatch):
    other = type(source).objects.create(name="Broken", organisation=source.organisation, place=source.place)

    def fail(one):
        if one.pk == other.pk:
            raise OSError("the disk is gone")

    monkeypatch.setattr(housekeeping, "_tend_archive", fail)
    packed = SeriesCounts.objects.count()
    with pytest.raises(housekeeping.HousekeepingFailed, match="Broken"):
        housekeeping.keep()
    assert SeriesCounts.objects.count() < packed


def test_previews_of_cancelled_tables_are_cleared_and_tables_stay(source, diseases, amina, work):
    bad = [("no day", "Region 1", "District 11", "dengue", 1)]
    old, young, kept = (previewed(source, table(rows(n) + bad), amina, work) for n in (1, 2, 3))
    for upload in (old, young):
        previewing.cancel(upload, by=amina)
    Upload.objects.exclude(pk=young.pk).update(received_at=timezone.now() - timedelta(days=31))
    assert housekeeping.keep() == 1
    there = [path_of(upload.file_path + ".problems.csv").exists() for upload in (old, young, kept)]
    assert there == [False, True, True]
    assert all(path_of(upload.file_path).exists() for upload in (old, young, kept))


def test_notices_stay_a_year(amina):
    for days in (366, 364):
        notice = Notice.objects.create(person=amina, kind="signals.new", values={})
        Notice.objects.filter(pk=notice.pk).update(made_at=timezone.now() - timedelta(days=days))
    assert tasks.keep_house.call() == 1
    assert Notice.objects.count() == 1
