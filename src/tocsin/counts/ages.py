"""Names of age groups: their order from young to old, bands of single years, and what is no age at all."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from tocsin.counts.errors import InvalidReading

__all__ = ["BANDS", "all_ages", "band_of", "by_age", "checked_bands", "is_single_year", "positions", "unknown_age"]

BANDS = (0, 20, 40, 60, 80)
"""First ages of bands for risks, which need some persons in each; single years are put into these unless said."""

OLDEST = 125
_UNKNOWN = (
    "unknown,unbekannt,unk,na,n/a,nan,none,null,missing,?,-,–,—,.,unspecified,not known,not stated,inconnu,desconocido,"
    "ignorado,sd,неизвестно,неизвестен,н/д,нет данных,不详,不明,未知,缺失,(unknown),(empty),"
)
_TOTALS = (
    "all,all ages,total,totals,overall,sum,00+,0+,gesamt,todas,todos,все,всего,итого,всех,всех возрастов,все возрасты,"
    "合计,总计,全部,全年龄,所有"
)
UNKNOWN, TOTALS = (frozenset(words.split(",")) for words in (_UNKNOWN, _TOTALS))
UNDER = re.compile(r"^\s*(?:<|≤|under|below|less than|up to|до|младше|меньше)|以下|及以下|未満")
OVER = re.compile(r"\+|≥|>|older|over|and above|plus|старше|более|以上|及以上")
MONTHS = re.compile(r"month|mo\b|мес|月", re.IGNORECASE)
INFANT = re.compile(r"infant|newborn|neonat|baby|до года|婴儿", re.IGNORECASE)


def unknown_age(name: str) -> bool:
    """Whether a cell of an age column says that the age is not known."""
    return name.strip().casefold() in UNKNOWN


def all_ages(name: str) -> bool:
    """Whether a group is the sum of all others by its name."""
    return name.strip().casefold() in TOTALS


def is_single_year(name: str) -> bool:
    return re.fullmatch(r"\d{1,3}(?:\.0+)?", name.strip()) is not None


def by_age(names: Iterable[str]) -> list[str]:
    """The names from young to old: by the first age they hold, open ends where they belong; others last, by letters."""
    return sorted(names, key=_place)


def _place(name: str) -> tuple[float, float, str]:
    text = name.strip().casefold()
    found = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)]
    if not found:
        return (-0.5, 0.0, text) if INFANT.search(text) else (1e9, 0.0, text)
    if MONTHS.search(text):
        found = [number / 12 for number in found]
    if UNDER.search(text):
        return (-1.0, found[0], text)
    # 10 is before 10-19, and 80 before 80+.
    end = found[1] if len(found) > 1 else (1e6 if OVER.search(text) else found[0])
    return (found[0], end, text)


def checked_bands(firsts: Sequence[int]) -> tuple[int, ...]:
    """First ages of bands. Raises InvalidReading."""
    if not firsts or list(firsts) != sorted(set(firsts)) or firsts[0] < 0:
        raise InvalidReading(
            f"age_bands is {tuple(firsts)}; give the first ages of bands, increasing, such as (0, 20, 40, 60, 80)"
        )
    return tuple(firsts)


def band_of(name: str, firsts: Sequence[int]) -> str | None:
    """The band of a single year such as "27"; None for what is no age of a person, or below the first band."""
    age = int(float(name))
    if not firsts[0] <= age <= OLDEST:
        return None
    place = max(i for i, first in enumerate(firsts) if first <= age)
    if place == len(firsts) - 1:
        return f"{firsts[place]}+"
    return f"{firsts[place]}-{firsts[place + 1] - 1}"


def positions(names: Sequence[str]) -> tuple[float, ...] | None:
    """Middles of the groups on the scale of age, in units of the usual group; None where names do not tell."""
    spans = []
    for name in names:
        text = name.strip().casefold()
        found = [int(number) for number in re.findall(r"\d+", text)]
        if not found or len(found) > 2 or MONTHS.search(text) or UNDER.search(text):
            return None
        spans.append((found[0], found[1] + 1 if len(found) == 2 else None if OVER.search(text) else found[0] + 1))
    widths = sorted(end - first for first, end in spans if end is not None)
    if not widths or any(width <= 0 for width in widths) or any(end is None for _, end in spans[:-1]):
        return None
    usual = widths[len(widths) // 2]
    middles = tuple((first + (end or first + usual)) / 2 / usual for first, end in spans)
    return middles if all(a < b for a, b in pairwise(middles)) else None
