"""A table taken: all of it at one moment, with the sums that it does not give itself."""

import pytest
from django.core.exceptions import PermissionDenied
from tests.node.surveillance.tables_given import HEADER, previewed, shown, table, taken

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.surveillance.actions import taking
from tocsin.node.surveillance.actions.doors import Refused
from tocsin.node.surveillance.intake.generations import archive_of
from tocsin.node.surveillance.models import Series, Upload

WEEKS = ("2026-01-05", "2026-01-12", "2026-01-19")
TWO_DISTRICTS = table(
    (WEEKS[week], "Region 1", f"District {district}", "plague", n)
    for week, district, n in ((0, 11, 1), (0, 12, 2), (1, 11, 3), (1, 12, 4))
)


@pytest.fixture(autouse=True)
def unscreened(source):
    """Tables alone are the matter here: a source that is off is not screened."""
    source.is_on = False
    source.save()


def test_a_source_that_is_on_is_screened_when_counts_arrive(source, diseases, amina, work):
    source.is_on = True
    source.save()
    taken(source, TWO_DISTRICTS, amina, work)
    assert source.screenings.count() == 1


def test_counts_are_shown_with_the_sums_of_places(source, diseases, amina, work):
    upload = taken(source, TWO_DISTRICTS, amina, work)
    assert shown(source) == {("plague", "XX-11", ""): [1, 3], ("plague", "XX-12", ""): [2, 4]}
    assert shown(source, derived=True) == {("plague", "XX-1", ""): [3, 7], ("plague", "XX", ""): [3, 7]}
    assert (source.generation, source.last_period.isoformat()) == (1, WEEKS[1])
    assert upload.cells_changed == 4
    assert upload.archive_version == source.archive_version
    assert archive_of(source).view(version=source.archive_version).height == 8
    assert AuditEntry.objects.get(act="upload.taken").by == amina


def test_a_later_table_changes_only_what_it_says(source, diseases, amina, work):
    taken(source, TWO_DISTRICTS, amina, work)
    later = table(
        [(WEEKS[1], "Region 1", "District 11", "plague", 5), (WEEKS[2], "Region 1", "District 11", "plague", 6)]
    )
    upload = taken(source, later, amina, work)
    assert shown(source) == {("plague", "XX-11", ""): [1, 5, 6], ("plague", "XX-12", ""): [2, 4, None]}
    assert shown(source, derived=True)["plague", "XX", ""] == [3, 9, 6]
    assert shown(source, generation=1) == {("plague", "XX-11", ""): [1, 3], ("plague", "XX-12", ""): [2, 4]}
    assert upload.cells_changed == 2
    assert archive_of(source).changed_by(str(upload.pk), version=source.archive_version).height == 6


def test_what_does_not_change_is_not_written(source, diseases, amina, work):
    taken(source, TWO_DISTRICTS, amina, work)
    upload = taken(source, TWO_DISTRICTS + b"\n", amina, work)
    assert upload.cells_changed == 0
    assert archive_of(source).changed_by(str(upload.pk), version=source.archive_version).height == 0
    assert shown(source)["plague", "XX-11", ""] == [1, 3]


def test_an_absent_row_is_none_or_not_reported_as_the_source_says(source, diseases, amina, work):
    gap = table(
        [(WEEKS[0], "Region 1", "District 11", "plague", 1), (WEEKS[2], "Region 1", "District 11", "plague", 2)]
    )
    taken(source, gap, amina, work)
    assert shown(source)["plague", "XX-11", ""] == [1, 0, 2]
    source.zero_reports = False
    source.save()
    taken(source, gap + b"\n", amina, work)
    assert shown(source)["plague", "XX-11", ""] == [1, None, 2]


def test_a_total_that_the_table_gives_is_kept_and_not_summed(source, diseases, amina, work):
    rows = [(WEEKS[0], "Region 1", "", "plague", 10), (WEEKS[0], "Region 1", "District 11", "plague", 1)]
    taken(source, table([*rows, (WEEKS[0], "Region 2", "District 21", "plague", 5)]), amina, work)
    assert shown(source) == {("plague", "XX-1", ""): [10], ("plague", "XX-11", ""): [1], ("plague", "XX-21", ""): [5]}
    assert shown(source, derived=True) == {("plague", "XX", ""): [15], ("plague", "XX-2", ""): [5]}


def test_a_sum_gives_way_to_a_total_that_arrives(source, diseases, amina, work):
    taken(source, TWO_DISTRICTS, amina, work)
    taken(source, table([(WEEKS[1], "Region 1", "", "plague", 100)]), amina, work)
    assert shown(source)["plague", "XX-1", ""] == [3, 100]
    assert shown(source, derived=True) == {("plague", "XX", ""): [3, 100]}


