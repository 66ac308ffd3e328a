"""Hidden rows of a screening: signals that are new, each with its thread. Nobody sees them before the flip."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from django.db import models, transaction
from django.utils import timezone

from tocsin.node.surveillance.models import Disease, DiseaseRule, Place, Screening, Signal, Source, Thread
from tocsin.node.surveillance.panels import SourcePanel
from tocsin.node.surveillance.runs.finding import NO_RULE, Found
from tocsin.node.surveillance.threads.joining import Known, Outcome, join, known_near, refresh
from tocsin.node.work import windows

__all__ = [
    "ROWS", "SPARKLINE", "Superseded", "Written", "remove_hidden", "require_mine", "threads_of", "unknown_yet", "write",
]  # fmt: skip

ROWS = 1_000
SPARKLINE = 26
Tell = Callable[[int, int], None]


class Superseded(Exception):
    """This run of a screening is no longer the one that counts."""


@dataclass(frozen=True, slots=True)
class Written:
    """What the flip has to publish: threads, and what was known of them."""

    outcomes: Sequence[Outcome] = ()
    known: Known = field(default_factory=Known)
    places: Mapping[int, Place] = field(default_factory=dict)

    @property
    def signals(self) -> int:
        return sum(len(outcome.signals) for outcome in self.outcomes)


def require_mine(screening: Screening) -> None:
    """Within a transaction: go on only if no other run of this screening has begun since. Raises Superseded."""
    mine = Screening.objects.select_for_update().filter(
        pk=screening.pk, status=Screening.Status.RUNNING, started_at=screening.started_at
    )
    if not mine.exists():
        raise Superseded


def remove_hidden(screening: Screening) -> int:
    """Take out what a run that was ended left behind. Returns the number of rows."""
    threads = Thread.objects.filter(screening=screening, is_published=False)
    threads.filter(headline__isnull=False).update(headline=None)
    return _delete(Signal.objects.filter(screening=screening)) + _delete(threads)


def _delete(rows: models.QuerySet[Any]) -> int:
    gone = 0
    while keys := list(rows.values_list("pk", flat=True)[:ROWS]):
        rows.model._default_manager.filter(pk__in=keys).delete()
        gone += len(keys)
    return gone


def unknown_yet(source: Source, panel: SourcePanel, found: Found, rules: Sequence[DiseaseRule]) -> Found:
    """Without what was said before: the same series, period and rule with as high a count, or a higher one."""
    if not len(found):
        return found
    first = panel.dates[found.column].min().astype(object)
    said: dict[tuple[int, date, str | None], float] = {}
    rows = Signal.objects.filter(series__source=source, period__gte=first)
    for series, period, rule, observed in rows.values_list("series_id", "period", "rule_id", "observed").iterator():
        key = (series, period, rule)
        said[key] = max(observed, said.get(key, observed))
    keys = zip(
        panel.ids[found.row].tolist(),
        panel.dates[found.column].tolist(),
        [None if number == NO_RULE else rules[number].pk for number in found.rule.tolist()],
        strict=True,
    )
    higher = [value > said.get(key, -1) for key, value in zip(keys, found.observed.tolist(), strict=True)]
    return found[np.array(higher, dtype=bool)]


def write(
    screening: Screening,
    panel: SourcePanel,
    found: Found,
    rules: Sequence[DiseaseRule],
    *,
    incomplete: int,
    tell: Tell,
) -> Written:
    """Write the signals, and the threads that they open, hidden."""
    signals = _signals(screening, panel, found, rules, incomplete)
    source = screening.source
    known = known_near(signals, exercise=source.is_exercise, shared_by=source.shared_by_id)
    needed = {signal.place_id for signal in [*signals, *known.signals]}
    places = Place.objects.in_bulk(needed)
    outcomes = join(signals, known, places)
    threads_of(outcomes, known, places)
    row_of = {key: row for row, key in enumerate(panel.ids.tolist())}
    for outcome in outcomes:
        if outcome.is_new:
            outcome.thread.screening, outcome.thread.is_published = screening, False
            outcome.thread.is_exercise, outcome.thread.shared_by_id = source.is_exercise, source.shared_by_id
        outcome.thread.sparkline = _sparkline(outcome.thread, panel, row_of)
    _write_in_chunks(screening, outcomes, tell)
    return Written(outcomes, known, places)


def threads_of(outcomes: Iterable[Outcome], known: Known, places: Mapping[int, Place]) -> None:
    """What each thread shows, computed from its new signals and from those known."""
    outcomes = list(outcomes)
    diseases = Disease.objects.in_bulk({s.disease_id for outcome in outcomes for s in outcome.signals if s.disease_id})
    signals_of: dict[UUID, list[Signal]] = defaultdict(list)
    for signal in known.signals:
        signals_of[signal.thread_id].append(signal)
    here = {each.pk for outcome in outcomes if not outcome.is_new for each in (outcome.thread, *outcome.merged)}
    places_of = _places_of(here)
    far = {key for keys in places_of.values() for key in keys} - set(places)
    every_place = {**places, **Place.objects.in_bulk(far)}
    for outcome in outcomes:
        whose = [each.pk for each in (outcome.thread, *outcome.merged)]
        earlier = [signal for key in whose for signal in signals_of[key]]
        keys = {place for key in whose for place in places_of.get(key, ())}
        disease = diseases.get(outcome.signals[0].disease_id or "") if outcome.signals else outcome.thread.disease
        refresh(outcome, earlier, keys, every_place, disease)


def _places_of(threads: Iterable[UUID]) -> dict[UUID, list[int]]:
    found: dict[UUID, list[int]] = defaultdict(list)
    keys = sorted(threads)
    for first in range(0, len(keys), ROWS):
        rows = Signal.objects.published().filter(thread__in=keys[first : first + ROWS])
        for thread, place in rows.order_by().values_list("thread_id", "place_id").distinct():
            found[thread].append(place)
    return found


def _signals(
    screening: Screening, panel: SourcePanel, found: Found, rules: Sequence[DiseaseRule], incomplete: int
) -> list[Signal]:
    now = timezone.now()
    fills_up = len(panel.dates) - incomplete
    dates = panel.dates.tolist()
    lists = [getattr(found, name).tolist() for name in ("row", "column", "rule", "method", "exceptionality")]
    numbers = [_or_none(getattr(found, name)) for name in ("observed", "expected", "threshold", "p_value")]
    ids, places = panel.ids.tolist(), panel.place_ids.tolist()
    return [
        Signal(
            kind=Signal.Kind.MODEL if rule == NO_RULE else Signal.Kind.RULE,
            disease_id=panel.disease_codes[row],
            place_id=places[row],
            period=dates[column],
            every=panel.every,
            found_at=now,
            exceptionality=surprise,
            screening_id=screening.pk,
            series_id=ids[row],
            stratum=panel.strata[row],
            measure=screening.source.measure,
            rule_id=None if rule == NO_RULE else rules[rule].pk,
            method=method,
            observed=observed,
            expected=expected,
            threshold=threshold,
            p_value=p_value,
            is_incomplete=column >= fills_up,
        )
        for row, column, rule, method, surprise, observed, expected, threshold, p_value in zip(
            *lists, *numbers, strict=True
        )
    ]


def _or_none(values: np.ndarray[Any, Any]) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values.tolist()]


def _sparkline(thread: Thread, panel: SourcePanel, row_of: Mapping[int, int]) -> list[float | None]:
    """Last counts of the headline's series; what was there stays where that is of another source."""
    row = row_of.get(thread.headline.series_id or 0) if thread.headline else None
    return thread.sparkline if row is None else _or_none(panel.counts[row, -SPARKLINE:])


