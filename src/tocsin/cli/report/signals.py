"""The signals one by one: rows of the table, pictures of the series, rows of the map."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.cli.report.content import Answer, Report, answer
from tocsin.cli.report.heatmap import Strip, cell_width, classes, strip
from tocsin.cli.report.language import Name, Period, Span
from tocsin.cli.report.outlook import Outlook, outlook
from tocsin.pictures.series import Picture, Sparkline, Tick, date_ticks, picture, sparkline

__all__ = [
    "Drawn",
    "HeatMap",
    "HeatRow",
    "Listed",
    "SignalRow",
    "drawn_to_the_end",
    "heat_map",
    "list_signals",
    "pictures",
]

# One picture's table, and the map, are for reading: beyond this many periods they would not be.
_MAPPED_PERIODS = 104
_SIGNAL_AT_THRESHOLD = frozenset({"cusum", "glr_poisson", "glr_negative_binomial"})
# A signal lower than this share of its picture, in per cent, is drawn again: so many periods before
# it, on an axis so many times its height.
_DWARFED, _DETAIL, _ROOM = 20.0, 26, 2.0


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A series as a row of the table, by one of its signals.

    period   that of the signal, or where the signals up to it began to follow one another
    lasting  for how long there have been signals, in words
    """

    series: int
    key: Sequence[Name]
    period: Period
    lasting: Answer
    observed: float
    expected: float
    threshold: float
    exceedance: float
    p_value: float
    fallback: bool
    drawn: bool
    spark: Sparkline
    dot: str


_Lasting = Callable[[Report, int, int], tuple[Period, Answer]]


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows of a table, one a series; how many series and signals there are in all."""

    rows: list[SignalRow]
    total: int
    signals: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """One series with signals: its picture, what it shows in sentences, and its table.

    detail   the periods around the signal on a scale of their own, where higher ones dwarf it
    outlook  whether it grows, and what is to come; None where nothing is said of it
    """

    series: int
    title: Answer
    picture: Picture
    detail: Picture | None
    sentences: list[Answer]
    outlook: Outlook | None
    table: list[tuple[Period, float, float, float, bool]]


@dataclass(frozen=True, slots=True)
class HeatRow:
    name: Name | None
    strip: Strip
    signals: int
    highest: float
    highest_at: Period | None
    missing: int


@dataclass(frozen=True, slots=True)
class HeatMap:
    rows: list[HeatRow]
    total: int
    periods: int
    left_out_periods: int
    cell: int
    first: Period
    last: Period
    ticks: list[Tick]


def list_signals(report: Report) -> tuple[Listed, Listed]:
    """Series with a signal in the last period evaluated, and with signals before; most exceptional first.

    An outbreak of weeks fills one row: in the second table a series stands with the most exceptional of
    its earlier signals.
    """
    last = report.detection.alarm.shape[1] - 1
    drawn, cache, counts, end = set(drawn_series(report)), dict[int, Sparkline](), report.counts, _end(report)

    def rows(order: NDArray[np.intp], lasting: _Lasting) -> Listed:
        threads = order[np.sort(np.unique(order[:, 0], return_index=True)[1])]
        found = []
        for s, j in threads[: report.listed].tolist():
            if s not in cache:
                cache[s] = sparkline(counts[s], end)
            found.append(_row(report, s, j, lasting(report, s, j), cache[s], s in drawn))
        return Listed(found, len(threads), len(order))

    in_last = report.order[:, 1] == last
    return rows(report.order[in_last], _present_run), rows(report.order[~in_last], _spread)


def _row(report: Report, s: int, j: int, lasting: tuple[Period, Answer], spark: Sparkline, drawn: bool) -> SignalRow:
    d = report.detection
    return SignalRow(
        s,
        report.key(s),
        *lasting,
        float(d.observed[s, j]),
        float(d.expected[s, j]),
        float(d.threshold[s, j]),
        float(d.exceedance[s, j]),
        float(d.p_value[s, j]),
        report.used_fallback(s, j),
        drawn,
        spark,
        spark.dot(int(d.periods[j])),
    )


def _spread(report: Report, s: int, j: int) -> tuple[Period, Answer]:
    """The period of signal j, how many signals the series had before the last period, and from when to when."""
    at, every = np.flatnonzero(report.detection.alarm[s, :-1]), report.table.every
    if len(at) == 1:
        return report.period(j), Answer(f"lasting.known.{every}", {"n": 1})
    span = Span(report.period(int(at[0])), report.period(int(at[-1])))
    return report.period(j), Answer(f"lasting.spread.{every}", {"n": len(at), "span": span})


def _present_run(report: Report, s: int, j: int) -> tuple[Period, Answer]:
    """Where the signals that end in the last period without a break begin, and how many they are.

    Where nothing is known of the period before, they may have begun earlier, and it is said.
    """
    d, every, first = report.detection, report.table.every, j
    while (joined := first > 0 and d.periods[first] - d.periods[first - 1] == 1) and d.alarm[s, first - 1]:
        first -= 1
    known = joined and _judged(report, s, first - 1)
    said = f"lasting.known.{every}" if known else f"lasting.open.{every}"
    return report.period(first), Answer(said, {"n": j - first + 1})


def _judged(report: Report, s: int, j: int) -> bool:
    """Whether period j could be compared with a threshold, or held too few cases to ask for one."""
    d = report.detection
    few = report.without_history is not None and not report.without_history[s, j] and not np.isnan(d.observed[s, j])
    return bool(d.evaluated[s, j]) or few


def signalling(report: Report) -> list[int]:
    """Series with a signal, those above their threshold now first, each group most exceptional first."""
    now = report.order[:, 1] == report.detection.alarm.shape[1] - 1
    in_order = np.concatenate([report.order[now, 0], report.order[~now, 0]])
    return list(dict.fromkeys(in_order.tolist()))


def drawn_series(report: Report) -> list[int]:
    return signalling(report)[: report.pictures]


def pictures(report: Report) -> Iterator[Drawn]:
    counts = report.counts
    for s, j in _signals_drawn(report):
        yield _drawn(report, s, j, counts[s])


def drawn_to_the_end(report: Report) -> list[int]:
    """Series whose picture shows the table's last period: of the others nobody asks what comes next."""
    end = len(report.table.dates)
    return [s for s, j in _signals_drawn(report) if _shown(report, j)[1] == end]


