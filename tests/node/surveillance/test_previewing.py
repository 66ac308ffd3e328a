"""What a table holds and would change, and what a person is asked about it."""

import pytest
from django.core.exceptions import PermissionDenied
from tests.node.surveillance.tables_given import HEADER, previewed, sent, shown, table, taken

from tocsin.node.surveillance.actions import previewing, taking
from tocsin.node.surveillance.actions.doors import Refused
from tocsin.node.surveillance.actions.setting_up import add_place
from tocsin.node.surveillance.models import DiseaseAlias, Place, PlaceAlias

W1, W2, W3 = "2026-01-05", "2026-01-12", "2026-01-19"


@pytest.fixture(autouse=True)
def unscreened(source):
    source.is_on = False
    source.save()


def given(*rows):
    return table([(week, "Region 1", district, "plague", count) for week, district, count in rows])


def test_a_preview_says_what_the_table_holds(source, diseases, amina, work):
    upload = previewed(
        source, given((W1, "District 11", 0), (W2, "District 11", 3), (W3, "District 12", 1)), amina, work
    )
    found = upload.preview
    assert upload.status == "previewed"
    assert (upload.rows, upload.problems) == (3, 0)
    assert found["periods"] == {"first": W1, "last": W3, "every": "week", "number": 3, "incomplete": 0}
    assert (found["series"], found["new_series"], found["untouched_series"]) == (2, 2, 0)
    assert found["cells"] == {"reported": 6, "zero": 4, "empty": 0, "total": 4.0}
    assert found["changes"] | {"largest": 0} == {"new": 6, "up": 0, "down": 0, "withdrawn": 0, "largest": 0}


def test_ten_bad_rows_among_a_thousand_are_explained(source, diseases, amina, work):
    rows = [(f"20{10 + i // 50}-{1 + i % 12:02}-{1 + i % 28:02}", "District 11", i % 9) for i in range(1_000)]
    bad = [(W1, "District 11", value) for value in ("many", "3.5", "1e20", "-", "?")]
    bad += [(day, "District 11", 1) for day in ("2026-02-30", "soon", "", "99.99.9999", "2026-W60")]
    upload = previewed(source, given(*rows, *bad), amina, work)
    assert upload.status == "previewed", upload.problem
    listed = list(previewing.problem_rows(upload))
    left_out = {int(row["row"]) for row in listed if row["taken"] == "false"}
    assert left_out <= set(range(1_002, 1_012))
    assert len(left_out) >= 8
    assert upload.problems == len(left_out) == upload.preview["problems"]["left_out"]
    assert upload.rows == 1_010
    assert {row["rule"] for row in listed} >= {"not_a_number", "fractional", "too_large", "impossible_date", "no_date"}
    assert len(upload.preview["problems"]["first"]) == 10


def test_changes_against_what_stands(source, diseases, amina, work):
    source.zero_reports = False
    source.save()
    taken(source, given((W1, "District 11", 1), (W2, "District 11", 5), (W3, "District 11", 7)), amina, work)
    upload = previewed(
        source, given((W1, "District 11", 4), (W3, "District 11", 6), (W3, "District 12", 2)), amina, work
    )
    changes = upload.preview["changes"]
    largest = changes.pop("largest")
    assert changes == {"new": 1, "up": 1, "down": 1, "withdrawn": 1}
    assert [(one["period"], one["before"], one["after"]) for one in largest] == [(W1, 1, 4), (W3, 7, 6)]
    assert [one["code"] for one in upload.preview["warnings"]] == ["withdraws"]


def test_series_that_the_table_does_not_name_are_said_to_stay(source, diseases, amina, work):
    taken(source, given((W1, "District 11", 1), (W1, "District 12", 1)), amina, work)
    assert previewed(source, given((W2, "District 11", 1)), amina, work).preview["untouched_series"] == 1


def test_jumps_low_last_weeks_and_weeks_to_come_are_warned_of(source, diseases, amina, work):
    days = ["2025-01-06", "2025-01-13", "2025-01-20", "2025-01-27", "2025-02-03", "2025-02-10"]
    taken(source, given(*((day, "District 11", 12) for day in days)), amina, work)
    jump = previewed(source, given(("2025-02-17", "District 11", 1_200)), amina, work).preview["warnings"]
    assert [(one["code"], one["values"]["count"], one["values"]["usual"]) for one in jump] == [("jump", 1_200, 12)]
    low = previewed(source, given(("2025-02-17", "District 11", 2)), amina, work).preview["warnings"]
    assert [one["code"] for one in low] == ["last_period_low"]
    coming = previewed(source, given(("2199-01-07", "District 11", 12)), amina, work).preview["warnings"]
    assert [one["code"] for one in coming] == ["future_period"]


def test_unknown_names_are_asked_about_with_likely_answers(source, diseases, places, amina, work):
    rows = [
        (W1, "Region 1", "Distrikt 12", "plague", 3),
        (W1, "Область 2", "Районн 21", "plague", 2),
        (W1, "第2州", "第22县城", "plague", 1),
        (W1, "Region 1", "District 11", "plauge", 9),
    ]
    upload = previewed(source, table(rows), amina, work)
    names = upload.preview["unmatched"]
    assert [one["path"][-1] for one in names["places"]] == ["Distrikt 12", "Районн 21", "第22县城"]
    assert [one["candidates"][0]["code"] for one in names["places"]] == ["XX-12", "XX-21", "XX-22"]
    assert names["diseases"][0]["candidates"][0]["code"] == "plague"
    with pytest.raises(Refused, match="not matched yet"):
        taking.take(upload, whole=True, by=amina)


