"""Tocsin's own nowcast: parts against plain loops, the whole against simulated and real epidemics."""

import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.epi.errors import HistoryTooShort, InvalidOption
from tocsin.epi.nowcast import ReportingTriangle, chain_ladder, drifting
from tocsin.epi.nowcast.hazards import completeness, delay_groups, short_memories
from tocsin.epi.nowcast.revisions import memory_weights
from tocsin.epi.nowcast.shortfalls import LONGEST_RUN, made_whole, shortfalls
from tocsin.epi.nowcast.tail import late_share
from tocsin.epi.nowcast.trend import drawn_to_trend, weekday_pattern
from tocsin.epi.score import interval_coverage, weighted_interval_score

START = np.datetime64("2026-01-05")


def triangle_of(cells: np.ndarray, *, step: int = 1, until: int | None = None) -> ReportingTriangle:
    """A triangle that ends with its last period, or with number `until`."""
    strata, periods, delays = cells.shape
    last = periods - 1 if until is None else until
    known = cells[:, : last + 1].astype(float)
    known[:, np.add.outer(np.arange(last + 1), np.arange(delays)) > last] = np.nan
    dates = START + step * np.arange(last + 1)
    nothing = np.zeros(strata)
    return ReportingTriangle(known, dates, step, dates[-1] + step - 1, nothing, nothing)


def simulated(rng: np.random.Generator, *, days: int, strata: int, drift: float = 0.0, longest: int = 20) -> np.ndarray:
    """Counts around a wave, reported less at weekends, by delays that may grow longer: (strata, days, delays)."""
    t = np.arange(days)
    level = np.exp(4.5 + np.sin(2 * np.pi * t / 90) + 0.2 * np.cos(2 * np.pi * t / 7))
    cells = np.zeros((strata, days, longest + 1), dtype=int)
    for s in range(strata):
        total = rng.negative_binomial(20, 20 / (20 + level * (1 + s)))
        for i in range(days):
            mean = 3.0 * math.exp(drift * math.sin(i / 25))
            p = np.exp(-np.arange(longest + 1) / mean)
            p *= np.where((i + np.arange(longest + 1)) % 7 >= 5, 0.4, 1.0)
            cells[s, i] = rng.multinomial(total[i], p / p.sum())
    return cells


