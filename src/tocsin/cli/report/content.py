"""What the report says, worked out of a detection before a word of HTML is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from tocsin.cli.report.estimates import Estimates
from tocsin.cli.report.language import LANGUAGES, Name, Period
from tocsin.counts.series import Every, SeriesTable
from tocsin.epi.detect.detection import Detection

__all__ = ["Answer", "Report", "Unevaluated", "answer", "facts", "headline", "notices", "unevaluated"]

_DRAWN_YEARS = {Every.DAY: 0.5, Every.WEEK: 3, Every.MONTH: 10}
_REASONS = ("missing", "history", "no_cases", "few_cases", "either")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One detection and all that a reader must know about it.

    table       the series as they were read
    detection   what the method found; its row i is row series[i] of the table, and its
                `periods` are columns of the table
    series      (screened,) rows of the table that were screened; None if all were, in order
    signals     (n, 2) series and evaluated period, as indexes into the detection's arrays, of
                every alarm, the most exceptional first
    source_name what was read, as a person knows it: the name of a file
    produced    moment of production, with its zone
    title       what is counted, e.g. "Dengue, Peru"; left out if empty
    method_description  in English; shown where the page has no words of its own for the method
    options     the options to show; those of the detection if left out
    fallback    (series, evaluated) True where the method named `fallback_name` was used because
                the history was too short for the one asked; None if nowhere
    without_history  (series, evaluated) True where no method had enough history; None if not known
    expected_false_alarms  number expected over all series and periods evaluated if nothing were
                out of the ordinary; None if the method gives no such number
    false_discovery_rate   share of the signals expected to be false, 0 to 1; None if unknown
    command     the command line that produced it; left out if empty
    language    the language the page opens in: "en", "ru" or "zh"
    pictures, listed, mapped  at most so many series are drawn, listed (twice: with a signal in the
                last period, and with earlier ones) and mapped; the page says what is left out
    estimates   growth and forecast of drawn series (`estimates.estimate`); None says nothing of them
    drawn_periods  periods a picture shows; None is three years of weeks, ten years of months,
                half a year of days

    Raises ValueError if the parts do not fit each other.
    """

    table: SeriesTable
    detection: Detection
    signals: NDArray[np.intp] | Sequence[tuple[int, int]]
    source_name: str
    produced: datetime
    series: NDArray[np.intp] | Sequence[int] | None = None
    title: str = ""
    method_description: str = ""
    options: Mapping[str, object] | None = None
    fallback: NDArray[np.bool_] | None = None
    fallback_name: str = ""
    without_history: NDArray[np.bool_] | None = None
    expected_false_alarms: float | None = None
    false_discovery_rate: float | None = None
    command: str = ""
    language: str = "en"
    pictures: int = 60
    listed: int = 500
    mapped: int = 200
    estimates: Estimates | None = None
    drawn_periods: int | None = None
    rows: NDArray[np.intp] = field(init=False)
    order: NDArray[np.intp] = field(init=False)

    def __post_init__(self) -> None:
        series = np.arange(len(self.table.counts)) if self.series is None else np.asarray(self.series, dtype=np.intp)
        order = np.asarray(self.signals, dtype=np.intp).reshape(-1, 2)
        object.__setattr__(self, "rows", series)
        object.__setattr__(self, "order", order)
        alarm = self.detection.alarm
        if len(series) != len(alarm):
            raise ValueError(f"the detection has {len(alarm)} series, but {len(series)} rows of the table are named")
        for what, mask in (("fallback", self.fallback), ("without_history", self.without_history)):
            if mask is not None and mask.shape != alarm.shape:
                raise ValueError(f"{what} has shape {mask.shape}; the detection's arrays have {alarm.shape}")
        if len(order) != int(alarm.sum()) or not alarm[order[:, 0], order[:, 1]].all():
            raise ValueError(
                f"signals names {len(order)} alarms, the detection holds {int(alarm.sum())}; they must be the same ones"
            )
        if self.language not in LANGUAGES:
            raise ValueError(f"language is {self.language!r}; the report is written in {', '.join(LANGUAGES)}")

    @property
    def counts(self) -> NDArray[np.float64]:
        """(series, periods) of the screened series, whole history."""
        return self.table.counts[self.rows]

    @property
    def last(self) -> Period:
        """The last period evaluated: the one the page is about."""
        return self.period(-1)

    @property
    def single(self) -> bool:
        return len(self.rows) == 1

    @property
    def several(self) -> bool:
        """Whether more than one period was evaluated, so that there can be earlier signals."""
        return self.detection.alarm.shape[1] > 1

    @property
    def drawn(self) -> int:
        """Periods in a picture."""
        every = self.table.every
        return self.drawn_periods or round(_DRAWN_YEARS[every] * every.periods_per_year)

    def period(self, column: int) -> Period:
        return Period(self.table.dates[self.detection.periods[column]], self.table.every)

    def key(self, series: int) -> list[Name]:
        """The values of the key columns of a screened series."""
        return [Name(str(value)) for value in self.table.keys.row(int(self.rows[series]))] if self.keys else []

    @property
    def keys(self) -> list[Name]:
        return [Name(column) for column in self.table.keys.columns]

    def name(self, series: int) -> Name | None:
        """One label of a screened series; None if the table is a single series without keys."""
        return Name(" · ".join(part.text for part in self.key(series))) if self.keys else None

    def used_fallback(self, series: int, column: int) -> bool:
        return self.fallback is not None and bool(self.fallback[series, column])


