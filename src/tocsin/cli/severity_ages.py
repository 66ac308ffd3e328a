"""Severity from counts by age: each group's risk, pooled and standardised, severe cases and deaths side by side."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.cli.main import BadInput
from tocsin.cli.reading import as_option
from tocsin.cli.risk_rows import Risks, figure, people_table, percent
from tocsin.cli.severity_standard import standard_columns, standard_of
from tocsin.counts.age_tables import AgeTable, read_ages
from tocsin.counts.ages import positions
from tocsin.counts.files import Table
from tocsin.counts.notes import listed
from tocsin.counts.severity_columns import Found
from tocsin.epi.severity import (
    Correlation,
    RiskByAge,
    correlation_across_groups,
    infection_fatality,
    pooled_by_age,
    risk_by_age,
    standardised_risk,
)

if TYPE_CHECKING:
    from tocsin.cli.severity import Wanted
    from tocsin.cli.terminal import Terminal

__all__ = ["FEW", "by_age"]

FEW = "fewer than 10 events"
WIDE = "few groups"
SHOWN = 20
LEAST_GROUPS = 4
Array = NDArray[np.float64]


def by_age(table: Table, found: Found, wanted: "Wanted", terminal: "Terminal") -> Risks:
    """The risks of every stratum and age, told to a person on the way."""
    if wanted.delay is not None:
        raise BadInput(
            "--delay needs cases by day, and a table by age has no days: give counts by day (with --by for the "
            "ages), or "
            "leave --delay out and take the risks for naive"
        )
    columns, file = standard_columns(table, wanted.standard)
    survey = (wanted.positive, wanted.tested) if wanted.infection else ()
    more = dict.fromkeys([*columns, *(wanted.population if wanted.infection else ()), *(s for s in survey if s)])
    by = wanted.by or ()
    ages = read_ages(table, found, by=by, more=tuple(more), words=dict(wanted.words), age_bands=wanted.age_bands)
    for sentence in ages.said:
        terminal.say(as_option(sentence))
    _require_nested(ages)
    _tell_of_gaps(ages, terminal)
    counts = ages.counts
    standard = None
    if columns:
        standard = np.nansum([np.nansum(counts[name], axis=0) for name in columns], axis=0)
    elif file is not None:
        standard = standard_of(file, ages.ages)
    risks = Risks(ages.keys, wanted.level, by_age=True)
    found_risks = {
        role: _risk(risks, ages, role, measure, wanted) for role, measure in _measures(wanted) if role in counts
    }
    for role, risk in found_risks.items():
        _pooled(risks, ages, role, risk, wanted)
        if standard is not None:
            _standardised(risks, ages, role, risk, standard, wanted)
    correlations = _side_by_side(risks, ages, wanted) if {"severe", "deaths"} <= set(counts) else []
    if wanted.infection:
        _infection(risks, ages, wanted)
    _tell(risks, ages, found_risks, correlations, terminal, wanted)
    return risks


def _measures(wanted: "Wanted") -> Sequence[tuple[str, Any]]:
    fatality = "case_fatality" if wanted.among == "cases" else "hospitalisation_fatality"
    return (("severe", "severe_case"), ("deaths", fatality))


def _require_nested(ages: AgeTable) -> None:
    for role, word in (("deaths", "deaths"), ("severe", "severe cases")):
        if role not in ages.counts:
            continue
        with np.errstate(invalid="ignore"):
            more = ages.counts[role] > ages.counts["cases"]
        if more.any():
            i, a = (int(at) for at in np.argwhere(more)[0])
            where = f"{ages.names[i]}, " if ages.keys.width else ""
            raise BadInput(
                f"{where}age group {ages.ages[a]} has {ages.counts[role][i, a]:,.0f} {word} of "
                f"{ages.counts['cases'][i, a]:,.0f} cases; the one are counted among the other: correct the table, or "
                f"name other columns by --cases and --{role}"
            )


def _tell_of_gaps(ages: AgeTable, terminal: "Terminal") -> None:
    for role, word in (("cases", "cases"), ("severe", "severe cases"), ("deaths", "deaths")):
        empty = np.isnan(ages.counts[role]) if role in ages.counts else np.zeros((1, 1), dtype=bool)
        if empty.any():
            groups = [ages.ages[a] for a in np.flatnonzero(empty.any(axis=0))]
            terminal.say(
                f"Of {listed(groups)} there is no count of {word}: left out of risks and of all ages.", "yellow"
            )


def _risk(risks: Risks, ages: AgeTable, role: str, measure: Any, wanted: "Wanted") -> RiskByAge:
    risk = risk_by_age(
        ages.counts[role],
        ages.counts["cases"],
        ages=ages.ages,
        risk=measure,
        interval=wanted.interval,  # type: ignore[arg-type]
        level=wanted.level,
    )
    risks.add(
        measure,
        "naive",
        ages=risk.ages,
        estimate=risk.estimate,
        low=risk.low,
        high=risk.high,
        events=risk.events,
        persons=risk.persons,
        notes={FEW: risk.few},
    )
    both = ~np.isnan(risk.events) & ~np.isnan(risk.persons)
    events, persons = (np.where(both, x, 0.0).sum(axis=1)[:, None] for x in (risk.events, risk.persons))
    risks.add(
        measure,
        "naive",
        ages=["all"],
        estimate=risk.crude[:, None],
        low=risk.crude_low[:, None],
        high=risk.crude_high[:, None],
        events=events,
        persons=persons,
    )
    return risk


def _pooled(risks: Risks, ages: AgeTable, role: str, risk: RiskByAge, wanted: "Wanted") -> None:
    if len(ages.ages) < 2:
        return
    tail = (1 - wanted.level) / 2
    levels = np.unique(np.round([tail, 0.5, 1 - tail, *wanted.quantiles], 12))
    place = positions(ages.ages)
    found = pooled_by_age(
        ages.counts[role],
        ages.counts["cases"],
        ages=ages.ages,
        positions=place,
        quantiles=levels,
        jobs=wanted.jobs,
    )

    def at(level: float) -> Array:
        part: Array = found.quantiles[..., int(np.argmin(np.abs(levels - level)))]
        return part

    risks.add(
        risk.risk,
        "pooled",
        ages=ages.ages,
        estimate=found.estimate,
        low=at(tail),
        high=at(1 - tail),
        events=risk.events,
        persons=risk.persons,
    )
    for level in wanted.quantiles:
        risks.add(risk.risk, "pooled", ages=ages.ages, quantile=level, estimate=at(level))


def _standardised(risks: Risks, ages: AgeTable, role: str, risk: RiskByAge, standard: Array, wanted: "Wanted") -> None:
    x, n = ages.counts[role], ages.counts["cases"]
    silent = (np.isnan(x) | ~(n > 0)) & (standard > 0)
    if silent.any():
        i, a = (int(at) for at in np.argwhere(silent)[0])
        where = f"{ages.names[i]}, " if ages.keys.width else ""
        raise BadInput(
            f"{where}age group {ages.ages[a]} is in the standard, but has no cases or no count here, so that nothing "
            "says "
            "what its risk is; join it with the group beside it by --age-bands, or in the table and the standard"
        )
    found = standardised_risk(x, n, standard, level=wanted.level)
    risks.add(
        risk.risk, "standardised", ages=["all"], estimate=found.estimate[:, None], low=found.low[:, None],
        high=found.high[:, None],
    )  # fmt: skip


def _side_by_side(risks: Risks, ages: AgeTable, wanted: "Wanted") -> list[tuple[str, Correlation]]:
    rng = np.random.default_rng(wanted.seed)
    counts = ages.counts
    found = []
    with np.errstate(invalid="ignore"):
        nested = ~(counts["deaths"] > counts["severe"]).any(axis=1)
    rows = np.flatnonzero(nested)
    if rows.size:
        ratio = risk_by_age(
            counts["deaths"][rows], counts["severe"][rows], ages=ages.ages, interval=wanted.interval, level=wanted.level  # type: ignore[arg-type]
        )  # fmt: skip
        risks.add(
            "deaths_per_severe", "naive", ages=ages.ages, strata=rows.tolist(), estimate=ratio.estimate, low=ratio.low,
            high=ratio.high, events=ratio.events, persons=ratio.persons, notes={FEW: ratio.few},
        )  # fmt: skip
    for i, name in enumerate(ages.names):
        three = [counts[role][i] for role in ("severe", "deaths", "cases")]
        if int((np.isfinite(three[0]) & np.isfinite(three[1]) & (three[2] > 0)).sum()) < LEAST_GROUPS:
            continue
        c = correlation_across_groups(*three, level=wanted.level, rng=rng)
        found.append((name, c))
        few = {WIDE: np.array([c.few_groups])}
        for method, values in (
            ("pearson_of_logits", (c.pearson, c.pearson_low, c.pearson_high)),
            ("spearman", (c.spearman, c.spearman_low, c.spearman_high)),
            ("chance_in_counts", (c.pearson, c.counts_low, c.counts_high)),
        ):
            estimate, low, high = (np.array([value]) for value in values)
            risks.add("correlation_severe_deaths", method, strata=[i], notes=few, estimate=estimate, low=low, high=high)
    return found


def _infection(risks: Risks, ages: AgeTable, wanted: "Wanted") -> None:
    if "deaths" not in ages.counts:
        raise BadInput("--infection needs a column of deaths; name it by --deaths")
    assert wanted.positive is not None
    assert wanted.tested is not None
    population = np.sum([ages.counts[name] for name in wanted.population], axis=0)
    for i in range(max(1, ages.keys.height)):
        found = infection_fatality(
            ages.counts["deaths"][i],
            population[i],
            positive=ages.counts[wanted.positive][i],
            tested=ages.counts[wanted.tested][i],
            ages=ages.ages,
            sensitivity=wanted.sensitivity,
            specificity=wanted.specificity,
            interval=wanted.interval,  # type: ignore[arg-type]
            level=wanted.level,
        )
        risks.add(
            "infection_fatality", "serosurvey", ages=ages.ages, strata=[i], estimate=found.estimate[None],
            low=found.low[None], high=found.high[None], events=found.deaths[None], persons=found.infections[None],
        )  # fmt: skip


# --- for people


def _tell(
    risks: Risks,
    ages: AgeTable,
    found: dict[str, RiskByAge],
    correlations: list[tuple[str, Correlation]],
    terminal: "Terminal",
    wanted: "Wanted",
) -> None:
    strata = len(ages.names)
    many = f", {strata:,} strata" if strata > 1 else ""
    terminal.result(f"Risks by age, % with intervals of {wanted.level:.0%}{many}", "bold")
    terminal.result("")
    table = risks.table()
    first = "age" if strata == 1 else " · ".join(ages.keys.columns)
    lines = _lines(table, ages, found) if strata == 1 else _lines_of_strata(table, ages, found)
    words, shares = {"severe": "severe", "deaths": "died"}, {"severe": "severe, %", "deaths": "fatality, %"}
    headings, adjusted = ["cases"], "standardised" in table["method"]
    for role in found:
        headings += [
            words[role],
            shares[role],
            *(["pooled over ages, %"] if strata == 1 else ["standardised, %"] * adjusted),
        ]
    if wanted.infection and strata == 1:
        headings.append("of the infected, %")
    terminal.out.print(people_table(first, headings, lines), soft_wrap=False)
    if strata > SHOWN:
        terminal.result(f"… and {strata - SHOWN:,} more strata")
    for name, c in correlations[:SHOWN]:
        of = f"{name}: " if strata > 1 else ""
        terminal.result("")
        if np.isnan(c.pearson):
            terminal.result(f"{of}severe cases and deaths cannot be correlated: a risk is the same in all age groups.")
            continue
        terminal.result(
            f"{of}severe cases and deaths over {c.groups} age groups: Pearson's correlation of logits "
            f"{c.pearson:.2f} ({c.pearson_low:.2f} to {c.pearson_high:.2f}), Spearman's of ranks {c.spearman:.2f} "
            f"({c.spearman_low:.2f} to {c.spearman_high:.2f}); chance in the counts alone {c.counts_low:.2f} to "
            f"{c.counts_high:.2f}."
        )
    if any(c.few_groups for _, c in correlations):
        terminal.say(
            "So few groups make a figure to look at, not to rest a decision on. And groups are not persons: that the "
            "groups which fall severely ill also die does not say that the severely ill do.",
            "yellow",
        )
    terminal.say(
        "These are shares of the cases found so far. While an outbreak grows they are too low, and where mild cases "
        "are "
        "not found, too high."
    )


def _lines(table: pl.DataFrame, ages: AgeTable, found: dict[str, RiskByAge]) -> list[tuple[str, ...]]:
    def cell(measure: str, method: str, age: str) -> str:
        rows = table.filter(
            (pl.col("measure") == measure) & (pl.col("method") == method) & (pl.col("age_group") == age)
            & pl.col("quantile").is_null()
        )  # fmt: skip
        return percent(*rows.select("estimate", "low", "high").row(0)) if rows.height else ""

    lines = []
    total = float(np.nansum(ages.counts["cases"]))
    with_infection = "infection_fatality" in table["measure"]
    for a, age in [*enumerate(ages.ages), (None, "all")]:
        line = [age, figure(total if a is None else ages.counts["cases"][0, a])]
        for role, risk in found.items():
            events = ages.counts[role][0]
            line += [figure(float(np.nansum(events)) if a is None else events[a])]
            line += [cell(risk.risk, "naive", age), cell(risk.risk, "pooled", age)]
        if with_infection:
            line.append(cell("infection_fatality", "serosurvey", age))
        lines.append(tuple(line))
    if "standardised" in table["method"]:
        line = ["with the standard's ages", ""]
        for risk in found.values():
            line += ["", cell(risk.risk, "standardised", "all"), ""]
        lines.append((*line, *([""] if with_infection else [])))
    return lines


def _lines_of_strata(table: pl.DataFrame, ages: AgeTable, found: dict[str, RiskByAge]) -> list[tuple[str, ...]]:
    lines = []
    keys = table.columns[: ages.keys.width]
    for i, name in enumerate(ages.names[:SHOWN]):
        own = table.filter(*(pl.col(key) == value for key, value in zip(keys, ages.keys.row(i), strict=True)))
        line = [name, figure(float(np.nansum(ages.counts["cases"][i])))]
        for role, risk in found.items():
            line.append(figure(float(np.nansum(ages.counts[role][i]))))
            for method in ("naive", *(["standardised"] if "standardised" in table["method"] else [])):
                rows = own.filter(
                    (pl.col("measure") == risk.risk) & (pl.col("method") == method) & (pl.col("age_group") == "all")
                )
                line.append(percent(*rows.select("estimate", "low", "high").row(0)) if rows.height else "–")
        lines.append(tuple(line))
    return lines
