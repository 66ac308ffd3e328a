"""Nowcasts as of day after day, scored against what came: the methods side by side on real epidemics.

    python scripts/nowcast_study.py            prints the tables
    python scripts/nowcast_study.py --write    and puts them into docs/studies/nowcast.md

Needs the folder ../shared of real data. Each nowcast is given the triangle as it was known on its day and nothing else.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from nowcast_winter import HOLIDAYS, winter
from numpy.typing import NDArray
from page_tables import run

from tocsin.epi.errors import EpiError, HistoryTooShort
from tocsin.epi.nowcast import Nowcast, ReportingTriangle, nowcast, triangle_of_reports
from tocsin.epi.quantiles import LEVELS
from tocsin.epi.score import interval_coverage, weighted_interval_score
from tocsin.node.estimates.building.estimating import YOUNG, of_an_outbreak

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "studies" / "nowcast.md"
SEED = 1
SIMULATED = 4  # winters

Method = Callable[[ReportingTriangle], Nowcast]


@dataclass(frozen=True, slots=True)
class Scores:
    """Of one method and some strata; all arrays (nowcasts, strata, horizons)."""

    wis: NDArray[np.float64]
    log_wis: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    truth: NDArray[np.float64]
    seconds: float

    def covered(self, level: float, strata: slice, horizon: int | slice = slice(None)) -> float:
        """Share of truths in the central interval."""
        y, q = self.truth[:, strata][..., horizon], self.quantiles[:, strata][..., horizon, :]
        found = interval_coverage(y, q, LEVELS)
        return float(found.within[np.flatnonzero(np.isclose(found.interval, level))[0]])


def scored(method: Method, whole: ReportingTriangle, origins: list[int], horizons: int, over: int) -> Scores:
    """`method` as of the end of each of these periods; the truth is what `whole` holds within its longest delay."""
    totals = np.nansum(whole.reports, axis=2)
    truth = np.full_like(totals, np.nan)
    truth[:, over - 1 :] = np.lib.stride_tricks.sliding_window_view(totals, over, axis=1).sum(axis=-1)
    quantiles, truths = [], []
    taken = 0.0
    for origin in origins:
        known = whole.as_known_on(whole.dates[origin] + np.timedelta64(whole.step - 1, "D"))
        begun = time.perf_counter()
        found = method(known)
        taken += time.perf_counter() - begun
        quantiles.append(found.quantiles[:, ::-1][:, :horizons])
        truths.append(truth[:, origin - horizons + 1 : origin + 1][:, ::-1])
    q, y = np.array(quantiles), np.array(truths)
    log_wis = weighted_interval_score(y, q, LEVELS, scale="log")
    return Scores(weighted_interval_score(y, q, LEVELS), log_wis, q, y, taken / len(origins))


def german_hospitalisations(shared: Path) -> ReportingTriangle:
    table = pl.read_csv(shared / "data" / "p2_rki_hosp_triangle_DE_to_2021-11-21.csv.gz", try_parse_dates=True)
    ages = sorted(table["age_group"].unique())
    return triangle_of_reports(
        table["reference_date"].to_numpy(),
        table["report_date"].to_numpy(),
        table["count"].to_numpy(),
        strata=np.array([ages.index(age) for age in table["age_group"]]),
        longest=40,
    )


def german(shared: Path, first: int = 70) -> Iterator[str]:
    """The hub's protocol on the part before its study: every day, horizons 0 to 28 days, sums of seven days."""
    whole = german_hospitalisations(shared)
    last = len(whole.dates) - 1 - whole.longest
    origins = list(range(first, last + 1))
    rng = np.random.default_rng(SEED)
    methods: dict[str, Method] = {
        "drifting": lambda t: nowcast(t, target="40d", total=0),
        "chain_ladder": lambda t: nowcast(t, method="chain_ladder", target="40d", history=60, past=60),
        "lawless": lambda t: nowcast(t, method="lawless", target="40d", rng=rng),
        "bayes_trunc": lambda t: nowcast(t, method="bayes_trunc", target="40d", rng=rng),
    }
    span = f"{whole.dates[origins[0]]} to {whole.dates[last]}"
    yield f"Every day from {span}: {len(origins)} nowcasts of Germany and six ages."
    yield ""
    yield "| method | WIS, Germany | WIS, ages | log WIS, Germany | 50 %, Germany | 95 % | 50 %, ages | 95 % | ms |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    country, ages = slice(0, 1), slice(1, None)
    kept = None
    for name, method in methods.items():
        own = origins if name != "bayes_trunc" else origins[::3]
        try:
            s = scored(method, whole, own, 29, 7)
        except HistoryTooShort as refusal:
            yield f"| {name} | {refusal} | | | | | | | |"
            continue
        kept = s if kept is None else kept
        yield (
            f"| {name} | {s.wis[:, 0].mean():.2f} | {s.wis[:, 1:].mean():.2f} | {s.log_wis[:, 0].mean():.4f} "
            f"| {s.covered(0.5, country):.1%} | {s.covered(0.95, country):.1%} "
            f"| {s.covered(0.5, ages):.1%} | {s.covered(0.95, ages):.1%} | {s.seconds * 1e3:.0f} |"
        )
    yield ""
    yield "`drifting`, Germany, by horizon in days:"
    yield ""
    assert kept is not None
    shown = [0, 1, 2, 3, 4, 5, 6, 7, 10, 14, 18, 21, 24, 28]
    yield "| | " + " | ".join(str(-h) for h in shown) + " |"
    yield "|---|" + "---:|" * len(shown)
    yield "| WIS | " + " | ".join(f"{kept.wis[:, 0, h].mean():.1f}" for h in shown) + " |"
    for level in (0.5, 0.95):
        cells = (f"{kept.covered(level, country, slice(h, h + 1)):.0%}" for h in shown)
        yield f"| {level:.0%} interval | " + " | ".join(cells) + " |"
    for level in (0.5, 0.95):
        each = [kept.covered(level, country, slice(h, h + 1)) for h in range(29)]
        yield ""
        yield f"Of the 29 horizons the {level:.0%} interval covers between {min(each):.1%} and {max(each):.1%}."


