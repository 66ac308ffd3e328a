"""From the reports that were read to the reporting triangle: as of which day, from which, and with how long delays."""

from dataclasses import dataclass

import numpy as np

from tocsin.cli.main import BadInput
from tocsin.cli.terminal import Terminal
from tocsin.counts.two_dates import Reports
from tocsin.epi.nowcast import ReportingTriangle, triangle_of_reports
from tocsin.epi.nowcast.nowcast import TARGET
from tocsin.epi.nowcast.triangle import LONGEST

__all__ = ["Span", "triangle_as_of", "triangle_of"]

MOST_CELLS = 200_000_000  # 1.6 GB, of which a nowcast needs some copies
USUAL = np.timedelta64(90, "D")  # in which gaps between reports are looked at
NOTEWORTHY = 0.05


@dataclass(frozen=True, slots=True)
class Span:
    """Options of the command that say what the triangle holds."""

    as_of: str
    since: str | None
    max_delay: int | None
    target: str | None


def triangle_of(
    reports: Reports, first: np.datetime64, as_of: np.datetime64, longest: int | None, step: int
) -> ReportingTriangle:
    """The triangle of what was read. Raises what `triangle_of_reports` raises."""
    return triangle_of_reports(
        reports.events,
        reports.reports,
        reports.counts,
        strata=reports.stratum,
        n_strata=max(1, reports.keys.height),
        as_of=as_of,
        first=first,
        longest=longest,
        step=step,
        names=reports.names,
    )


def triangle_as_of(reports: Reports, span: Span, terminal: Terminal) -> ReportingTriangle:
    """The triangle as of the day, with delays as long as were asked for."""
    step = 1 if reports.every == "day" else 7
    longest = span.max_delay or _longest_of(span.target, step)
    as_of = _last_day(reports, span, step, terminal)
    first = _first_day(reports, span, longest, step)
    _require_history(first, as_of, span, longest, step)
    _require_memory(reports, first, as_of, longest, step)
    triangle = triangle_of(reports, first, as_of, longest, step)
    late = float(triangle.late.sum())
    share = late / max(late + float(np.nansum(triangle.reports)), 1.0)
    if late > 0 and (longest is None or share > NOTEWORTHY):
        name = "day" if step == 1 else "week"
        terminal.say(
            f"Delays are held up to {triangle.longest} {name}s, which leaves out {share:.1%} of the reports; "
            "--max-delay changes it."
        )
    return triangle


def _longest_of(target: str | None, step: int) -> int | None:
    """Periods of `40d`; what cannot be read the engine refuses, with its reason."""
    match = TARGET.fullmatch(target or "")
    return max(1, int(match[1]) * (7 if match[2] == "w" else 1) // step) if match else None


def _last_day(reports: Reports, span: Span, step: int, terminal: Terminal) -> np.datetime64:
    """The day of which the nowcast is: that of the last vintage, if it was not asked for on a day that has one."""
    as_of = np.datetime64(span.as_of)
    silent = int((as_of - reports.last).astype(int))
    if reports.first is not None:
        periods = silent // step
        if silent:
            terminal.say(f"The last vintage by {as_of} is of {reports.last}.")
        return as_of - np.timedelta64(periods * step, "D")
    days = np.unique(reports.reports)
    usual = int(np.diff(days[days > days[-1] - USUAL]).max(initial=np.timedelta64(step, "D")).astype(int))
    if silent > usual:
        terminal.say(
            f"No report is dated after {reports.last}, {silent} days before --as-of: that none came since is taken as "
            f"true. If INPUT ends there, give --as-of {reports.last}.",
            "yellow",
        )
    return as_of


def _first_day(reports: Reports, span: Span, longest: int | None, step: int) -> np.datetime64:
    """First day of events of which the triangle can hold reports."""
    first: np.datetime64 = reports.events[~np.isnat(reports.events)].min()
    reach = np.timedelta64((LONGEST if longest is None else longest + 1) * step, "D")
    first = max(first, reports.reports.min() - reach)
    for later in (reports.first, np.datetime64(span.since) if span.since else None):
        first = first if later is None else max(first, later)
    return first


def _require_history(first: np.datetime64, as_of: np.datetime64, span: Span, longest: int | None, step: int) -> None:
    name = "day" if step == 1 else "week"
    periods = int((as_of - first).astype(int)) // step + 1
    asked = _longest_of(span.target, step)
    if longest is not None and asked is not None and asked > longest:
        raise BadInput(
            f"--target {span.target} is longer than --max-delay, {longest} {name}s; give a longer delay, or leave it "
            "out"
        )
    if longest is not None and longest >= periods:
        option = f"--max-delay {span.max_delay}" if span.max_delay else f"--target {span.target}"
        raise BadInput(
            f"{option} is {longest} {name}s, but the history from {first} to {as_of} is of {max(periods, 0)}, so that "
            "nobody can have seen such delays; give more history, or a shorter delay"
        )


def _require_memory(
    reports: Reports, first: np.datetime64, as_of: np.datetime64, longest: int | None, step: int
) -> None:
    periods = int((as_of - first).astype(int)) // step + 1
    strata = max(1, reports.keys.height)
    if strata * periods * ((longest or 60) + 1) > MOST_CELLS:
        raise BadInput(
            f"{strata:,} strata of {periods:,} {reports.every}s from {first} on do not fit into memory; give a later "
            "--since, a shorter --max-delay, or fewer columns in --by"
        )
