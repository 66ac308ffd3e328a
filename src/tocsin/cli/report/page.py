"""The page itself: texts, numbers and pictures put into one HTML file that loads nothing."""

import base64
import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from tocsin import __version__
from tocsin.cli.report import content, outlook, signals
from tocsin.cli.report.content import Answer, Report
from tocsin.cli.report.heatmap import CLASSES, Strip, strip
from tocsin.cli.report.language import (
    LANGUAGES,
    NO_VALUE,
    TAGS,
    Name,
    Period,
    Words,
    count,
    every_language,
    has_text,
    in_every_language,
    measure,
    sentence,
    word,
)
from tocsin.counts.series import Note
from tocsin.epi.detect.registry import METHODS

__all__ = ["render", "write_report"]

_HERE = Path(__file__).parent
_LANGUAGE_NAMES = {"en": "English", "ru": "Русский", "zh": "中文"}
_NAMES_LISTED, _ROWS_LISTED = 100, 20


def write_report(report: Report, path: Path) -> Path:
    """Write the report as one HTML file in UTF-8 and return its path. Raises OSError if it cannot."""
    path.write_text(render(report), encoding="utf-8", newline="\n")
    return path


def render(report: Report) -> str:
    """The whole page as text."""
    last, earlier = signals.list_signals(report)
    headline = content.headline(report)
    table = report.table
    return _template().render(
        report=report,
        every=str(table.every),
        language=report.language,
        languages=LANGUAGES,
        language_names=_LANGUAGE_NAMES,
        tags=TAGS,
        titles={code: word(headline.key, code, headline.values) for code in LANGUAGES},
        headline=headline,
        subtitle=_subtitle(report),
        facts=content.facts(report),
        notices=content.notices(report),
        now=last,
        earlier=earlier,
        evaluated_now=int(report.detection.evaluated[:, -1].sum()),
        now_says=[Answer("signals.order"), *([Answer("signals.since")] if report.several else [])],
        earlier_says=[
            Answer("signals.threads", {"n": earlier.signals, "series": earlier.total}),
            Answer("signals.order"),
        ],
        signalling=len(signals.signalling(report)),
        drawn=list(signals.pictures(report)),
        estimated=None if report.estimates is None else outlook.said_of_all(report, report.estimates),
        how_estimated=None if report.estimates is None else outlook.how(report.estimates),
        map=signals.heat_map(report),
        method_text=_known(f"method.{report.detection.method}"),
        paper=_paper(report.detection.method),
        options=_options(report),
        notes=[(note.kind, _note(note)) for note in table.notes],
        problems=_problems(report),
        unevaluated=_unevaluated(report),
        fallback_name=Name(report.fallback_name),
        version=__version__,
        a=lambda key: word(key, report.language),
    )