@dataclass(frozen=True, slots=True)
class Answer:
    """A text's id and its values: what is to be said, before it is said in a language."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unevaluated:
    """Series that could not be evaluated in the last period, for one reason."""

    reason: str
    series: list[int]


def headline(report: Report) -> Answer:
    """The page's title: how many series are above their threshold in the last period."""
    d = report.detection
    evaluated, above = int(d.evaluated[:, -1].sum()), int(d.alarm[:, -1].sum())
    values = {"above": above, "screened": len(report.rows), "evaluated": evaluated, "period": report.last}
    if evaluated == 0:
        return Answer("title.nothing_evaluated", values)
    if report.single:
        return answer(report, 0, d.alarm.shape[1] - 1)
    of = "all" if evaluated == len(report.rows) else "evaluated"
    return Answer(f"title.{'some' if above else 'none'}_of_{of}", values)


def answer(report: Report, series: int, column: int) -> Answer:
    """A series in a period as a sentence: "Cholera · Karsu: 14 cases, 3.1 expected"."""
    d = report.detection
    values = {
        "observed": int(d.observed[series, column]),
        "expected": float(d.expected[series, column]),
        "threshold": float(d.threshold[series, column]),
        "period": report.period(column),
    }
    state = "above" if d.alarm[series, column] else "within"
    named = "" if np.isfinite(d.expected[series, column]) else "_unexpected"
    if (name := report.name(series)) is None:
        return Answer(f"series.unnamed_{state}{named}", values)
    return Answer(f"series.{state}{named}", values | {"name": name})


def facts(report: Report) -> list[tuple[Answer, Answer, list[Answer]]]:
    """The numbers of the overview, each with its label and what it is to be compared with."""
    d = report.detection
    last, total, columns = int(d.alarm[:, -1].sum()), len(report.order), d.alarm.shape[1]
    evaluated, all_evaluated = int(d.evaluated[:, -1].sum()), int(d.evaluated.sum())
    chance = report.expected_false_alarms
    shown = [
        (
            Answer("fact.number", {"n": last}),
            Answer("fact.last", {"n": last, "period": report.last}),
            # Every series and period has the same chance of a false alarm by the method's alpha.
            [] if chance is None else [Answer("fact.by_chance", {"n": chance * evaluated / max(all_evaluated, 1)})],
        )
    ]
    if report.several:
        values = {"n": total, "periods": columns, "first": report.period(0), "last": report.last}
        compared = [] if chance is None else [Answer("fact.by_chance", {"n": float(chance)})]
        shown.append((Answer("fact.number", {"n": total}), Answer(f"fact.all.{report.table.every}", values), compared))
    if report.false_discovery_rate is not None and total:
        rate = float(report.false_discovery_rate)
        shown.append((Answer("fact.share", {"n": rate}), Answer("fact.false_discovery"), []))
    shown.append(
        (
            Answer("fact.number", {"n": len(report.rows)}),
            Answer("fact.screened", {"n": len(report.rows)}),
            [Answer("fact.evaluated", {"n": evaluated})],
        )
    )
    return shown


def notices(report: Report) -> list[Answer]:
    """What a reader must know before believing the numbers."""
    found = []
    table = report.table
    if table.incomplete:
        found.append(Answer("notice.incomplete", {"period": Period(table.dates[-1], table.every)}))
    if missing := len(report.rows) - int(report.detection.evaluated[:, -1].sum()):
        found.append(Answer("notice.unevaluated", {"n": missing, "period": report.last}))
    if report.fallback is not None and report.fallback.any():
        found.append(_by_fallback(report, report.fallback))
    if taken := table.problems.height:
        found.append(Answer("notice.problems", {"n": taken}))
    return found


def _by_fallback(report: Report, fallback: NDArray[np.bool_]) -> Answer:
    """How much was evaluated otherwise than asked, out of all that was reported: seldom whole series."""
    reported = ~np.isnan(report.detection.observed)
    used = fallback & reported
    values = {"n": int(used.sum()), "of": int(reported.sum()), "fallback": Name(report.fallback_name)}
    if not report.several:
        return Answer("notice.fallback_in_period", values | {"period": report.last})
    return Answer("notice.fallback", values | {"series": int(used.any(axis=1).sum())})


def unevaluated(report: Report) -> list[Unevaluated]:
    """Series without a threshold in the last period, by the reason that the data show."""
    groups: dict[str, list[int]] = {reason: [] for reason in _REASONS}
    for series in np.flatnonzero(~report.detection.evaluated[:, -1]).tolist():
        groups[_reason(report, series)].append(series)
    return [Unevaluated(reason, members) for reason, members in groups.items() if members]


def _reason(report: Report, series: int) -> str:
    """Why a series has no threshold in the last period, as far as the screening or the counts can tell."""
    if np.isnan(report.detection.observed[series, -1]):
        return "missing"
    if report.without_history is not None and report.without_history[series, -1]:
        return "history"
    if not np.nansum(report.table.counts[report.rows[series], : int(report.detection.periods[-1])]):
        return "no_cases"
    return "either" if report.without_history is None else "few_cases"
