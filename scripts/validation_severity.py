#!/usr/bin/env python3
"""Severity on real outbreaks beside what was published: the tables of docs/validation_severity.md.

    python scripts/validation_severity.py            prints the tables
    python scripts/validation_severity.py --write    puts them into docs/validation_severity.md

A minute or two; needs the folder ../shared of real data, except for the simulations.
"""

import csv
import gzip
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from page_tables import run
from scipy.special import expit
from scipy.stats import gamma, lognorm

from tocsin.epi.severity import (
    ascertainment,
    competing_risks,
    correlation_across_groups,
    infection_fatality,
    known_outcomes,
    pooled_by_age,
    proportion_interval,
    risk_by_age,
    rolling,
    standardised_risk,
    static,
    time_varying,
)

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "validation_severity.md"

Array = NDArray[np.float64]

EBOLA = gamma.pdf(np.arange(300), 2.4, scale=3.33)
COVID = lognorm.pdf(np.arange(300), 0.44, scale=np.exp(2.577))
MERS = np.diff(gamma.cdf(np.append(0, np.arange(300) + 0.5), (14.6 / 10.4) ** 2, scale=10.4**2 / 14.6))
MERS /= MERS.sum()


def rows_of(path: Path) -> list[dict[str, str]]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(data.decode("utf-8").splitlines()))


def columns(path: Path) -> dict[str, Array]:
    rows = rows_of(path)
    return {
        name: np.array([np.nan if row[name] == "NA" else float(row[name]) for row in rows])
        for name in rows[0]
        if name != "date"
    }


def percent(value: float, low: float | None = None, high: float | None = None, digits: int = 1) -> str:
    if np.isnan(value):
        return "–"
    text = f"{100 * value:.{digits}f}"
    return text if low is None or high is None else f"{text} ({100 * low:.{digits}f}–{100 * high:.{digits}f})"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|---" * 1 + "|---:" * (len(head) - 1) + "|"
    for row in rows:
        yield "| " + " | ".join(str(cell) for cell in row) + " |"


def reference_table(shared: Path) -> Iterator[str]:
    """Every case of R's cfr: the largest difference, and whether the gaps are the same."""
    folder = shared / "reference"
    ebola, uk = columns(folder / "input_ebola1976.csv"), columns(folder / "input_covid_uk_2020h1.csv")

    def call(function: Callable[..., object], data: Mapping[str, Array], **options: object) -> object:
        return function(data["cases"], data["deaths"], **options)

    share = ascertainment(static(uk["cases"], uk["deaths"], delay=COVID, method="cfr"), baseline=0.014)
    smooth = {"method": "cfr", "smoothing_window": 7}
    cases = {
        "cfr01_static_naive": ("cfr_static", call(static, ebola)),
        "cfr02_static_delay": ("cfr_static", call(static, ebola, delay=EBOLA, method="cfr")),
        "cfr03_rolling_delay": ("cfr_rolling", call(rolling, ebola, delay=EBOLA, method="cfr")),
        "cfr04_rolling_naive": ("cfr_rolling", call(rolling, ebola)),
        "cfr05_timevarying": ("cfr_time_varying", call(time_varying, ebola, delay=EBOLA, **smooth)),
        "cfr06_outcomes": ("estimate_outcomes", known_outcomes(ebola["cases"], EBOLA)),
        "cfr07_uk_static": ("cfr_static", call(static, uk, delay=COVID, method="cfr")),
        "cfr08_uk_timevarying": ("cfr_time_varying", call(time_varying, uk, delay=COVID, **smooth)),
        "cfr09_uk_ascertainment": ("estimate_ascertainment", share),
    }
    rows = []
    for name, (function, found) in cases.items():
        r = columns(folder / f"{name}.csv")
        pairs = {"estimated_outcomes": "outcomes", "u_t": "known_share"}
        worst, values, gaps = 0.0, 0, True
        for column in r:
            field = pairs.get(column, column.rpartition("_")[2])
            if field in ("cases", "deaths"):
                continue
            ours, theirs = np.ravel(getattr(found, field)), r[column]
            gaps &= bool((np.isnan(ours) == np.isnan(theirs)).all())
            values += int((~np.isnan(theirs)).sum())
            worst = max(worst, float(np.nanmax(np.abs(ours - theirs))))
        rows.append([name, f"`{function}`", values, f"{worst:.0e}" if worst else "0", "the same" if gaps else "differ"])
    yield from table(["case", "R", "values", "greatest difference", "gaps"], rows)