def sari(shared: Path) -> Iterator[str]:
    """German hospital admissions with severe acute respiratory infections, weekly, beside the models of RESPINOW."""
    table = pl.read_csv(shared / "data" / "p2_respinow_sari_triangle_to_2024-09.csv.gz", try_parse_dates=True)
    table = table.filter(pl.col("age_group") == "00+")
    ends = table["date"].unique().sort().to_numpy().astype("datetime64[D]")
    longest = int(table["delay_weeks"].max())  # type: ignore[arg-type]
    cells = np.zeros((1, len(ends), longest + 1))
    for end, delay, count in table.select("date", "delay_weeks", "increment").iter_rows():
        cells[0, np.searchsorted(ends, np.datetime64(end)), delay] += count or 0
    cells[:, np.add.outer(np.arange(len(ends)), np.arange(longest + 1)) >= len(ends)] = np.nan
    whole = ReportingTriangle(cells, ends - 6, 7, ends[-1], np.zeros(1), np.zeros(1))
    truth = np.nansum(cells[0], axis=1)
    published = pl.read_parquet(shared / "data" / "p2_respinow_sari_nowcasts_2023-24.parquet")
    published = published.filter(pl.col("age_group") == "00+")
    ours: dict[int, NDArray[np.float64]] = {}
    yield "| model | nowcasts in common | its WIS | `drifting` | its 95 % | `drifting` | its 50 % | `drifting` |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for model in sorted(published["model"].cast(pl.String).unique()):
        theirs, mine, y = [], [], []
        own = published.filter(pl.col("model").cast(pl.String) == model)
        for (day, end), rows in own.group_by(["forecast_date", "target_end_date"], maintain_order=True):
            at = int(np.searchsorted(ends, np.datetime64(str(end))))
            origin = int(np.searchsorted(ends, np.datetime64(str(day)))) - 1
            if at >= len(ends) - longest or rows.height != len(LEVELS) or ends[at] != np.datetime64(str(end)):
                continue
            if origin not in ours:
                ours[origin] = nowcast(whole.as_known_on(ends[origin])).quantiles[0]
            theirs.append(rows.sort("quantile")["value"].to_numpy().astype(float))
            mine.append(ours[origin][at])
            y.append(truth[at])
        line = [model, str(len(y))]
        pair = [np.array(theirs), np.array(mine)]
        line += [f"{weighted_interval_score(np.array(y), q, LEVELS).mean():.0f}" for q in pair]
        for k in (0, 2):
            line += [f"{interval_coverage(np.array(y), q, LEVELS).within[k]:.0%}" for q in pair]
        yield "| " + " | ".join(line) + " |"


