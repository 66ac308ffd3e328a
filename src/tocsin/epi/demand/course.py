"""What becomes of a case: who is admitted, who needs oxygen, intensive care or a ventilator, and for how long.

There are no defaults: shares and stays differ between diseases, countries and months by factors, and a plan that rests
on those of somebody else looks no different from one that rests on one's own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.delays.discrete import checked_delay
from tocsin.epi.errors import InvalidCounts, InvalidOption

__all__ = ["Course", "Present", "checked_shares"]

AT_ONCE = (1.0,)


@dataclass(frozen=True, slots=True)
class Course:
    """The course of a disease in hospital.

    admission           (ages,) or (draws, ages) probability that a case is admitted
    icu                 (ages,) or (draws, ages) probability that somebody admitted needs intensive care
    oxygen              (ages,) or (draws, ages) probability that somebody admitted who never needs intensive care needs
                        oxygen, then throughout the stay
    ventilator          (ages,) or (draws, ages) probability that somebody in intensive care needs a ventilator, then
                        throughout the stay there
    onset_to_admission  (S,) probability of 0, 1 … days from onset (or report, if cases are by report) to admission
    ward_stay           (S,) probability of a stay of 0, 1 … nights on the ward, of those never in intensive care
    icu_stay            (S,) probability of 0, 1 … nights in intensive care
    to_icu              (S,) nights on the ward before intensive care; at once if not given
    after_icu           (S,) nights on the ward after intensive care, 0 for who dies there; none if not given
    death               (ages,) or (draws, ages) probability that somebody admitted dies; not counted if None
    admission_to_death  (S,) days, required with `death`

    A stay of L nights fills a bed on L days, that of admission first. Delays and stays are the same at all ages.
    """

    admission: ArrayLike
    icu: ArrayLike
    oxygen: ArrayLike
    ventilator: ArrayLike
    onset_to_admission: ArrayLike
    ward_stay: ArrayLike
    icu_stay: ArrayLike
    to_icu: ArrayLike = AT_ONCE
    after_icu: ArrayLike = AT_ONCE
    death: ArrayLike | None = None
    admission_to_death: ArrayLike | None = None

    def delay(self, name: str) -> NDArray[np.float64]:
        """(S,) one of the delays or stays, checked. Raises InvalidDelay."""
        return checked_delay(name, getattr(self, name))


@dataclass(frozen=True, slots=True)
class Present:
    """Who is in hospital with the disease at the end of the day before the first.

    ward        patients outside intensive care
    icu         patients in intensive care
    oxygen      patients on oxygen, of whom all in intensive care are taken to be some
    ventilator  patients on a ventilator, in intensive care
    """

    ward: int
    icu: int
    oxygen: int
    ventilator: int

    def __post_init__(self) -> None:
        for name in ("ward", "icu", "oxygen", "ventilator"):
            value = getattr(self, name)
            if not 0 <= value < np.inf or value != int(value):
                raise InvalidCounts(f"present {name} is {value!r}; patients are a whole number from 0 on")
        if not self.icu <= self.oxygen <= self.icu + self.ward:
            raise InvalidCounts(
                f"present oxygen is {self.oxygen} of {self.ward} on the ward and {self.icu} in intensive care; it "
                "counts all in intensive care, and at most everybody"
            )
        if self.ventilator > self.icu:
            raise InvalidCounts(
                f"present ventilator is {self.ventilator} of {self.icu} in intensive care; ventilated patients are "
                "counted there"
            )


def checked_shares(name: str, given: ArrayLike, *, draws: int, ages: int) -> NDArray[np.float64]:
    """(1 or draws, ages, 1) probabilities. Raises InvalidOption."""
    p = np.asarray(given, dtype=np.float64)
    if p.shape not in ((ages,), (draws, ages)):
        raise InvalidOption(
            f"{name} has shape {p.shape}; it is ({ages},), one for each age group, or ({draws}, {ages})"
        )
    if not ((p >= 0) & (p <= 1)).all():
        bad = p[~((p >= 0) & (p <= 1))][0]
        raise InvalidOption(f"{name} holds {bad:g}; a probability is from 0 to 1, and each age group needs one")
    return np.atleast_2d(p)[:, :, None]
