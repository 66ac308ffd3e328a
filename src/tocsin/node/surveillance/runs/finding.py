"""From a panel of counts to what is out of the ordinary in it: models and fixed rules, no row written yet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tocsin.node.surveillance.diseases.evaluation import evaluate_rules, periods_counted
from tocsin.node.surveillance.models import DiseaseRule, Place
from tocsin.node.surveillance.panels import SourcePanel
from tocsin.node.surveillance.threads.priority import exceptionality

__all__ = ["Asked", "Found", "Ran", "by_models", "by_rules", "options_for", "screened"]

PERIODS_PER_YEAR = {"day": 365, "week": 52, "month": 12}
NO_RULE = -1
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be evaluated.

    method, options  of the source, options as `screen` takes them
    complete         (n,) columns of the panel to evaluate, all of them complete
    incomplete       how many last columns still fill up; they are evaluated as "at least"
    exclude          mask of what enters no baseline, as `screen` takes it; None if nothing
    """

    method: str
    options: Mapping[str, Any]
    complete: NDArray[np.intp]
    incomplete: int
    exclude: NDArray[np.bool_] | None


@dataclass(frozen=True, slots=True)
class Found:
    """Signals as columns, each array (signals,).

    row, column   of the panel
    observed, expected, threshold, p_value, exceptionality   as the Signal has them; nan where there is none
    rule          index in the list of rules; -1 for models
    method        name of what ran; empty for rules
    """

    row: NDArray[np.intp]
    column: NDArray[np.intp]
    observed: NDArray[np.float64]
    expected: NDArray[np.float64]
    threshold: NDArray[np.float64]
    p_value: NDArray[np.float64]
    exceptionality: NDArray[np.float64]
    rule: NDArray[np.intp]
    method: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.row)

    def __getitem__(self, chosen: NDArray[Any]) -> Self:
        return type(self)(*(getattr(self, each.name)[chosen] for each in fields(self)))

    @classmethod
    def of(cls, row: NDArray[np.intp], column: NDArray[np.intp], **given: NDArray[Any]) -> Self:
        """Columns that are not given are nan, for a rule's index -1, and empty for the method."""
        blank: dict[str, Any] = {each.name: np.full(len(row), np.nan) for each in fields(cls)}
        blank |= {"rule": np.full(len(row), NO_RULE), "method": np.full(len(row), "", dtype=object)}
        blank |= {"exceptionality": np.zeros(len(row))}
        return cls(**{**blank, "row": row, "column": column, **given})

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        if not parts:
            return cls.of(np.empty(0, np.intp), np.empty(0, np.intp))
        return cls(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls)))


@dataclass(frozen=True, slots=True)
class Ran:
    """How the models ran: ways used, series-periods evaluated, signals to expect by chance, and what was in the way."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    cells: int = 0
    false_alarms: float | None = None
    problem: dict[str, str] = field(default_factory=dict)


def options_for(method: str, options: Mapping[str, Any], every: str) -> dict[str, Any]:
    """Options of a source with the method's defaults, which count weeks, put into its periods. Raises InvalidOption."""
    from tocsin.epi.detect.registry import method_named

    asked = method_named(method)
    chosen = dict(options)
    if every != "week":
        chosen = {**asked.for_periods(PERIODS_PER_YEAR[every]), **chosen}
    if asked.defaults.get("periods_per_year") is not None:
        chosen.setdefault("periods_per_year", PERIODS_PER_YEAR[every])
    return chosen


def by_models(panel: SourcePanel, asked: Asked, tell: Tell | None = None) -> tuple[Found, Ran]:
    """What the method, and its fallbacks, find. Too little history for all of them is told, not raised.

    Raises InvalidOption, InvalidCounts, InvalidDates of the engine.
    """
    from tocsin.epi.detect.registry import method_named
    from tocsin.epi.errors import HistoryTooShort

    if not asked.complete.size and method_named(asked.method).chart:
        return Found.joined([]), Ran()
    try:
        screening = screened(panel, asked, tell)
    except HistoryTooShort as refusal:
        return Found.joined([]), Ran(problem={"code": "history_too_short", "text": str(refusal)})
    detection = screening.detection
    with np.errstate(invalid="ignore"):
        row, at = np.nonzero(detection.alarm & (detection.observed > detection.threshold))
    here = {name: getattr(detection, name)[row, at] for name in ("observed", "expected", "threshold", "p_value")}
    names = np.array([step.method for step in screening.steps], dtype=object)
    found = Found.of(
        row,
        detection.periods[at],
        **here,
        exceptionality=exceptionality(here["p_value"], detection.exceedance[row, at], here["observed"]),
        method=names[screening.step[row, at]],
    )
    return found, Ran(
        [_told(step) for step in screening.steps], int(detection.evaluated.sum()), screening.expected_false_alarms
    )