def test_strata_are_summed_in_every_place(source, diseases, amina, work):
    source.columns |= {"stratum": ["age", "sex"]}
    source.save()
    header = (*HEADER, "age", "sex")
    rows = [
        (WEEKS[0], "Region 1", "District 11", "plague", 1, "0-4", "f"),
        (WEEKS[0], "Region 1", "District 11", "plague", 2, "0-4", "m"),
        (WEEKS[0], "Region 1", "District 12", "plague", 4, "0-4", "f"),
    ]
    taken(source, table(rows, header), amina, work)
    assert shown(source)["plague", "XX-11", "0-4 · f"] == [1]
    sums = shown(source, derived=True)
    assert sums["plague", "XX-11", ""] == [3]
    assert sums["plague", "XX-1", "0-4 · f"] == [5]
    assert sums["plague", "XX", ""] == [7]


def test_two_names_of_one_place_are_added(source, diseases, amina, work):
    rows = [(WEEKS[0], "Region 1", "District 11", "plague", 1), (WEEKS[0], "Область 1", "Район 11", "чума", 2)]
    taken(source, table([*rows, (WEEKS[0], "第1州", "第11县", "鼠疫", 4)]), amina, work)
    assert shown(source) == {("plague", "XX-11", ""): [7]}


def test_rows_that_cannot_be_used_keep_a_table_from_being_taken_whole(source, diseases, amina, work):
    bad = TWO_DISTRICTS + b"2026-01-12,Region 1,District 11,plague,many\r\n"
    upload = previewed(source, bad, amina, work)
    with pytest.raises(Refused, match="1 row cannot be used"):
        taking.take(upload, whole=True, by=amina)
    taking.take(upload, whole=False, by=amina)
    work()
    source.refresh_from_db()
    assert shown(source)["plague", "XX-11", ""] == [1, 3]


def test_an_illegible_row_withdraws_nothing(source, diseases, amina, work):
    taken(source, TWO_DISTRICTS, amina, work)
    bad = TWO_DISTRICTS.replace(b"District 11,plague,3", b"District 11,plague,x")
    taken(source, bad, amina, work, whole=False)
    assert shown(source)["plague", "XX-11", ""] == [1, 3]


def test_a_table_of_which_another_changed_the_same_weeks_is_previewed_anew(source, diseases, amina, work):
    first = previewed(source, TWO_DISTRICTS, amina, work)
    taken(source, TWO_DISTRICTS + b"\n", amina, work)
    with pytest.raises(taking.PreviewOutdated):
        taking.take(first, whole=True, by=amina)
    work()
    first.refresh_from_db()
    assert first.preview["changes"]["new"] == 0
    assert taking.take(first, whole=True, by=amina).status == Upload.Status.TAKING


def test_a_table_of_other_weeks_does_not_stand_in_the_way(source, diseases, amina, work):
    first = previewed(source, TWO_DISTRICTS, amina, work)
    taken(source, table([(WEEKS[2], "Region 1", "District 11", "plague", 9)]), amina, work)
    taking.take(first, whole=True, by=amina)
    work()
    source.refresh_from_db()
    assert shown(source)["plague", "XX-11", ""] == [1, 3, 9]


def test_one_table_of_a_source_at_a_time(source, diseases, amina, work):
    first = previewed(source, TWO_DISTRICTS, amina, work)
    second = previewed(source, TWO_DISTRICTS + b"\n", amina, work)
    taking.take(first, whole=True, by=amina)
    with pytest.raises(Refused, match="is being taken"):
        taking.take(second, whole=True, by=amina)


def test_nothing_is_left_of_a_table_that_fails_while_it_is_taken(source, diseases, amina, work, monkeypatch):
    taken(source, TWO_DISTRICTS, amina, work)
    before = shown(source), Series.objects.count()
    more = table([(WEEKS[2], "Region 2", "District 21", "cholera", 9)])
    upload = taking.take(previewed(source, more, amina, work), whole=True, by=amina)

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tocsin.counts.archive.Archive.append", full)
    work()
    upload.refresh_from_db()
    source.refresh_from_db()
    assert (upload.status, upload.problem["code"]) == ("previewed", "not_taken")
    assert (shown(source), Series.objects.count()) == before
    monkeypatch.undo()
    taking.take(upload, whole=True, by=amina)
    work()
    source.refresh_from_db()
    assert shown(source)["cholera", "XX-21", ""] == [None, None, 9]


def test_a_table_whose_file_is_gone_is_not_taken(source, diseases, amina, work, settings):
    upload = taking.take(previewed(source, TWO_DISTRICTS, amina, work), whole=True, by=amina)
    (settings.UPLOADS / upload.file_path).unlink()
    work()
    upload.refresh_from_db()
    assert upload.status == "previewed"
    assert upload.problem == {"code": "SourceNotFound", "text": upload.problem["text"]}
    assert "there is no file week.csv" in upload.problem["text"]


def test_who_may_not_send_counts_may_not_take_them(source, diseases, amina, person, work):
    upload = previewed(source, TWO_DISTRICTS, amina, work)
    with pytest.raises(PermissionDenied):
        taking.take(upload, whole=True, by=person("clinician"))
