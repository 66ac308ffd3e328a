"""Counts put straight into a source, for tests that are not about uploads."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import numpy as np
from django.utils import timezone

from tocsin.counts.packing import pack_rows
from tocsin.node.surveillance.models import Place, Series, SeriesCounts, Source
from tocsin.node.surveillance.panels import number_of, period_starts

Key = tuple[str, str, str]


def given_counts(
    source: Source,
    counts: Mapping[Key, Sequence[float | None]],
    first_period: date,
    *,
    derived: Collection[Key] = (),
) -> dict[Key, Series]:
    """Publish a generation in which these series have these counts from `first_period` on.

    counts   {(disease code, place code, stratum): counts}, None or nan where nothing was reported; the whole of each
             series, while series that are not named stay as they are
    derived  which of them are the node's own sums
    """
    places = dict(Place.objects.filter(code__in={place for _, place, _ in counts}).values_list("code", "pk"))
    series = {key: _series(source, key, places[key[1]], is_derived=key in derived) for key in counts}
    generation = source.generation + 1
    earlier = SeriesCounts.objects.filter(series__in=series.values(), until_generation__gt=generation)
    earlier.update(until_generation=generation)
    SeriesCounts.objects.bulk_create(
        [
            SeriesCounts(
                series=series[key], source=source, from_generation=generation, first_period=first_period,
                periods=len(row), packed=pack_rows(np.array([row], dtype=float))[0],
            )
            for key, row in counts.items()
        ],
        batch_size=1_000,
    )  # fmt: skip
    last = _last_period(source, first_period, max(map(len, counts.values())))
    source.generation, source.last_taken_at = generation, timezone.now()
    source.last_period = max(filter(None, (source.last_period, last)))
    source.save(update_fields=["generation", "last_taken_at", "last_period"])
    return series


def _series(source: Source, key: Key, place: int, *, is_derived: bool) -> Series:
    disease, _, stratum = key
    return Series.objects.get_or_create(
        source=source, disease_id=disease, place_id=place, stratum=stratum, defaults={"is_derived": is_derived}
    )[0]


def _last_period(source: Source, first: date, periods: int) -> date:
    phase = np.datetime64(first, "D").astype(int) % 7 if source.every == "week" else 0
    number = int(number_of([first], source.every)[0])
    return period_starts(number, periods, source.every, phase)[-1].item()