def china_table(shared: Path) -> Iterator[str]:
    rows = rows_of(shared / "data" / "p4_china_cdc_2020-02-11_age_cases_deaths.csv")
    cases, deaths = (np.array([int(row[name]) for row in rows]) for name in ("cases", "deaths"))
    people = np.array([int(row["population_outside"]) + int(row["population_wuhan"]) for row in rows])
    ages = [row["age_group"] for row in rows]
    published = ["–", "0.2", "0.2", "0.2", "0.4", "1.3", "3.6", "8.0", "14.8"]
    risk, pooled = risk_by_age(deaths, cases, ages=ages), pooled_by_age(deaths, cases, quantiles=[0.025, 0.5, 0.975])
    lines = []
    for i, age in enumerate(ages):
        exact = percent(risk.estimate[i], risk.low[i], risk.high[i], 2)
        together = percent(pooled.quantiles[0, i, 1], pooled.quantiles[0, i, 0], pooled.quantiles[0, i, 2], 2)
        lines.append([age, cases[i], deaths[i], published[i], exact, together])
    total = percent(float(risk.crude), float(risk.crude_low), float(risk.crude_high), 2)
    lines.append(["all", cases.sum(), deaths.sum(), "2.3", total, ""])
    standard = standardised_risk(deaths, cases, people)
    adjusted = percent(float(standard.estimate), float(standard.low), float(standard.high), 2)
    lines.append(["with China's ages", "", "", "", adjusted, ""])
    critical = risk_by_age([1023], [2087], risk="hospitalisation_fatality")
    lines.append(
        [
            "of critical cases",
            2087,
            1023,
            "49.0",
            percent(critical.estimate[0], critical.low[0], critical.high[0], 1),
            "",
        ]
    )
    head = ["age", "cases", "deaths", "published, %", "exact interval, %", "pooled over ages, %"]
    yield from table(head, lines)


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def mers_table(shared: Path) -> Iterator[str]:
    """As of the days on which the list is complete: deaths from 12 June on bear no dates."""
    people = rows_of(shared / "data" / "p4_mers_korea_2015_linelist.csv")
    first, lines = date(2015, 5, 11), []
    for as_of in (date(2015, 6, 8), date(2015, 6, 11), date(2015, 6, 16)):
        days = (as_of - first).days + 1
        cases, deaths = np.zeros(days), np.zeros(days)
        for person in people:
            report = day(person["dt_report"])
            if report is None or report > as_of:
                continue
            onset = day(person["dt_onset"]) or report - timedelta(days=5)  # 5 days are the median of the others
            cases[max((onset - first).days, 0)] += 1
            died = day(person["dt_death"]) or (as_of if as_of == date(2015, 6, 16) else None)
            if person["outcome"] == "Dead" and died is not None and died <= as_of:
                deaths[max((died - first).days, 0)] += 1
        naive, r, ours = (
            static(cases, deaths, **options) for options in ({}, {"delay": MERS, "method": "cfr"}, {"delay": MERS})
        )
        known = known_outcomes(cases, MERS).known_share[0, -1]
        lines.append(
            [as_of.isoformat(), int(cases.sum()), int(deaths.sum()), percent(known, digits=0)]
            + [percent(s.estimate[0], s.low[0], s.high[0]) for s in (naive, r, ours)]
        )
    low, high = proportion_interval(38, 186)
    lines.append(["final", 186, 38, "100", percent(38 / 186, float(low), float(high)), "", ""])
    yield from table(["known on", "cases", "deaths", "outcomes known, %", "naive, %", "R's cfr, %", "ours, %"], lines)


def mers_ages_table(shared: Path) -> Iterator[str]:
    """By age on 16 June, with the share of outcomes known in all ages together."""
    people = rows_of(shared / "data" / "p4_mers_korea_2015_linelist.csv")
    first, last = date(2015, 5, 11), date(2015, 6, 16)
    groups = {"under 40": (0, 39), "40-59": (40, 59), "60-69": (60, 69), "70 and older": (70, 199)}
    onsets = np.zeros((last - first).days + 1)
    cases, deaths = np.zeros(len(groups)), np.zeros(len(groups))
    for person in people:
        onset = day(person["dt_onset"]) or date.fromisoformat(person["dt_report"]) - timedelta(days=5)
        onsets[max((onset - first).days, 0)] += 1
        at = next(i for i, (low, high) in enumerate(groups.values()) if low <= int(person["age"]) <= high)
        cases[at] += 1
        deaths[at] += person["outcome"] == "Dead"
    naive = risk_by_age(deaths, cases, ages=tuple(groups))
    adjusted = risk_by_age(deaths, cases, ages=tuple(groups), known=known_outcomes(onsets, MERS))
    yield from table(
        ["age", "cases", "deaths", "naive, %", "delay-adjusted, %"],
        [
            [name, int(cases[i]), int(deaths[i])]
            + [percent(r.estimate[i], r.low[i], r.high[i]) for r in (naive, adjusted)]
            for i, name in enumerate(groups)
        ],
    )