def screened(panel: SourcePanel, asked: Asked, tell: Tell | None = None) -> Any:
    """The engine's Screening of the complete and, but for charts, the incomplete periods asked for. Raises EpiError."""
    from tocsin.epi.detect.registry import method_named
    from tocsin.epi.detect.screening import screen

    how: dict[str, Any] = {"method": asked.method, "options": asked.options, "progress": tell}
    periods = len(panel.dates) - asked.incomplete
    if method_named(asked.method).chart or not asked.incomplete:
        exclude = asked.exclude if asked.exclude is None else asked.exclude[..., :periods]
        return screen(panel.counts[:, :periods], panel.dates[:periods], evaluate=asked.complete, exclude=exclude, **how)
    columns = np.concatenate([asked.complete, np.arange(periods, len(panel.dates))])
    return screen(panel.counts, panel.dates, evaluate=columns, exclude=asked.exclude, **how)


def _told(step: Any) -> dict[str, Any]:
    told = {name: getattr(step, name) for name in ("method", "needs", "cells", "evaluated", "signals", "false_alarms")}
    return {**told, "options": {name: _plain(value) for name, value in step.options.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, str | int | float | bool | list | tuple | None) else str(value)


def by_rules(panel: SourcePanel, asked: Asked, rules: Sequence[DiseaseRule], places: Mapping[int, Place]) -> Found:
    """What the fixed rules say, at places of their kinds and of complete and incomplete periods alike."""
    diseases = np.array(panel.disease_codes, dtype=object)
    totals = _totals(panel)
    kinds = np.array([places[key].kind for key in panel.place_ids.tolist()], dtype=object)
    people = np.array([places[key].population or np.nan for key in panel.place_ids.tolist()], dtype=np.float64)
    parts = []
    for number, rule in enumerate(rules):
        rows = np.flatnonzero((diseases == rule.disease_id) & totals & np.isin(kinds, rule.places or kinds))
        if rows.size:
            parts.append(_said(panel, asked, rule, number, rows, people[rows]))
    return Found.joined(parts)


def _totals(panel: SourcePanel) -> NDArray[np.bool_]:
    """(series,) counts of all strata, or of one where the place has no series of all."""
    keys = list(zip(panel.disease_codes, panel.place_ids.tolist(), strict=True))
    whole = {key for key, stratum in zip(keys, panel.strata, strict=True) if not stratum}
    return np.array(
        [not stratum or key not in whole for key, stratum in zip(keys, panel.strata, strict=True)], dtype=bool
    )


def _said(
    panel: SourcePanel,
    asked: Asked,
    rule: DiseaseRule,
    number: int,
    rows: NDArray[np.intp],
    people: NDArray[np.float64],
) -> Found:
    columns = np.concatenate([asked.complete, np.arange(len(panel.dates) - asked.incomplete, len(panel.dates))])
    if rule.kind == "doubling" and asked.incomplete:
        # Against a week that is itself half-reported anything has doubled.
        columns = columns[: asked.complete.size + 1]
    window = (periods_counted(rule, panel.every) or 1) * (int(rule.parameters.get("steps", 0)) + 2)
    begin = max(0, int(columns.min()) - window)
    result = evaluate_rules(rule, panel.counts[rows, begin:], people, panel.every, columns - begin)
    row, at = np.nonzero(result.alarm)
    return Found.of(
        rows[row],
        columns[at],
        observed=result.observed[row, at],
        threshold=result.threshold[row, at],
        rule=np.full(len(row), number),
    )