def _signals_drawn(report: Report) -> Iterator[tuple[int, int]]:
    """Each series that is drawn, with the signal that its picture is about."""
    ranked: dict[int, list[int]] = {}
    for s, j in report.order.tolist():
        ranked.setdefault(s, []).append(j)
    for s in drawn_series(report):
        yield s, _signal_to_show(report, ranked[s])


def _shown(report: Report, column: int) -> tuple[int, int]:
    """First and one-past-last period of the picture about the signal in this column."""
    at, end = int(report.detection.periods[column]), _end(report)
    if at < end - report.drawn:
        end = min(end, max(report.drawn, at + 1 + report.drawn // 4))
    return max(0, end - report.drawn), end


def _signal_to_show(report: Report, ranked: list[int]) -> int:
    """The signal a picture is about: that of the last period, or the most exceptional of recent years, or of all."""
    last = len(report.detection.periods) - 1
    if last in ranked:
        return last
    recent = _end(report) - report.drawn
    return next((j for j in ranked if report.detection.periods[j] >= recent), ranked[0])


def _end(report: Report) -> int:
    """One past the last period worth drawing: a little beyond the last one evaluated."""
    return min(len(report.table.dates), int(report.detection.periods[-1]) + 1 + report.drawn // 12)


def _drawn(report: Report, s: int, column: int, counts: NDArray[np.float64]) -> Drawn:
    d, table = report.detection, report.table
    at = int(d.periods[column])
    first, end = _shown(report, column)
    expected, threshold = np.full(len(counts), np.nan), np.full(len(counts), np.nan)
    alarm = np.zeros(len(counts), dtype=bool)
    expected[d.periods], threshold[d.periods], alarm[d.periods] = d.expected[s], d.threshold[s], d.alarm[s]

    def draw(first: int, end: int, top: float | None = None, least_gap: float = 9.0) -> Picture:
        window = slice(first, end)
        return picture(
            counts[window],
            expected[window],
            threshold[window],
            alarm[window],
            table.dates[window],
            table.every,
            incomplete=max(0, end - (len(counts) - table.incomplete)),
            marked=at - first,
            top=top,
            least_gap=least_gap,
        )

    drawing = draw(first, end)
    to_come = None if report.estimates is None else outlook(report, report.estimates, s, alarm, at)
    dwarfed = drawing.marked is not None and drawing.marked[1] < _DWARFED
    closer = None if to_come is None or to_come.picture is None else to_come.picture.marked
    detail = None
    if dwarfed and (closer is None or closer[1] < _DWARFED):
        top = _ROOM * max(1.0, counts[at], threshold[at])
        detail = draw(max(first, at - _DETAIL), min(end, at + 1 + _DETAIL // 4), top, least_gap=17.0)
    rows = [
        (Period(table.dates[i], table.every), counts[i], expected[i], threshold[i], bool(alarm[i]))
        for i in range(end - 1, first - 1, -1)
    ]
    outside = int(alarm.sum() - alarm[first:end].sum())
    sentences = _sentences(report, s, column, outside, int(np.isnan(counts[first:end]).sum()))
    return Drawn(s, answer(report, s, column), drawing, detail, sentences, to_come, rows)


def _sentences(report: Report, s: int, column: int, outside: int, missing: int) -> list[Answer]:
    """What the picture shows, in words."""
    d, every = report.detection, report.table.every
    said = [_ordinary(report, float(d.threshold[s, column]))]
    p = float(d.p_value[s, column])
    if 1e-9 < p <= 0.5:
        said.append(Answer(f"picture.chance.{every}", {"n": _round_to_two_digits(1 / p)}))
    elif p <= 1e-9:
        said.append(Answer(f"picture.never.{every}"))
    evaluated = int(d.evaluated[s].sum())
    if evaluated > 1:
        said.append(Answer(f"picture.times.{every}", {"n": int(d.alarm[s].sum()), "evaluated": evaluated}))
    if outside:
        said.append(Answer("picture.outside", {"n": outside}))
    if missing:
        said.append(Answer(f"picture.missing.{every}", {"n": missing}))
    if report.used_fallback(s, column):
        said.append(Answer("picture.fallback", {"fallback": Name(report.fallback_name)}))
    return said


def _ordinary(report: Report, threshold: float) -> Answer:
    """The most cases that would have been no signal. Cases come whole: up to 7 under a threshold of 7.3."""
    if report.detection.options.get("direction") == "dec":
        return Answer("picture.fewer", {"threshold": math.floor(threshold)})
    # A chart signals from its threshold on, the other methods above it.
    most = math.ceil(threshold) - 1 if report.detection.method in _SIGNAL_AT_THRESHOLD else math.floor(threshold)
    return Answer("picture.threshold", {"threshold": most}) if most >= 0 else Answer("picture.any")


def _round_to_two_digits(value: float) -> int:
    size: int = 10 ** max(0, len(str(int(value))) - 2)
    return round(value / size) * size


def heat_map(report: Report) -> HeatMap:
    """The most exceptional series by period: those with signals in their order, then the highest others."""
    d = report.detection
    highest = np.where(d.evaluated & np.isfinite(d.exceedance), d.exceedance, -np.inf).max(axis=1)
    ahead = signalling(report)
    rest = np.setdiff1d(np.arange(len(highest)), ahead)
    order = ahead + rest[np.argsort(-highest[rest], kind="stable")].tolist()
    chosen = order[: report.mapped]
    first = max(0, d.alarm.shape[1] - _MAPPED_PERIODS)
    cells, width = classes(d), cell_width(d.alarm.shape[1] - first)
    columns = report.table.dates[d.periods[first:]]
    return HeatMap(
        rows=[_heat_row(report, s, cells[s, first:], width, float(highest[s])) for s in chosen],
        total=len(order),
        periods=len(columns),
        left_out_periods=first,
        cell=width,
        first=report.period(first),
        last=report.last,
        ticks=date_ticks(columns, report.table.every),
    )


def _heat_row(report: Report, s: int, cells: NDArray[np.int8], width: int, highest: float) -> HeatRow:
    d = report.detection
    at = int(np.argmax(np.where(d.evaluated[s] & np.isfinite(d.exceedance[s]), d.exceedance[s], -np.inf)))
    known = np.isfinite(highest)
    return HeatRow(
        report.name(s),
        strip(cells, width),
        int(d.alarm[s].sum()),
        highest if known else np.nan,
        report.period(at) if known else None,
        int(np.isnan(d.observed[s]).sum()),
    )
