"""Which last periods of a source still fill up.

A period is complete when its end lies `expected_delay_days` or more before the day of the last table. What is not yet
complete is not compared as if it were: it enters no baseline, and charts, which sum from period to period, leave it
out. A count that by then exceeds what a complete period would have to be is a signal all the same: it can only rise.
"""

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tocsin.node.surveillance.models import Source

__all__ = ["complete_until", "incomplete_last", "incomplete_periods", "last_days"]


def last_days(dates: NDArray[np.datetime64], every: str) -> NDArray[np.datetime64]:
    """(periods,) last day of each period that begins on `dates`."""
    if every == "month":
        return (dates.astype("datetime64[M]") + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    return dates + np.timedelta64(6 if every == "week" else 0, "D")


def incomplete_last(dates: NDArray[np.datetime64], every: str, *, delay_days: int, as_of: date) -> int:
    """How many of the last periods were incomplete on the day `as_of`: end + delay after that day."""
    complete_on = last_days(dates, every) + np.timedelta64(delay_days, "D")
    return int((complete_on > np.datetime64(as_of, "D")).sum())


def complete_until(source: "Source", generation: int | None = None) -> date | None:
    """The day of the source's last table, or of that of a generation, on the node's own calendar; None if none came."""
    taken = source.last_taken_at
    if generation is not None and generation != source.generation:
        of_then = source.uploads.filter(generation=generation, taken_at__isnull=False).order_by("-taken_at")
        taken = of_then.values_list("taken_at", flat=True).first() or taken
    return timezone.localdate(taken, timezone.get_default_timezone()) if taken else None


def incomplete_periods(source: "Source", dates: NDArray[np.datetime64], *, generation: int | None = None) -> int:
    """How many of the last periods of `dates`, first days of the source's periods, still fill up.

    generation  as they stood then; None is now
    """
    as_of = complete_until(source, generation)
    if as_of is None:
        return 0
    return incomplete_last(dates, source.every, delay_days=source.expected_delay_days, as_of=as_of)
