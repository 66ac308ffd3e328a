"""The figures that are kept are those of the rows, whatever the rows and however they came."""

import csv
import io
import random
from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.node.events.line_list.given import ago, listed, looked, taken

from tocsin.node.events.actions import cases as acts
from tocsin.node.events.line_list import figures
from tocsin.node.events.line_list.groups import age_group
from tocsin.node.events.line_list.tables import open_file
from tocsin.node.events.models import Event, EventCase
from tocsin.node.events.pages.curve import age_chart, class_chart, curve_chart, periods_of, place_chart
from tocsin.node.events.pages.line_list import fatality

# Without shrinking, which would try each of its steps on a database.
TRIED = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip
HEAD = (
    "ID",
    "Classification",
    "Onset",
    "Report date",
    "Outcome",
    "District",
    "Age",
    "Sex",
    "HCW",
    "Exposure",
    "Infected by",
)
WORD = st.text(st.sampled_from("abcдя井=+-@\"';, 7"), min_size=0, max_size=8).map(str.strip)
ROW = st.tuples(
    st.sampled_from(["", "suspected", "probable", "confirmed", "discarded"]),
    st.one_of(st.just(""), st.integers(1, 90).map(ago)),
    st.one_of(st.just(""), st.integers(1, 90).map(ago)),
    st.sampled_from(["", "ill", "recovered", "died", "unknown"]),
    st.sampled_from(["", "District 11", "District 12", "Region 2", "Testland"]),
    st.one_of(st.just(""), st.integers(0, 120), st.sampled_from(["8 m", "2.5"])),
    st.sampled_from(["", "f", "m", "other", "unknown"]),
    st.sampled_from(["", "yes", "no"]),
    WORD,
    st.sampled_from(["", "K-0", "K-1", "elsewhere 7"]),
)
LISTS = st.lists(ROW, min_size=1, max_size=25)


def numbered(rows) -> list[tuple[object, ...]]:
    return [(f"K-{n}", *row) for n, row in enumerate(rows)]


def facts(event: Event) -> dict[str, tuple[object, ...]]:
    """All that a list says, by number."""
    said = ("classification", "onset", "reported", "admitted", "outcome", "outcome_on", "place", "age", "sex")
    more = ("health_worker", "intensive_care", "exposure", "infected_by")
    return {case.local_id: tuple(getattr(case, name) for name in (*said, *more)) for case in listed(event).values()}


def emptied(event: Event) -> None:
    EventCase.objects.filter(event=event).delete()
    event.tables.all().delete()


def take(event: Event, by, rows) -> None:
    table = looked(event, by, HEAD, *rows)
    if table.added + table.changed:
        acts.take_table(table, by=by)


@TRIED
@given(rows=LISTS)
def test_the_figures_are_those_of_a_plain_recount(event, amina, rows):
    emptied(event)
    take(event, amina, numbered(rows))
    event.refresh_from_db()
    if not event.cases_listed.exists():
        return
    cases = list(event.cases_listed.all())
    standing = [case for case in cases if case.classification != "discarded"]
    classes = [sum(case.classification == name for case in cases) for name in figures.CLASSES]
    assert event.curve["classes"] == classes
    days = [row[1:] for row in event.curve["days"]]
    assert [sum(column) for column in zip(*days, event.curve["unknown_onset"], strict=True)] == classes
    for day, *counts in event.curve["days"]:
        assert counts == [
            sum(str(c.onset) == day and c.classification == name for c in cases) for name in figures.CLASSES
        ]
    ages = Counter((age_group(case.age), case.sex) for case in standing)
    assert {(row[0], row[1]): row[2] for row in event.curve["ages"]} == ages
    places = Counter(case.place_id for case in standing)
    assert {row[0]: row[1] for row in event.curve["places"]} == {key: n for key, n in places.items() if key}
    assert event.curve["no_place"][0] == places[None]
    assert sum(event.curve["outcomes"].values()) == len(standing)
    assert event.curve["outcomes"]["deceased"] == sum(case.outcome == "deceased" for case in standing)
    workers = [case.health_worker for case in standing]
    assert event.curve["health_workers"] == [workers.count(True), len(workers) - workers.count(None)]


@TRIED
@given(rows=LISTS, seed=st.integers(0, 9))
def test_the_order_of_rows_makes_no_difference(event, amina, rows, seed):
    emptied(event)
    take(event, amina, numbered(rows))
    first = facts(event)
    emptied(event)
    shuffled = numbered(rows)
    random.Random(seed).shuffle(shuffled)
    take(event, amina, shuffled)
    assert facts(event) == first


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
@settings(TRIED, max_examples=4)
@given(rows=LISTS)
def test_what_is_exported_can_be_taken_again_and_says_the_same(event, amina, signed_in, kind, language, rows):
    emptied(event)
    take(event, amina, numbered(rows))
    before = facts(event)
    if not before:
        return
    amina.language = language
    amina.save()
    answer = signed_in(amina).get(reverse("line_list_export", args=[event.pk, kind]))
    content = b"".join(answer.streaming_content)
    emptied(event)
    table = acts.receive_table(event, open_file(content, f"list.{kind}"), by=amina)
    assert [row for row in table.problems if not row[4]] == []
    acts.take_table(table, by=amina)
    assert facts(event) == before


