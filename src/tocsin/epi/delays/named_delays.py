"""The delays an epidemiologist asks for by name: `fit_delay` with their two dates and their usual family."""

from typing import TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike

from tocsin.epi.delays.families import FamilyName
from tocsin.epi.delays.fit import FittedDelay, fit_delay

__all__ = ["incubation_period", "onset_to_admission", "onset_to_death", "reporting_delay", "serial_interval"]


class _Strata(TypedDict, total=False):
    """What may be given of each row beside its dates; `fit_delay` says what it is."""

    stratum: ArrayLike | None
    cases: ArrayLike | None


class _Known(_Strata, total=False):
    """And until when the second event is known, where the list of cases is cut off."""

    as_of: ArrayLike | None


def reporting_delay(
    event: ArrayLike,
    report: ArrayLike,
    *,
    as_of: ArrayLike,
    family: FamilyName = "lognormal",
    **given: Unpack[_Strata],
) -> FittedDelay:
    """From an event, such as the onset, to its report: dates (cases,), reports known until `as_of`. See `fit_delay`.

    `as_of` must be given: a list of cases is always cut off by its last report.
    """
    return fit_delay(event, None, report, None, as_of=as_of, family=family, names=("event", "report"), **given)


def incubation_period(
    exposure: ArrayLike,
    exposure_last: ArrayLike | None,
    onset: ArrayLike,
    *,
    family: FamilyName = "lognormal",
    **given: Unpack[_Known],
) -> FittedDelay:
    """From exposure, known by its first and last possible day (cases,), to onset. See `fit_delay`.

    A last exposure after the onset is cut back to the day of the onset: nobody falls ill before infection.
    """
    if exposure_last is not None:
        exposure_last = np.minimum(np.asarray(exposure_last), np.asarray(onset))
    return fit_delay(exposure, exposure_last, onset, None, family=family, names=("exposure", "onset"), **given)


def onset_to_admission(
    onset: ArrayLike, admission: ArrayLike, *, family: FamilyName = "gamma", **given: Unpack[_Known]
) -> FittedDelay:
    """From onset to admission, dates (cases,) of those admitted; who fell ill in hospital is left out before."""
    return fit_delay(onset, None, admission, None, family=family, names=("onset", "admission"), **given)


def onset_to_death(
    onset: ArrayLike, death: ArrayLike, *, family: FamilyName = "gamma", **given: Unpack[_Known]
) -> FittedDelay:
    """From onset to death, dates (cases,) of those who died. In a growing epidemic `as_of` matters most here."""
    return fit_delay(onset, None, death, None, family=family, names=("onset", "death"), **given)


def serial_interval(
    infector_onset: ArrayLike, infectee_onset: ArrayLike, *, family: FamilyName = "gamma", **given: Unpack[_Known]
) -> FittedDelay:
    """From the onset of who infected to the onset of who was infected, dates (pairs,).

    Pairs in which the infected fell ill first need family="normal": the other families refuse them, since to leave
    them out would make the interval too long. What a normal leaves below 0 cannot enter a renewal equation:
    `discretised(..., shortest=1)` cuts it off. `as_of` is of the infected's onset.
    """
    names = ("onset of the infector", "onset of the infected")
    return fit_delay(infector_onset, None, infectee_onset, None, family=family, names=names, **given)
