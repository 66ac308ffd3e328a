"""Events of this state by the thousand, with all that people have said of them, and one outbreak of 50,000 cases.

What each act would have left is written in bulk; what an event keeps of its clocks, by the function that the acts use.
The line list comes in as a person's table does, read, compared and taken by the acts.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from benchmarks.load.said import FACTS, TEXTS, paragraph
from django.db import transaction
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.events.actions.cases import receive_table, take_table
from tocsin.node.events.actions.changing import search_text
from tocsin.node.events.clocks import kept_fields
from tocsin.node.events.instruments.annex2 import QUESTIONS
from tocsin.node.events.instruments.criteria import CRITERIA
from tocsin.node.events.instruments.guidance import read_categories
from tocsin.node.events.instruments.seven_one_seven import ACTIONS, Action, Record
from tocsin.node.events.instruments.seven_one_seven import Milestone as When
from tocsin.node.events.line_list.tables import open_text
from tocsin.node.events.models import (
    Annex2Assessment,
    CountsReport,
    CriteriaAssessment,
    EarlyAction,
    Event,
    EventLink,
    EventPlace,
    Factor,
    Milestone,
    RiskAssessment,
    TimelineEntry,
)
from tocsin.node.records import insert_all
from tocsin.node.surveillance.models import Disease, Place

__all__ = ["Scale", "fill_events", "fill_line_list", "fill_timeline"]

YEARS = 4
OPEN = 0.15
LONG_LOGS, LINES_OF_A_LONG_LOG = 20, 5_000
A_PIECE = 500
MILESTONES = ("emergence", "detection", "notification", "who_notified")
INTERVALS = Factor.Interval.values
HEADINGS = (
    "local_id", "classification", "onset", "reported", "outcome", "place", "age", "sex", "health_worker", "exposure",
)  # fmt: skip


@dataclass(frozen=True)
class Scale:
    """How much there is of everything; `of(0.01)` for trying it out."""

    events: int = 10_000
    documents: int = 100_000
    lines: int = 1_000_000
    cases: int = 50_000
    people: int = 50

    @classmethod
    def of(cls, share: float) -> "Scale":
        whole = cls()
        of_it = {
            name: max(100, int(getattr(whole, name) * share)) for name in ("events", "documents", "lines", "cases")
        }
        return cls(**of_it)


def fill_events(number: int, people: list[Person], chance: random.Random) -> list[Event]:
    """Events of four years, a seventh of them open, each with its clocks, counts and assessments."""
    diseases = list(Disease.objects.all())
    places = list(Place.objects.filter(code__startswith="AL").exclude(kind="country"))
    events = [_event(at, number, people, diseases, places, chance) for at in range(number)]
    Event.objects.bulk_create(events, batch_size=A_PIECE)
    for begin in range(0, number, A_PIECE):
        _about(events[begin : begin + A_PIECE], events, people, places, chance)
    return events


def _event(
    at: int, of: int, people: list[Person], diseases: list[Disease], places: list[Place], chance: random.Random
) -> Event:
    each = -(-of // YEARS)
    year = date.today().year - at // each
    by, now = chance.choice(people), timezone.now()
    opened = now - timedelta(days=365 * (at // each) + chance.uniform(0, 300))
    is_open = chance.random() < OPEN
    cases = int(chance.lognormvariate(3, 1.5))
    confirmed = cases // 3
    event = Event(
        year=year, number=at % each + 1, disease=chance.choice(diseases), place=chance.choice(places),
        name=f"Simulated outbreak {at}", hazard="water",
        verification=chance.choice(("suspected", "verified", "verified")),
        assessment=chance.choice(("none", "under_assessment", "monitoring", "notifiable")),
        response=chance.choice(("none", "responding", "controlled")) if is_open else "closed",
        version=4, lead=by, opened_at=opened, opened_by=by, changed_by=by,
        changed_at=min(now, opened + timedelta(days=chance.expovariate(1 / 20))),
        closed_at=None if is_open else opened + timedelta(days=60), facts=FACTS, texts=TEXTS, language="en",
        as_of=(opened + timedelta(days=5)).date(), cases=cases, suspected=cases - confirmed, probable=0,
        confirmed=confirmed, deaths=cases // 40, hospitalised=cases // 4, places_count=3, is_exercise=True,
        **kept_fields(_record(opened, chance)),
    )  # fmt: skip
    event.search_key = search_text(event)
    return event


def _record(opened: datetime, chance: random.Random) -> Record:
    """What people said of its days; of one event in three they still wait for the last early action."""
    day = opened.date()
    first = day - timedelta(days=chance.randint(2, 15))
    waits = chance.random() < 1 / 3
    done = [When(day + timedelta(days=chance.randint(0, 9))) for _ in ACTIONS]
    actions = [Action(code, when) for code, when in zip(ACTIONS, done, strict=True)]
    actions[2] = Action(ACTIONS[2], applicable=False)
    if waits:
        actions[3] = Action(ACTIONS[3])
    detected = first + timedelta(days=chance.randint(0, 12))
    return Record(When(first, estimated=True), When(min(detected, day)), When(day), tuple(actions))


def _about(
    events: list[Event], all_of_them: list[Event], people: list[Person], places: list[Place], chance: random.Random
) -> None:
    """What people said of some events."""
    categories = [one.code for theme in read_categories() for one in theme.categories if not one.needs_text]
    rows: dict[Any, list[Any]] = {}

    def add(row: Any) -> None:
        rows.setdefault(type(row), []).append(row)

    for event in events:
        by, day = chance.choice(people), event.opened_at.date()
        for place in chance.sample([one for one in places if one.pk != event.place_id], 2):
            add(EventPlace(event=event, place=place, since=day))
        for row in _clock_rows(event, by, day):
            add(row)
        for interval in INTERVALS[:2]:
            add(Factor(event=event, kind="bottleneck", interval=interval, category=chance.choice(categories), by=by))
        for report in range(10):
            add(_report(event, report, by))
        for row in _assessments(event, by):
            add(row)
        for other in {chance.choice(all_of_them) for _ in range(chance.randint(0, 2))} - {event}:
            add(EventLink(event=event, kind="related", other=other, by=by))
    for model, found in rows.items():
        model.objects.bulk_create(found, batch_size=1_000)


def _clock_rows(event: Event, by: Person, day: date) -> Iterator[Milestone | EarlyAction]:
    for kind in MILESTONES:
        said = event.clocks.get(kind)
        on = date.fromisoformat(said[0]) if said else day + timedelta(days=1)
        yield Milestone(event=event, kind=kind, on=on, text="A clinician called.", language="en", by=by)
    for action in ACTIONS:
        done = event.clocks["actions"][action]
        completed = date.fromisoformat(done[0]) if isinstance(done, list) else None
        yield EarlyAction(
            event=event, action=action, applicable=done != "not_applicable", completed_on=completed, by=by,
            evidence="Said by the region.", language="en",
        )  # fmt: skip


def _report(event: Event, number: int, by: Person) -> CountsReport:
    share = number / 9
    counts = {name: int(getattr(event, name) * share) for name in ("suspected", "confirmed", "deaths", "hospitalised")}
    return CountsReport(event=event, as_of=event.as_of - timedelta(days=9 - number), by=by, **counts)


def _assessments(event: Event, by: Person) -> Iterator[Any]:
    said = {"answer": "yes", "reason": "Deaths among those who are young and were well."}
    answers = dict.fromkeys(QUESTIONS, said)
    for version in (1, 2):
        current = {"version": version, "is_current": version == 2, "language": "en", "by": by}
        yield Annex2Assessment(event=event, listed="instrument", answers=answers, outcome="notify", **current)
        yield CriteriaAssessment(event=event, answers=dict.fromkeys(CRITERIA, said), outcome="yes", **current)
    for level in RiskAssessment.Level.values:
        yield RiskAssessment(
            event=event, level=level, status="final", likelihood="likely", impact="moderate", risk="moderate",
            confidence="medium", text=paragraph(300), language="en", by=by,
        )  # fmt: skip


# Acts as they follow one another in a log, and what fills their sentences.
ACTS: tuple[tuple[str, Mapping[str, Any], bool], ...] = (
    ("noted", {}, True),
    ("counts", {"day": "2026-03-08", "cases": 32, "deaths": 1}, False),
    ("facts_changed", {}, False),
    ("milestone", {"milestone": "detection", "day": "2026-03-05"}, False),
    ("early_action", {"action": ACTIONS[0], "day": "2026-03-09"}, False),
    ("verification", {"state": "verified"}, True),
    ("annex2", {"assessor": "first", "outcome": "notify"}, False),
    ("sample_result", {"sample": "17", "method": "pcr", "result": "positive"}, False),
)


@transaction.atomic
def fill_timeline(events: list[Event], lines: int, people: list[Person], chance: random.Random) -> list[Event]:
    """So many lines in all, thousands of them in each of a few logs: those events are returned."""
    long = events[:: max(1, len(events) // LONG_LOGS)][:LONG_LOGS]
    in_long = min(LINES_OF_A_LONG_LOG, lines // (3 * len(long)))
    often = dict.fromkeys((event.pk for event in long), in_long)
    each, over = divmod(lines - in_long * len(long), len(events) - len(long))
    wanted = {event.pk: often.get(event.pk, each) for event in events}
    wanted[next(pk for pk in wanted if pk not in often)] += over
    keys, text, piece = [one.pk for one in people], paragraph(160), []
    for event in events:
        for number in range(wanted[event.pk]):
            act, values, has_text = ACTS[number % len(ACTS)]
            at = event.opened_at + timedelta(hours=number * 1500 / wanted[event.pk])
            piece.append(
                {
                    "event_id": event.pk, "act": act, "happened_at": at, "recorded_at": at,
                    "by_id": chance.choice(keys),
                    "text": text if has_text else "", "language": "en" if has_text else "", "values": values,
                    "version": number + 1 if number < event.version else None,
                }
            )  # fmt: skip
        if len(piece) > 20_000:
            insert_all(TimelineEntry, piece)
            piece.clear()
    insert_all(TimelineEntry, piece)
    return long


def fill_line_list(event: Event, cases: int, by: Person, chance: random.Random) -> None:
    """A table of so many cases, sent and taken as a person's is."""
    districts = list(Place.objects.filter(code__startswith="AL", kind="district").values_list("code", flat=True))
    lines = ["\t".join(HEADINGS)]
    for number in range(cases):
        onset = event.opened_at.date() - timedelta(days=int(chance.triangular(0, 120, 30)))
        told = onset + timedelta(days=chance.randint(0, 3))
        lines.append(
            f"C{number:06}\t{chance.choice(('suspected', 'probable', 'confirmed'))}\t{onset}\t{told}"
            f"\t{chance.choice(('recovered', 'recovered', 'deceased', ''))}\t{chance.choice(districts)}"
            f"\t{chance.randint(0, 90)}\t{chance.choice(('female', 'male'))}\t{chance.choice(('yes', 'no', ''))}"
            f"\t{chance.choice(('well', 'market', ''))}"
        )
    table = receive_table(event, open_text("\n".join(lines)), name="simulated.tsv", by=by)
    take_table(table, by=by)
