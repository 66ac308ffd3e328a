"""The plan of `tocsin demand`: a TOML file of what becomes of a case, what exists, and what each patient needs."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtri

from tocsin.cli.delays import delay_of
from tocsin.cli.main import BadInput
from tocsin.counts.notes import listed
from tocsin.epi.demand import OXYGEN_LITRES_A_DAY, Course, Present, Staff, Supply

__all__ = ["Plan", "read_plan"]

SECTIONS = ("course", "days", "ages", "present", "capacity", "staff", "supplies")
SHARES = ("admission", "icu", "oxygen", "ventilator", "death")
DAYS = {
    "onset_to_admission": "onset_to_admission",
    "ward_stay": "ward_stay",
    "icu_stay": "icu_stay",
    "to_icu": "to_icu",
    "after_icu": "after_icu",
    "admission_to_death": "admission_to_death",
}
NEEDED = ("onset_to_admission", "ward_stay", "icu_stay")
PATIENTS = ("ward", "icu", "oxygen", "ventilator")
TABLE = {"staff": ("name", "per_patient", "available"),
         "supplies": ("name", "unit", "per_patient_day", "per_admission", "stock", "deliveries")}  # fmt: skip
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as it was written; what depends on ages, days and draws is worked out when these are known."""

    path: Path
    written: Mapping[str, Any]

    def mix(self) -> dict[str, float] | None:
        """Shares of cases by age, for a forecast without ages."""
        given = self.written.get("ages")
        if given is None:
            return None
        shares = {str(name): self._number(f"ages.{name}", share) for name, share in given.items()}
        if any(share < 0 for share in shares.values()) or abs(sum(shares.values()) - 1) > 0.001:
            raise self._refusal(f"[ages] adds up to {sum(shares.values()):g}; the shares of cases by age add up to 1")
        return shares

    def course(self, ages: Sequence[str], draws: int, rng: np.random.Generator) -> Course:
        """The course of the disease for these ages; shares given as intervals are drawn."""
        given = self.written["course"]
        shares = {name: self._share(name, given[name], ages, draws, rng) for name in SHARES if name in given}
        stays = {name: self._delay(name) for name in DAYS if name in self.written["days"]}
        return Course(**shares, **stays)

    def present(self) -> Present | None:
        given = self.written.get("present")
        if given is None:
            return None
        return Present(**{name: self._number(f"present.{name}", given.get(name, 0)) for name in PATIENTS})  # type: ignore[arg-type]

    def capacity(self, dates: NDArray[np.datetime64]) -> dict[str, Array]:
        return {
            name: self._by_day(f"capacity.{name}", value, dates, lasting=True)
            for name, value in self.written.get("capacity", {}).items()
        }

    def staff(self, dates: NDArray[np.datetime64]) -> tuple[Staff, ...]:
        found = []
        for one in self.written.get("staff", ()):
            name = str(one.get("name", ""))
            available = one.get("available")
            exists = None if available is None else self._by_day(f"available of {name}", available, dates, lasting=True)
            found.append(Staff(name, self._rates(f"per_patient of {name}", one.get("per_patient", {})), exists))
        return tuple(found)

    def supplies(self, dates: NDArray[np.datetime64]) -> tuple[Supply, ...]:
        found = []
        for one in self.written.get("supplies", ()):
            name, came, rates = str(one.get("name", "")), one.get("deliveries"), one.get("per_patient_day", {})
            per_day = (
                dict(OXYGEN_LITRES_A_DAY) if rates == "who-oxygen" else self._rates(f"per_patient_day of {name}", rates)
            )
            stock = one.get("stock")
            found.append(
                Supply(
                    name,
                    str(one.get("unit", "units")),
                    per_day,
                    self._number(f"per_admission of {name}", one.get("per_admission", 0.0)),
                    None if stock is None else self._number(f"stock of {name}", stock),
                    None if came is None else self._by_day(f"deliveries of {name}", came, dates, lasting=False),
                )
            )
        return tuple(found)

    def _share(self, name: str, given: Any, ages: Sequence[str], draws: int, rng: np.random.Generator) -> Array:
        """(ages,), or (draws, ages) where any is an interval: a normal of the logit, with one rank for all ages."""
        if isinstance(given, dict):
            strange, missing = [a for a in given if a not in ages], [a for a in ages if a not in given]
            if strange or missing:
                raise self._refusal(
                    f"course.{name} is given for {listed(list(given), 12)}, but cases are by "
                    f"{listed(list(ages), 12)}: the "
                    "ages must be the same. For a forecast without ages give their shares under [ages]"
                )
            values = [given[age] for age in ages]
        else:
            values = [given] * len(ages)
        z = rng.standard_normal(draws)
        columns, uncertain = [], False
        for age, value in zip(ages, values, strict=True):
            where = f"course.{name}" + (f" of {age}" if isinstance(given, dict) else "")
            if isinstance(value, list):
                uncertain = True
                ends = [self._number(where, end) for end in value]
                if len(ends) != 2 or not 0 < ends[0] < ends[1] < 1:
                    raise self._refusal(f"{where} is {value}; an interval of 95 % is [low, high], between 0 and 1")
                low, high = logit(np.array(ends))
                columns.append(expit((low + high) / 2 + z * (high - low) / 2 / ndtri(0.975)))
                continue
            share = self._number(where, value)
            if not 0 <= share <= 1:
                raise self._refusal(f"{where} is {share:g}; a probability is from 0 to 1")
            columns.append(np.full(draws, share))
        found: Array = np.stack(columns, axis=1)
        return found if uncertain else found[0]

    def _delay(self, name: str) -> Array:
        kind = name if name == "onset_to_admission" else "onset_to_death"
        p = delay_of(self.written["days"][name], kind, f"days.{name} of {self.path.name}").probabilities
        normed: Array = p / p.sum()
        return normed

    def _by_day(self, where: str, given: Any, dates: NDArray[np.datetime64], *, lasting: bool) -> Array:
        """(days,) of a number, or of numbers by date: each from its date on, or on its date only."""
        if not isinstance(given, dict):
            if not lasting:
                raise self._refusal(f'{where} are given by date, as in {{ "{dates[0]}" = 500 }}')
            return np.full(len(dates), self._number(where, given))
        found = np.zeros(len(dates))
        days = []
        for text in given:
            try:
                days.append(np.datetime64(date.fromisoformat(str(text)), "D"))
            except ValueError:
                raise self._refusal(f"{where} has '{text}', which is no day such as 2026-03-09") from None
        if lasting and (not days or min(days) > dates[0]):
            raise self._refusal(
                f"{where} says nothing of {dates[0]}, the first day of the forecast; begin there or before"
            )
        for day, text in sorted(zip(days, given, strict=True)):
            found[dates >= day if lasting else dates == day] = self._number(where, given[text])
        return found

    def _rates(self, where: str, given: Any) -> dict[str, float]:
        if not isinstance(given, dict):
            raise self._refusal(f"{where} is {given!r}; give a number for each kind of bed, as in {{ icu = 3.5 }}")
        return {str(bed): self._number(f"{where}, {bed}", rate) for bed, rate in given.items()}

    def _number(self, where: str, given: Any) -> float:
        if isinstance(given, bool) or not isinstance(given, int | float):
            raise self._refusal(f"{where} is {given!r}; it is a number")
        return float(given)

    def _refusal(self, text: str) -> BadInput:
        return BadInput(f"{self.path}: {text}")


