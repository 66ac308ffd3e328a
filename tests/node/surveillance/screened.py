"""Counts of ten years, and a screening of them, for tests that are not about how the work is queued."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from django.utils import timezone
from tests.node.surveillance.counts_given import Key, given_counts

from tocsin.node.alliance.models import Person
from tocsin.node.surveillance.actions import screening as acts
from tocsin.node.surveillance.models import Screening, Series, Source, Thread

WEEKS = 520
MONDAY = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
FIRST = MONDAY - timedelta(weeks=WEEKS)  # so that the last of WEEKS counts is of the last full week


def usual(mean: float, seed: int = 1, weeks: int = WEEKS) -> np.ndarray:
    """Ten years of weeks without season or trend, the last eight exactly usual so that none of them signals."""
    counts = np.random.default_rng(seed).poisson(mean, weeks).astype(float)
    counts[-8:] = round(mean)
    return counts


def ending(counts: Sequence[float], *last: float | None) -> np.ndarray:
    """The same counts with other last ones; None is a week that nobody reported."""
    changed = np.array(counts, dtype=float)
    changed[len(changed) - len(last) :] = [np.nan if value is None else value for value in last]
    return changed


def given(
    source: Source, counts: Mapping[Key, Sequence[float | None]], *, delay_days: int = 0, first: date = FIRST
) -> dict[Key, Series]:
    """Counts up to the last full week, by default complete at once."""
    source.expected_delay_days = delay_days
    source.save(update_fields=["expected_delay_days"])
    return given_counts(source, counts, first)


def screened(source: Source, *, by: Person | None = None, evaluate: int | None = 1) -> Screening:
    """A screening that was asked for and done."""
    asked = acts.ask(source, by=by, evaluate=evaluate)
    acts.run(asked.pk)
    asked.refresh_from_db()
    return asked


def inbox() -> list[Thread]:
    return list(Thread.objects.shown().select_related("disease", "place", "headline_place").order_by("-priority"))
