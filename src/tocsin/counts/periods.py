"""How long a period is, on which day weeks begin, and in which period a day lies."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from tocsin.counts.calendar import next_start, start_of, week_start_of
from tocsin.counts.columns import describe
from tocsin.counts.dates import DAY, Dated, clean_date
from tocsin.counts.errors import InvalidReading, TooFewPeriods
from tocsin.counts.files import Table
from tocsin.counts.moments import WRITINGS
from tocsin.counts.names import says
from tocsin.counts.notes import Notebook, listed
from tocsin.counts.series import Every, WeekStart

__all__ = ["WEEK_DATES", "Rhythm", "rhythm", "starts_between"]

WEEK_DATES = ("start", "end")
MOSTLY = 0.9  # of dates that fall on one weekday
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """native: the periods in which the table counts; every: those asked for, as long or longer."""

    native: Every
    every: Every
    week_start: WeekStart

    @property
    def grouped(self) -> bool:
        """Whether periods of the table are added up to longer ones."""
        return self.native is not self.every


def rhythm(
    table: Table,
    dated: Dated,
    names: Sequence[str],
    *,
    line_list: bool,
    every: Every | None,
    week_start: WeekStart | None,
    week_date: str | None,
    notes: Notebook,
) -> Rhythm:
    """Guess what no option says."""
    days = sorted(set(dated.frame[DAY].drop_nulls().to_list()))
    native = dated.unit
    if dated.unit is Every.DAY and not line_list:
        native = _native(days, every, notes)
    target = every or (Every.WEEK if line_list and native is Every.DAY else native)
    if target is not native and native is not Every.DAY:
        raise InvalidReading(
            f"every is '{target.value}', but the table counts by {native.value}, which cannot be divided"
        )
    if every is None:
        notes.add("guess", "every", f"One period is a {target.value}; every= changes it.", every=target.value)
    if dated.week_start is not None:
        return Rhythm(native, target, dated.week_start)
    if native is Every.WEEK:
        return Rhythm(native, target, week_start or _weeks_of_dates(table, days, names, week_date, notes))
    return Rhythm(native, target, week_start or WeekStart.MONDAY)


def starts_between(first: date, last: date, every: Every) -> list[date]:
    """First days of all periods from the one beginning on `first` to the one beginning on `last`."""
    starts = [first]
    while starts[-1] < last:
        starts.append(next_start(starts[-1], every))
    return starts


def _native(days: list[date], asked: Every | None, notes: Notebook) -> Every:
    """The longest period whose beginnings, or ends, all the days are."""
    if len(days) < 2:
        if asked is None:
            raise TooFewPeriods(
                f"all rows have the same date, {days[0] if days else 'none'}: one period does not tell how long it is; "
                "say so with every='day', 'week' or 'month'"
            )
        return asked
    gaps = [(b - a).days for a, b in pairwise(days)]
    firsts = all(day.day == 1 for day in days)
    lasts = all((day + timedelta(days=1)).day == 1 for day in days)
    if (firsts or lasts) and min(gaps) >= 28:
        return Every.MONTH
    usual = sum(day.weekday() == _usual_weekday(days) for day in days)
    weekly = 7 * len(days) <= 1.1 * ((days[-1] - days[0]).days + 7)
    if weekly and usual >= MOSTLY * len(days):
        if usual < len(days):
            odd = [str(day) for day in days if day.weekday() != _usual_weekday(days)]
            text = f"Dates are {DAYS[_usual_weekday(days)]}s except {listed(odd)}, which are put into their weeks."
            notes.add("finding", "irregular_dates", text, dates=tuple(odd))
        return Every.WEEK
    return Every.DAY


def _usual_weekday(days: list[date]) -> int:
    return Counter(day.weekday() for day in days).most_common(1)[0][0]


def _weeks_of_dates(
    table: Table, days: list[date], names: Sequence[str], week_date: str | None, notes: Notebook
) -> WeekStart:
    """The first day of weeks that are given by one of their days."""
    weekday = _usual_weekday(days)
    if week_date is not None:
        return _by_option(next(day for day in days if day.weekday() == weekday), week_date)
    said = _by_numbers(table, names) if weekday >= 5 else None
    chosen, why = said or _by_name_or_habit(weekday, names[0] if names else "")
    end = weekday == {WeekStart.MONDAY: 6, WeekStart.SUNDAY: 5, WeekStart.SATURDAY: 4}[chosen]
    if weekday != 0:
        role = "last" if end else "first" if weekday in (5, 6) else "one"
        notes.add(
            "guess",
            "week_date",
            f"Dates are {DAYS[weekday]}s, taken as the {role} day of weeks that begin on {chosen.value.title()} "
            f"({why}); week_date='start' or 'end' changes it.",
            weekday=DAYS[weekday],
            role=role,
            week_start=chosen.value,
        )
    return chosen


def _by_option(day: date, week_date: str) -> WeekStart:
    first = day - timedelta(days=6 if week_date == "end" else 0)
    found = {0: WeekStart.MONDAY, 5: WeekStart.SATURDAY, 6: WeekStart.SUNDAY}.get(first.weekday())
    if found is None:
        raise InvalidReading(
            f"week_date is '{week_date}', but then weeks begin on {DAYS[first.weekday()]} (see {day}); "
            "weeks begin on Monday, Saturday or Sunday"
        )
    return found


def _by_numbers(table: Table, names: Sequence[str]) -> tuple[WeekStart, str] | None:
    """By the year and week that stand beside the date, if they do."""
    known = describe(table.sample.head(2000), table.columns)
    years = [column.name for column in known.values() if column.is_year]
    weeks = [column.name for column in known.values() if column.is_week]
    if len(years) != 1 or len(weeks) != 1 or len(names) != 1 or names[0] not in table.columns:
        return None
    beside = table.sample.head(2000).select(clean_date(names[0]), years[0], weeks[0]).unique().rows()
    agreeing = dict.fromkeys(WeekStart, 0)
    for text, year, week in beside:
        day = _day(str(text))
        if day is None or not (str(year).isdecimal() and str(week).isdecimal()):
            continue
        for system in WeekStart:
            agreeing[system] += week_start_of(int(year), int(week), system) == start_of(day, Every.WEEK, system)
    best = max(agreeing, key=lambda system: agreeing[system])
    if agreeing[best] < 0.9 * len(beside):
        return None
    return best, f"which agrees with '{years[0]}' and '{weeks[0]}'"


def _day(text: str) -> date | None:
    moment = WRITINGS[0].parse(text)
    found = moment[0] if moment else None
    return found if isinstance(found, date) else None


def _by_name_or_habit(weekday: int, name: str) -> tuple[WeekStart, str]:
    if weekday == 6:
        if says(name, "end"):
            return WeekStart.MONDAY, "by the column's name"
        return WeekStart.SUNDAY, "as is usual"
    if weekday == 5:
        if says(name, "start"):
            return WeekStart.SATURDAY, "by the column's name"
        return WeekStart.SUNDAY, "as is usual"
    return (WeekStart.SATURDAY if weekday == 4 else WeekStart.MONDAY), "as is usual"
