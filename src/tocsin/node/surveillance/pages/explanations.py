"""What a method did, in plain words: codes and values, worded in the reader's language when they are shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from django.utils.translation import get_language, gettext_lazy, ngettext_lazy
from numpy.typing import NDArray

from tocsin.node.language.formats import figure, iso_week, long_date, month, whole
from tocsin.node.surveillance.models import DiseaseRule, Signal
from tocsin.node.surveillance.pages.measures import counted
from tocsin.node.surveillance.runs.methods import METHODS
from tocsin.node.surveillance.runs.recomputing import Recomputed, Way, recompute

__all__ = ["Sentence", "baseline_columns", "explain", "explain_signal", "recompute", "rule_text"]

# Sentences that count something take their number from `n`; by the length of a period where they name it.
_SENTENCES: Mapping[str, Any] = {
    # Translators: "14 cases counted; …"; or deaths, hospital admissions, …
    "counted": gettext_lazy(
        "%(counted)s counted; %(expected)s expected, and up to %(threshold)s is within what is usual."
    ),
    "counted_without_expected": gettext_lazy("%(counted)s counted; up to %(threshold)s is within what is usual."),
    "incomplete": gettext_lazy("The period was still filling up: the count is at least this."),
    "method": gettext_lazy("The method is “%(method)s”. %(summary)s"),
    "fewer_years": ngettext_lazy(
        "History is shorter than the method would use, so it went back %(years)s year.",
        "History is shorter than the method would use, so it went back %(years)s years.",
        "n",
    ),
    "fallback": gettext_lazy(
        "For “%(asked)s” there was too little history to compare with, so “%(method)s” was used instead. %(summary)s"
    ),
    "left_out_cause": ngettext_lazy(
        "%(periods)s period from %(first)s to %(last)s was left out, known cause: %(what)s.",
        "%(periods)s periods from %(first)s to %(last)s were left out, known cause: %(what)s.",
        "n",
    ),
    "left_out_outbreak": ngettext_lazy(
        "%(periods)s period from %(first)s to %(last)s was left out: a verified outbreak.",
        "%(periods)s periods from %(first)s to %(last)s were left out: a verified outbreak.",
        "n",
    ),
    "missing": ngettext_lazy(
        "For %(periods)s period of these nothing was reported.",
        "For %(periods)s periods of these nothing was reported.",
        "n",
    ),
    "break": gettext_lazy("Counts before %(day)s are not used: %(what)s."),
    "not_evaluated": gettext_lazy(
        "The method could say nothing of this period: too little history, or counts too small."
    ),
    "problem": gettext_lazy("The method could not run: %(problem)s"),
    "rule_counted": gettext_lazy("The rule counted %(observed)s; it speaks from %(threshold)s on, whatever is usual."),
    "rule_source": gettext_lazy("Source of the rule: %(source)s"),
    "told": gettext_lazy("%(who)s, %(organisation)s, told this. No method was involved."),
}
_BASELINE = {
    "day": ngettext_lazy(
        "The day was compared with %(periods)s day from %(first)s to %(last)s.",
        "The day was compared with %(periods)s days from %(first)s to %(last)s.",
        "n",
    ),
    "week": ngettext_lazy(
        "The week was compared with %(periods)s week from %(first)s to %(last)s.",
        "The week was compared with %(periods)s weeks from %(first)s to %(last)s.",
        "n",
    ),
    "month": ngettext_lazy(
        "The month was compared with %(periods)s month from %(first)s to %(last)s.",
        "The month was compared with %(periods)s months from %(first)s to %(last)s.",
        "n",
    ),
}
_CHANCE = {
    "day": gettext_lazy("About one day in %(times)s would be this high by chance."),
    "week": gettext_lazy("About one week in %(times)s would be this high by chance."),
    "month": gettext_lazy("About one month in %(times)s would be this high by chance."),
}
_HARDLY = {
    "day": gettext_lazy("Fewer than one day in a million would be this high by chance."),
    "week": gettext_lazy("Fewer than one week in a million would be this high by chance."),
    "month": gettext_lazy("Fewer than one month in a million would be this high by chance."),
}
HARDLY = 1e-6


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `code` names it, `values` fill it, `every` chooses among those that name the period."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    every: str = "week"

    @property
    def text(self) -> str:
        """In the language that is active now."""
        if self.code == "rule":
            return str(self.values["rule"])  # a sentence of its own, written with the rule
        by_period = {"baseline": _BASELINE, "chance": _CHANCE, "hardly": _HARDLY}.get(self.code)
        pattern = by_period[self.every] if by_period else _SENTENCES[self.code]
        shown = {name: self._shown(name, value) for name, value in self.values.items()}
        if "measure" in self.values:
            shown["counted"] = counted(self.values["measure"], self.values["observed"])
        return str(pattern % shown)

    def _shown(self, name: str, value: Any) -> Any:
        if name == "n":
            return value
        if isinstance(value, date):
            return _period(value, self.every) if name in ("first", "last") else long_date(value)
        if isinstance(value, int):
            return whole(value)
        return figure(value) if isinstance(value, float) else str(value)


def explain_signal(signal: Signal, recomputed: Recomputed | None = None) -> list[Sentence]:
    """What led to a signal: its own figures as they were found, and the baseline as it is computed from those counts.

    recomputed  of its series, at the generation of its screening; computed here where it is None
    """
    if signal.kind not in Signal.BY_MACHINE:
        who = signal.by.name if signal.by else ""
        return [Sentence("told", {"who": who, "organisation": str(signal.organisation or "")})]
    still = [Sentence("incomplete")] if signal.is_incomplete else []
    if signal.rule is not None:
        counted = {"observed": signal.observed, "threshold": signal.threshold}
        sentences = [Sentence("rule", {"rule": rule_text(signal.rule)}), Sentence("rule_counted", _floats(counted))]
        return [*sentences, *still, Sentence("rule_source", {"source": signal.rule.cited})]
    if recomputed is None and signal.series is not None:
        run = signal.screening
        pinned = {"generation": run.generation, "method": run.method, "options": run.options} if run else {}
        recomputed = recompute(signal.series, **pinned)
    sentences = [_counted(signal.measure, signal.observed, signal.expected, signal.threshold), *still]
    sentences += _chance(signal.p_value, signal.every)
    column = recomputed.column(signal.period) if recomputed else None
    if recomputed is not None and column is not None:
        sentences += _how(recomputed, column)
    return sentences


def explain(recomputed: Recomputed, column: int, measure: str = "cases") -> list[Sentence]:
    """What the method says of one period of a series, signal or not. `measure` is what the series counts."""
    if recomputed.problem:
        return [Sentence("problem", {"problem": recomputed.problem})]
    if recomputed.way[column] < 0:
        return [Sentence("not_evaluated"), *_break(recomputed)]
    numbers = (float(each[column]) for each in (recomputed.counts, recomputed.expected, recomputed.threshold))
    still = column >= len(recomputed.dates) - recomputed.incomplete
    return [
        _counted(measure, *(number if np.isfinite(number) else None for number in numbers)),
        *([Sentence("incomplete")] if still else []),
        *_chance(float(recomputed.p_value[column]), recomputed.every),
        *_how(recomputed, column),
    ]


def rule_text(rule: DiseaseRule) -> str:
    """The rule in one sentence, in the reader's language."""
    name = {"ru": "text_ru", "zh-hans": "text_zh"}.get(get_language() or "en", "text_en")
    return getattr(rule, name) or rule.text_en


