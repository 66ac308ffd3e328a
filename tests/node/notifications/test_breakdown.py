"""The line list told by place, age and sex: small counts stay small, whatever else partners have."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_
from hypothesis import strategies as st
from tests.node.events.scenes import an_event
from tests.node.notifications.scenes import told

from tocsin.node.events.actions.counts import report_counts
from tocsin.node.events.actions.places import set_places
from tocsin.node.events.models import Event, EventCase
from tocsin.node.notifications.actions.preparing import change_draft, prepare, preview
from tocsin.node.notifications.actions.releasing import release
from tocsin.node.notifications.building.breakdown import break_down
from tocsin.node.notifications.building.identifiers import looks_like_one
from tocsin.node.notifications.models import Notification

DAY = date(2026, 3, 8)


@pytest.fixture
def region(joined, diseases, places, amina):
    """An event in a region and its districts."""
    event = an_event(diseases["cholera"], places["XX-1"], amina)
    others = [places["XX-11"], places["XX-12"], places["XX-13"]]
    return set_places(event, first=places["XX-1"], others=others, by=amina, version=event.version)


def listed(event, place, number, *, age=30, sex="female", start=0, **fields):
    EventCase.objects.bulk_create(
        EventCase(event=event, local_id=f"KLINIK-{place.code}-{start + at}", place=place, age=age, sex=sex, **fields)
        for at in range(number)
    )


def counted(event, by, cases, **counts):
    """The event counts what its line list has."""
    now = Event.objects.get(pk=event.pk)
    given = {"suspected": cases, "probable": 0, "confirmed": 0, **counts}
    report_counts(now, as_of=DAY, counts=given, by=by)
    return Event.objects.get(pk=event.pk)


def rows_of(made):
    return {tuple(row[:4]): row[4] for row in made.body["rows"]}


def broken_down(event, by):
    return told(event, by, breakdown=True)


def test_counts_of_the_line_list_are_told_and_small_ones_are_not(region, places, vera, amina):
    listed(region, places["XX-11"], 40)
    listed(region, places["XX-12"], 30, sex="male", age=70)
    listed(region, places["XX-13"], 2, age=3)
    event = counted(region, amina, 72)
    made = broken_down(event, vera)
    rows = rows_of(made)
    assert rows["cases", "AL", "all", "all"] == 72 == made.body["counts"]["suspected"]
    assert rows["cases", "XX-1", "all", "all"] in (72, None)
    assert rows["cases", "XX-13", "all", "all"] is None
    assert rows["cases", "AL", "0-4", "all"] is None
    assert made.body["suppression"] == {"below": 5, "rule": "small-cells-and-complements"}
    assert ["cases", "XX-13", "all", "all"] in made.withheld
    known = [value for key, value in rows.items() if key[1] in ("XX-11", "XX-12") and value is not None]
    assert len(known) < 2, "the third is not what the other two leave of the whole"


def test_what_was_withheld_once_stays_withheld(region, places, vera, amina):
    listed(region, places["XX-11"], 40)
    listed(region, places["XX-12"], 30)
    listed(region, places["XX-13"], 3)
    first = broken_down(counted(region, amina, 73), vera)
    listed(region, places["XX-13"], 10, start=50)
    second = broken_down(counted(region, amina, 83), vera)
    key = ("cases", "XX-13", "all", "all")
    assert rows_of(first)[key] is None
    assert rows_of(second)[key] is None, "13 now, and 3 of them are known to be old"
    Notification.objects.all().update(withheld=[])
    listed(region, places["XX-11"], 1, start=90)
    assert rows_of(broken_down(counted(region, amina, 84), vera))[key] == 13, "else it would be told"


def test_a_line_list_that_does_not_agree_with_the_counts_is_not_told(region, places, vera, amina):
    listed(region, places["XX-11"], 40)
    event = counted(region, amina, 55)
    draft = change_draft(prepare(event, by=vera), version=1, breakdown=True, by=vera)
    shown = preview(draft, by=vera)
    assert [problem.code for problem in shown.warnings] == ["left-out-differs"]
    made = release(draft, version=2, seen=shown.digest, warned=True, by=vera)
    assert (made.body["rows"], made.body["suppression"]) == ([], None)


def test_of_few_people_nothing_is_broken_down(region, places, vera, amina):
    listed(region, places["XX-11"], 40)
    listed(region, places["XX-11"], 2, start=50, outcome="deceased", onset=DAY, outcome_on=DAY)
    event = counted(region, amina, 42, deaths=2)
    made = broken_down(event, vera)
    assert made.body["counts"]["deaths"] == 2, "totals are told as they are"
    assert {row[0] for row in made.body["rows"]} == {"cases"}


def test_cases_that_were_discarded_are_not_counted_and_facilities_are_not_named(region, places, vera, amina):
    from tocsin.node.surveillance.actions.setting_up import add_place

    clinic = add_place(code="XX-111", kind="facility", parent=places["XX-11"], names=("Clinic", "", ""))
    listed(region, clinic, 20)
    listed(region, places["XX-12"], 9, classification="discarded")
    made = broken_down(counted(region, amina, 20), vera)
    told_of = {row[1] for row in made.body["rows"]}
    assert told_of == {"AL", "XX-1", "XX-11"}
    assert rows_of(made)["cases", "XX-11", "all", "all"] == 20


def test_ages_that_are_not_known_are_unknown(region, places, vera, amina):
    listed(region, places["XX-11"], 20, age=None, sex="unknown")
    listed(region, places["XX-11"], 20, age=64, start=100)
    rows = rows_of(broken_down(counted(region, amina, 40), vera))
    assert (rows["cases", "AL", "unknown", "all"], rows["cases", "AL", "45-64", "all"]) == (20, 20)


def test_no_number_of_a_case_leaves(region, places, vera, amina):
    listed(region, places["XX-11"], 20)
    made = broken_down(counted(region, amina, 20), vera)
    assert "KLINIK" not in str(made.body)


@settings_(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    cells=st.lists(
        st.tuples(
            st.sampled_from(["XX-11", "XX-12", "XX-13"]), st.integers(0, 80), st.sampled_from(["female", "male"])
        ),
        max_size=40,
    )
)
def test_whatever_the_line_list_no_small_count_is_told_and_what_is_told_is_true(region, places, cells):
    from django.db import transaction

    with transaction.atomic():
        EventCase.objects.bulk_create(
            EventCase(event=region, local_id=f"n{at}", place=places[place], age=age, sex=sex)
            for at, (place, age, sex) in enumerate(cells)
        )
        region.suspected, region.probable, region.confirmed = len(cells), 0, 0
        counts = {name: getattr(region, name) for name in Event.COUNTS}
        of = [region.place, *(row.place for row in region.places.select_related("place"))]
        made = break_down(region, below=5, counts=counts, places=of, before=())
        transaction.set_rollback(True)
    for indicator, place, age, sex, *value in made.rows:
        if value == [None, "suppressed"]:
            continue
        (count,) = value
        true = [
            one for one in cells
            if (place in ("AL", "XX-1") or one[0] == place) and sex in ("all", one[2]) and _in(age, one[1])
        ]  # fmt: skip
        assert count == len(true)
        assert indicator == "cases"
        assert count == 0 or count >= 5
    assert not made.rows or 0 < len(cells) >= 5


def _in(label, age):
    if label == "all":
        return True
    if label.endswith("+"):
        return age >= int(label[:-1])
    first, last = map(int, label.split("-"))
    return first <= age <= last


@pytest.mark.parametrize(
    "text",
    [
        "тел. +7 (912) 345-67-89",
        "8 912 345 67 89",
        "паспорт 45 08 123456",
        "паспорт МЮ 1234567",
        "passport AB1234567",
        "身份证 110101199003077758",
        "call 0041791234567 now",
        "№ 1234567890",
    ],
)
def test_numbers_of_persons_are_seen(text):
    assert looks_like_one(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12 случаев с 08.03.2026 по 2026-03-12",
        "1 000 000 doses, 12,500,000 people",
        "население 1 234 567",
        "H5N1, O1 Ogawa, ST131",
        "AL-2026-7",
        "3 of 17 (17.6 %)",
        "1200 km, 45.5 °C",
        "2026年3月8日，报告12例",
        "weeks 10–12, 2026/03/08",
    ],
)
def test_what_is_no_number_of_a_person_is_left_alone(text):
    assert not looks_like_one(text)
