"""Which signal of a thread stands for it in a list: the last word, at the place where a person would go and look."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta

from tocsin.node.surveillance.models import Place, Signal
from tocsin.node.surveillance.threads.grouping import REACH
from tocsin.node.surveillance.threads.priority import weight_of_kind

__all__ = ["headline", "outermost"]

SHARE = 0.5  # of the excess of the place around it, that makes the place inside the one to go to


def headline(signals: Collection[Signal], places: Mapping[int, Place]) -> Signal:
    """The signal that stands for a thread.

    What a fixed rule said last, unless that has ended before the last period; else what models said of the last period
    that they signal; else what a person told, the gravest kind, newest. Among those of one period: from the outermost
    place inwards for as long as one place inside holds half or more of the excess. Three districts that rise alike
    leave it at their region; one that makes the region's rise is itself the headline.
    """
    last = max(signal.period for signal in signals)
    rules = [s for s in signals if s.kind == Signal.Kind.RULE and last - s.period <= _still(s)]
    models = [s for s in signals if s.kind == Signal.Kind.MODEL]
    if candidates := rules or models:
        period = max(signal.period for signal in candidates)
        return _inwards([s for s in candidates if s.period == period], places)
    return min(signals, key=lambda s: (weight_of_kind(s.kind), -s.found_at.timestamp()))


def outermost(keys: Iterable[int], places: Mapping[int, Place]) -> Place:
    """The place that contains all others of a thread: related places always have one."""
    return min((places[key] for key in keys), key=lambda place: (place.depth, place.path))


def _still(signal: Signal) -> timedelta:
    return timedelta(days=REACH[signal.every] + 6)


def _inwards(candidates: Sequence[Signal], places: Mapping[int, Place]) -> Signal:
    at: dict[int, Signal] = {}
    for signal in candidates:
        there = at.get(signal.place_id)
        if there is None or _tells_more(signal) > _tells_more(there):
            at[signal.place_id] = signal
    here = min(at.values(), key=lambda s: (places[s.place_id].depth, places[s.place_id].path))
    while inside := _inside(here, at, places):
        most = max(inside, key=lambda s: (_excess(s), -places[s.place_id].depth))
        if _excess(most) < SHARE * _excess(here):
            break
        here = most
    return here


def _inside(signal: Signal, at: Mapping[int, Signal], places: Mapping[int, Place]) -> list[Signal]:
    around = places[signal.place_id].path
    return [s for key, s in at.items() if key != signal.place_id and places[key].path.startswith(around)]


def _tells_more(signal: Signal) -> tuple[bool, float, float]:
    """All strata before one of them; of strata the most exceptional; of a revised count the last."""
    return not signal.stratum, signal.exceptionality, signal.observed or 0.0


def _excess(signal: Signal) -> float:
    return (signal.observed or 0.0) - (signal.expected or 0.0)
