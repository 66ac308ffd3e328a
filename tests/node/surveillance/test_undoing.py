"""Undoing by a later version, and what was seen on any past day."""

import numpy as np
import pytest
from tests.node.surveillance.tables_given import shown, table, taken

from tocsin.node.surveillance.actions.doors import Refused
from tocsin.node.surveillance.actions.undoing import undo
from tocsin.node.surveillance.models import Upload
from tocsin.node.surveillance.panels import panel_as_of, source_panel

W1, W2, W3 = "2026-01-05", "2026-01-12", "2026-01-19"


@pytest.fixture(autouse=True)
def unscreened(source):
    source.is_on = False
    source.save()


def given(*rows):
    return table([(week, "Region 1", district, "plague", count) for week, district, count in rows])


def undone(upload, by, work):
    made = undo(upload, by=by, text="another file was meant")
    work()
    made.refresh_from_db()
    upload.source.refresh_from_db()
    assert made.status == "taken", made.problem
    return made


def same(a, b):
    return a.ids.tolist() == b.ids.tolist() and np.array_equal(a.counts, b.counts, equal_nan=True)


def test_what_stood_before_is_written_back_with_its_sums(source, diseases, amina, work):
    taken(source, given((W1, "District 11", 1), (W2, "District 11", 2)), amina, work)
    before = shown(source), shown(source, derived=True), source.last_period
    second = taken(source, given((W2, "District 11", 9), (W3, "District 12", 7)), amina, work)
    made = undone(second, amina, work)
    source.refresh_from_db()
    assert shown(source)["plague", "XX-11", ""] == [1, 2]
    assert shown(source, derived=True)["plague", "XX", ""] == [1, 2]
    assert (source.generation, source.last_period) == (3, before[2])
    assert made.via == "undo"
    assert made.taken_by == amina


def test_cells_reported_since_stay_as_they_are(source, diseases, amina, work):
    first = taken(source, given((W1, "District 11", 1), (W2, "District 11", 2)), amina, work)
    taken(source, given((W2, "District 11", 5)), amina, work)
    undone(first, amina, work)
    source.refresh_from_db()
    assert shown(source)["plague", "XX-11", ""] == [5]
    assert shown(source, derived=True)["plague", "XX", ""] == [5]


def test_a_source_is_as_late_as_before_the_table_that_was_undone(source, diseases, amina, work):
    first = taken(source, given((W1, "District 11", 1)), amina, work)
    second = taken(source, given((W2, "District 11", 9)), amina, work)
    first.refresh_from_db()
    second.refresh_from_db()
    made = undone(second, amina, work)
    source.refresh_from_db()
    assert source.last_taken_at == first.taken_at
    undone(made, amina, work)
    source.refresh_from_db()
    assert source.last_taken_at == second.taken_at
    undone(first, amina, work)
    source.refresh_from_db()
    assert source.last_taken_at == second.taken_at


def test_what_comes_after_an_undo_holds_over_it(source, diseases, amina, work):
    first = taken(source, given((W1, "District 11", 1)), amina, work)
    undone(first, amina, work)
    source.refresh_from_db()
    assert source.last_taken_at is None
    taken(source, given((W1, "District 11", 4)), amina, work)
    source.refresh_from_db()
    assert shown(source)["plague", "XX-11", ""] == [4]


def test_an_undo_can_be_undone_and_nothing_twice(source, diseases, amina, work):
    upload = taken(source, given((W1, "District 11", 1)), amina, work)
    made = undone(upload, amina, work)
    source.refresh_from_db()
    assert source_panel(source).counts.size == 0 or np.isnan(source_panel(source).counts).all()
    assert source.last_period is None
    with pytest.raises(Refused, match="Amina undid this table"):
        undo(upload, by=amina, text="")
    undone(made, amina, work)
    source.refresh_from_db()
    assert shown(source)["plague", "XX-11", ""] == [1]
    assert shown(source, derived=True)["plague", "XX-1", ""] == [1]


def test_a_total_that_was_undone_follows_as_a_sum_again(source, diseases, amina, work):
    taken(source, given((W1, "District 11", 1)), amina, work)
    total = taken(source, given((W1, "", 50)), amina, work)
    assert shown(source)["plague", "XX-1", ""] == [50]
    undone(total, amina, work)
    source.refresh_from_db()
    assert shown(source) == {("plague", "XX-11", ""): [1]}
    assert shown(source, derived=True) == {("plague", "XX-1", ""): [1], ("plague", "XX", ""): [1]}


def test_what_is_not_taken_is_not_undone(source, diseases, amina, work):
    upload = taken(source, given((W1, "District 11", 1)), amina, work)
    Upload.objects.filter(pk=upload.pk).update(status="cancelled")
    with pytest.raises(Refused, match="only one that was taken"):
        undo(upload, by=amina, text="")


def test_every_past_view_can_be_had(source, diseases, amina, work):
    first = taken(source, given((W1, "District 11", 1)), amina, work)
    seen = source_panel(source)
    second = taken(source, given((W1, "District 11", 4), (W2, "District 12", 2)), amina, work)
    later = source_panel(source)
    undone(second, amina, work)
    source.refresh_from_db()
    assert same(panel_as_of(source, first.taken_at), seen)
    assert same(panel_as_of(source, second.taken_at), later)
    assert panel_as_of(source, first.received_at).counts.size == 0
    assert panel_as_of(source, second.taken_at).disease_codes == later.disease_codes


def test_a_table_that_came_first_and_is_taken_last_holds(source, diseases, amina, work):
    """Rows of the archive hold by the moment of their report; that must be what the pages show, too."""
    from tests.node.surveillance.tables_given import previewed

    from tocsin.node.surveillance.actions import taking

    early = previewed(source, given((W1, "District 11", 1)), amina, work)
    taken(source, given((W1, "District 11", 2)), amina, work)
    with pytest.raises(taking.PreviewOutdated):
        taking.take(early, whole=True, by=amina)
    work()
    taking.take(early, whole=True, by=amina)
    work()
    early.refresh_from_db()
    source.refresh_from_db()
    assert shown(source)["plague", "XX-11", ""] == [1]
    assert same(panel_as_of(source, early.taken_at), source_panel(source))
