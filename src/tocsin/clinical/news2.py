"""NEWS2, the National Early Warning Score: how far seven signs of an adult stray from what is usual.

Royal College of Physicians (2017). National Early Warning Score (NEWS) 2: Standardising the assessment of acute-illness
severity in the NHS. Updated report of a working party. London: RCP.

For people of 16 years and more who are not pregnant. A low score does not say that somebody is well; the second scale
of saturation is for those whom a physician has found to have hypercapnic respiratory failure, and for nobody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

__all__ = ["News2", "NotScored", "news2"]

Number = int | float | Fraction
Risk = Literal["low", "low_medium", "medium", "high"]

# Upper ends of bands, each with its points; what is above the last has the points that stand behind it.
RESPIRATORY_RATE = ((8, 3), (11, 1), (20, 0), (24, 2), 3)
SATURATION = ((91, 3), (93, 2), (95, 1), 0)
SATURATION_ON_AIR_2 = ((83, 3), (85, 2), (87, 1), 0)
SATURATION_ON_OXYGEN_2 = ((83, 3), (85, 2), (87, 1), (92, 0), (94, 1), (96, 2), 3)
SYSTOLIC = ((90, 3), (100, 2), (110, 1), (219, 0), 3)
HEART_RATE = ((40, 3), (50, 1), (90, 0), (110, 1), (130, 2), 3)
TEMPERATURE = ((Fraction("35.0"), 3), (Fraction("36.0"), 1), (Fraction("38.0"), 0), (Fraction("39.0"), 1), 2)
CONSCIOUSNESS = {"alert": 0, "confusion": 3, "voice": 3, "pain": 3, "unresponsive": 3}


class NotScored(ValueError):
    """Signs that NEWS2 is not made for, or that it cannot read."""


@dataclass(frozen=True, slots=True)
class News2:
    """A score with the points of each sign. `risk` is the report's band; `low_medium` is 3 points in one sign alone."""

    points: Mapping[str, int]

    @property
    def total(self) -> int:
        """From 0 to 20."""
        return sum(self.points.values())

    @property
    def risk(self) -> Risk:
        """low (0 to 4), low_medium (the same with 3 points in one sign), medium (5, 6), high (7 and more)."""
        if self.total >= 7:
            return "high"
        if self.total >= 5:
            return "medium"
        return "low_medium" if 3 in self.points.values() else "low"


def news2(
    *,
    respiratory_rate: Number,
    spo2: Number,
    on_oxygen: bool,
    systolic: Number,
    heart_rate: Number,
    consciousness: str,
    temperature: Number,
    hypercapnic: bool = False,
) -> News2:
    """The score of signs taken at one time.

    respiratory_rate, heart_rate   a minute; spo2 in %; systolic in mmHg; temperature in °C
    consciousness                  a code of the vocabulary's kind of that name (ACVPU)
    hypercapnic                    score the saturation on scale 2

    Raises NotScored for a consciousness that is no code.
    """
    if consciousness not in CONSCIOUSNESS:
        raise NotScored(f"consciousness is {consciousness!r}; NEWS2 knows {', '.join(CONSCIOUSNESS)}")
    scale_2 = SATURATION_ON_OXYGEN_2 if on_oxygen else SATURATION_ON_AIR_2
    return News2(
        {
            "respiratory_rate": _points(_whole(respiratory_rate), RESPIRATORY_RATE),
            "spo2": _points(_whole(spo2), scale_2 if hypercapnic else SATURATION),
            "oxygen": 2 if on_oxygen else 0,
            "systolic": _points(_whole(systolic), SYSTOLIC),
            "heart_rate": _points(_whole(heart_rate), HEART_RATE),
            "consciousness": CONSCIOUSNESS[consciousness],
            "temperature": _points(Fraction(round(Fraction(temperature) * 10), 10), TEMPERATURE),
        }
    )


def _whole(value: Number) -> Fraction:
    """The chart has whole numbers; between two bands, a half counts up."""
    return Fraction(int(Fraction(value) + Fraction(1, 2)))


def _points(value: Fraction, bands: tuple[tuple[Number, int] | int, ...]) -> int:
    for band in bands:
        if isinstance(band, int):
            return band
        if value <= band[0]:
            return band[1]
    raise AssertionError("the last of the bands has no upper end")