def side_by_side(
    whole: ReportingTriangle, origins: list[int], horizons: int, methods: dict[str, Method]
) -> Iterator[str]:
    yield "| method | nowcasts | WIS | at horizon 0 | 50 % | 95 % | ms |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for name, method in methods.items():
        s = scored(method, whole, origins, horizons, 1)
        covered = [s.covered(level, slice(None)) for level in (0.5, 0.95)]
        yield (
            f"| {name} | {len(origins)} | {s.wis.mean():.2f} | {s.wis[..., 0].mean():.2f} "
            f"| {covered[0]:.0%} | {covered[1]:.0%} | {s.seconds * 1e3:.0f} |"
        )


def dengue(shared: Path) -> Iterator[str]:
    """Dengue in Puerto Rico by week of onset, twenty years."""
    table = pl.read_csv(shared / "data" / "p2_dengue_puerto_rico_1990_2010_triangle.csv.gz", try_parse_dates=True)
    reports = table["report_week"].to_numpy()
    whole = triangle_of_reports(
        table["onset_week"].to_numpy(),
        reports,
        table["n"].to_numpy(),
        longest=26,
        step=7,
        as_of=reports.max() + np.timedelta64(6, "D"),
    )
    methods: dict[str, Method] = {
        "drifting": nowcast,
        "chain_ladder": lambda t: nowcast(t, method="chain_ladder", history=60, past=30),
        "bayes_trunc": lambda t: nowcast(t, method="bayes_trunc", window=60),
    }
    yield from side_by_side(whole, list(range(300, 1060, 4)), 9, methods)


def hus(shared: Path) -> Iterator[str]:
    """The outbreak of haemolytic uraemic syndrome in Germany, 2011: six weeks in all, rising from nothing."""
    table = pl.read_csv(shared / "data" / "p2_hus_o104_2011_hosp_report.csv", try_parse_dates=True).filter(
        pl.col("dReport").is_not_null() & (pl.col("dHosp").is_null() | (pl.col("dHosp") <= pl.col("dReport")))
    )
    whole = triangle_of_reports(
        table["dHosp"].to_numpy(), table["dReport"].to_numpy(), first="2011-05-01", longest=14, as_of="2011-07-10"
    )
    methods: dict[str, Method] = {
        "drifting": lambda t: nowcast(t, sum_over=1),
        "lawless": lambda t: nowcast(t, method="lawless", sum_over=1, rng=np.random.default_rng(SEED)),
        "bayes_trunc": lambda t: nowcast(t, method="bayes_trunc", sum_over=1),
    }
    yield from side_by_side(whole, list(range(24, 50)), 10, methods)


def outbreaks(shared: Path) -> dict[str, tuple[NDArray[np.datetime64], NDArray[np.datetime64], str]]:
    """Onset and report of each case that has both, and the last day that is looked at; the third is not real."""
    mers = pl.read_csv(shared / "data" / "p4_mers_korea_2015_linelist.csv", try_parse_dates=True)
    hus = pl.read_csv(shared / "data" / "p2_hus_o104_2011_hosp_report.csv", try_parse_dates=True)
    ebola = pl.read_csv(
        shared / "data" / "p4_SIMULATED_ebola_sim_linelist.csv.gz", try_parse_dates=True, null_values=["NA", ""]
    )
    chosen = {
        "MERS, South Korea 2015": (mers, "dt_onset", "dt_report", "2015-06-25"),
        "HUS, Germany 2011": (hus, "dHosp", "dReport", "2011-06-25"),
        "Ebola disease, simulated": (ebola, "date_of_onset", "date_of_hospitalisation", "2014-10-01"),
    }
    found = {}
    for name, (table, event, report, last) in chosen.items():
        dated = table.filter(pl.col(event).is_not_null() & (pl.col(event) <= pl.col(report)))
        days = (dated[column].to_numpy().astype("datetime64[D]") for column in (event, report))
        found[name] = (*days, last)
    return found


