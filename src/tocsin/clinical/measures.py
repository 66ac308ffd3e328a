"""What is measured of a patient: vital signs and laboratory tests, with LOINC codes, UCUM units and limits.

Conversion between units is exact, in fractions. Between mass and amount of substance the factor is that of the table,
from the molar mass of that substance; there is no conversion where no fixed factor exists.

Two pairs of limits stand beside each measure. What lies outside the hard ones is not a patient's value and is refused;
what lies outside the soft ones happens, and is worth a second look for a slip of the finger. Neither is a reference
range: those differ by laboratory.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

from tocsin.clinical.vocabulary import Words

__all__ = ["Inconvertible", "Measure", "Unit", "laboratory", "laboratory_test", "measure_of", "vitals"]


class Inconvertible(ValueError):
    """A value in a unit that its measure is not given in."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A UCUM unit that a measure may be given in: (value - taken_off) * factor is the value in its first unit.

    loinc   the LOINC code of the measure when it is reported in this unit
    """

    code: str
    factor: Fraction
    taken_off: Fraction
    loinc: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A vital sign or a laboratory test.

    units        by UCUM code, in the order of forms; empty for what is a code and no number
    hard, soft   least and most in the first unit
    whole        whether only whole numbers are possible
    values       the kind of the vocabulary that the value is a code of; "" for numbers
    loinc        the code, of the first unit where units differ
    group        of laboratory tests, in forms; "" for vital signs
    """

    code: str
    words: Words
    loinc: str
    units: Mapping[str, Unit] = field(default_factory=dict)
    hard: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))
    soft: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))
    whole: bool = False
    values: str = ""
    group: str = ""

    @property
    def first_unit(self) -> str:
        """The unit that limits are in, and that forms begin with; "" for what is no number."""
        return next(iter(self.units), "")

    def loinc_in(self, unit: str) -> str:
        """The LOINC code for a value in `unit`, which is "" for what is no number. Raises Inconvertible."""
        return self.loinc if self.values else self._unit(unit).loinc

    def converted(self, value: Fraction, frm: str, to: str) -> Fraction:
        """A value in `frm`, in the unit `to`, exactly. Raises Inconvertible."""
        given, wanted = self._unit(frm), self._unit(to)
        return (value - given.taken_off) * given.factor / wanted.factor + wanted.taken_off

    def in_first_unit(self, value: Fraction, unit: str) -> Fraction:
        """A value in its first unit, exactly. Raises Inconvertible."""
        return self.converted(value, unit, self.first_unit)

    def limits_in(self, unit: str, *, hard: bool) -> tuple[Fraction, Fraction]:
        """Least and most in `unit`. Raises Inconvertible."""
        least, most = self.hard if hard else self.soft
        return self.converted(least, self.first_unit, unit), self.converted(most, self.first_unit, unit)

    def _unit(self, code: str) -> Unit:
        if code not in self.units:
            known = ", ".join(self.units) or "none: its value is a code"
            raise Inconvertible(f"{self.code} is not given in {code!r}; its units are {known}")
        return self.units[code]


@cache
def vitals() -> Mapping[str, Measure]:
    """Every vital sign by its code, in the order of forms."""
    return _read("vitals.toml")


@cache
def laboratory() -> Mapping[str, Measure]:
    """Every laboratory test of the short list by its code, in the order of forms."""
    return _read("laboratory.toml")


def laboratory_test(loinc: str) -> Measure | None:
    """The laboratory test that a LOINC code is of, in whichever unit; None for one that the short list lacks."""
    return _tests().get(loinc)


def measure_of(loinc: str) -> Measure | None:
    """The vital sign or laboratory test that a LOINC code is of."""
    return _tests().get(loinc) or next((sign for sign in vitals().values() if sign.loinc == loinc), None)


@cache
def _tests() -> Mapping[str, Measure]:
    found: dict[str, Measure] = {}
    for test in laboratory().values():
        found |= dict.fromkeys((test.loinc, *(unit.loinc for unit in test.units.values())), test)
    return found


def _read(name: str) -> Mapping[str, Measure]:
    source = resources.files(__package__) / "data" / name
    return {code: _measure(code, said) for code, said in tomllib.loads(source.read_text(encoding="utf-8")).items()}


def _measure(code: str, said: Mapping[str, Any]) -> Measure:
    units = _units(said)
    return Measure(
        code=code,
        words=Words(*said["words"]),
        loinc=said.get("loinc") or next(iter(units.values())).loinc,
        units=units,
        hard=_limits(said.get("hard", ["0", "0"])),
        soft=_limits(said.get("soft", ["0", "0"])),
        whole=said.get("whole", False),
        values=said.get("values", ""),
        group=said.get("group", ""),
    )


def _units(said: Mapping[str, Any]) -> Mapping[str, Unit]:
    """A laboratory test's unit names its own LOINC code; a vital sign's may name what is taken off before."""
    own = said.get("loinc")
    found = {}
    for code, factor, *more in said.get("units", []):
        taken_off = more[0] if own and more else "0"
        found[code] = Unit(code, Fraction(factor), Fraction(taken_off), own or more[0])
    return found


def _limits(said: list[str]) -> tuple[Fraction, Fraction]:
    return Fraction(said[0]), Fraction(said[1])
