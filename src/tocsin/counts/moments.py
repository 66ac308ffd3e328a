"""Ways of writing a day, a week or a month, and which of them a column uses."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from tocsin.counts.calendar import FIRST_YEAR, LAST_YEAR
from tocsin.counts.series import Every

__all__ = ["DAY_FIRST", "MONTH_FIRST", "WRITINGS", "Written", "fitting", "month_number", "unit_of_names"]

Written = date | tuple[int, int] | None  # a day, (year, week) or (year, month); None: no such day

MONTHS = (
    "jan january januar enero janvier janeiro янв январь января ene",
    "feb february februar febrero février fevrier fevereiro фев февраль февраля febr",
    "mar march märz maerz marzo mars março marco мар март марта mär",
    "apr april abril avril апр апрель апреля abr",
    "may mai mayo maio май мая",
    "jun june juni junio juin junho июн июнь июня",
    "jul july juli julio juillet julho июл июль июля",
    "aug august agosto août aout авг август августа ago",
    "sep sept september septiembre septembre setembro сен сент сентябрь сентября set",
    "oct october oktober octubre octobre outubro окт октябрь октября okt out",
    "nov november noviembre novembre novembro ноя нояб ноябрь ноября",
    "dec december dezember diciembre décembre decembre dezembro дек декабрь декабря dez dic",
)
MONTH_NUMBERS = {word: number for number, words in enumerate(MONTHS, start=1) for word in words.split()}
CHINESE_MONTH = re.compile(r"(\d{1,2})月")


def month_number(word: str) -> int | None:
    """1 to 12 from a number or a month's name; None for anything else."""
    word = word.strip().rstrip(".").casefold()
    if word.isdecimal():
        return int(word) if 1 <= int(word) <= 12 else None
    if found := CHINESE_MONTH.fullmatch(word):
        return month_number(found[1])
    return MONTH_NUMBERS.get(word)


@dataclass(frozen=True, slots=True)
class Writing:
    """One way of writing a moment.

    name    an example, as messages show it
    unit    what the moment is
    parse   text to a moment, (None,) where there is no such day, None where it is written otherwise
    """

    name: str
    unit: Every
    parse: Callable[[str], tuple[Written] | None]


def _day(year: int, month: int | None, day: int) -> tuple[Written] | None:
    if month is None:
        return None
    try:
        return (date(year, month, day),) if FIRST_YEAR <= year <= LAST_YEAR else (None,)
    except ValueError:
        return (None,)


def _century(text: str) -> int:
    """A year of two digits lies in 1950 to 2049."""
    return int(text) if len(text) == 4 else int(text) + (1900 if int(text) >= 50 else 2000)


def _matching(
    pattern: str, build: Callable[[re.Match[str]], tuple[Written] | None]
) -> Callable[[str], tuple[Written] | None]:
    compiled = re.compile(pattern, re.IGNORECASE)

    def parse(text: str) -> tuple[Written] | None:
        found = compiled.fullmatch(text)
        return build(found) if found else None

    return parse


def _week(found: re.Match[str]) -> tuple[Written] | None:
    year, week = int(found["y"]), int(found["w"])
    return ((year, week),) if 1 <= week <= 53 and FIRST_YEAR <= year <= LAST_YEAR else (None,)


def _month(found: re.Match[str]) -> tuple[Written] | None:
    year, month = int(found["y"]), month_number(found["m"])
    if month is None:
        return None
    return ((year, month),) if FIRST_YEAR <= year <= LAST_YEAR else (None,)


def _parts(found: re.Match[str]) -> tuple[Written] | None:
    return _day(_century(found["y"]), month_number(found["m"]), int(found["d"]))


def _numbers(found: re.Match[str]) -> tuple[Written] | None:
    month = int(found["m"])
    return _day(_century(found["y"]), month, int(found["d"])) if 1 <= month <= 12 else (None,)


