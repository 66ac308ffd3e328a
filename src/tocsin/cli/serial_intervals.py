"""`--serial-interval`: a published one by name, a file of probabilities, or a family with mean and sd."""

from dataclasses import replace
from typing import TYPE_CHECKING

from tocsin.cli.delays import Delay, delay_of
from tocsin.cli.main import BadInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["OPTION", "serial_interval_of"]

OPTION = "--serial-interval"


def serial_interval_of(given: str) -> Delay:
    """Probabilities of 0, 1 … days from one case to those it infects; that of 0 days is 0.

    A gamma is 1 day plus a gamma of that mean and sd, as in EpiEstim; other families are cut off below 1 day.
    """
    family, _, figures = given.partition(":")
    family = family.strip().casefold()
    if figures and family in ("gamma", "lognormal", "weibull"):
        return _of_family(given, family, figures)
    found = delay_of(given, "serial_interval", OPTION)
    _require_none_at_zero(found.probabilities)
    return replace(found, said=found.said.replace(", serial interval: ", ": "))


def _of_family(given: str, family: str, figures: str) -> Delay:
    import numpy as np

    from tocsin.epi.delays import DelayDistribution, discretised, gamma_serial_interval, renormalised
    from tocsin.epi.errors import InvalidDelay

    try:
        mean, sd = (float(part) for part in figures.split(":"))
    except ValueError:
        raise BadInput(
            f"{OPTION} is '{given}'; write the family, the mean and the standard deviation in days, as in gamma:6.5:4"
        ) from None
    try:
        whole = DelayDistribution(family, np.asarray(mean), np.asarray(sd))  # type: ignore[arg-type]
        if family == "gamma":
            w = renormalised(gamma_serial_interval(mean, sd, longest=len(discretised(whole)) + 1))
        else:
            w = discretised(whole, shortest=1)
    except InvalidDelay as refusal:
        raise BadInput(f"{OPTION} is '{given}': {refusal}") from None
    return Delay(w, None, f"{family}, mean {mean:g}, sd {sd:g} days")


def _require_none_at_zero(w: "NDArray[np.float64]") -> None:
    if w[0] > 0:
        raise BadInput(
            f"{OPTION} gives {w[0]:g} to 0 days, but nobody infects another on their own day in these methods; if the "
            "probabilities begin at 1 day, number the days from 1; otherwise leave day 0 out and divide the rest by "
            "its sum"
        )