def test_an_export_begins_no_formula(event, amina, signed_in):
    taken(event, amina, ("ID", "Exposure"), ("=1+1", "@sum"), ("K-2", "-2+3"))
    answer = signed_in(amina).get(reverse("line_list_export", args=[event.pk, "csv"]))
    for row in csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_typing_changing_and_discarding_keep_the_figures(event, amina):
    case = acts.add_case(event, values={"classification": "suspected", "onset": ago(3)}, by=amina)
    acts.change_case(case, values={"classification": "confirmed", "outcome": "deceased"}, version=1, by=amina)
    event.refresh_from_db()
    assert (event.curve["classes"], event.curve["outcomes"]["deceased"]) == ([0, 0, 1, 0], 1)
    acts.discard_case(case, version=2, by=amina)
    event.refresh_from_db()
    assert event.curve["classes"] == [0, 0, 0, 1]
    assert figures.counts_of(event.curve)["confirmed"] == 0


def test_what_no_row_tells_of_is_unknown_and_not_none(event, amina):
    taken(event, amina, ("ID", "Outcome", "HCW"), ("1", "unknown", "no"), ("2", "unknown", ""))
    event.refresh_from_db()
    counts = figures.counts_of(event.curve)
    assert (counts["deaths"], counts["hospitalised"], counts["health_workers"]) == (None, None, 0)


def test_the_curve_has_every_day_and_says_what_is_not_in_it(event, amina):
    taken(event, amina, ("ID", "Onset"), ("1", ago(9)), ("2", ago(6)), ("3", ""))
    event.refresh_from_db()
    by, periods, before = periods_of(event.curve)
    assert (by, [sum(counts) for _day, counts in periods], before) == ("day", [1, 0, 0, 1], 0)
    assert "1 case is not in it: its onset is not known." in curve_chart(event)["caption"]
    assert class_chart(event) is None
    weeks = periods_of(event.curve, "week")
    assert all(day.weekday() == 0 for day, _counts in weeks[1])
    assert sum(sum(counts) for _day, counts in weeks[1]) == 2


def test_a_day_long_ago_makes_no_endless_curve(event, amina):
    taken(event, amina, ("ID", "Onset"), ("1", "1931-05-05"), ("2", ago(6)))
    event.refresh_from_db()
    by, periods, before = periods_of(event.curve, "day")
    assert (by, len(periods), before) == ("week", 260, 1)
    assert "1 earlier case is not shown." in curve_chart(event)["caption"]


def test_places_are_tiles_and_ages_bars(event, amina):
    taken(
        event,
        amina,
        ("ID", "District", "Age"),
        ("1", "District 11", 3),
        ("2", "District 11", 40),
        ("3", "Testland", ""),
    )
    event.refresh_from_db()
    kind, data = place_chart(event)
    assert kind == "tiles"
    assert "1 case of a larger area is not on it." in data["caption"]
    assert {cell["name"]: cell["value"] for cell in data["cells"]}["Region 1"] == 2
    assert sum(bar["value"] for bar in age_chart(event)["bars"]) == 3


def test_fatality_is_of_closed_cases_alone_and_says_so(event, amina):
    rows = [(n, outcome) for n, outcome in enumerate(["died", "recovered", "recovered", "ill", "unknown"])]
    taken(event, amina, ("ID", "Outcome"), *rows)
    event.refresh_from_db()
    said = fatality(event)
    assert "Of 3 cases whose outcome is known, 1 died: 33%" in said
    assert "2 cases are still ill, or their outcome is not known" in said
    assert fatality(Event(curve={})) == ""


def test_a_page_asks_the_same_whatever_the_list_holds(event, amina, signed_in, django_assert_max_num_queries):
    browser, address = signed_in(amina), reverse("line_list", args=[event.pk])

    def asked(rows: int) -> int:
        taken(
            event,
            amina,
            ("ID", "Onset", "District"),
            *[(f"{rows}-{n}", ago(n % 50), "District 11") for n in range(rows)],
        )
        browser.get(address)
        with django_assert_max_num_queries(60) as captured:
            browser.get(address)
        return len(captured)

    assert asked(3) == asked(90)
    assert connection.vendor in ("sqlite", "postgresql")


def test_ages_fall_into_the_group_of_whole_years():
    found = [age_group(Decimal(age)) for age in ("0.99", "1", "4.99", "5", "64.99", "65", "120")]
    assert found == ["0", "1-4", "1-4", "5-14", "45-64", "65+", "65+"]
    assert age_group(None) == "unknown"