def _counted(measure: str, observed: float | None, expected: float | None, threshold: float | None) -> Sentence:
    counts = {"observed": int(observed or 0), "measure": measure}
    limit = np.floor(threshold) if threshold is not None else np.nan
    if expected is None:
        return Sentence("counted_without_expected", {**counts, "threshold": _whole_or_none(limit)})
    return Sentence("counted", {**counts, "expected": float(expected), "threshold": _whole_or_none(limit)})


def _whole_or_none(limit: float) -> int | float:
    return int(limit) if np.isfinite(limit) else float(limit)


def _chance(p_value: float | None, every: str) -> list[Sentence]:
    if p_value is None or not np.isfinite(p_value):
        return []
    if p_value < HARDLY:
        return [Sentence("hardly", every=every)]
    return [Sentence("chance", {"times": _rounded(1 / p_value)}, every)]


def _rounded(times: float) -> int:
    """One significant figure, two from 10 to 100: what a person can keep."""
    return round(times, 1 - len(str(int(times)))) if times >= 100 else max(1, round(times))


def _how(recomputed: Recomputed, column: int) -> Iterator[Sentence]:
    way_index = int(recomputed.way[column])
    if way_index < 0 or not recomputed.ways:
        yield from _break(recomputed)
        return
    asked, way = recomputed.ways[0], recomputed.ways[way_index]
    yield from _method(asked, way)
    columns = baseline_columns(way, recomputed.dates, column)
    if columns is not None and columns.size:
        yield from _baseline(recomputed, columns)
    yield from _break(recomputed)


