"""Three languages side by side: sentences, plurals, numbers and dates.

A page carries every text in all its languages, and the reader chooses which to see. Texts
stand in texts.toml, one entry an id. Their fields name the values of the sentence:

    {n}                        the value as its language writes it
    {n:case|cases}             the word that agrees with n (Russian has three forms: 1, 2-4, 5)
    {share:%}                  a proportion, in per cent
    {period}                   "in the week of 9 March 2026"; {period:name} without its preposition;
                               {period:day} its first day alone
"""

import math
import re
import string
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np
from markupsafe import Markup, escape

from tocsin.counts.series import Every

__all__ = [
    "LANGUAGES",
    "TAGS",
    "Name",
    "Period",
    "Words",
    "count",
    "every_language",
    "has_text",
    "in_every_language",
    "measure",
    "texts",
    "word",
]

LANGUAGES = ("en", "ru", "zh")
TAGS = {"en": "en", "ru": "ru", "zh": "zh-Hans"}
NO_VALUE = "–"

_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
}
_RUSSIAN_MONTH_NAMES = "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split()
# Lone surrogates cannot be written as UTF-8, control characters have no place in a page.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Name:
    """A name out of the data: any script, any direction, any characters at all."""

    text: str

    @property
    def printable(self) -> str:
        return _UNPRINTABLE.sub("\ufffd", self.text)

    def __html__(self) -> Markup:
        """The name kept apart, so that marks of direction in it turn nothing around it."""
        return Markup('<bdi lang="">{}</bdi>').format(self.printable)

    def __str__(self) -> str:
        return f"\u2068{self.printable}\u2069"


@dataclass(frozen=True, slots=True)
class Period:
    """A day, week or month, named by its first day."""

    start: np.datetime64
    every: Every

    @property
    def iso(self) -> str:
        return str(self.start.astype("datetime64[M]" if self.every is Every.MONTH else "datetime64[D]"))

    def write(self, language: str, spec: str) -> str:
        if spec == "day":
            return day(self.start, language)
        if self.every is Every.MONTH:
            name = _month(self.start, language)
        else:
            name = day(self.start, language)
        kind = "name" if spec == "name" else "in"
        return texts()[f"period.{self.every}.{kind}"][language].replace("{date}", name)


class Words(dict[str, str]):
    """A text ready in each language, to be put into another as it is."""


def day(date: np.datetime64, language: str) -> str:
    when = date.astype("datetime64[D]").astype(object)
    if language == "zh":
        return f"{when.year}年{when.month}月{when.day}日"
    written = f"{when.day}\u00a0{_MONTHS[language][when.month - 1]} {when.year}"
    return written + ("\u00a0года" if language == "ru" else "")


def _month(date: np.datetime64, language: str) -> str:
    when = date.astype("datetime64[D]").astype(object)
    if language == "zh":
        return f"{when.year}年{when.month}月"
    names = _RUSSIAN_MONTH_NAMES if language == "ru" else _MONTHS[language]
    return f"{names[when.month - 1]} {when.year}" + ("\u00a0года" if language == "ru" else "")


def moment(when: datetime, language: str) -> str:
    date = day(np.datetime64(when.date()), language)
    zone = when.strftime("%Z") or ""
    gap = " " if language == "zh" else ", "
    return f"{date}{gap}{when:%H:%M} {zone}".strip()


def count(value: float, language: str) -> str:
    """A whole number with its thousands set apart; Russian leaves four digits together."""
    if not math.isfinite(value):
        return NO_VALUE
    digits = f"{round(value):,}"
    if language != "ru":
        return digits
    return digits.replace(",", "" if abs(round(value)) < 10_000 else "\u202f")


def measure(value: float, language: str) -> str:
    """A number to about two significant digits after what matters: 0.042, 3.1, 27.4, 1,204."""
    if not math.isfinite(value):
        return NO_VALUE
    size = abs(value)
    if size >= 100 or (size >= 10 and value == round(value)):
        return count(value, language)
    decimals = 1 if size >= 1 else 2 if size >= 0.1 or size == 0 else 3
    if size == 0:
        return "0"
    if size < 0.001:
        return ("<" if language != "zh" else "<") + measure(0.001, language)
    written = f"{value:.{decimals}f}"
    return written.replace(".", ",") if language == "ru" else written


def percent(value: float, language: str) -> str:
    if not math.isfinite(value):
        return NO_VALUE
    digits = f"{100 * value:.1f}" if 0 < 100 * value < 9.95 else f"{100 * value:.0f}"
    return digits.replace(".", ",") + "\u00a0%" if language == "ru" else digits + "%"


def plural(value: float, forms: list[str], language: str) -> str:
    """The form of a word that agrees with `value`; fractions take the second."""
    if language == "ru":
        if value != int(value):
            return forms[1]
        last, teens = int(abs(value)) % 10, int(abs(value)) % 100 // 10 == 1
        return forms[2] if teens or last == 0 or last > 4 else forms[0] if last == 1 else forms[1]
    return forms[0] if value == 1 else forms[-1]


def write(value: object, spec: str, language: str) -> str | Markup:
    """One value of a sentence in a language."""
    if isinstance(value, Name):
        return value.__html__()
    if isinstance(value, Words):
        return value[language]
    if isinstance(value, Period):
        return value.write(language, spec)
    if isinstance(value, datetime):
        return moment(value, language)
    if isinstance(value, np.datetime64):
        return day(value, language)
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        return _number(float(value), isinstance(value, (int, np.integer)), spec, language)
    return Name(str(value)).__html__()


def _number(value: float, whole: bool, spec: str, language: str) -> str:
    if "|" in spec:
        return plural(value, spec.split("|"), language)
    if spec == "%":
        return percent(value, language)
    return (count if whole or value >= 100 else measure)(value, language)


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
    """The text as plain characters, for attributes and titles."""
    plain = sentence(key, language, {name: _plain(value) for name, value in (values or {}).items()})
    return plain.unescape() if "<bdi" not in plain else Markup(_bdi_to_isolates(plain)).unescape()


def _plain(value: object) -> object:
    return Words(dict.fromkeys(LANGUAGES, str(value))) if isinstance(value, Name) else value


def _bdi_to_isolates(html: str) -> str:
    return html.replace('<bdi lang="">', "\u2068").replace("</bdi>", "\u2069")


def in_every_language(key: str, values: Mapping[str, object] | None = None, tag: str = "span") -> Markup:
    """The text in all languages, one element each; the page shows the one chosen."""
    return every_language(lambda language: sentence(key, language, values or {}), tag)


def every_language(write_in: Callable[[str], str], tag: str = "span") -> Markup:
    """What `write_in(language)` gives, in all languages; once and bare where it is the same in all."""
    written = {language: write_in(language) for language in LANGUAGES}
    if len(set(written.values())) == 1:
        return escape(written["en"])
    if written["en"] == written["zh"]:
        # Numbers differ in their decimal sign alone: two variants weigh less than three.
        return Markup('<{0} class="np">{1}</{0}><{0} class="nc">{2}</{0}>').format(
            Markup(tag), written["en"], written["ru"]
        )
    return Markup("").join(
        Markup('<{0} class="l-{1}" lang="{2}">{3}</{0}>').format(Markup(tag), language, TAGS[language], text)
        for language, text in written.items()
    )
