"""Numbers, dates, weeks and lists as the reader's language writes them.

Every function follows Django's active language, and moments its active time zone. Nothing to
show (None, nan) is NO_VALUE. Patterns are Unicode's, by Babel; spaces within numbers and dates
do not break.
"""

import math
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.lists import format_list
from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext

__all__ = [
    "NO_VALUE",
    "ago",
    "clock",
    "colon",
    "comma",
    "day_and_month",
    "decimal",
    "duration",
    "enumerated",
    "figure",
    "iso_week",
    "left_of",
    "list_comma",
    "listing",
    "long_date",
    "long_moment",
    "month",
    "p_value",
    "percent",
    "phrases",
    "same_digits",
    "semicolon",
    "sentences",
    "share",
    "short_date",
    "short_moment",
    "times",
    "week_of",
    "whole",
    "zone",
]

NO_VALUE = "–"
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_INFINITE = "∞"
_SMALLEST = 0.001
# Zones renamed since Unicode first listed them; its names of cities are still filed under the old.
_CLDR_ZONE = {"Asia/Kolkata": "Asia/Calcutta", "Asia/Kathmandu": "Asia/Katmandu", "Asia/Yangon": "Asia/Rangoon"}


def whole(value: float | None) -> str:
    """1,250; 1 250; halves round to even."""
    return _number(value, ",.0f")


def decimal(value: float | None, digits: int = 1) -> str:
    """A number with so many digits after its decimal sign: 3.1; 3,1."""
    return _number(value, f",.{int(digits)}f")


def figure(value: float | None) -> str:
    """As many digits as say something: 1,250, 14, 3.1, 0.04; two significant ones below ten.

    Whole numbers given as such stay whole: 3 cases, 3.0 expected. What is hardly more than nothing says no more
    than that: <0.001.
    """
    if value is None or _is_whole(value):
        return whole(value)
    size = abs(float(value))
    if 0 < value < _SMALLEST:
        return "<" + decimal(_SMALLEST, 3)
    if not math.isfinite(size) or size >= 9.95:
        return whole(value)
    if size >= 0.995 or size == 0:
        return decimal(value, 1)
    return _number(float(f"{value:.1e}"), f",.{1 - math.floor(math.log10(size))}f", strip=True)


def same_digits(text: str) -> str:
    """A decimal text as it was measured, with all its digits: 38.90; 38,90. Other texts stay as they are.

    Thousands are not set apart: 1,200 is a thousand to some readers and one and a fifth to others.
    """
    return text.translate(_decimal_signs(_locale())) if _DECIMAL.fullmatch(text) else text


def p_value(value: float | None) -> str:
    """A probability by chance: 0.03, or "<0.001" where the exact figure says no more."""
    if value is not None and value < _SMALLEST:
        return "<" + decimal(_SMALLEST, 3)
    return figure(None if value is None else float(value))


def share(value: float | None, digits: int = 0) -> str:
    """A proportion as per cent: 12%; 12 %. What is neither none nor all never looks like it: <1%, >99%."""
    if value is None or not math.isfinite(value):
        return NO_VALUE
    step = 10.0**-digits
    hundredths = 100 * float(value)
    if 0 < hundredths < step / 2:
        return "<" + percent(step, digits)
    if 100 - step / 2 < hundredths < 100:
        return ">" + percent(100 - step, digits)
    return percent(hundredths, digits)


def percent(value: float | None, digits: int = 0) -> str:
    """A number of hundredths with its sign: 12%; 12 %."""
    number = decimal(value, digits)
    return number if number == NO_VALUE else number + _locale().percent_formats[None].suffix[0]


def times(value: float | None) -> str:
    """×4.5: so many times what was expected."""
    return NO_VALUE if value is None or math.isnan(value) else "×" + figure(float(value))


def long_date(value: date | None) -> str:
    """9 March 2026; 9 марта 2026 г.; 2026年3月9日."""
    return _date(value, "long")


def short_date(value: date | None) -> str:
    """9 Mar 2026; 9 мар. 2026 г.; 2026年3月9日: in tables, day and month never mistaken for each other."""
    return _date(value, "medium")


