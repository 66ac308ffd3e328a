"""The outbreak of a script: who infects whom where, how long it takes, and what slows it down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tocsin.node.alliances.entries import Entry, Names

if TYPE_CHECKING:
    from tocsin.epi.simulate.renewal import Control

__all__ = ["Exposure", "Outbreak", "read_outbreak"]

FIELDS = {
    "before", "R", "dispersion", "deaths", "health_workers", "generation_time", "incubation_period", "reporting_delay",
    "imported", "mixing", "controls", "exposures",
}  # fmt: skip


@dataclass(frozen=True)
class Exposure:
    """What cases say that they were exposed to, and the share of them who do."""

    code: str
    share: float
    name: Names


@dataclass(frozen=True)
class Outbreak:
    """What epi.simulate.renewal is given, with places as numbers.

    before    days that are simulated before day 1 of the exercise: day d is row before + d - 1
    places    codes of the places that people fall ill in, in the order of the columns
    deaths    share of cases who die
    """

    before: int
    places: tuple[str, ...]
    R: NDArray[np.float64]
    mixing: NDArray[np.float64]
    imported: NDArray[np.int64]
    generation_time: NDArray[np.float64]
    incubation_period: NDArray[np.float64]
    reporting_delay: NDArray[np.float64]
    dispersion: float
    deaths: float
    health_workers: float
    exposures: tuple[Exposure, ...]


def read_outbreak(entry: Entry, *, days: int, places: Sequence[str]) -> Outbreak:
    """Raises DataFileError."""
    from tocsin.epi.errors import EpiError
    from tocsin.epi.simulate.renewal import reproduction_by_day

    entry.only(FIELDS)
    before = entry.whole("before", least=0)
    rows = entry.entries("mixing", "mixing from")
    inside = tuple(row.text("code") for row in rows)
    if not inside or (strange := [code for code in inside if code not in places]):
        raise entry.error(
            f"mixing is from {', '.join(strange) if inside else 'nowhere'}; it is from places of the script"
        )
    if len(set(inside)) != len(inside):
        raise entry.error("mixing is twice from one place")
    try:
        return Outbreak(
            before=before,
            places=inside,
            R=reproduction_by_day(
                entry.number("R", above=0), days=before + days, places=len(inside),
                controls=[_control(one, before, days, inside) for one in entry.entries("controls", "control")],
            ),
            mixing=np.array([_row(row, inside) for row in rows]),
            imported=_imported(entry, before, days, inside),
            generation_time=_delay(entry, "generation_time", shortest=1),
            incubation_period=_delay(entry, "incubation_period"),
            reporting_delay=_delay(entry, "reporting_delay"),
            dispersion=entry.number("dispersion", above=0),
            deaths=_share(entry, "deaths"),
            health_workers=_share(entry, "health_workers"),
            exposures=_exposures(entry),
        )  # fmt: skip
    except EpiError as error:
        raise entry.error(str(error)) from error


def _delay(entry: Entry, field: str, shortest: int = 0) -> NDArray[np.float64]:
    from tocsin.epi.delays import lognormal_delay

    given = Entry(entry.file, f"{entry.label}, {field}", entry.entry(field).values)
    given.only({"median", "dispersion", "longest"})
    return lognormal_delay(
        given.number("median", above=0), given.number("dispersion", above=1), longest=given.whole("longest", least=1),
        shortest=shortest,
    )  # fmt: skip


def _share(entry: Entry, field: str) -> float:
    value = entry.values.get(field)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise entry.error(f"{field} is {value!r}; it must be a share from 0 to 1")
    return float(value)


def _row(entry: Entry, places: Sequence[str]) -> list[float]:
    entry.only({"code", "to"})
    given: Mapping[str, object] = entry.entry("to").values
    shares = Entry(entry.file, f"{entry.label}, to", given)
    shares.only(places)
    row = [_share(shares, code) if code in given else 0.0 for code in places]
    if sum(row) > 1 + 1e-9:
        raise entry.error(f"to adds up to {sum(row):g}; shares of one place add up to at most 1")
    return row


def _control(entry: Entry, before: int, days: int, places: Sequence[str]) -> "Control":
    from tocsin.epi.simulate.renewal import Control

    entry.only({"code", "day", "factor", "places"})
    where = _places(entry, places)
    return Control(before + _day(entry, before, days) - 1, entry.number("factor", above=0), where)


def _places(entry: Entry, places: Sequence[str]) -> tuple[int, ...]:
    given = entry.texts("places")
    if not given or (strange := [code for code in given if code not in places]):
        said = f"names {strange[0]}" if given else "is missing"
        raise entry.error(f"places {said}; it must be of {', '.join(places)}")
    return tuple(places.index(code) for code in given)


def _day(entry: Entry, before: int, days: int) -> int:
    """Of the exercise; those before day 1 are 0, -1 and so on."""
    value = entry.values.get("day")
    if isinstance(value, bool) or not isinstance(value, int) or not 1 - before <= value <= days:
        raise entry.error(f"day is {value!r}; it must be a whole number from {1 - before} to {days}")
    return value


def _imported(entry: Entry, before: int, days: int, places: Sequence[str]) -> NDArray[np.int64]:
    found = np.zeros((before + days, len(places)), dtype=np.int64)
    rows = entry.entries("imported", "imported")
    if not rows:
        raise entry.error("imported is missing; somebody has to bring it")
    for one in rows:
        one.only({"code", "place", "day", "cases"})
        column = places.index(one.choice("place", places))
        found[before + _day(one, before, days) - 1, column] += one.whole("cases", least=1)
    return found


def _exposures(entry: Entry) -> tuple[Exposure, ...]:
    found = []
    for one in entry.entries("exposures", "exposure"):
        one.only({"code", "share", "name"})
        found.append(Exposure(one.text("code"), _share(one, "share"), one.names("name")))
    if sum(one.share for one in found) > 1 + 1e-9:
        raise entry.error("shares of exposures add up to more than 1")
    return tuple(found)
