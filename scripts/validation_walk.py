"""A node that lives through years week by week, and an epidemiologist who looks at so many threads a week.

Each Monday at 06:00 the counts of the week before are laid into the node's database. Then everything is the node's own:
`screening.ask` and `run` for each source (methods, fallback, fixed rules, threads joined, the flip), `above_the_line`
for what the person is shown, `triage.verify`, `conclude` and `discard` for what they decide. They know what the labels
know: a thread with a signal of an outbreak is verified, any other is discarded as chance.

Imported once `validation_clock.a_node` has set up Django, with a clock that the walk sets: a week must be over before
the next.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from validation_clock import Clock
from validation_inbox import FIRST, Outbreak, Table

from tocsin.counts.packing import pack_rows
from tocsin.node.alliance.models import Person
from tocsin.node.running import setting_up as node
from tocsin.node.surveillance.actions import screening, triage
from tocsin.node.surveillance.actions.setting_up import add_place
from tocsin.node.surveillance.intake import sums
from tocsin.node.surveillance.models import Place, Screening, Series, SeriesCounts, Signal, Source, Thread
from tocsin.node.surveillance.threads.priority import above_the_line, priority

__all__ = ["Finding", "Stood", "Walk", "Week"]

KINDS = (Place.Kind.COUNTRY, Place.Kind.REGION, Place.Kind.DISTRICT)


@dataclass(frozen=True, slots=True)
class Stood:
    """One thread, or one row, of a week's list.

    priority        by which the inbox orders
    exceptionality  of its most exceptional signal, by which a list by p-value orders
    outbreaks       indexes of those of which it holds a signal
    """

    priority: float
    exceptionality: float
    outbreaks: frozenset[int]


@dataclass(slots=True)
class Week:
    """What the node had on one Monday.

    above, below     new threads that the person was shown, and that were left
    fresh, again     of those shown: threads of an outbreak that had not been found, and only of some that had
    without_label    of those shown: diseases of threads that hold no signal of an outbreak; simulated: how many of them
    threads, rows    all threads with signals found this week, and these signals as rows of their own, in the order in
                     which the node made them
    """

    monday: date
    above: int = 0
    below: int = 0
    fresh: int = 0
    again: int = 0
    without_label: list[str] = field(default_factory=list)
    simulated: int = 0
    threads: list[Stood] = field(default_factory=list)
    rows: list[Stood] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        stood = {
            name: [[one.priority, one.exceptionality, sorted(one.outbreaks)] for one in getattr(self, name)]
            for name in ("threads", "rows")
        }
        numbers = {name: getattr(self, name) for name in ("above", "below", "fresh", "again", "simulated")}
        return {"monday": str(self.monday), **numbers, "without_label": self.without_label, **stood}


@dataclass(slots=True)
class Finding:
    """What became of one outbreak; weeks are the first days of the weeks whose counts showed it, None if none did.

    signalled   a signal of it existed
    found       a thread that holds one was above the line, at `rank` of `shown`, with `below` left
    joined      its signals went into a thread that had been decided upon before, for the outbreaks `joined_of`
    """

    outbreak: Outbreak
    signalled: date | None = None
    found: date | None = None
    rank: int = 0
    shown: int = 0
    below: int = 0
    joined: date | None = None
    joined_of: tuple[str, ...] = ()
    by_rule: bool = False

    def told(self, index: int) -> dict[str, Any]:
        o = self.outbreak
        return {
            "index": index, "name": o.name, "labelled_by": o.labelled_by, "first": str(o.first),
            "signalled": _text(self.signalled), "found": _text(self.found), "joined": _text(self.joined),
            "rank": self.rank, "shown": self.shown, "below": self.below, "joined_of": self.joined_of,
            "by_rule": self.by_rule,
        }  # fmt: skip


class Walk:
    """The node, its sources, and what was seen. `run` goes from one first day of a week to another, both included."""

    def __init__(self, tables: Sequence[Table], *, clock: Clock, budget: int) -> None:
        """budget: threads that the person can look at in a week."""
        self.tables, self.clock = tables, clock
        node.migrate()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")  # of a database that is thrown away
        node.set_up()
        self.person = Person.objects.create_user(
            "reader@node.example", name="Reader", roles=["epidemiologist"], organisation=node.service(), budget=budget
        )
        self.sources = [_Counts(table, clock) for table in tables]
        self.findings = [Finding(outbreak) for table in tables for outbreak in table.outbreaks]
        self.weeks: list[Week] = []
        self._of_series: dict[int, list[int]] = defaultdict(list)
        self._signals: dict[UUID, set[int]] = {}
        self._verified: dict[UUID, set[int]] = defaultdict(set)
        keys = {key: pk for source in self.sources for key, pk in source.series.items()}
        for index, finding in enumerate(self.findings):
            for key in finding.outbreak.series:
                self._of_series[keys[key]].append(index)

    @property
    def series(self) -> tuple[int, int]:
        """Series that were given, and sums that the node made of them."""
        given = sum(len(table.counts) for table in self.tables)
        return given, sum(len(source.series) for source in self.sources) - given

    def run(self, first: date, last: date) -> None:
        monday = first
        while monday <= last:
            self._week(monday)
            monday += timedelta(weeks=1)

    def told(self, *, since: date) -> dict[str, Any]:
        """What JSON can hold: outbreaks and weeks that begin on `since` or later."""
        real: Counter[str] = Counter()
        weeks = [week for week in self.weeks if week.monday >= since]
        for week in weeks:
            real.update(week.without_label[week.simulated :])
        findings = [f.told(n) for n, f in enumerate(self.findings) if since <= f.outbreak.first <= weeks[-1].monday]
        return {
            "series": self.series,
            "findings": sorted(findings, key=lambda each: (each["first"], each["name"])),
            "weeks": [week.told() for week in weeks],
            "real_without_label": real,
        }

    def _week(self, first_day: date) -> None:
        # A second later each week: what was decided a week ago is no longer within the last seven days.
        begins = datetime.combine(first_day + timedelta(days=7), datetime.min.time(), tzinfo=UTC)
        self.clock.at = begins + timedelta(hours=6, seconds=len(self.weeks))
        done = [source.screened(first_day) for source in self.sources]
        self.clock.at += timedelta(hours=2)
        week = Week(first_day)
        self.weeks.append(week)
        touched = self._take_in(week, done)
        self._look(week, touched)

    def _take_in(self, week: Week, done: Sequence[Screening]) -> set[UUID]:
        """Note signals of this week; returns the threads that they are in."""
        fields = ("pk", "series_id", "period", "thread_id", "kind", "exceptionality", "disease__gravity")
        touched = set()
        for pk, series, period, thread, kind, surprise, gravity in (
            Signal.objects.filter(screening__in=done).order_by("pk").values_list(*fields)
        ):
            touched.add(thread)
            held = {
                index
                for index in self._of_series.get(series, ())
                if self.findings[index].outbreak.first <= period <= self.findings[index].outbreak.last
            }
            for index in held:
                finding = self.findings[index]
                finding.signalled = finding.signalled or week.monday
                finding.by_rule |= kind == Signal.Kind.RULE and finding.found is None
            if held:
                self._signals[pk] = held
            rank = priority(gravity=gravity, exceptionality=surprise, kinds=[kind])
            week.rows.append(Stood(rank, surprise, frozenset(held)))
        return touched

    def _look(self, week: Week, touched: set[UUID]) -> None:
        holding = self._holding()
        line = above_the_line(self.person)
        shown = list(line.threads)
        week.above, week.below = len(shown), line.below
        for each in Thread.objects.filter(pk__in=touched).order_by("-priority", "-last_signal_at"):
            held = frozenset(holding[each.pk])
            week.threads.append(Stood(each.priority, each.exceptionality, held))
            if each.status != Thread.Status.NEW:
                self._joined(week, each, held)
        for rank, thread in enumerate(shown, start=1):
            self._decide(week, thread, holding[thread.pk], rank)

    def _holding(self) -> dict[UUID, set[int]]:
        """Outbreaks of which each thread holds a signal, by where the signals are now: threads merge."""
        holding: dict[UUID, set[int]] = defaultdict(set)
        for pk, thread in Signal.objects.filter(pk__in=list(self._signals)).values_list("pk", "thread_id"):
            holding[thread] |= self._signals[pk]
        return holding

    def _joined(self, week: Week, thread: Thread, held: frozenset[int]) -> None:
        for index in held:
            finding = self.findings[index]
            if finding.found is None and finding.joined is None:
                finding.joined = week.monday
                finding.joined_of = tuple(self.findings[i].outbreak.name for i in sorted(self._verified[thread.pk]))

    def _decide(self, week: Week, thread: Thread, held: set[int], rank: int) -> None:
        new = [index for index in held if self.findings[index].found is None]
        week.fresh, week.again = week.fresh + bool(new), week.again + bool(held and not new)
        for index in held:
            finding = self.findings[index]
            if finding.found is None:
                finding.found, finding.rank = week.monday, rank
                finding.shown, finding.below = week.above, week.below
        seen = {thread.pk: thread.version}
        if held:
            self._verified[thread.pk] |= held
            (thread,) = triage.verify([thread], by=self.person, versions=seen)
            verified = Thread.Status.VERIFIED
            triage.conclude(thread, status=verified, text="Labelled.", by=self.person, version=thread.version)
            return
        # Simulated first, so that the rest is real.
        week.without_label.insert(0 if thread.is_exercise else len(week.without_label), thread.disease_id)
        week.simulated += thread.is_exercise
        triage.discard([thread], reason="chance", by=self.person, versions=seen)


class _Counts:
    """A source of the node and the table that feeds it, a week at a time."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self.clock = clock
        root = _places(table)
        self.source = Source.objects.create(
            name=table.name, organisation=node.service(), place=root, expected_delay_days=0, is_exercise=table.simulated
        )
        codes = dict(Place.objects.within(root).values_list("code", "pk"))
        self.series: dict[tuple[str, str, str], int] = {}
        ids, rows = [], []
        for key, counts, derived in _with_sums(table, root, codes):
            series = Series.objects.create(
                source=self.source, disease_id=key[0], place_id=codes[key[1]], stratum=key[2], is_derived=derived
            )
            self.series[key] = series.pk
            ids.append(series.pk)
            rows.append(counts)
        self.ids, self.counts = ids, np.stack(rows)

    def screened(self, week: date) -> Screening:
        """Lay in the counts up to this week as a new generation, and screen them as the node would by itself."""
        periods = (week - FIRST).days // 7 + 1
        generation = self.source.generation + 1
        # Earlier generations are not read again here, and would be gigabytes.
        SeriesCounts.objects.filter(source=self.source).delete()
        SeriesCounts.objects.bulk_create(
            [
                SeriesCounts(
                    series_id=pk, source=self.source, from_generation=generation, first_period=FIRST, periods=periods,
                    packed=blob,
                )
                for pk, blob in zip(self.ids, pack_rows(self.counts[:, :periods]), strict=True)
            ],
            batch_size=1_000,
        )  # fmt: skip
        self.source.generation, self.source.last_taken_at, self.source.last_period = generation, self.clock.at, week
        self.source.save()
        asked = screening.ask(self.source, by=None)
        done = screening.run(asked.pk)
        if done is None or done.status != Screening.Status.DONE:
            raise SystemExit(f"the screening of {self.source} for {week} did not end: {done and done.problem}")
        return done


