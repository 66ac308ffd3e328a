"""How new signals join the threads that are known: what is decided, before anything is written.

linked with                                        the new signals
an open, watched or unverifiable thread            join it; of several the gravest that somebody acted upon, else
                                                   the gravest; those that nobody acted upon merge into it
a verified one                                     join it, if no such thread is linked: the outbreak goes on
one discarded with a known cause that still lasts  join it, quietly, if neither is linked
another closed one                                 open a new thread, which names it as `earlier`
none                                               open a new thread
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Max

from tocsin.node.surveillance.models import Disease, KnownCause, Place, Signal, Thread
from tocsin.node.surveillance.threads.grouping import UNKNOWN, Footprints, footprints, group, links
from tocsin.node.surveillance.threads.headline import headline, outermost
from tocsin.node.surveillance.threads.priority import GRAVITY_UNKNOWN, priority, weight_of_kind

__all__ = ["DERIVED", "Known", "Outcome", "join", "known_near", "refresh"]

FARTHEST = timedelta(days=100)  # further back than any period from which another still follows
ACTED, FRESH, ONGOING, QUIET, CLOSED = range(5)
STAYS_OPEN = (*Thread.OPEN, Thread.Status.WATCH, Thread.Status.UNVERIFIABLE)
# What is computed from a thread's signals; a person's decisions are never among it.
DERIVED = (
    "place", "last_signal_at", "first_period", "last_period", "every", "gravity", "exceptionality", "priority", "kinds",
    "headline", "headline_place", "headline_stratum", "measure", "observed", "expected", "threshold", "sparkline",
    "signals_count", "places_by_kind", "search_key",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """Threads near the new signals, with their signals of the last periods and all their places."""

    threads: Mapping[UUID, Thread] = field(default_factory=dict)
    signals: Sequence[Signal] = ()
    lasting: Mapping[UUID, date] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """One thread with the new signals that it gets.

    thread  new (`is_new`), or one that is known
    merged  threads that nobody acted upon, whose signals move to this one
    """

    thread: Thread
    signals: list[Signal]
    is_new: bool = False
    merged: list[Thread] = field(default_factory=list)


def known_near(new: Iterable[Signal], *, exercise: bool, shared_by: str | None = None) -> Known:
    """Threads and signals that new signals may be linked with: three queries, however many.

    exercise   only threads of invented counts, or only of real ones, so that they never mix
    shared_by  only threads in what this partner shares, or, None, of this node's own
    """
    nearby = [(signal.disease_id, signal.period) for signal in new if signal.disease_id]
    if not nearby:
        return Known()
    codes, since = {code for code, _ in nearby}, min(period for _, period in nearby) - FARTHEST
    threads = Thread.objects.shown().filter(
        disease__in=codes, last_period__gte=since, is_exercise=exercise, shared_by=shared_by
    )
    signals = Signal.objects.published().filter(thread__in=threads.values("pk"), disease__in=codes, period__gte=since)
    causes = KnownCause.objects.filter(
        thread__in=threads.filter(status=Thread.Status.DISCARDED).values("pk"), withdrawn_at=None
    )
    lasting = causes.values_list("thread").annotate(Max("last_period"))
    return Known({each.pk: each for each in threads.order_by()}, list(signals.order_by()), dict(lasting.order_by()))


def join(new: Sequence[Signal], known: Known, places: Mapping[int, Place]) -> list[Outcome]:
    """Give every new signal its thread. `places` holds those of all signals, by key."""
    if not new:
        return []
    numbers = _numbers(new)
    labels = group(_footprints(new, numbers, places))
    components: dict[int, list[Signal]] = defaultdict(list)
    for signal, label in zip(new, labels.tolist(), strict=True):
        components[label].append(signal)
    linked = _linked(new, known, numbers, places, labels)
    choices = {label: _choice(components[label], linked[label], known) for label in components}
    merged = _merged(choices.values())
    outcomes: dict[UUID, Outcome] = {}
    for label, signals in components.items():
        choice = choices[label]
        thread = _final(choice.target, merged) if choice.target else Thread(earlier=choice.earlier)
        outcome = outcomes.setdefault(thread.pk, Outcome(thread, [], is_new=choice.target is None))
        outcome.signals += signals
    for fresh, into in merged.items():
        target = _final(into, merged)
        outcomes.setdefault(target.pk, Outcome(target, [])).merged.append(known.threads[fresh])
    for outcome in outcomes.values():
        for signal in outcome.signals:
            signal.thread_id = outcome.thread.pk
    return list(outcomes.values())


@dataclass(frozen=True, slots=True)
class _Choice:
    target: Thread | None
    merging: tuple[Thread, ...] = ()
    earlier: Thread | None = None


def _choice(signals: Sequence[Signal], linked: set[UUID], known: Known) -> _Choice:
    until = max(signal.period for signal in signals)
    ranked = [(_rank(known.threads[key], until, known.lasting), known.threads[key]) for key in linked]
    joinable = sorted((one for one in ranked if one[0] < CLOSED), key=_order)
    if not joinable:
        earlier = max((t for _, t in ranked), key=lambda t: (t.last_period, str(t.pk)), default=None)
        return _Choice(None, earlier=earlier)
    (_, target), *others = joinable
    return _Choice(target, tuple(thread for rank, thread in others if rank == FRESH))


def _rank(thread: Thread, until: date, lasting: Mapping[UUID, date]) -> int:
    if thread.status in STAYS_OPEN:
        return FRESH if thread.status == Thread.Status.NEW and not thread.version else ACTED
    if thread.status == Thread.Status.VERIFIED:
        return ONGOING
    return QUIET if thread.status == Thread.Status.DISCARDED and until <= lasting.get(thread.pk, date.min) else CLOSED


def _order(ranked: tuple[int, Thread]) -> tuple[Any, ...]:
    rank, thread = ranked
    return rank, -thread.priority, thread.opened_at, str(thread.pk)


def _merged(choices: Iterable[_Choice]) -> dict[UUID, Thread]:
    """Threads that go into others, each into the best of those that it is linked with; never in a circle."""
    into: dict[UUID, Thread] = {}
    for choice in choices:
        for fresh in choice.merging:
            if choice.target is not None:
                into[fresh.pk] = min((into.get(fresh.pk, choice.target), choice.target), key=_best)
    return into


def _best(thread: Thread) -> tuple[Any, ...]:
    fresh = thread.status == Thread.Status.NEW and not thread.version
    return _order((FRESH if fresh else ACTED, thread))


def _final(thread: Thread, merged: Mapping[UUID, Thread]) -> Thread:
    while thread.pk in merged:
        thread = merged[thread.pk]
    return thread


def _numbers(signals: Iterable[Signal]) -> dict[str | None, int]:
    codes = sorted({signal.disease_id for signal in signals if signal.disease_id})
    return {None: UNKNOWN, **{code: number for number, code in enumerate(codes)}}


def _footprints(
    signals: Sequence[Signal], numbers: Mapping[str | None, int], places: Mapping[int, Place]
) -> Footprints:
    return footprints(
        [numbers[signal.disease_id] for signal in signals],
        [places[signal.place_id].path for signal in signals],
        np.array([signal.period for signal in signals], dtype="datetime64[D]"),
        [signal.every for signal in signals],
    )


def _linked(
    new: Sequence[Signal],
    known: Known,
    numbers: Mapping[str | None, int],
    places: Mapping[int, Place],
    labels: np.ndarray[Any, Any],
) -> dict[int, set[UUID]]:
    """Number of each component → threads that a signal of it is related to."""
    found: dict[int, set[UUID]] = defaultdict(set)
    if known.signals:
        pairs = links(_footprints(new, numbers, places), _footprints(known.signals, numbers, places))
        for label, at in zip(labels[pairs[0]].tolist(), pairs[1].tolist(), strict=True):
            found[label].add(known.signals[at].thread_id)
    return found


def refresh(
    outcome: Outcome,
    known: Sequence[Signal],
    place_keys: Iterable[int],
    places: Mapping[int, Place],
    disease: Disease | None,
) -> None:
    """Compute what the thread shows, from its new signals and those known of it; the sparkline is left to the caller.

    known       its earlier signals of the last periods, those of merged threads included
    place_keys  places of all its earlier signals
    """
    thread, signals = outcome.thread, [*known, *outcome.signals]
    before = () if outcome.is_new else (thread, *outcome.merged)
    every_place = {signal.place_id for signal in outcome.signals} | set(place_keys)
    thread.disease = disease
    thread.place = outermost(every_place, places)
    thread.places_by_kind = dict(Counter(places[key].kind for key in sorted(every_place)))
    thread.signals_count = len(outcome.signals) + sum(each.signals_count for each in before)
    thread.first_period = min([s.period for s in signals] + [each.first_period for each in before])
    thread.last_period = max([s.period for s in signals] + [each.last_period for each in before])
    kinds = {signal.kind for signal in signals}.union(*(each.kinds for each in before))
    thread.kinds = sorted(kinds, key=weight_of_kind)
    thread.gravity = disease.gravity if disease else GRAVITY_UNKNOWN
    thread.exceptionality = max([s.exceptionality for s in signals] + [each.exceptionality for each in before])
    thread.priority = priority(
        gravity=disease.gravity if disease else None, exceptionality=thread.exceptionality, kinds=thread.kinds
    )
    _show(thread, headline(signals, places), places)


def _show(thread: Thread, first: Signal, places: Mapping[int, Place]) -> None:
    thread.headline, thread.every = first, first.every
    thread.headline_place = places[first.place_id]
    thread.headline_stratum, thread.measure = first.stratum, first.measure
    thread.observed = first.observed if first.observed is not None else first.cases
    thread.expected, thread.threshold = first.expected, first.threshold
    shown = (thread.disease, thread.headline_place, thread.place)
    thread.search_key = " ".join(dict.fromkeys(each.search_key for each in shown if each))