def test_an_answer_holds_for_good_and_the_last_one_previews_anew(source, diseases, places, amina, work):
    rows = [(W1, "Region 1", "Dist. eleven", "plague", 3), (W1, "Region 1", "District 12", "the pest", 4)]
    upload = previewed(source, table(rows), amina, work)
    previewing.match_place(upload, ["Region 1", "Dist. eleven"], place=places["XX-11"], by=amina)
    upload.refresh_from_db()
    assert upload.status == "previewed"
    previewing.match_disease(upload, "the pest", disease=diseases["plague"], by=amina)
    upload.refresh_from_db()
    assert upload.status == "received"
    work()
    upload.refresh_from_db()
    assert not previewing.is_unmatched(upload)
    again = previewed(source, table([(W2, "REGION 1", "dist eleven", "The Pest", 1)]), amina, work)
    assert not previewing.is_unmatched(again)
    assert PlaceAlias.objects.get(name="Dist. eleven").within == places["XX-1"]
    assert DiseaseAlias.objects.get().source == source


def test_districts_of_one_name_are_asked_about_once_and_told_apart_by_region(source, diseases, places, amina, work):
    add_place(code="XX-1n", kind="district", parent=places["XX-1"], names=("North", "", ""))
    add_place(code="XX-2n", kind="district", parent=places["XX-2"], names=("North", "", ""))
    taken(source, table([(W1, "Region 2", "North", "plague", 3)]), amina, work)
    assert shown(source) == {("plague", "XX-2n", ""): [3]}
    source.columns |= {"place": ["district"]}
    source.save()
    upload = previewed(source, table([(W1, "", "North", "plague", 4)]), amina, work)
    assert {one["code"] for one in upload.preview["unmatched"]["places"][0]["candidates"]} == {"XX-1n", "XX-2n"}
    previewing.match_place(upload, ["North"], place=Place.objects.get(code="XX-1n"), by=amina)
    work()
    upload.refresh_from_db()
    assert not previewing.is_unmatched(upload)


def test_a_place_outside_the_area_is_no_answer(source, diseases, places, amina, work):
    upload = previewed(source, table([(W1, "Region 1", "Elsewhere", "plague", 3)]), amina, work)
    with pytest.raises(Refused, match="does not lie in"):
        previewing.match_place(upload, ["Region 1", "Elsewhere"], place=places["XX-21"], by=amina)


def test_a_new_place_can_be_the_answer_of_who_manages_places(source, diseases, places, amina, person, work):
    upload = previewed(source, table([(W1, "Region 1", "New Town", "plague", 3)]), amina, work)
    new = previewing.NewPlace(places["XX-1"], "district", ("New Town", "", ""))
    with pytest.raises(PermissionDenied):
        previewing.match_place(upload, ["Region 1", "New Town"], place=new, by=person("laboratory"))
    made = previewing.match_place(upload, ["Region 1", "New Town"], place=new, by=amina)
    assert made.parent == places["XX-1"]
    work()
    upload.refresh_from_db()
    assert not previewing.is_unmatched(upload)


def test_options_read_the_table_in_another_way(source, diseases, amina, work):
    other = table([(W1, "Region 1", "District 11", "plague", 3, 1)], (*HEADER[:-1], "confirmed", "deaths"))
    upload = previewed(source, other, amina, work)
    assert (upload.status, upload.problem["code"]) == ("unreadable", "UnknownColumn")
    previewing.set_options(upload, {"count": "confirmed"}, by=amina)
    work()
    upload.refresh_from_db()
    assert upload.status == "previewed"
    assert upload.preview["cells"]["total"] == 3
    previewing.set_options(upload, {"colour": "red"}, by=amina)
    work()
    upload.refresh_from_db()
    assert upload.problem["code"] == "InvalidReading"


def test_a_cancelled_table_is_left_alone_and_may_be_sent_again(source, diseases, amina, work):
    content = given((W1, "District 11", 1))
    upload = sent(source, content, amina)
    previewing.cancel(upload, by=amina)
    work()
    upload.refresh_from_db()
    assert upload.status == "cancelled"
    with pytest.raises(Refused, match="already “cancelled”"):
        previewing.cancel(upload, by=amina)
    assert sent(source, content, amina).pk != upload.pk


def test_a_source_that_says_no_disease_is_asked_to(source, diseases, amina, work):
    source.columns = {"place": ["region", "district"]}
    source.save()
    upload = previewed(source, given((W1, "District 11", 1)), amina, work)
    assert upload.status == "unreadable"
    assert "neither the source names a disease" in upload.problem["text"]
    source.disease = diseases["cholera"]
    source.save()
    previewing.preview_again(upload, by=amina)
    work()
    upload.refresh_from_db()
    assert upload.preview["series"] == 1