def _places(table: Table) -> Place:
    made: dict[str, Place] = {}
    for path in sorted({place for _, place, _ in table.counts} | {table.place}):
        parts = path.split("/")
        for depth in range(len(parts)):
            code = "/".join(parts[: depth + 1])
            if code not in made:
                name = parts[depth].replace(".", " ")
                parent = made.get("/".join(parts[:depth]))
                made[code] = add_place(code=code, kind=KINDS[depth], parent=parent, names=(name, "", ""))
    return made[table.place]


def _with_sums(table: Table, root: Place, codes: dict[str, int]) -> list[tuple[tuple[str, str, str], np.ndarray, bool]]:
    """Every series of the table and the node's own sums of them: key, counts, whether it is a sum."""
    code_of = {pk: code for code, pk in codes.items()}
    rows = [(key, counts, False) for key, counts in table.counts.items()]
    for disease in sorted({disease for disease, _, _ in table.counts}):
        cells = {(codes[place], stratum): c for (d, place, stratum), c in table.counts.items() if d == disease}
        for (place, stratum), parts in sums.plan(root, set(cells)):
            stacked = np.stack([cells[part] for part in parts])
            summed = np.where(np.isnan(stacked).all(axis=0), np.nan, np.nansum(stacked, axis=0))
            cells[place, stratum] = summed
            rows.append(((disease, code_of[place], stratum), summed, True))
    return rows


def _text(day: date | None) -> str | None:
    return str(day) if day else None
