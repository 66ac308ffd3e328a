"""Three languages side by side: sentences, plurals, numbers and dates.

A page carries every text in all its languages, and the reader chooses which to see. Texts
stand in texts.toml, one entry an id. Their fields name the values of the sentence:

    {n}                  the value as its language writes it
    {n:case|cases}       the word that agrees with n (Russian has three forms: 1, 2-4, 5)
    {share:%}            a proportion, in per cent
    {factor:×}           "×1.46", by what something changes; {factor:.2} without the sign
    {period}             "in the week of 9 March 2026"; {period:name} without its preposition;
                         {period:day} its first day alone
    {start:date}         a day given as 2026-03-09
    {span}               "13 Feb – 7 Aug", with years only where they differ
    {names}              names out of the data, one or several, the end of a long list counted
    {layout:=word}       the text word.<value>, for values out of a fixed few
"""

import math
import re
import string
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, singledispatch
from pathlib import Path

import numpy as np
from markupsafe import Markup, escape

from tocsin.counts.series import Every

__all__ = [
    "LANGUAGES",
    "NO_VALUE",
    "TAGS",
    "Name",
    "Period",
    "Span",
    "Words",
    "count",
    "every_language",
    "has_text",
    "in_every_language",
    "measure",
    "sentence",
    "texts",
    "word",
]

LANGUAGES = ("en", "ru", "zh")
TAGS = {"en": "en", "ru": "ru", "zh": "zh-Hans"}
NO_VALUE = "–"

_MOST_LISTED = 6
# Lone surrogates cannot be written as UTF-8, control characters have no place in a page.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_BDI = ('<bdi lang="">', "</bdi>")


@dataclass(frozen=True, slots=True)
class Name:
    """A name out of the data: any script, any direction, any characters at all."""

    text: str

    @property
    def printable(self) -> str:
        return _UNPRINTABLE.sub("\ufffd", self.text)

    def __html__(self) -> Markup:
        """The name kept apart, so that marks of direction in it turn nothing around it."""
        return Markup("{}{}{}").format(Markup(_BDI[0]), self.printable, Markup(_BDI[1]))


