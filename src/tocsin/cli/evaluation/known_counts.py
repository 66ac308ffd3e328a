"""Counts as they were known on days of the past: of vintages, or, where there are none, those of today cut off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.cli.main import BadInput
from tocsin.cli.quantile_tables import listed_in
from tocsin.cli.reading import as_option, problems_found
from tocsin.cli.series import Counts
from tocsin.cli.terminal import Terminal
from tocsin.counts.errors import CountsError
from tocsin.counts.series import Every
from tocsin.counts.two_dates import Reports, TwoDates, read_two_dates

__all__ = ["Known", "of_counts", "of_vintages"]

UNHEARD = ("layout", "until", "absent", "negative", "totals", "aliases", "age_bands", "week_date", "count")
"""Options of tables of counts that say nothing of vintages."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was known when.

    latest     the counts as they are known in the end
    vintages   None if there are none; otherwise the rows, sorted by day of publication
    earliest   first day on which anything was known
    """

    latest: Counts
    vintages: "Vintages | None"
    earliest: np.datetime64

    def on(self, day: np.datetime64) -> NDArray[np.float64]:
        """(series, periods) up to the last period of which anything was known that day."""
        if self.vintages is None:
            return self.latest.until(day).counts
        return self.vintages.on(day)

    def last_day(self, least: int) -> np.datetime64:
        """The last day after which at least so many periods are known."""
        end: np.datetime64 = self.latest.last - np.timedelta64(least * self.latest.days, "D")
        return end

    def came(self, day: np.datetime64, ahead: int, over: int) -> NDArray[np.float64]:
        """(series, ahead // over) of the periods after those known on that day, as known in the end; sums of `over`."""
        begin = self.on(day).shape[1]
        y = self.latest.counts[:, begin : begin + ahead]
        y = np.pad(y, ((0, 0), (0, ahead - y.shape[1])), constant_values=np.nan)
        found: NDArray[np.float64] = y.reshape(len(y), -1, over).sum(axis=2)
        return found


@dataclass(frozen=True, slots=True)
class Vintages:
    """Rows sorted by day of publication: the value of a series' period from that day on.

    series, period, published, value  (rows,)
    shape       (series, periods)
    cumulative  whether values are sums of all periods up to theirs
    """

    series: NDArray[np.intp]
    period: NDArray[np.intp]
    published: NDArray[np.datetime64]
    value: NDArray[np.float64]
    shape: tuple[int, int]
    cumulative: bool

    def on(self, day: np.datetime64) -> NDArray[np.float64]:
        rows = int(np.searchsorted(self.published, day, side="right"))
        found = np.full(self.shape, np.nan)
        found[self.series[:rows], self.period[:rows]] = self.value[:rows]  # the last of several stands
        known = np.flatnonzero(~np.isnan(found).all(axis=0))
        found = found[:, : known[-1] + 1 if len(known) else 0]
        if not self.cumulative:
            return found
        first = np.where(np.isnan(found[:, :1]), np.nan, 0.0)
        # The first sum of all holds everything before it, unless it is nothing.
        first = np.where(found[:, :1] > 0, np.nan, first)
        return np.concatenate([first, np.diff(found, axis=1)], axis=1)


def of_counts(counts: Counts) -> Known:
    return Known(counts, None, counts.dates[0] + np.timedelta64(counts.days - 1, "D"))


def of_vintages(
    source: Path, reading: Mapping[str, Any], vintage: tuple[str, ...] | None, value: str | None, terminal: Terminal,
    out: Path | None,
) -> Known:  # fmt: skip
    """A table of vintages; what was guessed and found in it is said. Raises BadInput, CountsError.

    out  file of results, beside which problems of rows will be listed; None for none
    """
    if vintage is None or value is None:
        raise BadInput("a table of vintages needs both --vintage, the day of publication, and --value, the counts then")
    if reading["date"] is None:
        raise BadInput("a table of vintages needs --date, the column of the date that is counted")
    for name in UNHEARD:
        if reading[name] not in (None, (), ""):
            raise BadInput(f"--{name.replace('_', '-')} is not of tables of vintages; leave it out")
    where: dict[str, list[str]] = {}
    for column, wanted in reading["where"]:
        where.setdefault(column, []).append(wanted)
    asked = TwoDates(
        event=reading["date"], report=vintage, count=value, by=reading["by"] or (), every=reading["every"],
        early="leave out", where=where, day_first=reading["day_first"], week_start=reading["week_start"],
    )  # fmt: skip
    separator = "\t" if reading["separator"] == "\\t" else reading["separator"]
    with terminal.busy(f"Reading {source.name}"):
        try:
            reports = read_two_dates(
                source, asked, as_of=date.max, sheet=reading["sheet"], separator=separator,
                encoding=reading["encoding"], header=reading["header"] or 1,
            )  # fmt: skip
        except CountsError as refusal:
            raise BadInput(as_option(_as_vintages(str(refusal)))) from None
    for sentence in reports.said:
        if "below zero" not in sentence:
            terminal.say(as_option(_as_vintages(sentence)))
    for sentence in problems_found(reports, file=listed_in(out)):
        terminal.say(sentence, "yellow")
    return _known(reports, bool(reading["cumulative"]))


def _as_vintages(text: str) -> str:
    """Two dates are read as reports; here they are called otherwise."""
    return text.replace("event_date", "date").replace("report_date", "vintage").replace("count=", "value=")


def _known(reports: Reports, cumulative: bool) -> Known:
    days = 1 if reports.every is Every.DAY else 7
    dated = ~np.isnat(reports.events)
    events = reports.events[dated]
    begin = events.min()
    period = (events - begin).astype(np.int64) // days
    order = np.argsort(reports.reports[dated], kind="stable")
    shape = (max(1, reports.keys.height), int(period.max()) + 1)
    rows = Vintages(
        series=reports.stratum[dated][order],
        period=period[order],
        published=reports.reports[dated][order],
        value=reports.counts[dated][order],
        shape=shape,
        cumulative=cumulative,
    )
    dates = begin + np.arange(shape[1]) * np.timedelta64(days, "D")
    latest = Counts(reports.keys, rows.on(rows.published[-1]), dates, reports.every, reports.problems)
    return Known(latest, rows, rows.published[0])
