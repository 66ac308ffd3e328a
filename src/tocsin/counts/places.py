"""Keys that mean the same: spellings of one place, aliases, and single years of age in bands."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.counts.errors import InvalidReading
from tocsin.counts.names import says
from tocsin.counts.notes import Notebook, listed

__all__ = ["AGE_BANDS", "UNKNOWN_AGE", "near_duplicates", "same_name", "unified"]

AGE_BANDS = (0, 5, 15, 35, 60, 80)  # those of German notification data, and close to most others
OLDEST = 125
UNKNOWN_AGE = "(unknown)"  # the band of ages above
MOST_COMPARED = 400
ALIKE_AND_AFTER, ALIKE = 0.7, 0.85
IN_COMMON = 0.1  # spellings of one place share at most this part of the busier one's periods
COMMON_WORD = 3  # a word of as many names tells kinds of places, not places
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("’‘ʼ`´", "'"))


@lru_cache(maxsize=1 << 16)
def same_name(text: str) -> str:
    """One form for all spellings of a name that differ in case, spaces, dashes, width of letters or ё."""
    plain = unicodedata.normalize("NFKC", text).translate(DASHES).casefold().replace("ё", "е")
    return re.sub(r"\s+", " ", plain).strip()


def unified(
    cells: pl.DataFrame,
    keys: Sequence[str],
    *,
    weights: str,
    aliases: Mapping[str, str],
    age_bands: Sequence[int] | None,
    notes: Notebook,
) -> dict[str, dict[str, str]]:
    """For each key column, the texts to be replaced and by what."""
    changes: dict[str, dict[str, str]] = {}
    for key in keys:
        counted = cells.group_by(key).agg(pl.col(weights).sum()).sort(weights, key, descending=[True, False])
        texts = [str(text) for text in counted[key]]
        change = _spellings(key, texts, aliases, notes)
        if not change and says(key, "age"):
            change = _bands(key, texts, age_bands, notes)
        if change:
            changes[key] = change
    return changes


def _spellings(key: str, texts: list[str], aliases: Mapping[str, str], notes: Notebook) -> dict[str, str]:
    """The commonest spelling of each name stands for all; `texts` come commonest first."""
    wanted = {same_name(alias): name for alias, name in aliases.items()}
    chosen: dict[str, str] = {}
    change: dict[str, str] = {}
    for text in texts:
        name = wanted.get(same_name(text), text)
        standard = chosen.setdefault(same_name(name), name)
        if standard != text:
            change[text] = standard
    if change:
        pairs = [f"{text} → {name}" for text, name in sorted(change.items())]
        text = f"In '{key}', spellings of one name are put together: {listed(pairs)}."
        notes.add("rule", "spellings", text, column=key, changed=dict(change))
    return change


def _bands(key: str, texts: list[str], asked: Sequence[int] | None, notes: Notebook) -> dict[str, str]:
    """Single years of age in bands; other texts stay."""
    if asked is not None and (list(asked) != sorted(set(asked)) or (asked and asked[0] < 0)):
        raise InvalidReading(
            f"age_bands is {tuple(asked)}; give the first ages of bands, increasing, such as (0, 5, 15)"
        )
    ages = {text: int(text) for text in texts if re.fullmatch(r"\d+", text)}
    if (asked is not None and not asked) or (asked is None and len(ages) <= 20) or not ages:
        return {}
    firsts = list(asked or AGE_BANDS)
    change = {text: _band(age, firsts) for text, age in ages.items()}
    bands = sorted(set(change.values()))
    text = f"Single years of age in '{key}' are put into bands: {listed(bands, 12)}; age_bands= changes them."
    notes.add("guess" if asked is None else "rule", "age_bands", text, column=key, bands=tuple(bands))
    return change


def _band(age: int, firsts: list[int]) -> str:
    if age > OLDEST or age < firsts[0]:
        return UNKNOWN_AGE
    place = max(i for i, first in enumerate(firsts) if first <= age)
    if place == len(firsts) - 1:
        return f"{firsts[place]:02d}+"
    return f"{firsts[place]:02d}-{firsts[place + 1] - 1:02d}"


def near_duplicates(keys: pl.DataFrame, counts: NDArray[np.float64], notes: Notebook) -> None:
    """One note of names that are alike and hardly ever report in the same period: they may be one place."""
    for key in keys.columns:
        names = keys[key].unique().sort().to_list()
        if not 2 <= len(names) <= MOST_COMPARED or says(key, "age"):
            continue
        reported = {name: _reported(keys[key], counts, name) for name in names}
        words = Counter(word for name in names for word in set(same_name(name).split()))
        common = {word for word, times in words.items() if times >= COMMON_WORD}
        own = {name: _own_part(name, common) for name in names}
        pairs = [
            (a, b)
            for i, a in enumerate(names)
            for b in names[i + 1 :]
            if own[a][:1] == own[b][:1] and _alike(own[a], own[b], reported[a], reported[b])
        ]
        if pairs:
            shown = [f"{a} / {b}" for a, b in pairs]
            text = (
                f"In '{key}', these may be the same: {listed(shown)}; "
                f"aliases={{'{pairs[0][0]}': '{pairs[0][1]}'}} joins the first."
            )
            notes.add("finding", "near_duplicates", text, column=key, pairs=tuple(pairs))


def _reported(column: pl.Series, counts: NDArray[np.float64], name: str) -> NDArray[np.bool_]:
    rows = counts[(column == name).to_numpy()]
    return np.asarray((np.nan_to_num(rows) > 0).any(axis=0))


def _own_part(name: str, common: set[str]) -> str:
    """A name without the words that many names have, and without marks between words."""
    return re.sub(r"[\W_]+", "", " ".join(word for word in same_name(name).split() if word not in common))


def _alike(a: str, b: str, reported_a: NDArray[np.bool_], reported_b: NDArray[np.bool_]) -> bool:
    """Whether two names may be one place: renamed at some time, or spelt in two ways."""
    if a == b or min(len(a), len(b)) < 5 or re.findall(r"\d+", a) != re.findall(r"\d+", b):
        return False
    in_common = int((reported_a & reported_b).sum())
    if in_common > IN_COMMON * max(int(reported_a.sum()), int(reported_b.sum())):
        return False
    at_a, at_b = np.flatnonzero(reported_a), np.flatnonzero(reported_b)
    after = bool(at_a.size and at_b.size and (at_a[-1] < at_b[0] or at_b[-1] < at_a[0]))
    least = ALIKE_AND_AFTER if after else ALIKE
    match = SequenceMatcher(None, a, b, autojunk=False)
    return match.real_quick_ratio() >= least and match.quick_ratio() >= least and match.ratio() >= least
