"""Severity from a list of patients: competing risks of death and recovery, and the delay-adjusted risk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.cli.main import BadInput
from tocsin.cli.reading import as_option
from tocsin.cli.risk_rows import ALL, Risks, figure, people_table, percent
from tocsin.cli.severity_ages import FEW
from tocsin.cli.severity_days import MORE_DIED, TOO_LONG, warn_of_delay
from tocsin.counts.files import Table
from tocsin.counts.line_lists import Patients, read_patients
from tocsin.counts.notes import Notebook, numbered
from tocsin.counts.severity_columns import Found
from tocsin.epi.severity import (
    CENSORED,
    DIED,
    RECOVERED,
    CompetingRisks,
    RiskByAge,
    competing_risks,
    known_outcomes,
    risk_by_age,
    static,
)

if TYPE_CHECKING:
    from tocsin.cli.severity import Wanted
    from tocsin.cli.terminal import Terminal

__all__ = ["of_patients"]

FEW_ENDS = "fewer than 10 died or fewer than 10 recovered"
UNSEEN = 0.8  # of those whose end is told, below which the longest courses are unseen
SHOWN = 30


@dataclass(frozen=True, slots=True)
class _Known:
    """Patients as of a day, the groups numbered, and group 0 all of them.

    here      (persons,) counted at all
    died, recovered  (persons,) by that day
    days      (persons,) from onset to the outcome or that day; nan without onset
    ended     (persons,) whose outcome has a date by that day
    """

    here: NDArray[np.bool_]
    died: NDArray[np.bool_]
    recovered: NDArray[np.bool_]
    days: NDArray[np.float64]
    ended: NDArray[np.bool_]


def of_patients(table: Table, found: Found, wanted: "Wanted", terminal: "Terminal", notes: Notebook) -> Risks:
    """The risks of all patients and of each group, told to a person on the way."""
    by = wanted.by if wanted.by is not None else (found.age,) if found.age else ()
    patients = read_patients(
        table,
        found,
        by=by,
        words=dict(wanted.words),
        age_bands=wanted.age_bands,
        early=wanted.early.replace("-", " "),
        day_first=wanted.reading["day_first"],
        notes=notes,
    )
    for sentence in patients.said:
        terminal.say(as_option(sentence))
    as_of = patients.last if wanted.as_of is None else np.datetime64(wanted.as_of, "D")
    if wanted.as_of is None:
        terminal.say(f"The day of the analysis is {as_of}, the latest in the table; --as-of changes it.")
    known = _known(patients, as_of, terminal)
    keys, members = _groups(patients, by, known.here)
    risks = Risks(keys, wanted.level)
    measure = "case_fatality" if wanted.among == "cases" else "hospitalisation_fatality"
    names = ["all", *(" · ".join(row) for row in keys.rows()[1:])]
    persons, deaths = (np.array([float((mask & m).sum()) for m in members]) for mask in (known.here, known.died))
    naive = risk_by_age(deaths, persons, ages=names, interval=wanted.interval, level=wanted.level)  # type: ignore[arg-type]
    risks.add(
        measure, "naive", estimate=naive.estimate, low=naive.low, high=naive.high, events=deaths, persons=persons,
        notes={FEW: naive.few},
    )  # fmt: skip
    courses = _courses(risks, measure, known, members, names, wanted, terminal)
    adjusted = _adjusted(risks, measure, patients, known, members, names, as_of, wanted, terminal)
    if courses is None and adjusted is None:
        terminal.say(
            "These are naive risks: too low while some are still ill; --delay allows for it, or a list that names "
            "recoveries with their dates.",
            "yellow",
        )
    _tell(keys, names, naive, courses, adjusted, as_of, wanted, terminal)
    return risks


def _known(patients: Patients, as_of: np.datetime64, terminal: "Terminal") -> _Known:
    onset, end = patients.onset, patients.end
    whole = as_of >= patients.last
    missing = np.isnat(onset)
    if not ((onset <= as_of) & ~missing).any():
        raise BadInput(f"nobody had fallen ill by {as_of}: the first onset is of {np.nanmin(onset[~missing])}"
                       if (~missing).any() else "no patient has an onset; name its column by --onset")  # fmt: skip
    here = np.where(missing, whole, onset <= as_of)
    named = (patients.outcome == "died") | (patients.outcome == "recovered")
    dated = named & ~np.isnat(end)
    ended = dated & (end <= as_of) & here
    undated = named & np.isnat(end) & here
    # At the end of the list who is named dead is dead, whenever that was; as of an earlier day nobody knows.
    told = ended | (undated & whole)
    if missing.any():
        fate = "counted among the cases, and left out where days since onset matter" if whole else "left out"
        terminal.say(f"{numbered(int(missing.sum()), 'patient has', 'patients have')} no onset: {fate}.", "yellow")
    if undated.any():
        terminal.say(
            f"{numbered(int(undated.sum()), 'outcome has', 'outcomes have')} no date: "
            + ("counted in the naive risk; for competing risks still open." if whole else "taken as still open."),
            "yellow",
        )
    days = np.where(ended, end - onset, as_of - onset).astype("timedelta64[D]")
    lasted = np.where(np.isnat(days), np.nan, days.astype(np.float64))
    died, recovered = ((patients.outcome == kind) & told for kind in ("died", "recovered"))
    return _Known(here, died, recovered, lasted, ended)


def _groups(
    patients: Patients, by: Sequence[str], here: NDArray[np.bool_]
) -> tuple[pl.DataFrame, list[NDArray[np.bool_]]]:
    """Keys of all patients and of each group that has any, and who belongs to it."""
    members = [here]
    if not by:
        return pl.DataFrame(), members
    rank = [{name: i for i, name in enumerate(patients.order[column])} for column in by]
    rows = list(zip(*(patients.groups[column].tolist() for column in by), strict=True))
    different = sorted(
        {row for row, one in zip(rows, here, strict=True) if one},
        key=lambda row: tuple(r[name] for r, name in zip(rank, row, strict=True)),
    )
    number = {row: i for i, row in enumerate(different)}
    at = np.array([number.get(row, -1) for row in rows])
    members += [here & (at == i) for i in range(len(different))]
    keys = pl.DataFrame([(ALL,) * len(by), *different], schema=dict.fromkeys(by, pl.String), orient="row")
    return keys, members


def _courses(
    risks: Risks,
    measure: str,
    known: _Known,
    members: list[NDArray[np.bool_]],
    names: Sequence[str],
    wanted: "Wanted",
    terminal: "Terminal",
) -> CompetingRisks | None:
    """Aalen-Johansen, if anybody is known to have recovered: without, all of those whose end is told have died."""
    usable = known.here & ~np.isnan(known.days)
    recovered, died = (usable & known.ended & kind for kind in (known.recovered, known.died))
    if not recovered.any():
        terminal.say(
            "Nobody is named as recovered with a date, so that competing risks cannot be told"
            + ("." if wanted.delay is not None else ": only of the dead would the end be known."),
            "yellow",
        )
        return None
    parts = [np.flatnonzero(m & usable) for m in members]
    chosen = [i for i, part in enumerate(parts) if part.size]
    at = np.concatenate([parts[i] for i in chosen])
    outcome = np.where(died, DIED, np.where(recovered, RECOVERED, CENSORED))[at]
    group = [names[i] if i else ALL for i in chosen for _ in range(parts[i].size)]
    found = competing_risks(
        known.days[at],
        outcome,
        group=group,
        interval=wanted.interval,  # type: ignore[arg-type]
        level=wanted.level,
    )
    few, unseen = found.few, found.told < UNSEEN
    risks.add(
        measure, "competing_risks", strata=chosen, estimate=found.fatality, low=found.low, high=found.high,
        events=found.deaths.astype(np.float64), persons=found.persons.astype(np.float64),
        outcomes=(found.deaths + found.recoveries).astype(np.float64),
        notes={FEW_ENDS: few, "longest courses unseen": unseen},
    )  # fmt: skip
    if few.any():
        which = "all patients" if few[0] else f"{int(few.sum())} groups"
        terminal.say(
            f"Of {which} fewer than 10 have died or fewer than 10 have recovered: early on deaths come before "
            "recoveries, and competing risks look too high.",
            "yellow",
        )
    return found


def _adjusted(
    risks: Risks,
    measure: str,
    patients: Patients,
    known: _Known,
    members: list[NDArray[np.bool_]],
    names: Sequence[str],
    as_of: np.datetime64,
    wanted: "Wanted",
    terminal: "Terminal",
) -> RiskByAge | None:
    """Deaths over outcomes that would be known; who has no onset is taken to have fallen ill as the others did."""
    if wanted.delay is None:
        return None
    dated = known.here & ~np.isnat(patients.onset)
    first = patients.onset[dated].min()
    days = int((as_of - first).astype(int)) + 1
    day = np.where(dated, (patients.onset - first).astype("timedelta64[D]").astype(float), 0.0).astype(np.int64)
    curves = np.stack([np.bincount(day[dated & m], minlength=days) for m in members])
    curves[curves.sum(axis=1) == 0] = curves[0]
    persons, deaths = (np.array([float((mask & m).sum()) for m in members]) for mask in (known.here, known.died))
    late = known_outcomes(curves, wanted.delay.probabilities)
    found = risk_by_age(
        deaths, persons, ages=names, known=late, interval=wanted.interval, level=wanted.level  # type: ignore[arg-type]
    )  # fmt: skip
    risks.add(
        measure, "delay_adjusted", estimate=found.estimate, low=found.low, high=found.high, events=deaths,
        persons=persons, outcomes=found.outcomes,
        notes={TOO_LONG: late.delay_longer_than_window, MORE_DIED: found.more_deaths_than_outcomes, FEW: found.few},
    )  # fmt: skip
    deaths_by_day = np.zeros_like(curves[:1])
    deaths_by_day[0, -1] = min(int(deaths[0]), int(curves[0].sum()))
    warn_of_delay([static(curves[:1], deaths_by_day, delay=wanted.delay.probabilities)], terminal)
    return found


def _tell(
    keys: pl.DataFrame,
    names: Sequence[str],
    naive: RiskByAge,
    courses: CompetingRisks | None,
    adjusted: RiskByAge | None,
    as_of: np.datetime64,
    wanted: "Wanted",
    terminal: "Terminal",
) -> None:
    terminal.result(f"Fatality as of {as_of}, % with intervals of {wanted.level:.0%}", "bold")
    if wanted.delay is not None:
        terminal.result(f"Delay from onset to death: {wanted.delay.said}")
    headings = [wanted.among, "died", "naive"]
    if courses is not None:
        headings += ["recovered, dated", "competing risks"]
    if adjusted is not None:
        headings += ["outcomes known, %", "delay-adjusted"]
    at = {} if courses is None else {name: i for i, name in enumerate(courses.groups)}
    rows = []
    for i, name in enumerate(names[:SHOWN]):
        row = [name, figure(naive.persons[i]), figure(naive.events[i])]
        row.append(percent(naive.estimate[i], naive.low[i], naive.high[i]))
        if courses is not None:
            g = at.get(name if i else ALL)
            row += (
                ["–", "–"]
                if g is None
                else [figure(courses.recoveries[g]), percent(courses.fatality[g], courses.low[g], courses.high[g])]
            )
        if adjusted is not None:
            row.append(percent(adjusted.outcomes[i] / max(adjusted.persons[i], 1.0)))
            row.append(percent(adjusted.estimate[i], adjusted.low[i], adjusted.high[i]))
        rows.append(tuple(row))
    terminal.result("")
    terminal.out.print(people_table(" · ".join(keys.columns), headings, rows), soft_wrap=False)
    if len(names) > SHOWN:
        terminal.result(f"… and {len(names) - SHOWN:,} more groups")