def _method(asked: Way, way: Way) -> Iterator[Sentence]:
    name, summary = (str(part) for part in METHODS[way.method])
    if way.method != asked.method:
        yield Sentence("fallback", {"asked": str(METHODS[asked.method][0]), "method": name, "summary": summary})
        return
    yield Sentence("method", {"method": name, "summary": summary})
    years = way.options.get("years_back")
    if years != asked.options.get("years_back"):
        yield Sentence("fewer_years", {"years": int(years), "n": int(years)})


def _baseline(recomputed: Recomputed, columns: NDArray[np.intp]) -> Iterator[Sentence]:
    dates, every = recomputed.dates.astype(object), recomputed.every
    began = np.datetime64(recomputed.begins.starts_on, "D") if recomputed.begins else recomputed.dates[0]
    within = columns[recomputed.dates[columns] >= began]
    used = within[~recomputed.excluded[within] & ~np.isnan(recomputed.counts[within])]
    if used.size:
        span = {"first": dates[used.min()], "last": dates[used.max()]}
        yield Sentence("baseline", {"periods": int(used.size), "n": int(used.size), **span}, every)
    for entry in recomputed.entries:
        days = recomputed.dates[within]
        touched = within[(days >= np.datetime64(entry.first, "D")) & (days <= np.datetime64(entry.last, "D"))]
        if touched.size:
            code = "left_out_cause" if entry.why == "known_cause" else "left_out_outbreak"
            span = {"first": dates[touched.min()], "last": dates[touched.max()], "what": entry.what}
            yield Sentence(code, {"periods": int(touched.size), "n": int(touched.size), **span}, every)
    missing = int((np.isnan(recomputed.counts[within]) & ~recomputed.excluded[within]).sum())
    if missing:
        yield Sentence("missing", {"periods": missing, "n": missing})


def _break(recomputed: Recomputed) -> Iterator[Sentence]:
    if recomputed.begins is not None:
        yield Sentence("break", {"day": recomputed.begins.starts_on, "what": recomputed.begins.what})


def baseline_columns(way: Way, dates: NDArray[np.datetime64], column: int) -> NDArray[np.intp] | None:
    """Periods that a method compares a period with, before any is left out; None for charts, which sum instead."""
    from tocsin.epi.detect.ears import GAP
    from tocsin.epi.detect.reference_weeks import reference_lags

    options = way.options
    if way.method in ("farrington_flexible", "farrington"):
        return _farrington_columns(way, dates, column)
    if way.method == "ears":
        gap, length = GAP[options["method"]], options["baseline"]
        lags = np.arange(gap + 1, gap + length + 1)
    elif way.method in ("bayes", "rki"):
        asked = {name: options[name] for name in ("years_back", "half_window", "use_recent", "periods_per_year")}
        lags = reference_lags(**asked)[0]
    else:
        return None
    columns = np.unique(column - lags)
    return columns[columns >= 0]


def _farrington_columns(way: Way, dates: NDArray[np.datetime64], column: int) -> NDArray[np.intp]:
    from tocsin.epi.detect.panel import panel
    from tocsin.epi.detect.reference_periods import flexible_reference, window_reference

    given = panel(np.zeros((1, len(dates))), dates, [column], first=0)
    names = ["years_back", "half_window", "periods_per_year"]
    if way.method == "farrington":
        return window_reference(given, column, **{name: way.options[name] for name in names}).row
    names += ["seasonal_periods", "skip_recent"]
    return flexible_reference(given, column, **{name: way.options[name] for name in names}).row


def _period(day: date, every: str) -> str:
    if every == "month":
        return month(day)
    return long_date(day) if every == "day" else iso_week(day)


def _floats(values: Mapping[str, float | None]) -> dict[str, Any]:
    return {name: int(value) if value is not None and value == int(value) else value for name, value in values.items()}