def h7n9_table(shared: Path) -> Iterator[str]:
    people = rows_of(shared / "data" / "p4_fluH7N9_china_2013.csv")
    lines = []
    for as_of in (date(2013, 4, 15), date(2013, 4, 25), date(2013, 5, 10), date(2013, 5, 28)):
        days, outcome = [], []
        for person in people:
            onset, end = day(person["date_of_onset"]), day(person["date_of_outcome"])
            if onset is None or onset > as_of:
                continue
            told = end is not None and end <= as_of
            days.append(((end if told and end else as_of) - onset).days)
            outcome.append({"Death": 1, "Recover": 2}[person["outcome"]] if told else 0)
        c = competing_risks(days, outcome)
        low, high = proportion_interval(c.deaths, c.persons)
        lines.append(
            [
                *(as_of.isoformat(), c.persons[0], c.deaths[0], c.recoveries[0]),
                *(percent(c.naive[0], low[0], high[0]), percent(c.fatality[0], c.low[0], c.high[0])),
            ]
        )
    low, high = proportion_interval(37, 123)
    lines.append(["published, 28 May", 123, 37, 69, percent(37 / 123, float(low), float(high)), "36 (26–45)"])
    low, high = proportion_interval(37, 106)
    lines.append(["the same by their outcomes", 106, 37, 69, percent(37 / 106, float(low), float(high)), ""])
    yield from table(["known on", "cases", "died", "recovered", "naive, %", "competing risks, %"], lines)


def dengue_table(shared: Path) -> Iterator[str]:
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in rows_of(shared / "data" / "p4_dengue_peru_2019_2020_age_severity.csv.gz"):
        counts[row["year"], row["age_group"], row["severity"]] += int(row["n"])
    ages = sorted({age for _, age, _ in counts}, key=lambda age: int(age.split("-")[0].rstrip("+")))
    lines, by_group = [], {}
    for year in ("2019", "2020"):
        severe, warning, plain = (
            np.array([counts[year, age, name] for age in ages])
            for name in ("severe", "warning_signs", "no_warning_signs")
        )
        by_group[year] = severe, warning, severe + warning + plain
    for i, age in enumerate(ages):
        cells: list[object] = [age]
        for severe, warning, total in by_group.values():
            s, w = (risk_by_age(x, total, risk="severe_case") for x in (severe, warning))
            cells += [total[i], percent(w.estimate[i]), percent(s.estimate[i], s.low[i], s.high[i], 2)]
        lines.append(cells)
    cells = ["all"]
    for severe, warning, total in by_group.values():
        s, w = (risk_by_age(x, total, risk="severe_case") for x in (severe, warning))
        crude = percent(float(s.crude), float(s.crude_low), float(s.crude_high), 2)
        cells += [total.sum(), percent(float(w.crude)), crude]
    lines.append(cells)
    severe, warning, total = by_group["2019"]
    standard = [standardised_risk(by_group[year][0], by_group[year][2], total) for year in by_group]
    before, after = (percent(float(s.estimate), float(s.low), float(s.high), 2) for s in standard)
    lines.append(["with the ages of 2019", "", "", before, "", "", after])
    head = ["age", "cases 2019", "warning signs, %", "severe, %", "cases 2020", "warning signs, %", "severe, %"]
    yield from table(head, lines)
    yield ""
    severe, warning, total = (sum(x[i] for x in by_group.values()) for i in range(3))
    c = correlation_across_groups(severe, warning, total, rng=np.random.default_rng(1))
    yield (
        f"Severe dengue and warning signs over the {c.groups} age groups: Spearman {c.spearman:.2f} "
        f"({c.spearman_low:.2f} to {c.spearman_high:.2f}), Pearson of logits {c.pearson:.2f} ({c.pearson_low:.2f} to "
        f"{c.pearson_high:.2f}); chance in the counts alone {c.counts_low:.2f} to {c.counts_high:.2f}."
    )


