"""One series computed anew by the engine, for its picture and for saying how it was done: never stored, kept a while.

The engine is imported when it is first asked, so that pages without a picture do not pay for it.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.node.surveillance.models import Series, SourceBreak
from tocsin.node.surveillance.panels import SourcePanel, series_counts
from tocsin.node.surveillance.runs.baselines import LeftOut, last_break, left_out, left_out_mask, since_break
from tocsin.node.surveillance.runs.maturity import incomplete_periods

__all__ = ["PERIODS", "Recomputed", "Way", "recompute"]

PERIODS = 156
KEPT = 64
_kept: OrderedDict[tuple[Any, ...], "Recomputed"] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which periods were evaluated: the method asked for first, then its fallbacks."""

    method: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A series with what the method says of its last periods. Arrays are (periods,), of the whole series.

    dates                datetime64[D] first days
    counts               nan where nothing was reported
    expected, threshold  nan where nothing was evaluated, or the method gives none
    alarm                above the threshold
    p_value              nan where there is none
    way                  index in `ways`; -1 where nothing was evaluated
    excluded             enters no baseline
    incomplete           how many last periods still fill up
    entries              known causes and outbreaks that leave periods of this series out
    begins               the change of definition before which counts are not used, if there is one
    problem              why the method could not run, in the engine's words
    """

    dates: NDArray[np.datetime64]
    counts: NDArray[np.float64]
    expected: NDArray[np.float64]
    threshold: NDArray[np.float64]
    alarm: NDArray[np.bool_]
    p_value: NDArray[np.float64]
    way: NDArray[np.int8]
    excluded: NDArray[np.bool_]
    incomplete: int
    every: str
    ways: tuple[Way, ...] = ()
    entries: tuple[LeftOut, ...] = ()
    begins: SourceBreak | None = None
    problem: str = field(default="")

    def column(self, period: date) -> int | None:
        """Position of a period; None where the series has none such."""
        found = np.flatnonzero(self.dates == np.datetime64(period, "D"))
        return int(found[0]) if found.size else None


def recompute(
    series: Series,
    *,
    periods: int = PERIODS,
    generation: int | None = None,
    method: str | None = None,
    options: Mapping[str, Any] | None = None,
) -> Recomputed:
    """What the source's method says of the last `periods` of a series, as a screening of that generation would.

    generation       of the source; None is the present one. Known causes and changes of definition are those of today
    method, options  None are those of the source today
    """
    source = series.source
    pinned = source.generation if generation is None else generation
    way = Way(method or source.method, source.options if method is None else options or {})
    entries = tuple(entry for entry in left_out([series.disease_id]) if series.place.path.startswith(entry.path))
    breaks = tuple(source.breaks.values_list("starts_on", flat=True))
    key = (
        series.pk, pinned, periods, way.method, repr(sorted(way.options.items())), source.expected_delay_days,
        source.last_taken_at, entries, breaks,
    )  # fmt: skip
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    computed = _computed(series, pinned, periods, entries, way)
    with _lock:
        _kept[key] = computed
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return computed


def _computed(series: Series, generation: int, periods: int, entries: tuple[LeftOut, ...], way: Way) -> Recomputed:
    source = series.source
    dates, counts = series_counts(series, generation=generation)
    incomplete = incomplete_periods(source, dates, generation=generation) if len(dates) else 0
    panel = SourcePanel(
        ids=np.array([series.pk]), disease_codes=(series.disease_id,), place_ids=np.array([series.place_id]),
        strata=(series.stratum,), is_derived=np.array([series.is_derived]), dates=dates, counts=counts[None, :].copy(),
        generation=generation, every=source.every,
    )  # fmt: skip
    found: dict[str, Any] = {
        "dates": dates, "counts": counts, "incomplete": incomplete, "every": source.every, "entries": entries,
        "excluded": np.zeros(len(dates), dtype=bool),
        **{name: np.full(len(dates), np.nan) for name in ("expected", "threshold", "p_value")},
        "alarm": np.zeros(len(dates), dtype=bool), "way": np.full(len(dates), -1, dtype=np.int8),
    }  # fmt: skip
    if len(dates):
        begins = last_break(source, dates[-1])
        if begins is not None:
            since_break(panel.counts, dates, begins)
            found["begins"] = source.breaks.get(starts_on=begins.astype(object))
        exclude = left_out_mask(panel, entries, incomplete=incomplete)
        found["excluded"] = np.broadcast_to(False if exclude is None else exclude, (1, len(dates)))[0]
        found |= _evaluated(way, panel, periods, incomplete, exclude, found)
    return Recomputed(**found)


def _evaluated(
    way: Way,
    panel: SourcePanel,
    periods: int,
    incomplete: int,
    exclude: NDArray[np.bool_] | None,
    found: Mapping[str, Any],
) -> dict[str, Any]:
    from tocsin.epi.errors import EpiError
    from tocsin.node.surveillance.runs.finding import Asked, options_for, screened

    complete = len(panel.dates) - incomplete
    columns = np.arange(max(complete - periods, 0), complete)
    try:
        options = options_for(way.method, way.options, panel.every)
        screening = screened(panel, Asked(way.method, options, columns, incomplete, exclude))
    except EpiError as refusal:
        return {"problem": str(refusal)}
    at, detection = screening.detection.periods, screening.detection
    for name in ("expected", "threshold", "p_value", "alarm"):
        found[name][at] = getattr(detection, name)[0]
    found["way"][at] = np.where(np.isnan(detection.threshold[0]), -1, screening.step[0])
    return {"ways": tuple(Way(step.method, dict(step.options)) for step in screening.steps)}
