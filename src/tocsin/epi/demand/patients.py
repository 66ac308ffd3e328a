"""Patients in each kind of bed day by day, from cases: servers without a queue.

Eick SG, Massey WA, Whitt W (1993). The physics of the Mt/G/infinity queue. Operations Research 41(4):731-742.
doi:10.1287/opre.41.4.731. With a_s admitted on day s and S(u) the probability of a stay of more than u nights, the bed
count has mean sum over u of a_t-u S(u). At a steady rate it is the rate times the mean stay: Little JDC (1961). A proof
for the queuing formula L = lambda W. Operations Research 9:383-387. doi:10.1287/opre.9.3.383.

Everything is one step, `scattered`: persons of a day go on to later days by the probabilities of a delay, as an
expectation, or each by chance. Who is in a bed is who came, less who left.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.demand.course import Course, Present, checked_shares
from tocsin.epi.errors import InvalidOption

__all__ = ["Patients", "patients", "remaining_stay", "scattered"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Patients:
    """Each (draws, days); nothing is limited by what exists.

    admissions               persons admitted
    ward, icu                patients in a bed outside and in intensive care
    oxygen, ventilator       patients on them; oxygen counts all in intensive care
    deaths                   of those admitted in these days or before; None without a probability of death
    """

    admissions: Array
    ward: Array
    oxygen: Array
    icu: Array
    ventilator: Array
    deaths: Array | None


def patients(
    cases: Array, first: int, course: Course, present: Present | None, rng: np.random.Generator | None
) -> Patients:
    """Patients from day `first` on.

    cases    (draws, ages, days) by onset, those before `first` known
    first    number of days that have passed
    present  patients in hospital as counted; admissions of past days are then not modelled but counted in them
    rng      None for expectations
    raises   InvalidOption, InvalidDelay
    """
    draws, _, days = cases.shape
    onset = _by_course(cases, course, rng)  # (draws, 4, days)
    admitted = scattered(onset, course.delay("onset_to_admission"), rng)
    if present is not None:
        admitted[:, :, :first] = 0
    plain, oxygen, breathing, ventilated = (_Bed() for _ in range(4))
    before, after = _Bed(), _Bed()
    ward_stay, icu_stay = course.delay("ward_stay"), course.delay("icu_stay")
    for number, bed in ((0, plain), (1, oxygen)):
        bed.add(admitted[:, number], scattered(admitted[:, number], ward_stay, rng))
    for number, bed in ((2, breathing), (3, ventilated)):
        begun = scattered(admitted[:, number], course.delay("to_icu"), rng)
        left = scattered(begun, icu_stay, rng)
        before.add(admitted[:, number], begun)
        bed.add(begun, left)
        after.add(left, scattered(left, course.delay("after_icu"), rng))
    if present is not None:
        there = np.zeros((draws, days))
        for bed, stay, number in (
            (plain, ward_stay, present.ward + present.icu - present.oxygen),
            (oxygen, ward_stay, present.oxygen - present.icu),
            (breathing, icu_stay, present.icu - present.ventilator),
            (ventilated, icu_stay, present.ventilator),
        ):
            if number == 0:
                continue
            start = there.copy()
            start[:, first] = number
            left = scattered(start, remaining_stay(stay), rng)
            bed.add(start, left)
            if bed in (breathing, ventilated):
                after.add(left, scattered(left, course.delay("after_icu"), rng))
    icu = breathing.count + ventilated.count
    found = {
        "admissions": admitted.sum(axis=1),
        "ward": plain.count + oxygen.count + before.count + after.count,
        "oxygen": oxygen.count + icu,
        "icu": icu,
        "ventilator": ventilated.count,
    }
    deaths = _deaths(cases, course, rng)
    return Patients(
        **{name: value[:, first:] for name, value in found.items()},
        deaths=None if deaths is None else deaths[:, first:],
    )


class _Bed:
    """A count of persons that have come and not left; compared by identity."""

    def __init__(self) -> None:
        self.count: Array = np.zeros(1)

    def add(self, came: Array, left: Array) -> None:
        self.count = self.count + np.cumsum(came, axis=-1) - np.cumsum(left, axis=-1)


def scattered(persons: Array, delay: Array, rng: np.random.Generator | None) -> Array:
    """(..., days) persons on the day that a delay after theirs leads to; who goes beyond the last day is left out.

    With `rng` each goes by chance: of those who are left after s days a binomial number has a delay of s.
    """
    days = persons.shape[-1]
    found = np.zeros(persons.shape)
    if rng is None:
        for s, f in enumerate(delay[:days]):
            found[..., s:] += persons[..., : days - s] * f
        return found
    left, tail = persons.astype(np.int64), 1.0
    for s, f in enumerate(delay[:days]):
        if f > 0:
            going = rng.binomial(left[..., : days - s], min(f / tail, 1.0) if tail > 1e-12 else 1.0)
            left[..., : days - s] -= going
            found[..., s:] += going
        tail -= f
    return found


def remaining_stay(stay: Array) -> Array:
    """(S,) probability that somebody found in a bed at the end of a day leaves on the next day, the one after, ...

    If about as many came each day, those found have stayed u nights with probability in proportion to S(u): longer
    stays are met more often than they occur.
    """
    more = np.cumsum(stay[::-1])[::-1]  # P(L >= u)
    beyond = np.append(more[1:], 0.0)  # S(u) = P(L > u)
    if not beyond.sum() > 0:
        raise InvalidOption("a stay of 0 nights for everybody leaves nobody in a bed, but some are present")
    still = np.append(np.cumsum(beyond[::-1])[::-1], 0.0)[1:] / beyond.sum()
    found: Array = -np.diff(np.append(1.0, still))
    return found


def _by_course(cases: Array, course: Course, rng: np.random.Generator | None) -> Array:
    """(draws, 4, days) of all ages by onset, who will be admitted: to the ward, there on oxygen, to ICU, ventilated."""
    draws, ages, _ = cases.shape
    shares = {
        name: checked_shares(name, getattr(course, name), draws=draws, ages=ages)
        for name in ("admission", "icu", "oxygen", "ventilator")
    }

    def part(persons: Array, share: Array) -> Array:
        if rng is None:
            return persons * share
        return rng.binomial(persons.astype(np.int64), share).astype(np.float64)

    admitted = part(cases, shares["admission"])
    icu = part(admitted, shares["icu"])
    oxygen, ventilated = part(admitted - icu, shares["oxygen"]), part(icu, shares["ventilator"])
    groups = (admitted - icu - oxygen, oxygen, icu - ventilated, ventilated)
    return np.stack([group.sum(axis=1) for group in groups], axis=1)


def _deaths(cases: Array, course: Course, rng: np.random.Generator | None) -> Array | None:
    if course.death is None:
        return None
    if course.admission_to_death is None:
        raise InvalidOption("death is given without admission_to_death; how long after admission do they die?")
    draws, ages, _ = cases.shape
    risk = checked_shares("death", course.death, draws=draws, ages=ages) * checked_shares(
        "admission", course.admission, draws=draws, ages=ages
    )
    dying = cases * risk if rng is None else rng.binomial(cases.astype(np.int64), risk).astype(np.float64)
    admitted = scattered(dying.sum(axis=1), course.delay("onset_to_admission"), rng)
    return scattered(admitted, course.delay("admission_to_death"), rng)
