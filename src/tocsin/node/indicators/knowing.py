"""What this node knows of a partner when it examines what comes from there: diseases, places, earlier counts."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

import numpy as np

from tocsin.counts.packing import unpack_rows
from tocsin.exchange.documents import Document
from tocsin.exchange.types.context import Place as Known
from tocsin.exchange.types.context import Series as Asked
from tocsin.node.indicators.intake.cells import case_status_of, stratum_of
from tocsin.node.indicators.intake.sources import root_of
from tocsin.node.indicators.models import PartnerSource
from tocsin.node.post.examining import once
from tocsin.node.surveillance.models import Disease, Place, Source
from tocsin.node.surveillance.panels import counts_at

__all__ = ["known_of"]

Packed = tuple[date, int, bytes]  # first period, periods, counts
SOURCES_KEPT = 12


def known_of(document: Document) -> dict[str, Any]:
    """`post.examining.Knowing` for weekly indicators."""
    return {
        "diseases": once("diseases", lambda: frozenset(Disease.objects.values_list("pk", flat=True))),
        "places": once(("places", document.origin), lambda: _places(document.origin)),
        "past": _past(document),
    }


def _places(origin: str) -> Mapping[str, Known] | None:
    """Those of the alliance's file, or that people set up; None where the node knows of none inside the state."""
    root = root_of(origin)
    if root is None:
        return None
    rows = Place.objects.within(root).values_list("code", "population", "parent__code", "kind", "depth")
    found = {
        code: Known(population, None if depth <= 1 else parent, kind != Place.Kind.POINT_OF_ENTRY)
        for code, population, parent, kind, depth in rows
    }
    return found if len(found) > 1 else None


def _past(document: Document) -> Callable[[Asked], Mapping[date, int]]:
    """Counts of the same kind that this node has taken of the origin, by the same definition."""

    @cache
    def known() -> tuple[dict[str, Source], dict[str, date | None]]:
        # Not before it is asked for: then the body follows its schema, and until then nothing in it can be relied upon.
        body = document.body
        definition = body["case_definition"][:120]
        kind = (document.origin, body["date_type"], body["first_day"], case_status_of(body), definition)
        return once(("past", *kind), lambda: _sources(*kind))

    def past(asked: Asked) -> Mapping[date, int]:
        sources, since = known()
        source = sources.get(asked.indicator)
        if source is None:
            return {}
        stratum = stratum_of(asked.age, asked.sex)
        weeks = _weeks(_packed(source.pk, source.generation).get((asked.disease, asked.place, stratum)))
        begins = since[asked.indicator]
        return weeks if begins is None else {day: count for day, count in weeks.items() if day >= begins}

    return past


def _sources(
    state: str, date_type: str, first_day: str, case_status: str, definition: str
) -> tuple[dict[str, Source], dict[str, date | None]]:
    """By indicator, and since when each is counted as it is now."""
    kinds = PartnerSource.objects.filter(
        state=state, date_type=date_type, first_day=first_day, case_status=case_status,
        source__case_definition=definition,
    ).select_related("source").prefetch_related("source__breaks")  # fmt: skip
    sources = {one.indicator: one.source for one in kinds}
    return sources, {
        name: max((one.starts_on for one in each.breaks.all()), default=None) for name, each in sources.items()
    }


@lru_cache(maxsize=SOURCES_KEPT)
def _packed(source: UUID, generation: int) -> Mapping[tuple[str, str, str], Packed]:
    """All series of a source as they stood in a generation, which never changes; unpacked as they are asked for."""
    rows = counts_at(Source(pk=source), generation)
    fields = ("series__disease_id", "series__place__code", "series__stratum", "first_period", "periods", "packed")
    return {
        (disease, place, stratum): (first, periods, bytes(packed))
        for disease, place, stratum, first, periods, packed in rows.values_list(*fields).iterator(chunk_size=2_000)
    }


def _weeks(packed: Packed | None) -> dict[date, int]:
    if packed is None:
        return {}
    first, periods, blob = packed
    counts = unpack_rows([blob], np.zeros(1, dtype=np.int64), periods)[0]
    return {first + timedelta(weeks=int(at)): int(counts[at]) for at in np.flatnonzero(~np.isnan(counts))}