def test_completeness_is_the_share_reported_of_what_is_reported_in_the_end():
    rng = np.random.default_rng(1)
    cells = simulated(rng, days=400, strata=1)[0]
    known = np.where(np.add.outer(np.arange(400), np.arange(21)) > 399, 0, cells)
    part = np.stack([known, known]).astype(float)
    steady = completeness(part, 400, 1, 7, delay_groups(20), short_memories(1), 1e9)[0]
    for weekday in range(7):
        whole = cells[weekday::7][: (400 - 21) // 7]
        assert steady[0, 1, weekday, 2] == pytest.approx(whole[:, :3].sum() / whole.sum(), abs=0.03)


def test_hazards_are_those_of_a_plain_loop():
    rng = np.random.default_rng(2)
    cells = rng.poisson(30, (1, 60, 6)).astype(float)
    cells[:, np.add.outer(np.arange(60), np.arange(6)) > 59] = 0
    pair = np.concatenate([cells, cells])
    steady = completeness(pair, 60, 1, 1, delay_groups(5), short_memories(7), 12.0)[0]
    complete = 1.0
    for d in range(5, 0, -1):
        n = m = 0.0
        for t in range(60 - d):
            fade = 0.5 ** ((59 - t - d) / 12.0)
            n += fade * cells[0, t, d]
            m += fade * cells[0, t, : d + 1].sum()
        overall = n / (m + 8)
        complete *= 1 - (n + 50 * overall) / (m + 50)
        assert steady[0, 0, 0, d - 1] == pytest.approx(complete, rel=1e-12)


def test_the_memory_that_erred_less_is_trusted_more():
    rng = np.random.default_rng(3)
    best = rng.uniform(50, 150, (30, 5))
    all_there, ten = np.ones((30, 5)), np.full((30, 5), 10.0)
    weights = np.empty(3)
    alike = np.stack([best + 5, best - 5, best + 5])
    memory_weights(alike, best, all_there, ten, 30.0, weights)
    assert weights == pytest.approx([1 / 2.1, 1 / 2.1, 0.1 / 2.1])
    memory_weights(np.stack([best + 5, best - 5, best + 1]), best, all_there, ten, 30.0, weights)
    assert weights[2] > 0.99
    memory_weights(np.stack([best + 5, best + 50, best + 50]), best, 0 * all_there, ten, 30.0, weights)
    assert weights == pytest.approx([1 / 2.1, 1 / 2.1, 0.1 / 2.1])  # nothing has been revised yet


def test_a_quick_memory_follows_a_change_that_a_patient_one_has_hardly_seen():
    before = np.full((1, 80, 11), 20.0)
    after = before.copy()
    after[:, 60:, 0] = 10.0  # from now on little comes on the day itself
    for cells in (before, after):
        cells[:, np.add.outer(np.arange(80), np.arange(11)) > 79] = 0
    pair = np.concatenate([after, after])
    steady, patient, quick = completeness(pair, 80, 1, 7, delay_groups(10), short_memories(1), 180.0)[:, 0, 1, 0, 0]
    true = 10 / (10 + 200)
    assert abs(quick - true) < abs(patient - true) < abs(steady - true)


def test_a_delay_never_seen_leaves_counts_as_they_are():
    cells = np.zeros((1, 60, 11))
    cells[:, :, 0] = 50
    found = drifting(triangle_of(cells))
    assert found.mean[0] == pytest.approx(50.0, abs=1.0)
    assert (found.quantiles[0, -1, -1] - 50) <= 3


def test_an_all_zero_stratum_gets_zeros_beside_one_that_has_cases():
    cells = simulated(np.random.default_rng(3), days=120, strata=2)
    cells[1] = 0
    found = drifting(triangle_of(cells), sum_over=7)
    assert (found.quantiles[1, 6:, 3] == 0).all()
    assert found.quantiles[1, -1, -1] <= 3
    assert found.quantiles[0, -1, 3] > 100


def test_nothing_reported_later_has_any_influence():
    cells = simulated(np.random.default_rng(4), days=150, strata=2)
    altered = cells.copy()
    altered[:, np.add.outer(np.arange(150), np.arange(21)) > 110] += 999
    first, second = (drifting(triangle_of(x, until=110), sum_over=7) for x in (cells, altered))
    np.testing.assert_array_equal(first.quantiles, second.quantiles)
    whole = triangle_of(cells)
    cut = whole.as_known_on(whole.dates[110])
    np.testing.assert_array_equal(drifting(cut, sum_over=7).quantiles, first.quantiles)


def test_results_do_not_depend_on_threads_or_on_the_place_in_the_batch():
    cells = simulated(np.random.default_rng(5), days=100, strata=40, longest=10)
    one, many = (drifting(triangle_of(cells), sum_over=7, jobs=jobs) for jobs in (1, 4))
    np.testing.assert_array_equal(one.quantiles, many.quantiles)
    turned = drifting(triangle_of(cells[::-1]), sum_over=7)
    np.testing.assert_allclose(turned.quantiles[::-1], one.quantiles, rtol=1e-9)


@pytest.mark.parametrize("drift", [0.0, 0.25])
def test_simulated_counts_are_covered_as_often_as_said(drift):
    rng = np.random.default_rng(6)
    cells = simulated(rng, days=260, strata=6, drift=drift)
    truth = np.lib.stride_tricks.sliding_window_view(cells.sum(axis=2), 7, axis=1).sum(axis=2)
    inside = {0.5: [], 0.95: []}
    for until in range(130, 235, 5):
        found = drifting(triangle_of(cells, until=until), sum_over=7)
        y = truth[:, until - 6 - 10 : until - 5]
        q = found.quantiles[:, -11:]
        for level, low, high in ((0.5, 2, 4), (0.95, 0, 6)):
            inside[level].append((y >= q[..., low]) & (y <= q[..., high]))
    assert 0.40 < np.mean(inside[0.5]) < 0.72
    assert 0.91 < np.mean(inside[0.95]) <= 1.0


def test_it_scores_better_than_the_chain_ladder_where_delays_drift():
    cells = simulated(np.random.default_rng(7), days=240, strata=3, drift=0.3)
    truth = np.lib.stride_tricks.sliding_window_view(cells.sum(axis=2), 7, axis=1).sum(axis=2)
    ours, theirs = [], []
    for until in range(150, 220, 7):
        known = triangle_of(cells, until=until)
        y = truth[:, until - 6 - 14 : until - 5]
        for method, scores in ((drifting, ours), (chain_ladder, theirs)):
            found = method(known, sum_over=7)
            scores.append(weighted_interval_score(y, found.quantiles[:, -15:], found.levels).mean())
    assert np.mean(ours) < np.mean(theirs)


def test_draws_have_the_spread_of_the_quantiles():
    cells = simulated(np.random.default_rng(8), days=150, strata=2)
    known = triangle_of(cells)
    found = drifting(known, sum_over=7, draws=4000, rng=np.random.default_rng(1))
    for back in (1, 3, 8):
        median, low, high = np.quantile(found.draws[:, 0, -back], [0.5, 0.025, 0.975])
        assert median == pytest.approx(found.quantiles[0, -back, 3], rel=0.05)
        assert high - low == pytest.approx(found.quantiles[0, -back, 6] - found.quantiles[0, -back, 0], rel=0.6)
    assert (found.draws[:, :, 6:] >= found.reported[:, 6:]).all()
    assert np.isnan(found.draws[:, :, :6]).all()


def test_a_total_takes_account_of_its_parts():
    parts = simulated(np.random.default_rng(9), days=120, strata=3)
    cells = np.concatenate([parts.sum(axis=0, keepdims=True), parts])
    alone = drifting(triangle_of(cells[:1]), sum_over=7).mean[0, -1]
    among = drifting(triangle_of(cells), sum_over=7, total=0)
    assert among.mean[0, -1] == pytest.approx(0.5 * (alone + among.mean[1:, -1].sum()), rel=0.02)


def test_a_day_on_which_hardly_anybody_reported_is_made_up_for():
    cells = simulated(np.random.default_rng(10), days=150, strata=1)
    until = 143  # report weekday 3
    held = cells.copy()
    for d in range(20):
        moved = held[0, until - d, d] * 8 // 10
        held[0, until - d, d] -= moved
        held[0, until - d, d + 1] += moved
    truth = cells[0, until - 6 : until + 1].sum()
    normal = drifting(triangle_of(cells, until=until), sum_over=7).mean[0, -1]
    found = drifting(triangle_of(held, until=until), sum_over=7).mean[0, -1]
    naive = (
        triangle_of(held, until=until).reported[0, -7:].sum() / triangle_of(cells, until=until).reported[0, -7:].sum()
    )
    assert naive < 0.9
    assert abs(found / truth - 1) < abs(normal / truth - 1) + 0.12


def test_a_shortfall_is_the_share_reported_and_holidays_need_less_evidence():
    complete = np.array([[0.5, 0.75, 1.0]])
    known = np.cumsum(np.tile([100.0, 50.0, 50.0], (10, 1)), axis=1)
    run = np.ones(LONGEST_RUN)
    no_holiday = np.zeros(10, dtype=bool)
    assert shortfalls(known, complete, 9, no_holiday, run) == 0
    short = known.copy()
    short[8, 1] -= 40  # reported on day 9 with one day's delay
    short[7, 2] -= 40
    assert shortfalls(short, complete, 9, no_holiday, run) == 1
    assert run[0] == pytest.approx(20 / 100)
    assert made_whole(short[8], complete[0], 1, 1, run) == pytest.approx(150.0)
    slightly = known.copy()
    slightly[8, 1] -= 10
    assert shortfalls(slightly, complete, 9, no_holiday, run) == 0
    assert shortfalls(slightly, complete, 9, np.arange(10) == 9, run) == 1


def test_the_trend_leaves_complete_counts_alone_and_overrules_uncertain_ones():
    reports, complete, strayed, pattern = np.full(60, 100.0), np.ones(60), np.zeros(60), np.zeros(7)
    reports[-1] = 20
    assert drawn_to_trend(reports, complete, strayed, 0, pattern, 1.0)[-1] == pytest.approx(20.0, rel=1e-6)
    strayed[-1] = 4.0
    assert drawn_to_trend(reports, complete, strayed, 0, pattern, 1.0)[-1] == pytest.approx(100.0, rel=0.1)


def test_one_report_of_the_fifty_expected_ends_a_rise():
    rise = np.exp(0.2 * np.arange(40.0))
    complete = np.where(np.arange(40) < 33, 1.0, 0.05)
    reports = np.where(complete < 1, 1.0, rise)
    last = drawn_to_trend(reports, complete, np.zeros(40), 0, np.zeros(7), 1.0)[-1]
    assert last < 0.2 * rise[-1]


def test_the_pattern_of_weekdays_is_found():
    true = np.array([0.3, 0.1, 0.0, 0.0, 0.1, -0.2, -0.3])
    counts = np.round(1000 * np.exp(true[(np.arange(70) + 2) % 7]))
    pattern = np.zeros(7)
    weekday_pattern(counts, 2, 70, pattern)
    assert pattern == pytest.approx(true, abs=0.02)


def test_the_tail_of_a_power_law_is_found():
    d = np.arange(1, 181.0)
    p = d**-2.0
    p /= p.sum()
    within = np.concatenate([[0.0], p[:40]])
    share, sd = late_share(within / within.sum(), 1e6, step=1)
    assert share == pytest.approx(p[40:].sum() / p[:40].sum(), rel=0.02)
    assert 0 < sd < share


def test_final_counts_are_above_those_within_the_window_by_the_tail():
    cells = simulated(np.random.default_rng(11), days=120, strata=1)
    window, final = (drifting(triangle_of(cells), sum_over=7, final=final) for final in (False, True))
    ratio = final.mean[0, 6:] / window.mean[0, 6:]
    assert (ratio > 1).all()
    assert ratio == pytest.approx(ratio[0])
    assert (np.diff(final.quantiles[0, -1]) > 0).all()


def test_corrections_may_lower_a_count():
    rng = np.random.default_rng(12)
    cells = simulated(rng, days=40, strata=1, longest=6)
    cells[0, :, 3] -= rng.poisson(cells[0].sum(axis=1) * 0.2)
    found = drifting(triangle_of(cells, step=7))
    truth = cells.sum(axis=2)[0]
    assert found.quantiles[0, -2, 0] < found.reported[0, -2]
    assert found.quantiles[0, -2, 0] < truth[-2] < found.quantiles[0, -2, -1]
    assert (found.quantiles >= 0).all()


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    strata=st.integers(1, 4),
    periods=st.integers(14, 90),
    longest=st.integers(1, 50),
    step=st.sampled_from([1, 7]),
    lag=st.sampled_from([0, 0, 1, 3]),
    level=st.floats(-2, 5),
    taken_back=st.booleans(),
    final=st.booleans(),
    total=st.booleans(),
)
def test_whatever_is_reported_quantiles_are_finite_and_rise(
    seed, strata, periods, longest, step, lag, level, taken_back, final, total
):
    rng = np.random.default_rng(seed)
    shares = np.exp(-np.arange(longest + 1) / rng.uniform(0.3, 20))
    cells = rng.poisson(10**level * shares * rng.uniform(0, 2, (strata, periods, 1))).astype(float)
    cells[rng.integers(strata), rng.integers(periods)] *= 100
    cells[:, : rng.integers(periods)] *= rng.integers(0, 2)
    if taken_back:
        cells -= rng.poisson(0.2 * cells)
        cells[rng.random(cells.shape) < 0.1] -= 3
    known = triangle_of(cells, step=step)
    known = replace(known, reports=cells, as_of=known.as_of + step * lag)
    cells[:, np.add.outer(np.arange(periods), np.arange(longest + 1)) > periods - 1 + lag] = np.nan
    options = {"final": final, "total": 0 if total and strata > 1 else None, "draws": 3, "rng": rng}
    found = drifting(known, sum_over=7 if step == 1 else 1, **options)
    there = ~np.isnan(found.reported)
    q = found.quantiles[there]
    assert np.isfinite(q).all()
    assert (np.diff(q, axis=-1) >= 0).all()
    assert np.isfinite(found.draws[:, there]).all()
    assert q.max() <= 1e3 * (np.nansum(np.abs(cells), axis=2).max() * 7 + 1)
    if not taken_back:
        assert (q[:, 0] >= found.reported[there] - 1e-6).all()


