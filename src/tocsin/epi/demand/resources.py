"""What patients need beside a bed: staff in proportion, supplies that are used up and have a stock.

World Health Organization (2020). Oxygen sources and distribution for COVID-19 treatment centres: interim guidance,
4 April 2020. WHO/2019-nCoV/Oxygen_sources/2020.1: 10 litres a minute for a severe patient, 30 for a critical one.
These two are the only figures given here; everything else is the user's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.errors import InvalidOption

__all__ = ["BEDS", "OXYGEN_LITRES_A_DAY", "Staff", "Supply"]

BEDS = ("ward", "oxygen", "icu", "ventilator")
"""What is occupied; staff and supplies are given per patient of each. A patient in intensive care is on oxygen too."""

MINUTES = 24 * 60
OXYGEN_LITRES_A_DAY: Mapping[str, float] = {"oxygen": 10.0 * MINUTES, "icu": 20.0 * MINUTES}
"""Per patient and day, for `Supply.per_patient_day`: who is on oxygen takes 10 litres a minute, in intensive care 20
more, which makes WHO's 30."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Staff of one kind.

    name         nurses of intensive care, say
    per_patient  persons a day, of all shifts, for each patient of a kind of bed: {"icu": 3.5}
    available    persons a day, or (days,); None where nobody knows
    """

    name: str
    per_patient: Mapping[str, float]
    available: ArrayLike | None = None

    def __post_init__(self) -> None:
        _require_name(self.name)
        _require_rates(f"per_patient of {self.name}", self.per_patient)


@dataclass(frozen=True, slots=True)
class Supply:
    """Something that is used up.

    name             liquid oxygen, gowns, oseltamivir ...; other than the names of beds
    unit             litres, pieces, courses ...
    per_patient_day  units for each patient of a kind of bed and day: {"ward": 2, "icu": 8}
    per_admission    units for each admission
    stock            units at the start of the first day; None where nobody knows
    deliveries       (days,) units that arrive in the morning of each day
    """

    name: str
    unit: str
    per_patient_day: Mapping[str, float] = field(default_factory=dict)
    per_admission: float = 0.0
    stock: float | None = None
    deliveries: ArrayLike | None = None

    def __post_init__(self) -> None:
        _require_name(self.name)
        _require_rates(f"per_patient_day of {self.name}", self.per_patient_day)
        _require_rates(f"per_admission of {self.name}", {BEDS[0]: self.per_admission})
        if self.stock is not None and not 0 <= self.stock < np.inf:
            raise InvalidOption(f"stock of {self.name} is {self.stock!r}; it is {self.unit}, 0 and above")
        if self.deliveries is not None and self.stock is None:
            raise InvalidOption(f"{self.name} has deliveries but no stock; say how much there is, 0 if nothing")


def _require_name(name: str) -> None:
    if not name or name in (*BEDS, "admissions", "deaths"):
        raise InvalidOption(f"a resource is named {name!r}; give it a name of its own")


def _require_rates(what: str, rates: Mapping[str, float]) -> None:
    for bed, rate in rates.items():
        if bed not in BEDS:
            raise InvalidOption(f"{what} names {bed!r}; patients are counted in {', '.join(BEDS)}")
        if not 0 <= rate < np.inf:
            raise InvalidOption(f"{what} is {rate!r} for {bed}; it is a number from 0 on")


def by_day(name: str, given: ArrayLike, days: int) -> NDArray[np.float64]:
    """(days,) of one number or one a day. Raises InvalidOption."""
    values = np.asarray(given, dtype=np.float64)
    if values.shape not in ((), (days,)):
        raise InvalidOption(f"{name} has shape {values.shape}; give one number, or one for each of {days} days")
    if not (values >= 0).all():
        raise InvalidOption(f"{name} holds {values[~(values >= 0)].flat[0]:g}; what exists is 0 or more")
    return np.broadcast_to(values, (days,)).copy()
