"""Whom it kills, as a page shows it: a payload of `building/severity.py` in sentences, a picture, a table and notes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tocsin.node.estimates.pages.risks import Risk, in_per_cent
from tocsin.node.estimates.pages.severity_drawing import NARROW, WIDE, Bar, Words, drawn, is_cut
from tocsin.node.estimates.pages.severity_saying import FEW, method_said, notes, sentences
from tocsin.node.language import formats

__all__ = ["SeverityRow", "SeverityShown", "severity_shown"]

AgeName = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class SeverityRow:
    """One line of the table; "" where nothing is known.

    fatality  with its interval
    severe    those in intensive care, of how many, with the interval of their share in `severe_share`
    is_few    fewer than ten deaths, or recoveries, stand behind the fatality
    is_total  of all ages
    """

    age: str
    cases: str
    deaths: str
    fatality: str
    severe: str
    severe_share: str
    is_few: bool
    is_total: bool


@dataclass(frozen=True, slots=True)
class SeverityShown:
    """Whom a disease kills, on a page.

    sentences  plain ones, the first the answer
    rows       the table: ages from young to old, and all
    pictures   twice: as wide as a desk, and as a telephone; none of fewer than two ages
    caption    of the picture
    notes      what weakens the figures
    method     how they come about
    """

    sentences: list[str]
    rows: list[SeverityRow]
    pictures: list[SafeString]
    caption: str
    notes: list[str]
    method: list[str]
    has_severe: bool


def severity_shown(payload: Mapping[str, Any], age_name: AgeName, title: str) -> SeverityShown:
    """`age_name` turns a code of an age group into words; `title` says of what and where, for the picture's text."""
    told = sentences(payload, age_name)
    bars = _bars(payload, age_name)
    has_severe = payload["severe"] is not None
    words = Words(
        title=formats.sentences([f"{title}.", *told]),
        fatal=_("Fatality"),
        severe=_("In intensive care") if has_severe else "",
    )
    is_drawn = sum(bar.fatal is not None for bar in bars[:-1]) > 1
    return SeverityShown(
        sentences=told,
        rows=_rows(payload, age_name),
        pictures=[drawn(bars, words, shape) for shape in (WIDE, NARROW)] if is_drawn else [],
        caption=_caption(bars, has_severe=has_severe) if is_drawn else "",
        notes=notes(payload),
        method=method_said(payload),
        has_severe=has_severe,
    )


def _caption(bars: Sequence[Bar], *, has_severe: bool) -> str:
    said = [_("Circles: how many of the cases of an age die; lines: intervals of 95 per cent.")]
    if has_severe:
        said.append(_("Squares: how many of them are admitted to intensive care."))
    said.append(_("Dashed line and band: all ages together."))
    if any(risk.few for bar in bars for risk in (bar.fatal, bar.severe) if risk):
        said.append(_("Broken lines rest on few outcomes."))
    if is_cut(bars):
        said.append(_("An arrow: the interval goes on."))
    return formats.sentences(said)


def _bars(payload: Mapping[str, Any], age_name: AgeName) -> list[Bar]:
    """Ages that have a case, from young to old; all of them last."""
    ages = [
        Bar(age_name(row["age"]), Risk.of(row), _severe(row), is_total=False) for row in payload["ages"] if row["cases"]
    ]
    return [
        *ages,
        Bar(_("all ages"), Risk.of(payload["all"]), _severe(payload["severe"] or {}, "", "events"), is_total=True),
    ]


def _severe(said: Mapping[str, Any], prefix: str = "severe_", events: str = "severe") -> Risk | None:
    """The share in intensive care; few of them are said to be few."""
    risk = Risk.of(said, prefix)
    return risk and replace(risk, few=said[events] < FEW)


def _rows(payload: Mapping[str, Any], age_name: AgeName) -> list[SeverityRow]:
    rows = [
        _row(age_name(row["age"]), row, Risk.of(row), (row["severe"], row["severe_of"]), _severe(row))
        for row in payload["ages"]
        if row["cases"]
    ]
    if unknown := payload["unknown_age"]:
        rows.append(_row(_("age unknown"), unknown, None, (None, None), None))
    severe = payload["severe"] or {}
    counted = (severe.get("events"), severe.get("persons"))
    total = _row(_("all ages"), payload, Risk.of(payload["all"]), counted, _severe(severe, "", "events"), is_total=True)
    return [*rows, total]


def _row(
    name: str,
    counts: Mapping[str, Any],
    fatal: Risk | None,
    severe: tuple[int | None, int | None],
    severe_risk: Risk | None,
    *,
    is_total: bool = False,
) -> SeverityRow:
    events, persons = severe
    of = {"n": formats.whole(events), "of": formats.whole(persons)}
    return SeverityRow(
        age=name,
        cases=formats.whole(counts["cases"]),
        deaths=formats.whole(counts["deaths"]),
        fatality=in_per_cent(fatal) if fatal else "",
        # Translators: so many of so many, in a table: "4 of 31".
        severe=_("%(n)s of %(of)s") % of if persons else "",
        severe_share=in_per_cent(severe_risk) if severe_risk else "",
        is_few=fatal is not None and fatal.few,
        is_total=is_total,
    )