def young(shared: Path) -> Iterator[str]:
    """Line lists of outbreaks from their 16th day on, each second day, the last 14 days by themselves."""
    methods: dict[str, Callable[[ReportingTriangle], dict[str, object]]] = {
        "drifting": lambda t: {"method": "drifting"},
        "bayes_trunc, all days": lambda t: {"method": "bayes_trunc"},
        "bayes_trunc, the last 15": lambda t: {"method": "bayes_trunc", "longest": min(14, t.longest), "window": 15},
        "as the node does": of_an_outbreak,
    }
    yield "| outbreak | its days | method | nowcasts | WIS | 50 % | 95 % |"
    yield "|---|---|---|---:|---:|---:|---:|"
    for name, (events, reports, last) in outbreaks(shared).items():
        start = events.min()
        spans = {"16 to 41": (start + 15, start + YOUNG - 1), "from 42 on": (start + YOUNG - 1, np.datetime64(last))}
        for span, (first, end) in spans.items():
            for method, options in methods.items():
                found = _of_outbreak(events, reports, np.arange(first, end, 2), options)
                if found is not None:
                    yield f"| {name} | {span} | {method} | {found}"


def _of_outbreak(
    events: NDArray[np.datetime64],
    reports: NDArray[np.datetime64],
    days: NDArray[np.datetime64],
    options: Callable[[ReportingTriangle], dict[str, object]],
) -> str | None:
    quantiles, truths = [], []
    for day in days:
        longest = min(40, max(1, int((day - events.min()).astype(int)) // 2))
        try:
            known = triangle_of_reports(events, reports, as_of=day, first=events.min(), longest=longest)
            made = nowcast(known, sum_over=1, rng=np.random.default_rng(SEED), **options(known))
        except EpiError:
            continue
        quantiles.append(made.quantiles[0, -14:])
        truths.append([(events == one).sum() for one in made.dates[-14:]])
    if not quantiles:
        return None
    q, y = np.array(quantiles), np.array(truths, dtype=float)
    found = interval_coverage(y, q, LEVELS)
    half, most = (found.within[np.flatnonzero(np.isclose(found.interval, level))[0]] for level in (0.5, 0.95))
    return f"{len(q)} | {weighted_interval_score(y, q, LEVELS).mean():.2f} | {half:.0%} | {most:.0%} |"


def simulated(shared: Path) -> Iterator[str]:
    """Where the truth is known: the summer that learning begins in, waves with reporting that slows, closed days."""
    methods: dict[str, Method] = {
        "drifting": lambda t: nowcast(t, total=0),
        "chain_ladder": lambda t: nowcast(t, method="chain_ladder", history=60, past=60),
    }
    spans = {
        "from the 21st to the 50th day": list(range(20, 50)),
        "quiet months": list(range(90, 180, 3)),
        "waves, reporting slows and recovers": [day for day in range(195, 290, 3) if day not in HOLIDAYS],
        "as of the closed days": list(HOLIDAYS),
        "as of the days after": [day + 1 for day in HOLIDAYS if day + 1 not in HOLIDAYS],
    }
    rng = np.random.default_rng(SEED)
    epidemics = [winter(rng) for _ in range(SIMULATED)]
    yield "| | method | WIS, sum | WIS, ages | 50 %, sum | 95 %, sum | 50 %, ages | 95 %, ages |"
    yield "|---|---|---:|---:|---:|---:|---:|---:|"
    for span, origins in spans.items():
        horizons = min(29, origins[0] - 5)
        for name, method in methods.items():
            try:
                found = [scored(method, epidemic, origins, horizons, 7) for epidemic in epidemics]
            except HistoryTooShort as refusal:
                yield f"| {span} | {name} | refuses: {str(refusal).partition(';')[0]} | | | | | |"
                continue
            wis = np.concatenate([s.wis for s in found])
            covered = [
                np.mean([s.covered(level, part) for s in found])
                for part in (slice(0, 1), slice(1, None))
                for level in (0.5, 0.95)
            ]
            yield (
                f"| {span} | {name} | {wis[:, 0].mean():.1f} | {wis[:, 1:].mean():.1f} | "
                + " | ".join(f"{share:.0%}" for share in covered)
                + " |"
            )


TABLES: Mapping[str, Callable[[Path], Iterator[str]]] = {
    "german": german,
    "sari": sari,
    "dengue": dengue,
    "hus": hus,
    "young": young,
    "simulated": simulated,
}


if __name__ == "__main__":
    run(__doc__, TABLES, PAGE)
