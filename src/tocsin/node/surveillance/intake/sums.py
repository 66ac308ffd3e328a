"""The node's own sums where a table gives none: over the places inside a place, and over the strata of a place.

A place's total is what the table gives; else the sum of the strata that it gives for the place; else the sum of the
places one step inside. So nothing is counted twice, whatever mixture of levels a table has.
"""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tocsin.node.surveillance.intake.comparing import SERIES_AT_ONCE, standing
from tocsin.node.surveillance.intake.hidden import Overlay
from tocsin.node.surveillance.intake.tables import Key
from tocsin.node.surveillance.models import Place, SeriesCounts, Source
from tocsin.node.surveillance.panels import counts_at, number_of

__all__ = ["overlay", "plan"]

Known = Mapping[Key, tuple[int, bool]]
Cell = tuple[int, str]  # key of the place, stratum


def overlay(
    source: Source,
    generation: int,
    known: Mapping[Key, tuple[int, bool]],
    disease: str,
    given: Overlay,
    *,
    undone: bool,
) -> Overlay:
    """All derived series of one disease as they are in a generation whose given series are written.

    Over the periods of `given`; over all periods where a sum is new, or where an undo may have emptied a series:
    what nobody gives any more follows as a sum, or is empty.
    """
    own = {(place, stratum): pk for (d, place, stratum), (pk, derived) in known.items() if d == disease and not derived}
    steps = plan(source.place, own)
    is_new = any((disease, *target) not in known or not known[disease, *target][1] for target, _ in steps)
    first, periods = given.first, given.counts.shape[1]
    if is_new or undone:
        first, periods = _span(source, generation, disease)
    counts = dict(zip(own, _counts(source, generation, list(own.values()), first, periods), strict=True))
    reported: set[Cell] = set()
    if undone:
        reported = {cell for cell, row in counts.items() if np.isfinite(row).any()}
        steps = plan(source.place, reported)
    for target, parts in steps:
        counts[target] = _sum(np.stack([counts[part] for part in parts]))
    targets = [target for target, _ in steps]
    if undone:
        empty = {(place, stratum) for d, place, stratum in known if d == disease} - reported - set(targets)
        counts |= dict.fromkeys(empty, np.full(periods, np.nan))
        targets += sorted(empty)
    summed = np.stack([counts[target] for target in targets]) if targets else np.empty((0, periods))
    keys = [(disease, *target) for target in targets]
    return Overlay(keys, first, given.phase, summed, np.ones(summed.shape, dtype=bool))


def plan(root: Place, given: Mapping[Cell, int] | set[Cell]) -> list[tuple[Cell, list[Cell]]]:
    """Which sums to make of the given cells, and of which cells each is the sum; parts come before their sums."""
    places = list(Place.objects.within(root).order_by("-depth").values_list("pk", "parent_id"))
    strata: dict[int, set[str]] = defaultdict(set)
    for place, stratum in given:
        strata[place].add(stratum)
    steps: list[tuple[Cell, list[Cell]]] = []
    inside: dict[int, dict[str, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for place, parent in places:
        own = strata.get(place, set())
        made: dict[str, list[Cell]] = {}
        if own and "" not in own:
            made[""] = [(place, stratum) for stratum in sorted(own)]
        for stratum, parts in inside[place].items():
            if stratum not in own and stratum not in made:
                made[stratum] = parts
        steps += [((place, stratum), parts) for stratum, parts in made.items()]
        if place != root.pk:
            for stratum in own | made.keys():
                inside[parent][stratum].append((place, stratum))
    return steps


def _sum(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """nan only where none of them is reported."""
    return np.where(np.isnan(parts).all(axis=0), np.nan, np.nansum(parts, axis=0))


def _counts(source: Source, generation: int, series: list[int], first: int, periods: int) -> NDArray[np.float64]:
    chunks = [series[start : start + SERIES_AT_ONCE] for start in range(0, len(series), SERIES_AT_ONCE)]
    parts = [standing(source, generation, list(chunk), first, periods) for chunk in chunks]
    return np.concatenate(parts) if parts else np.empty((0, periods))


def _span(source: Source, generation: int, disease: str) -> tuple[int, int]:
    rows = counts_at(source, generation).filter(series__disease=disease)
    before = SeriesCounts.objects.filter(
        source=source, series__disease=disease, from_generation__lt=generation, until_generation=generation
    )
    spans = [*rows.values_list("first_period", "periods").distinct()]
    spans += before.order_by().values_list("first_period", "periods").distinct()
    firsts = number_of([first for first, _ in spans], source.every)
    if not firsts.size:
        return 0, 0
    first = int(firsts.min())
    return first, int((firsts + [periods for _, periods in spans]).max()) - first