def test_what_cannot_be_is_refused():
    known = triangle_of(simulated(np.random.default_rng(13), days=60, strata=2))
    with pytest.raises(InvalidOption, match="total is 2; strata are numbered from 0 to 1"):
        drifting(known, total=2)
    with pytest.raises(InvalidOption, match="sum_over is 0"):
        drifting(known, sum_over=0)
    with pytest.raises(InvalidOption, match="draws=5 needs random numbers"):
        drifting(known, draws=5)
    with pytest.raises(InvalidOption, match="quantiles holds 1"):
        drifting(known, levels=[0.5, 1.0])
    short = replace(known, reports=known.reports[:, -10:], dates=known.dates[-10:])
    with pytest.raises(HistoryTooShort, match="the triangle has 10 periods"):
        drifting(short)


def test_the_german_hospitalisations_are_nowcast_better_than_by_the_baseline(shared):
    table = pl.read_csv(shared / "data" / "p2_rki_hosp_triangle_DE_to_2021-11-21.csv.gz", try_parse_dates=True)
    ages = sorted(table["age_group"].unique())
    start = np.datetime64(table["reference_date"].min())
    row = (table["reference_date"].to_numpy().astype("datetime64[D]") - start).astype(int)
    cells = np.zeros((len(ages), row.max() + 1, 41))
    np.add.at(
        cells, ([ages.index(a) for a in table["age_group"]], row, table["delay"].to_numpy()), table["count"].to_numpy()
    )
    truth = np.lib.stride_tricks.sliding_window_view(cells.sum(axis=2), 7, axis=1).sum(axis=2)
    scores, inside = [], []
    for until in range(70, 190, 7):
        found = drifting(triangle_of(cells, until=until), sum_over=7, total=0)
        y, q = truth[0, until - 6 - 28 : until - 5], found.quantiles[0, -29:]
        scores.append(weighted_interval_score(y, q, found.levels).mean())
        inside.append(interval_coverage(y, q, found.levels).within[0])
    assert np.mean(scores) < 19
    assert 0.9 < np.mean(inside) <= 1
