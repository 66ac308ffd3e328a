"""A risk with its interval, in words: of 100 cases 19 (14 to 26); or in per cent, 19% (14% to 26%)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tocsin.node.language import formats

__all__ = ["Risk", "in_per_cent", "of_persons", "persons_of"]

MOST_DIGITS = 3  # of per cent: one of 100,000


@dataclass(frozen=True, slots=True)
class Risk:
    """From 0 to 1; `few` where hardly anything stands behind it."""

    estimate: float
    low: float
    high: float
    few: bool

    @classmethod
    def of(cls, said: Mapping[str, Any], prefix: str = "") -> "Risk | None":
        """Of a payload's part; None where nothing can be said."""
        values = [said.get(f"{prefix}{name}") for name in ("estimate", "low", "high")]
        if None in values:
            return None
        estimate, low, high = map(float, values)  # type: ignore[arg-type]
        return cls(estimate, low, high, bool(said.get("few")))

    @property
    def digits(self) -> int:
        """Digits of per cent that it takes to tell the estimate from nothing, and the ends from one another."""
        for digits in range(MOST_DIGITS):
            base = 100 * 10**digits
            if (self.high - self.low) * base >= 2 and (self.estimate == 0 or self.estimate * base >= 1):
                return digits
        return MOST_DIGITS


def in_per_cent(risk: Risk) -> str:
    """19% (14% to 26%)."""
    shown = [formats.percent(100 * value, risk.digits) for value in (risk.estimate, risk.low, risk.high)]
    values = {"middle": shown[0], "low": shown[1], "high": shown[2]}
    # Translators: an estimate with the ends of its interval, "23 (17 to 34)".
    return _("%(middle)s (%(low)s to %(high)s)") % values


def persons_of(risk: Risk) -> int:
    """100, 1,000, … of how many one speaks, so that whole persons say it."""
    return int(100 * 10**risk.digits)


def of_persons(value: float, base: int) -> int:
    """A risk as whole persons of so many."""
    return round(value * base)
