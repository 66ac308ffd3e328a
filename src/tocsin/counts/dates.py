"""The date of every row: each different text is read once, in the way the whole column is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from tocsin.counts.calendar import month_start, systems_of, week_start_of
from tocsin.counts.errors import AmbiguousDates, InvalidReading, MixedDates, NoDateColumn
from tocsin.counts.moments import DAY_FIRST, MONTH_FIRST, Writing, Written, fitting, month_number
from tocsin.counts.names import says
from tocsin.counts.notes import Notebook
from tocsin.counts.series import Every, WeekStart

__all__ = ["DAY", "RULE", "TIMES", "DateOptions", "Dated", "clean_date", "dates_of", "without_far"]

DAY, RULE, TIMES = "__day", "__rule", "__times"
MIXED = 0.02  # a larger share written otherwise is no slip of the pen
FAR_YEARS = 15


@dataclass(frozen=True, slots=True)
class DateOptions:
    """What the caller said about dates; None is to be guessed."""

    day_first: bool | None
    week_start: WeekStart | None


@dataclass(frozen=True, slots=True)
class Dated:
    """Every different text of the date column or columns, read.

    frame   the text columns, DAY (first day of what the text names, null if unreadable),
            RULE (why it is unreadable) and TIMES (its number of rows)
    unit    what one text names: a day, a week or a month
    week_start  of numbered weeks; None for days and months
    """

    frame: pl.DataFrame
    unit: Every
    week_start: WeekStart | None


def clean_date(column: str) -> pl.Expr:
    """A date cell without spaces and time of day."""
    return pl.col(column).str.strip_chars().str.replace(r"[T ]\d{1,2}:\d{2}.*$", "")


def dates_of(
    texts: pl.DataFrame,
    columns: Sequence[str],
    names: Sequence[str],
    options: DateOptions,
    notes: Notebook,
    *,
    far: bool = True,
) -> Dated:
    """Read the different texts of `columns` (one column, or year and week or month) in `texts`, with TIMES.

    names   what the table calls these columns
    far     whether a date far from all others is taken as a slip of the pen
    """
    rows = texts.select(*columns, TIMES).rows()
    if len(columns) == 1:
        moments, rules, unit = _single(names[0], [(str(row[0]).strip(), int(row[1])) for row in rows], options, notes)
    else:
        moments, rules, unit = _paired(names, [(str(row[0]).strip(), str(row[1]).strip()) for row in rows])
    week_start = None
    if unit is Every.WEEK:
        week_start = _week_start(names, moments, options, notes)
    days = [_first_day(moment, unit, week_start) for moment in moments]
    rules = ["impossible_date" if day is None and not rule else rule for day, rule in zip(days, rules, strict=True)]
    frame = texts.select(*columns, TIMES).with_columns(
        pl.Series(DAY, days, pl.Date), pl.Series(RULE, [rule or None for rule in rules], pl.String)
    )
    return Dated(without_far(frame) if far else frame, unit, week_start)


def _first_day(moment: Written, unit: Every, week_start: WeekStart | None) -> date | None:
    if moment is None or isinstance(moment, date):
        return moment
    if unit is Every.MONTH or week_start is None:
        return month_start(*moment)
    return week_start_of(*moment, week_start)


def _single(
    column: str, texts: list[tuple[str, int]], options: DateOptions, notes: Notebook
) -> tuple[list[Written], list[str], Every]:
    filled = [pair for pair in texts if not _is_missing(pair[0])]
    writing = _writing(column, filled, options, notes)
    moments: list[Written] = []
    rules: list[str] = []
    for text, _ in texts:
        parsed = writing.parse(text)
        moments.append(parsed[0] if parsed else None)
        rules.append("" if parsed else _why_not(text))
    return moments, rules, writing.unit


def _why_not(text: str) -> str:
    if _is_missing(text):
        return "no_date"
    return "other_date_format" if fitting([(text, 1)], named=False) else "not_a_date"


def _is_missing(text: str) -> bool:
    return text.casefold() in {"", "na", "n/a", "nan", "null", "none", "-", "\\n", "nat", "."}


def _writing(column: str, texts: list[tuple[str, int]], options: DateOptions, notes: Notebook) -> Writing:
    fits = fitting(texts, named=True)
    if not fits or fits[0][2] == 0:
        example = f", e.g. '{texts[0][0]}'" if texts else ""
        raise NoDateColumn(
            f"column '{column}' holds no date, week or month that can be read{example}; "
            "write dates as 2026-03-09, weeks as 2026-W10, months as 2026-03, or name another column with date="
        )
    best = fits[0][0]
    if best.name in (DAY_FIRST, MONTH_FIRST):
        best = _order(column, texts, {fit[0].name: fit for fit in fits}, options, notes)
    others = [(text, times) for text, times in texts if best.parse(text) is None]
    rows = sum(times for _, times in texts)
    foreign = fitting(others, named=False)
    if foreign and sum(times for _, times in others) * max(fit[1] for fit in foreign) > max(MIXED * rows, 1):
        ways = ", ".join(f"'{_example(fit[0], others)}' (as {fit[0].name})" for fit in foreign[:4])
        raise MixedDates(
            f"column '{column}' is written in several ways: '{_example(best, texts)}' (as {best.name}) and {ways}; "
            "write all dates in one way, best as 2026-03-09"
        )
    return best


def _example(writing: Writing, texts: list[tuple[str, int]]) -> str:
    return next((text for text, _ in texts if writing.parse(text) is not None), "")


def _order(
    column: str,
    texts: list[tuple[str, int]],
    fits: dict[str, tuple[Writing, float, float]],
    options: DateOptions,
    notes: Notebook,
) -> Writing:
    """Day or month first: what the option says, else the order in which every date of the column is real."""
    if options.day_first is not None:
        return fits[DAY_FIRST if options.day_first else MONTH_FIRST][0]
    real = {name: fits[name][2] if name in fits else 0.0 for name in (DAY_FIRST, MONTH_FIRST)}
    if real[DAY_FIRST] == real[MONTH_FIRST]:
        raise AmbiguousDates(
            f"dates of column '{column}' such as '{texts[0][0]}' can be read with the day or the month first; "
            "say which with day_first=True or day_first=False"
        )
    chosen = DAY_FIRST if real[DAY_FIRST] > real[MONTH_FIRST] else MONTH_FIRST
    other = real[DAY_FIRST] + real[MONTH_FIRST] - real[chosen]
    written = fits[chosen][1]
    if real[chosen] < written - MIXED and other < written - MIXED:
        raise MixedDates(
            f"column '{column}' mixes dates with the day first and with the month first: "
            f"neither order makes all of them real days; write them as 2026-03-09, or give day_first="
        )
    order = "day" if chosen == DAY_FIRST else "month"
    notes.add(
        "guess",
        "day_first",
        f"Dates of '{column}' are read with the {order} first, since the other order would make impossible days; "
        "day_first= changes it.",
        column=column,
        order=order,
    )
    return fits[chosen][0]


def _paired(columns: Sequence[str], texts: list[tuple[str, str]]) -> tuple[list[Written], list[str], Every]:
    """A year and a week or month; which of them the second is its name says, else its numbers."""
    named_month = says(columns[1], "month")
    seconds = [month_number(second) if not _whole(second) else _whole(second) for _, second in texts]
    monthly = named_month or (not says(columns[1], "week") and max((n for n in seconds if n), default=0) <= 12)
    moments: list[Written] = []
    rules: list[str] = []
    for (first, second), number in zip(texts, seconds, strict=True):
        year = _whole(first)
        moments.append((year, number) if year and number else None)
        missing = _is_missing(first) or _is_missing(second)
        rules.append("" if year and number else "no_date" if missing else "not_a_date")
    if not any(moments):
        raise NoDateColumn(
            f"columns '{columns[0]}' and '{columns[1]}' hold no year and week or month; name others with date="
        )
    return moments, rules, Every.MONTH if monthly else Every.WEEK


def _whole(text: str) -> int | None:
    text = text.strip().removesuffix(".0")
    return int(text) if text.isdecimal() and text.isascii() else None


def _week_start(columns: Sequence[str], moments: list[Written], options: DateOptions, notes: Notebook) -> WeekStart:
    if options.week_start is not None:
        return options.week_start
    systems = systems_of(moment for moment in moments if isinstance(moment, tuple))
    national = any(says(column, "national week") for column in columns)
    preferred = WeekStart.SUNDAY if national else WeekStart.MONDAY
    chosen = preferred if preferred in systems else systems[0]
    if chosen is not preferred:
        why = "only so does every week 53 exist"
    else:
        why = "as in the Americas, by the column's name" if national else "as in ISO 8601"
    notes.add(
        "guess",
        "week_start",
        f"Weeks are taken to begin on {chosen.value.title()} ({why}); numbered weeks do not say it: "
        "week_start= changes it.",
        week_start=chosen.value,
        possible=tuple(system.value for system in systems),
    )
    return chosen


def without_far(frame: pl.DataFrame) -> pl.DataFrame:
    """Dates beyond 15 years of the middle 98 % of rows, and beyond three times its span, are slips of the pen."""
    known = frame.filter(pl.col(DAY).is_not_null()).sort(DAY)
    if known.is_empty():
        return frame
    below = known[TIMES].cum_sum() / known[TIMES].sum()
    low = known[DAY].filter(below >= 0.01)[0]
    high = known[DAY].filter(below >= 0.99)[0]
    margin = max(timedelta(days=365 * FAR_YEARS), 3 * (high - low))
    span = timedelta(days=date.max.toordinal() // 2)
    margin = min(margin, span)
    first = low - margin if low.toordinal() > margin.days else date.min
    last = high + margin if date.max.toordinal() - high.toordinal() > margin.days else date.max
    far = pl.col(DAY).is_not_null() & ((pl.col(DAY) < first) | (pl.col(DAY) > last))
    return frame.with_columns(
        pl.when(far).then(pl.lit("far_date")).otherwise(pl.col(RULE)).alias(RULE),
        pl.when(far).then(None).otherwise(pl.col(DAY)).alias(DAY),
    )


def checked_day(name: str, value: object) -> date | None:
    """An option that is a day."""
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise InvalidReading(f"{name} is {value!r}; give a day such as 2026-03-09") from None