YEAR, TWO = r"(?P<y>\d{4})", r"\d{1,2}"
DAY_FIRST, MONTH_FIRST = "31/12/2026", "12/31/2026"
WRITINGS = (
    Writing("2026-12-31", Every.DAY, _matching(rf"{YEAR}([-/.])(?P<m>{TWO})\2(?P<d>{TWO})", _numbers)),
    Writing("31.12.2026", Every.DAY, _matching(rf"(?P<d>{TWO})\.(?P<m>{TWO})\.(?P<y>\d{{4}}|\d\d)", _numbers)),
    Writing(DAY_FIRST, Every.DAY, _matching(rf"(?P<d>{TWO})([-/])(?P<m>{TWO})\2(?P<y>\d{{4}}|\d\d)", _numbers)),
    Writing(MONTH_FIRST, Every.DAY, _matching(rf"(?P<m>{TWO})([-/])(?P<d>{TWO})\2(?P<y>\d{{4}}|\d\d)", _numbers)),
    Writing(
        "31 December 2026",
        Every.DAY,
        _matching(rf"(?P<d>{TWO})[ -]?(?P<m>[^\W\d]+)\.?[ ,-]+(?P<y>\d{{4}}|\d\d)(?: г\.?)?", _parts),
    ),
    Writing("December 31, 2026", Every.DAY, _matching(rf"(?P<m>[^\W\d]+)\.? (?P<d>{TWO}),? {YEAR}", _parts)),
    Writing("2026年12月31日", Every.DAY, _matching(rf"{YEAR}年(?P<m>{TWO})月(?P<d>{TWO})[日号]?", _numbers)),
    Writing("2026-W53", Every.WEEK, _matching(rf"{YEAR}[-_/ ]?(?:W|SE|KW|нед\.?|неделя)[-_ ]?(?P<w>{TWO})", _week)),
    Writing("W53 2026", Every.WEEK, _matching(rf"(?:W|SE|KW|week|нед\.?|неделя)[-_ ]?(?P<w>{TWO})[-_/ ]{YEAR}", _week)),
    Writing("2026年第53周", Every.WEEK, _matching(rf"{YEAR}年第?(?P<w>{TWO})周", _week)),
    Writing("2026-12", Every.MONTH, _matching(rf"{YEAR}[-_/.](?P<m>{TWO})", _month)),
    Writing("2026_53", Every.WEEK, _matching(rf"{YEAR}[-_/](?P<w>{TWO})", _week)),
    Writing("12/2026", Every.MONTH, _matching(rf"(?P<m>{TWO})[-/.]{YEAR}", _month)),
    Writing("December 2026", Every.MONTH, _matching(rf"(?P<m>[^\W\d]+)\.?[ -_]?{YEAR}(?: г\.?)?", _month)),
    Writing("2026 December", Every.MONTH, _matching(rf"{YEAR}[ -_](?P<m>[^\W\d]+)\.?", _month)),
    Writing("2026年12月", Every.MONTH, _matching(rf"{YEAR}年(?P<m>{TWO})月", _month)),
    Writing("2026M12", Every.MONTH, _matching(rf"{YEAR}M(?P<m>\d\d)", _month)),
    Writing("20261231", Every.DAY, _matching(r"(?P<y>(?:18|19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)", _numbers)),
    Writing("202612", Every.MONTH, _matching(r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)", _month)),
    Writing("202653", Every.WEEK, _matching(r"(?P<y>(?:19|20)\d\d)(?P<w>\d\d)", _week)),
)
# Plain digits are dates only where a column's name says so: they may as well be codes or counts.
NEEDS_A_NAME = frozenset({"20261231", "202612", "202653"})
ENOUGH = 0.8


def fitting(texts: Iterable[tuple[str, int]], *, named: bool) -> list[tuple[Writing, float, float]]:
    """Writings that fit any of the texts, with the share of rows written so and the share that are real days.

    texts   (text, number of rows) pairs, empty ones left out
    named   whether the column's name says that it holds dates
    """
    counted = list(texts)
    rows = sum(times for _, times in counted) or 1
    found = []
    for writing in WRITINGS:
        if not named and writing.name in NEEDS_A_NAME:
            continue
        parsed = [(writing.parse(text), times) for text, times in counted]
        so = sum(times for moment, times in parsed if moment is not None)
        real = sum(times for moment, times in parsed if moment is not None and moment[0] is not None)
        if so:
            found.append((writing, so / rows, real / rows))
    return sorted(found, key=lambda fit: -fit[2])


def unit_of_names(names: list[str]) -> list[str]:
    """Those of a wide table's column names that are moments, all written in one way."""
    best: list[str] = []
    for writing in WRITINGS:
        fits = [name for name in names if (moment := writing.parse(name)) is not None and moment[0] is not None]
        if len(fits) > len(best) and writing.name not in NEEDS_A_NAME:
            best = fits
    return best