def day_and_month(value: date | None) -> str:
    """9 Mar; 9 мар.; 3月9日: on an axis, where the year is said beside it."""
    return _date(value, _locale().datetime_skeletons["MMMd"].pattern)


def month(value: date | None) -> str:
    """March 2026; март 2026 г.; 2026年3月."""
    return _date(value, _locale().datetime_skeletons["yMMMM"].pattern)


def week_of(value: date | None) -> str:
    """A week by its first day: "week of 9 March 2026"; "неделя с 9 марта 2026 г."; "2026年3月9日当周"."""
    if value is None:
        return NO_VALUE
    # Translators: a week by its first day; in Chinese the date comes first.
    return gettext("week of %(date)s") % {"date": long_date(value)}


def iso_week(value: date | None) -> str:
    """2026-W11, alike in every language; of the ISO week that the day is in."""
    if value is None:
        return NO_VALUE
    year, week, _ = _day(value).isocalendar()
    return f"{year:04}-W{week:02}"


def clock(value: datetime | None) -> str:
    """14:05 in the active time zone."""
    return (
        NO_VALUE
        if value is None
        else format_time(_here(value), _locale().time_formats["short"].pattern, locale=_locale())
    )


def short_moment(value: datetime | None) -> str:
    """9 Mar 2026, 14:05 in the active time zone."""
    if value is None:
        return NO_VALUE
    return _joined(short_date(value), clock(value))


def long_moment(value: datetime | None) -> str:
    """9 March 2026, 14:05 UTC+3 (Moscow): for what leaves the screen, and for those elsewhere."""
    if value is None:
        return NO_VALUE
    return f"{_joined(long_date(value), clock(value))} {_zone(_here(value))}".rstrip()


def ago(value: datetime | None, now: datetime | None = None) -> str:
    """2 hours ago; in 3 days; just now, for less than a minute."""
    if value is None:
        return NO_VALUE
    passed = (now or timezone.now()) - value
    if abs(passed) < timedelta(minutes=1):
        return gettext("just now")
    # threshold: 21 hours are hours, though Babel would by itself call them a day.
    return format_timedelta(-passed, granularity="minute", threshold=1, add_direction=True, locale=_locale())