@cache
def _template() -> Template:
    # Autoescape stays on whatever the file is called: every name on the page comes from data.
    environment = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined)
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    environment.globals.update(
        t=in_every_language,
        n=_number,
        pc=lambda share: f"{share:.4g}%",
        exact=lambda value: f"{value:.8g}".replace("nan", "NaN"),
        ordinal=lambda period: int(period.start.astype("datetime64[D]").astype(int)),
        name=Name,
        figures=_figures,
        paragraph=_paragraph,
        cells=_cells,
        remember=lambda seen, key: seen.setdefault(key, True) and "",
        legend=_legend(),
        css=Markup((_HERE / "page.css").read_text(encoding="utf-8")),
        script=Markup(script),
        script_hash="sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
    return environment.get_template("page.html.jinja")


def _number(value: float, kind: str) -> Markup:
    """A number in every language."""
    return every_language(lambda language: _WRITE[kind](value, language))


def _times(value: float, language: str) -> str:
    """One decimal, so that 1.0 and 13.4 stand under one another."""
    if not math.isfinite(value):
        return NO_VALUE
    written = f"{value:.1f}" if abs(value) < 1000 else count(value, language)
    written = written.replace("-", "−")
    return "×" + (written.replace(".", ",") if language == "ru" else written)


def _probability(value: float, language: str) -> str:
    """Two significant digits, as no more is known; nothing below one in ten thousand."""
    if not math.isfinite(value):
        return NO_VALUE
    written = "<0.0001" if value < 0.0001 else np.format_float_positional(value, 2, fractional=False, trim="-")
    return written.replace(".", ",") if language == "ru" else written


_WRITE = {"count": count, "measure": measure, "times": _times, "probability": _probability}


def _paragraph(sentences: Iterable[Answer]) -> Markup:
    """Sentences one after another; Chinese sets no space between them."""
    said = list(sentences)
    return every_language(
        lambda language: Markup("" if language == "zh" else " ").join(
            sentence(one.key, language, one.values) for one in said
        )
    )


def _figures(table: Iterable[tuple[Period, float, float, float, bool]]) -> Markup:
    """Rows of a picture's table; closing tags are left out, HTML allows it and there are thousands."""
    above = in_every_language("picture.above")
    no_report = in_every_language("picture.no_report")
    rows = []
    for period, observed, expected, threshold, alarm in table:
        cells = [
            no_report if np.isnan(observed) else _number(observed, "count"),
            "" if np.isnan(expected) else _brief(expected),
            "" if np.isnan(threshold) else _brief(threshold),
            Markup("▲ ") + above if alarm else "",
        ]
        rows.append(f"<tr><td>{period.iso}" + "".join(f"<td>{cell}" for cell in cells))
    return Markup("\n".join(rows))


def _brief(value: float) -> Markup:
    """A number with both decimal signs, of which the page shows one: a third of the size of two numbers."""
    whole, point, decimals = measure(value, "en").partition(".")
    if not point:
        return _number(value, "measure")
    return Markup("{}<i>.</i><u>,</u>{}").format(whole, decimals)


def _cells(drawn: Strip) -> Markup:
    paths = (
        ("c0", drawn.ordinary),
        ("c1", drawn.raised),
        ("c2", drawn.above),
        ("c3", drawn.far),
        ("m2", drawn.dots),
        ("m3", drawn.triangles),
        ("c4", drawn.unevaluated),
        ("c5", drawn.missing),
    )
    return Markup("".join(f'<path class="{kind}" d="{path}"/>' for kind, path in paths if path))


def _legend() -> list[tuple[str, Strip]]:
    return [(name, strip(np.array([number], dtype=np.int8), 17)) for number, name in enumerate(CLASSES)]


def _known(key: str) -> str | None:
    return key if has_text(key) else None


def _paper(method: str) -> str:
    known = METHODS.get(method)
    return "" if known is None else known.paper + (f". doi:{known.doi}" if known.doi else "")


def _subtitle(report: Report) -> Mapping[str, object]:
    table = report.table
    start = table.week_start
    return {
        "n": len(table.dates),
        "first": Period(table.dates[0], table.every),
        "last": Period(table.dates[-1], table.every),
        "weekday": Words({code: word(f"weekday.{start}", code) for code in LANGUAGES}) if start else "",
    }


def _options(report: Report) -> list[tuple[str, str, str | None]]:
    options = report.detection.options if report.options is None else report.options
    return [(name, _as_written(value), _known(f"option.{name}")) for name, value in options.items()]


def _as_written(value: object) -> str:
    """An option as one would write it; a long array by its shape."""
    if isinstance(value, np.ndarray):
        return f"array {value.shape}" if value.size > 8 else str(value.tolist())
    if value is None:
        return NO_VALUE
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 200 else text[:199] + "…"


def _note(note: Note) -> Markup:
    """A note in three languages where its code and values are known, otherwise as it was written."""
    keys = [f"note.{key}" for key in sentences_of(note.code, note.values)]
    if all(map(has_text, keys)):
        try:
            return _paragraph(Answer(key, note.values) for key in keys)
        except KeyError:  # values have changed since the text was written: its own English is still right
            pass
    return _english(Name(note.text).printable)


def sentences_of(code: str, values: Mapping[str, object]) -> list[str]:
    """Ids of the sentences that word a note of this code, under "note."."""
    if code == "by":
        first = "by" if values.get("by") else "by_none"
        return [first, "not_used"] if values.get("left_out") else [first]
    further = {"differenced": "after_gap", "added_over": "not_added"}.get(code)
    return [code, further] if further and values.get(further) else [code]


@dataclass(frozen=True, slots=True)
class _Problem:
    text: Markup
    taken: bool
    total: int
    rows: list[tuple[int | None, Name, Name]]


def _problems(report: Report) -> list[_Problem]:
    """Problems of rows, by rule, the most frequent first."""
    found = []
    for (rule, taken), rows in report.table.problems.group_by("rule", "taken", maintain_order=True):
        first = rows.head(_ROWS_LISTED)
        known = has_text(f"problem.{rule}")
        text = in_every_language(f"problem.{rule}") if known else _english(rows["message"][0] or str(rule))
        cells = [(n, Name(c or ""), Name(v or "")) for n, c, v in first.select("row", "column", "value").iter_rows()]
        found.append(_Problem(text, bool(taken), rows.height, cells))
    return sorted(found, key=lambda group: -group.total)


def _english(text: str) -> Markup:
    return Markup('<span lang="en" dir="ltr">{}</span>').format(text)


@dataclass(frozen=True, slots=True)
class _Group:
    reason: str
    total: int
    names: list[Markup]


def _unevaluated(report: Report) -> list[_Group]:
    unnamed = in_every_language("column.series")
    return [
        _Group(
            group.reason,
            len(group.series),
            [escape(report.name(s) or unnamed) for s in group.series[:_NAMES_LISTED]],
        )
        for group in content.unevaluated(report)
    ]