def early_table(shared: Path) -> Iterator[str]:
    ebola, lines = columns(shared / "reference" / "input_ebola1976.csv"), []
    c, d, first = ebola["cases"], ebola["deaths"], date(1976, 8, 25)
    naive, r, ours = (rolling(c, d, **options) for options in ({}, {"delay": EBOLA, "method": "cfr"}, {"delay": EBOLA}))
    for t in (20, 25, 30, 35, 40, 50, 60):
        lines.append(
            [(first + timedelta(days=t)).isoformat(), int(c[: t + 1].sum()), int(d[: t + 1].sum())]
            + [percent(s.estimate[0, t], s.low[0, t], s.high[0, t]) for s in (naive, r, ours)]
            + [percent(d.sum() / c.sum())]
        )
    yield from table(["known on", "cases", "deaths", "naive, %", "R's cfr, %", "ours, %", "in the end, %"], lines)


def line_list_table(shared: Path) -> Iterator[str]:
    """The simulated Ebola list: of those who had fallen ill by a day, what was known then and in the end."""
    people = [
        (day(row["date_of_onset"]), day(row["date_of_outcome"]), {"Death": 1, "Recover": 2}.get(row["outcome"], 0))
        for row in rows_of(shared / "data" / "p4_SIMULATED_ebola_sim_linelist.csv.gz")
    ]
    told = [(onset, end, k) for onset, end, k in people if onset and end and k and onset <= end]
    lines = []
    for as_of in (date(2014, 6, 15), date(2014, 7, 15), date(2014, 8, 15), date(2014, 9, 15), date(2014, 10, 15)):
        known = [(onset, end, k) for onset, end, k in told if onset <= as_of]
        days = [(min(end, as_of) - onset).days for onset, end, _ in known]
        outcome = [k if end <= as_of else 0 for _, end, k in known]
        c = competing_risks(days, outcome)
        low, high = proportion_interval(c.deaths, c.persons)
        final = np.mean([k == 1 for _, _, k in known])
        lines.append(
            [
                *(as_of.isoformat(), c.persons[0], c.deaths[0], c.recoveries[0]),
                *(percent(c.naive[0], low[0], high[0]), percent(c.fatality[0], c.low[0], c.high[0]), percent(final)),
            ]
        )
    head = ["known on", "cases", "died", "recovered", "naive, %", "competing risks, %", "in the end, %"]
    yield from table(head, lines)


def outbreaks(
    rng: np.random.Generator, runs: int, growth: float, risk: float, first: float, f: Array, days: int
) -> tuple[Array, Array]:
    cases = rng.poisson(first * np.exp(growth * np.arange(days)), (runs, days)).astype(float)
    deaths = np.zeros((runs, days))
    for t in range(days):
        dying = rng.binomial(cases[:, t].astype(int), risk)
        reach = f[: days - t]
        deaths[:, t:] += rng.multinomial(dying, np.append(reach, max(1 - reach.sum(), 0)))[:, :-1]
    return cases, deaths


def covered(low: Array, high: Array, truth: float | Array) -> str:
    said = ~np.isnan(low)
    return f"{100 * np.mean(((low <= truth) & (truth <= high))[said]):.1f}"


def coverage_table(shared: Path) -> Iterator[str]:
    """Delay-adjusted risks of simulated outbreaks that still run, at the end of 40 days."""
    rng, f, lines = np.random.default_rng(20261123), MERS, []
    for growth in (0.0, 0.07, 0.15):
        for risk in (0.02, 0.15, 0.5, 0.8):
            size = 300.0
            first = size / np.exp(growth * np.arange(40)).sum()
            c, d = outbreaks(rng, 4000, growth, risk, first, f, 40)
            naive, r, ours = (static(c, d, **options) for options in ({}, {"delay": f, "method": "cfr"}, {"delay": f}))
            wilson = static(c, d, delay=f, interval="wilson")
            known = float(np.mean(known_outcomes(c[:50], f).known_share[:, -1]))
            lines.append(
                [
                    f"{growth:.2f}",
                    percent(risk, digits=0),
                    percent(known, digits=0),
                    percent(float(np.nanmean(naive.estimate))),
                ]
                + [percent(float(np.nanmean(ours.estimate)))]
                + [covered(s.low, s.high, risk) for s in (naive, r, wilson, ours)]
            )
    head = ["growth a day", "risk, %", "outcomes known, %", "naive mean, %", "adjusted mean, %", "naive covers, %"]
    yield from table([*head, "R's cfr covers, %", "ours (Wilson) covers, %", "ours covers, %"], lines)