def read_plan(path: Path) -> Plan:
    """The plan, its names checked: a misspelt one would silently count for nothing."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise BadInput(f"there is no plan {path}; check its name and folder") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path} is no text in UTF-8; a plan is a TOML file, as docs/examples/demand.toml") from None
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path} is no TOML: {error}; docs/examples/demand.toml shows how a plan is written") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from None
    known: Mapping[str, Sequence[str]] = {
        "": SECTIONS, "course": SHARES, "days": tuple(DAYS), "present": PATIENTS, "capacity": PATIENTS, **TABLE,
    }  # fmt: skip
    for section, keys in known.items():
        _require_known(path, section, written if not section else written.get(section, {}), keys)
    for section, needed in (("course", SHARES[:4]), ("days", NEEDED)):
        missing = [name for name in needed if name not in written.get(section, {})]
        if missing:
            raise BadInput(
                f"{path}: [{section}] lacks {listed(missing)}; there are no defaults, they differ by factors"
            )
    if ("death" in written["course"]) != ("admission_to_death" in written["days"]):
        raise BadInput(f"{path}: course.death and days.admission_to_death go together; give both or neither")
    return Plan(path, written)


def _require_known(path: Path, section: str, given: Any, keys: Sequence[str]) -> None:
    where = f"[{section}]" if section else "the plan"
    several = section in TABLE
    if several != isinstance(given, list) and not (several and given == {}):
        raise BadInput(f"{path}: {where} is written {'[[' + section + ']]' if several else 'as a table, ' + where}")
    check: Callable[[Any], bool] = lambda one: isinstance(one, dict)  # noqa: E731
    for one in given if several else [given]:
        if not check(one):
            raise BadInput(f"{path}: {where} is written as a table")
        if strange := [name for name in one if name not in keys]:
            raise BadInput(f"{path}: {where} has '{strange[0]}', which means nothing here; there are {', '.join(keys)}")