def duration(value: timedelta | None) -> str:
    """6 h, 45 min, 3 d: the largest unit of which there are at least two, cut and not rounded up."""
    if value is None:
        return NO_VALUE
    minutes = int(abs(value).total_seconds() // 60)
    if minutes < 120:
        return gettext("%(minutes)s min") % {"minutes": whole(minutes)}
    if minutes < 2 * 24 * 60:
        return gettext("%(hours)s h") % {"hours": whole(minutes // 60)}
    return gettext("%(days)s d") % {"days": whole(minutes // (24 * 60))}


def left_of(deadline: datetime | None, allowed: timedelta, now: datetime | None = None) -> str:
    """6 h left of 24 h; or by how much a deadline has passed."""
    if deadline is None:
        return NO_VALUE
    left = deadline - (now or timezone.now())
    values = {"time": duration(left), "allowed": duration(allowed)}
    # Translators: both are durations such as "6 h"; "allowed" is the whole time there was.
    late, in_time = gettext("%(time)s over the %(allowed)s allowed"), gettext("%(time)s left of %(allowed)s")
    return (late if left < timedelta(0) else in_time) % values


def listing(items: Iterable[object]) -> str:
    """a, b and c; a, b и c; a、b和c."""
    return format_list([str(item) for item in items], "standard", locale=_locale())


def sentences(said: Iterable[str]) -> str:
    """One after the other, as the language sets them: with a space between, or without."""
    first, *others = said
    for other in others:
        first = pgettext("two sentences after each other", "%(one)s %(other)s") % {"one": first, "other": other}
    return first


def phrases(said: Iterable[object]) -> str:
    """Side by side with the language's comma: 61 cases, 2 deaths; 61例病例，死亡2例. Nothing for none."""
    return comma().join(map(str, said))


def enumerated(items: Iterable[object]) -> str:
    """A list that ends without "and": S-1, S-2; S-1、S-2. Nothing for none."""
    return list_comma().join(map(str, items))


def comma() -> str:
    """What stands between two phrases, with its space where the language has one."""
    return pgettext("two phrases side by side", "%(one)s, %(other)s") % {"one": "", "other": ""}


def semicolon() -> str:
    """What stands between statements that have commas of their own."""
    return pgettext("two statements side by side", "%(one)s; %(other)s") % {"one": "", "other": ""}


def list_comma() -> str:
    """What stands between the items of a list."""
    return _locale().list_patterns["standard"]["middle"].format("", "")


def colon() -> str:
    """What stands between a thing and what is said of it."""
    return pgettext("a thing and what is said of it", "%(thing)s: %(said)s") % {"thing": "", "said": ""}


def _number(value: float | None, form: str, *, strip: bool = False) -> str:
    if value is None or math.isnan(value):
        return NO_VALUE
    if math.isinf(value):
        return ("-" if value < 0 else "") + _INFINITE
    text = format(value, form)
    if strip:
        text = text.rstrip("0")
    # A rounded -0.01 is no less than nothing.
    if text.startswith("-") and not text.strip("-0.,"):
        text = text[1:]
    return text.translate(_signs(_locale()))


def _is_whole(value: object) -> bool:
    return hasattr(value, "__index__")


@cache
def _signs(locale: Locale) -> dict[int, str]:
    signs = locale.number_symbols["latn"]
    return str.maketrans({",": signs["group"], ".": signs["decimal"], "-": signs["minusSign"]})


@cache
def _decimal_signs(locale: Locale) -> dict[int, str]:
    signs = locale.number_symbols["latn"]
    return str.maketrans({".": signs["decimal"], "-": signs["minusSign"]})


def _date(value: date | None, form: str) -> str:
    if value is None:
        return NO_VALUE
    return _written(_day(value), form, _locale())


@lru_cache(maxsize=8_192)  # a picture names hundreds of days, and pages name the same ones
def _written(day: date, form: str, locale: Locale) -> str:
    # The narrow space before "г." is missing from many fonts.
    return format_date(day, form, locale=locale).replace("\u202f", "\xa0")


def _day(value: date) -> date:
    return _here(value).date() if isinstance(value, datetime) else value


def _here(value: datetime) -> datetime:
    return value if timezone.is_naive(value) else timezone.localtime(value)


def _joined(day: str, hour: str) -> str:
    """A date and a time of day, in the language's order and with its comma."""
    return _locale().datetime_formats["medium"].replace("{1}", day).replace("{0}", hour)


def zone(name: str) -> str:
    """A time zone as people know it: UTC+5 for Etc/GMT-5, whose sign is the reverse."""
    return _zone(timezone.now().astimezone(ZoneInfo(name)))


def _zone(here: datetime) -> str:
    """The difference from UTC and the city that names the zone; nothing for a moment without a zone.

    Not Unicode's names of zones: by them Minsk is in "Moscow Standard Time".
    """
    if timezone.is_naive(here):
        return ""
    minutes = round(here.utcoffset().total_seconds() / 60)
    hours, minutes = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60}", abs(minutes) % 60
    offset = "UTC" if hours == "+0" and not minutes else f"UTC{hours}" + (f":{minutes:02}" if minutes else "")
    name = getattr(here.tzinfo, "key", "UTC")
    if "/" not in name or name.startswith("Etc/"):
        return offset
    filed = _locale().time_zones.get(_CLDR_ZONE.get(name, name)) or {}
    return f"{offset} ({filed.get('city') or name.rpartition('/')[2].replace('_', ' ')})"


def _locale() -> Locale:
    return _locale_of(get_language() or "en")


@cache
def _locale_of(language: str) -> Locale:
    """English is written as most of the world writes it: day, month, year, and a day of 24 hours."""
    return Locale.parse({"en": "en_GB", "ru": "ru", "zh-hans": "zh_Hans"}.get(language, "en_GB"))