def calibration_table(shared: Path) -> Iterator[str]:
    """Coverage of the other methods on simulated truth."""
    rng, lines = np.random.default_rng(7), []
    runs, persons = 2000, 150
    for truth in (0.1, 0.3, 0.7):
        onset = np.floor(60 - rng.exponential(12, (runs, persons))).clip(0)
        dies = rng.random((runs, persons)) < truth
        stay = np.round(np.where(dies, rng.gamma(3, 4, dies.shape), rng.gamma(6, 3.5, dies.shape)))
        seen = onset + stay <= 60
        days = np.where(seen, stay, 60 - onset).ravel()
        outcome = np.where(seen, np.where(dies, 1, 2), 0).ravel()
        c = competing_risks(days, outcome, group=np.repeat(np.arange(runs), persons).astype(str))
        what = f"competing risks, 150 persons, outbreak growing, fatality {percent(truth, digits=0)} %"
        lines.append([what, percent(c.naive.mean()), percent(np.nanmean(c.fatality)), covered(c.low, c.high, truth)])
    n, w = np.array([80, 200, 150, 60]), np.array([0.4, 0.3, 0.2, 0.1])
    for scale in (0.3, 1.0, 3.0):
        p = np.array([0.005, 0.02, 0.08, 0.2]) * scale
        x = rng.binomial(n, p, (20_000, 4))
        truth = float((w * p).sum())
        for name in ("mover", "gamma"):
            s = standardised_risk(x, np.tile(n, (20_000, 1)), w, interval=name)
            what = f"standardised risk of {percent(truth)} %, 490 persons in 4 ages, `{name}`"
            lines.append([what, "", percent(s.estimate.mean()), covered(s.low, s.high, truth)])
    share, risk = 0.08, 0.006
    deaths = rng.binomial(10_000, share * risk, 20_000)
    seen = rng.binomial(400, 0.9 * share + 0.02 * (1 - share), 20_000)
    f = infection_fatality(
        deaths, np.full(20_000, 10_000), positive=seen, tested=np.full(20_000, 400), sensitivity=0.9, specificity=0.98
    )
    what = "infection fatality of 0.6 %, 10,000 inhabitants, 400 tested"
    lines.append([what, "", percent(float(np.nanmedian(f.estimate)), digits=2), covered(f.low, f.high, risk)])
    sigma = np.clip(rng.exponential(0.5, 600), 0.08, 2.5)
    walk = rng.normal(0.5, 0.75, (600, 1)) + sigma[:, None] * rng.normal(size=(600, 8))
    first = rng.beta(0.5, 0.5, (600, 1))
    p = expit(np.log(first / (1 - first)) + np.concatenate([np.zeros((600, 1)), np.cumsum(walk, axis=1)], axis=1))
    n = np.round(np.exp(rng.uniform(2, 8, p.shape))).astype(int)
    r = pooled_by_age(rng.binomial(n, p), n, quantiles=[0.025, 0.25, 0.75, 0.975])
    # Risks so near to none or all that no count tells them apart are left out.
    plain = (p > 1e-5) & (p < 1 - 1e-4)
    for low, high, name in ((0, 3, "95"), (1, 2, "50")):
        inside = ((r.quantiles[..., low] <= p) & (p <= r.quantiles[..., high]))[plain]
        lines.append(
            [f"pooled over ages, drawn from its prior, {name} % intervals", "", "", f"{100 * inside.mean():.1f}"]
        )
    yield from table(["what", "naive mean, %", "mean estimate, %", "covered, %"], lines)


TABLES: Mapping[str, Callable[[Path], Iterator[str]]] = {
    "reference": reference_table,
    "china": china_table,
    "mers": mers_table,
    "mers_ages": mers_ages_table,
    "h7n9": h7n9_table,
    "dengue": dengue_table,
    "early": early_table,
    "line_list": line_list_table,
    "coverage": coverage_table,
    "calibration": calibration_table,
}


def main(arguments: Sequence[str] | None = None) -> None:
    run(__doc__, TABLES, PAGE, arguments)


if __name__ == "__main__":
    main()
