"""What does not belong to what is usual, and so enters no baseline.

    break         counts before the source's last change of definition: as if they had not been reported, so that a
                  series begins anew there and is screened with as many years as it has, then by the fallback
    known cause   its disease, its place and everything inside, its periods: left out, the rest of the baseline stands
    outbreak      a thread that was VERIFIED: the same
    incomplete    last periods that still fill up

Where so much is left out that the method has nothing to fit, the engine's fallback (EARS C2 on the last weeks) steps in
if there are cases, and says so; where nothing is left at all, the period is not evaluated.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from tocsin.node.surveillance.models import KnownCause, Place, Source, Thread
from tocsin.node.surveillance.panels import SourcePanel
from tocsin.node.surveillance.runs.maturity import last_days

__all__ = ["LeftOut", "last_break", "left_out", "left_out_mask", "since_break"]

CAUSE, OUTBREAK = "known_cause", "outbreak"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Periods of a disease in a place, and everything inside it, that enter no baseline.

    why   "known_cause" or "outbreak"
    what  the cause as it was written down; of an outbreak nothing
    """

    disease: str
    path: str
    first: date
    last: date
    why: str
    what: str = ""


def left_out(diseases: Iterable[str] | None = None) -> tuple[LeftOut, ...]:
    """Known causes that stand and outbreaks that were verified, of these diseases or of all, by two queries."""
    causes: QuerySet[Any] = KnownCause.objects.filter(withdrawn_at=None)
    outbreaks: QuerySet[Any] = Thread.objects.shown().filter(status=Thread.Status.VERIFIED, disease__isnull=False)
    if diseases is not None:
        codes = sorted(set(diseases))
        causes, outbreaks = causes.filter(disease__in=codes), outbreaks.filter(disease__in=codes)
    fields = ("disease_id", "place__path", "first_period", "last_period")
    return (
        *(LeftOut(*row[:4], CAUSE, row[4]) for row in causes.values_list(*fields, "what")),
        *(LeftOut(*row, OUTBREAK) for row in outbreaks.order_by("first_period").values_list(*fields)),
    )


def last_break(source: Source, before: np.datetime64) -> np.datetime64 | None:
    """First day from which counts mean what they meant in the period that begins on `before`."""
    found = source.breaks.filter(starts_on__lte=before.astype(object)).order_by("-starts_on").first()
    return np.datetime64(found.starts_on, "D") if found else None


def since_break(counts: NDArray[np.float64], dates: NDArray[np.datetime64], begins: np.datetime64 | None) -> None:
    """Take out, in place, the counts of periods that begin before the break: as if they had not been reported."""
    if begins is not None:
        counts[:, dates < begins] = np.nan


def left_out_mask(panel: SourcePanel, entries: Iterable[LeftOut], *, incomplete: int = 0) -> NDArray[np.bool_] | None:
    """True where a count enters no baseline: (periods,) where it is the same for all series, else (series, periods).

    None if nothing is left out.
    """
    of_all = np.zeros(len(panel.dates), dtype=bool)
    of_all[len(of_all) - incomplete :] = True
    rows_of = _rows_of_diseases(panel)
    wanted = [entry for entry in entries if entry.disease in rows_of]
    if not wanted:
        return of_all if incomplete else None
    mask = np.tile(of_all, (len(panel.ids), 1))
    path_of = dict(Place.objects.filter(pk__in=np.unique(panel.place_ids).tolist()).values_list("pk", "path"))
    ends = last_days(panel.dates, panel.every)
    for entry in wanted:
        rows = rows_of[entry.disease]
        inside = [path_of[key].startswith(entry.path) for key in panel.place_ids[rows].tolist()]
        columns = (ends >= np.datetime64(entry.first, "D")) & (panel.dates <= np.datetime64(entry.last, "D"))
        mask[np.ix_(rows[inside], columns)] = True
    return mask


def _rows_of_diseases(panel: SourcePanel) -> Mapping[str, NDArray[np.intp]]:
    codes = np.array(panel.disease_codes, dtype=object)
    return {code: np.flatnonzero(codes == code) for code in set(panel.disease_codes)}
