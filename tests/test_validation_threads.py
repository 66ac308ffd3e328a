"""Outbreaks at twenty threads a week: the page says what a node yields, on a part that takes seconds."""

import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

SCRIPTS = str(Path(__file__).resolve().parents[1] / "scripts")
NAMES = ("page_tables", "validation", "validation_threads", "validation_inbox")


@pytest.fixture(scope="module")
def scripts():
    """The modules of scripts/, which import one another."""
    sys.path.insert(0, SCRIPTS)
    import page_tables
    import validation
    import validation_inbox
    import validation_threads

    yield {"tables": page_tables, "page": validation, "threads": validation_threads, "inbox": validation_inbox}
    sys.path.remove(SCRIPTS)
    for name in NAMES:
        sys.modules.pop(name, None)


def lines(scripts, name):
    text = scripts["page"].PAGE.read_text(encoding="utf-8")
    return scripts["tables"].block(text, name).strip().splitlines()


def cells(scripts, name):
    """Rows of a table of the page, below its head."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines(scripts, name)[2:]]


@pytest.mark.verify
@pytest.mark.long
def test_the_page_holds_what_a_node_finds_in_seven_weeks(shared, scripts):
    threads = scripts["threads"]
    walk = threads.walked(shared, quick=True)
    assert lines(scripts, "threads-quick") == list(threads.TABLES["threads-quick"](walk))
    assert len(walk["weeks"]) == 7
    assert sum(len(week["rows"]) for week in walk["weeks"]) > 20


def test_outbreaks_of_the_page_are_those_of_the_data(shared, scripts):
    inbox, threads = scripts["inbox"], scripts["threads"]
    tables = [inbox.germany(shared), inbox.taiwan(shared), inbox.puerto_rico(shared), inbox.quiet()]
    _, since, until = threads.WHOLE
    told = {
        (o.name, o.labelled_by, str(o.first)) for t in tables for o in t.outbreaks if since <= o.first <= until
    }  # fmt: skip
    rows = cells(scripts, "threads-outbreaks")
    assert {tuple(row[:3]) for row in rows} == told
    assert len(rows) == len(told)
    given = f"{sum(len(table.counts) for table in tables):,} + "
    assert cells(scripts, "threads-burden")[0][1].startswith(given)


def test_figures_of_the_page_agree_with_one_another(scripts):
    rows = cells(scripts, "threads-outbreaks")
    found = [row for row in rows if row[4] != "–"]
    for row in found:
        late = (date.fromisoformat(row[4]) - date.fromisoformat(row[2])).days // 7
        assert (row[5], int(row[3]) <= late) == (f"+{late}", True)
        assert 1 <= int(row[6]) <= min(int(row[7]), scripts["threads"].BUDGET)
    burden = {row[0]: row[1] for row in cells(scripts, "threads-burden")}
    number = {name: int(value.split()[0].replace(",", "")) for name, value in burden.items() if "." not in value[:3]}
    kinds = (
        "of those in simulated quiet series",
        "in Germany's influenza, whose seasons nobody labelled",
        "in other real series",
    )
    assert sum(number[kind] for kind in kinds) == number["of these of no labelled outbreak"]
    assert number["looked at"] <= number["weeks"] * scripts["threads"].BUDGET
    page = scripts["page"].PAGE.read_text(encoding="utf-8")
    soon = [sum(row[5] in late for row in found) for late in (("+0",), ("+0", "+1"))]
    said = "**Found: {} of {}**, {} of them in their first week, {} by the second."
    assert said.format(len(found), len(rows), *soon) in page


def test_an_epidemic_begins_after_quiet_weeks_and_ends_before_them(scripts):
    inbox = scripts["inbox"]
    counts = np.zeros(60)
    counts[[3, 4, 5]] = 9  # too early: not known to be quiet before
    counts[20:30], counts[24], counts[40:42] = 5, 0, 50  # two weeks alone are none
    counts[34:37] = 9  # four quiet weeks end one, and do not let another begin
    day = lambda n: inbox.FIRST + timedelta(weeks=n)  # noqa: E731
    assert list(inbox.epidemics(counts)) == [(day(20), day(29))]


def test_what_is_looked_at_each_week_is_the_top_of_the_list(scripts):
    """Two entries of an outbreak, one below the line at first; priority and exceptionality order differently."""
    look = scripts["threads"].looked_at
    weeks = [
        ("2010-01-04", [[30.0, 1.0, []], [20.0, 9.0, [7]]]),
        ("2010-01-11", [[10.0, 1.0, []], [20.0, 9.0, [7]]]),
        ("2010-01-18", [[10.0, 1.0, []], [20.0, 9.0, [7]]]),
    ]
    first = {7: "2010-01-04", 8: "2010-01-04"}
    by_priority, by_p = look(weeks, first, 1, 0), look(weeks, first, 1, 1)
    assert (by_priority.found, by_priority.late, by_priority.again, by_priority.none) == (1, 1, 1, 1)
    assert (by_p.found, by_p.late, by_p.again, by_p.none) == (1, 0, 2, 0)
    by_chance = look(weeks, first, 1, None)
    assert 0 < by_chance.late < 1.5
    assert 0.5 < by_chance.found < 1


def test_a_miss_says_why(scripts):
    missed = scripts["threads"].missed
    finding = {"first": "2010-01-04", "signalled": None, "joined": None, "joined_of": []}
    assert missed(finding) == "**missed**: no signal"
    finding["signalled"] = "2010-01-11"
    assert missed(finding) == "**missed**: below the line each week"
    finding |= {"joined": "2010-01-18", "joined_of": ["A", "B"]}
    assert missed(finding) == "**not shown by itself**: joined, +2, the thread of A; B"
