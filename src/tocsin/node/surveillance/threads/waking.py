"""When a thread that is watched, could not be verified, or was verified, comes back to the inbox."""

from collections.abc import Iterable
from datetime import date

from tocsin.node.surveillance.models import Signal, Thread, Verdict

__all__ = ["WAKEABLE", "clearly_worse", "day_has_come", "reaches_new_places", "wakes"]

WAKEABLE = (Thread.Status.WATCH, Thread.Status.UNVERIFIABLE)
POWERS_OF_TEN = 2.0  # more exceptional than when the watch began: a hundred times less likely by chance
TIMES = 2.0  # as many cases, in the same place, as the headline had then
GRAVEST = 4


def wakes(thread: Thread, began: Verdict | None, new: Iterable[Signal], today: date) -> bool:
    """Whether new signals bring it back: its day has passed and they still come, or they are clearly worse."""
    new = list(new)
    return bool(new) and (day_has_come(thread, today) or clearly_worse(thread, began, new))


def day_has_come(thread: Thread, today: date) -> bool:
    day = thread.watch_until if thread.status == Thread.Status.WATCH else thread.review_at
    return day is not None and day < today


def reaches_new_places(known: Iterable[str], new: Iterable[str]) -> bool:
    """Whether a verified rise goes where it was not known to be: paths of its places so far, and of new signals.

    A place that contains one it was known in is no news; one beside it is, whatever contains them both.
    """
    known = list(known)
    return any(not any(path.startswith(there) for path in known) for there in new)


def clearly_worse(thread: Thread, began: Verdict | None, new: Iterable[Signal]) -> bool:
    """Two powers of ten more exceptional, twice the cases in the headline's place, or a rule of a gravest disease.

    began  the verdict by which it is watched; its figures are those that the person saw
    """
    seen, cases = (began.exceptionality, began.observed) if began else (None, None)
    return any(
        (signal.kind == Signal.Kind.RULE and thread.gravity == GRAVEST)
        or (seen is not None and signal.exceptionality >= seen + POWERS_OF_TEN)
        or (bool(cases) and _same_place(signal, began) and (signal.observed or 0) >= TIMES * cases)
        for signal in new
    )


def _same_place(signal: Signal, began: Verdict | None) -> bool:
    return began is not None and (signal.place_id, signal.stratum) == (began.headline_place_id, began.headline_stratum)