def _write_in_chunks(screening: Screening, outcomes: Sequence[Outcome], tell: Tell) -> None:
    """New threads with their headlines first, since each names the other; then all other signals."""
    opened = [outcome.thread for outcome in outcomes if outcome.is_new]
    first = {thread.headline_id for thread in opened}
    others = [s for outcome in outcomes for s in outcome.signals if s.pk not in first]
    of_all, done = 2 * len(opened) + len(others), 0
    for begin in range(0, len(opened), ROWS // 2):
        threads = opened[begin : begin + ROWS // 2]
        _write(screening, threads, [thread.headline for thread in threads])
        done += 2 * len(threads)
        tell(done, of_all)
    for begin in range(0, len(others), ROWS):
        _write(screening, [], others[begin : begin + ROWS])
        done += len(others[begin : begin + ROWS])
        tell(done, of_all)


def _write(screening: Screening, threads: Sequence[Thread], signals: Sequence[Signal]) -> None:
    with transaction.atomic():
        require_mine(screening)
        # Keys that point at rows of the same transaction are checked when it commits.
        Thread.objects.bulk_create(threads, batch_size=ROWS)
        Signal.objects.bulk_create(signals, batch_size=ROWS)
        windows.at("screening.chunk")
    windows.at("screening.chunk-written")