@dataclass(frozen=True, slots=True)
class Period:
    """A day, week or month, named by its first day."""

    start: np.datetime64
    every: Every

    @property
    def iso(self) -> str:
        return str(self.start.astype("datetime64[M]" if self.every is Every.MONTH else "datetime64[D]"))

    def written(self, language: str, form: str) -> str:
        """`form` is "in" (with its preposition), "name" or "day"."""
        if form == "day":
            return day(self.start, language)
        name = _month(self.start, language) if self.every is Every.MONTH else day(self.start, language)
        return texts()[f"period.{self.every}.{form}"][language].format(date=name)


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last of some periods, to be written as briefly as can be understood."""

    first: Period
    last: Period

    def written(self, language: str) -> str:
        years = {str(period.start)[:4] for period in (self.first, self.last)}
        ends = [_brief(period, language, dated=len(years) > 1) for period in (self.first, self.last)]
        return texts()["span.from_to"][language].format(first=ends[0], last=ends[1])


class Words(dict[str, str]):
    """A text ready in each language, to be put into another as it is."""


# --- dates and numbers


def day(date: np.datetime64, language: str) -> str:
    return _dated("day", "month_of", date, language)


def _month(date: np.datetime64, language: str) -> str:
    return _dated("month", "month_name", date, language)


def _brief(period: Period, language: str, *, dated: bool) -> str:
    if period.every is Every.MONTH:
        return _month(period.start, language) if dated else texts()[f"month_name.{int(period.iso[5:])}"][language]
    return _dated("brief_of_year" if dated else "brief", "month_brief", period.start, language)


def _dated(form: str, months: str, date: np.datetime64, language: str) -> str:
    year, month, number = str(date.astype("datetime64[D]")).split("-")
    name = texts()[f"{months}.{int(month)}"][language]
    return texts()[f"date.{form}"][language].format(day=int(number), month=name, year=year)


def moment(when: datetime, language: str) -> str:
    """Day, time and zone."""
    date = day(np.datetime64(when.date()), language)
    return f"{date}{' ' if language == 'zh' else ', '}{when:%H:%M %Z}".strip()


def count(value: float, language: str) -> str:
    """A whole number with its thousands set apart; Russian leaves four digits together."""
    if not math.isfinite(value):
        return NO_VALUE
    digits = f"{round(value):,}".replace("-", "−")
    if language != "ru":
        return digits
    return digits.replace(",", "" if abs(round(value)) < 10_000 else "\u202f")


def measure(value: float, language: str) -> str:
    """A number as exactly as a reader needs it: 0.04, 3.1, 27.4, 1,204."""
    if not math.isfinite(value):
        return NO_VALUE
    size = abs(value)
    if size >= 100 or value == round(value):
        return count(value, language)
    written = "<0.01" if size < 0.01 else f"{value:.{1 if size >= 1 else 2}f}"
    written = written.replace("-", "−")
    return written.replace(".", ",") if language == "ru" else written


def two_decimals(value: float, language: str) -> str:
    """Two decimals below 10, where a few hundredths decide; as `measure` above."""
    if not 0.005 <= value < 9.995:
        return measure(value, language)
    written = f"{value:.2f}"
    return written.replace(".", ",") if language == "ru" else written


def percent(value: float, language: str) -> str:
    digits = f"{100 * value:.1f}" if 0 < 100 * value < 9.95 else f"{100 * value:.0f}"
    return digits.replace(".", ",") + "\u00a0%" if language == "ru" else digits + "%"


def plural(value: float, forms: Sequence[str], language: str) -> str:
    """The form of a word that agrees with `value`; fractions take the second."""
    if language == "ru":
        if value != int(value):
            return forms[1]
        last, teens = int(abs(value)) % 10, int(abs(value)) % 100 // 10 == 1
        return forms[2] if teens or last == 0 or last > 4 else forms[0] if last == 1 else forms[1]
    return forms[0] if value == 1 else forms[-1]


# --- values in sentences


def write(value: object, spec: str, language: str) -> str | Markup:
    """One value of a sentence in a language; `spec` is what stands after the colon of its field."""
    if spec.startswith("="):
        return _one_of_few(spec[1:], value, language)
    if spec == "date":
        return day(np.datetime64(str(value), "D"), language)
    return _written(value, spec, language)


@singledispatch
def _written(value: object, spec: str, language: str) -> str | Markup:
    return Name(str(value)).__html__()


@_written.register
def _(value: Name, spec: str, language: str) -> Markup:
    return value.__html__()


@_written.register
def _(value: Words, spec: str, language: str) -> str:
    return value[language]


@_written.register
def _(value: Period, spec: str, language: str) -> str:
    return value.written(language, spec or "in")


@_written.register
def _(value: Span, spec: str, language: str) -> str:
    return value.written(language)


@_written.register
def _(value: datetime, spec: str, language: str) -> str:
    return moment(value, language)


@_written.register(dict)
def _(value: Mapping[str, object], spec: str, language: str) -> Markup:
    return _listed([f"{key} → {name}" for key, name in value.items()], language)


@_written.register(tuple)
@_written.register(list)
def _(value: Sequence[object], spec: str, language: str) -> Markup:
    return _listed([" / ".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in value], language)


@_written.register(int)
@_written.register(float)
@_written.register(np.number)
def _(value: float, spec: str, language: str) -> str:
    if "|" in spec:
        return plural(float(value), spec.split("|"), language)
    if spec == "%":
        return percent(float(value), language)
    if spec in ("×", ".2"):
        return ("×" if spec == "×" else "") + two_decimals(float(value), language)
    whole = isinstance(value, (int, np.integer))
    return (count if whole else measure)(float(value), language)


def _one_of_few(prefix: str, value: object, language: str) -> str | Markup:
    key = f"{prefix}.{str(value).lower().replace(' ', '_')}"
    return texts()[key][language] if has_text(key) else Name(str(value)).__html__()


def _listed(names: Sequence[str], language: str) -> Markup:
    """Names one after another; of a long list the end is counted."""
    shown = Markup(texts()["list.and"][language]).join(Name(name).__html__() for name in names[:_MOST_LISTED])
    left = len(names) - _MOST_LISTED
    return shown + sentence("list.more", language, {"n": left}) if left > 0 else shown


# --- texts


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """All texts: id to language to sentence."""
    tables = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))
    found: dict[str, Mapping[str, str]] = {}
    _flatten(tables, "", found)
    return found


def _flatten(table: Mapping[str, object], prefix: str, found: dict[str, Mapping[str, str]]) -> None:
    for key, value in table.items():
        if not isinstance(value, dict):
            raise ValueError(f"texts.toml: {prefix}{key} is not a text in {', '.join(LANGUAGES)}")
        if set(value) == set(LANGUAGES):
            found[prefix + key] = value
        else:
            _flatten(value, f"{prefix}{key}.", found)


def has_text(key: str) -> bool:
    return key in texts()


def sentence(key: str, language: str, values: Mapping[str, object]) -> Markup:
    """The text in a language with its values, escaped. Raises KeyError for an unknown text or value."""
    parts = []
    for literal, field, spec, _ in string.Formatter().parse(texts()[key][language]):
        parts.append(escape(literal))
        if field is not None:
            parts.append(escape(write(values[field], spec or "", language)))
    return Markup("").join(parts)


def word(key: str, language: str, values: Mapping[str, object] | None = None) -> str:
    """The text as plain characters, for titles; names are kept apart by Unicode's own marks."""
    html = str(sentence(key, language, values or {}))
    return Markup(html.replace(_BDI[0], "\u2068").replace(_BDI[1], "\u2069")).unescape()


def in_every_language(key: str, values: Mapping[str, object] | None = None) -> Markup:
    """The text in all languages, one element each; the page shows the one chosen."""
    return every_language(lambda language: sentence(key, language, values or {}))


def every_language(written: Callable[[str], str]) -> Markup:
    """What `written(language)` gives, in all languages; once and bare where it is the same in all."""
    texts_ = {language: escape(written(language)) for language in LANGUAGES}
    if len(set(texts_.values())) == 1:
        return texts_["en"]
    if texts_["en"] == texts_["zh"]:
        # Numbers differ in their decimal sign alone: two variants weigh less than three.
        return Markup('<span class="np">{}</span><span class="nc">{}</span>').format(texts_["en"], texts_["ru"])
    return Markup("").join(
        Markup('<span class="l-{}" lang="{}">{}</span>').format(language, TAGS[language], text)
        for language, text in texts_.items()
    )
