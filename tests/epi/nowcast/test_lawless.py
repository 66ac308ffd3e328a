import numpy as np
import pytest
from scipy.stats import norm
from tests.epi.nowcast.triangles import LEVELS, hus, hus_figures, hus_shares, r_figures, r_triangle, simulated, triangle

from tocsin.epi.errors import HistoryTooShort, InvalidOption
from tocsin.epi.nowcast.lawless import lawless, lawless_shares

SMALL = [[6, 3, 1], [4, 4, 2], [8, 2, 2], [5, 4, 9], [7, 9, 9]]
"""Of the last two periods two and one delays are known."""


@pytest.mark.parametrize(("case", "window"), [("lawless", None), ("lawless window", 20)])
def test_matches_r(case, window):
    dates, quantiles, share = r_figures(case)
    nowcast = lawless(r_triangle(), levels=LEVELS, window=window)
    at = np.searchsorted(nowcast.dates, dates)
    np.testing.assert_array_equal(nowcast.quantiles[0, at], quantiles)
    np.testing.assert_allclose(lawless_shares(r_triangle(), window=window)[0], share, rtol=1e-12)


def test_reproduces_the_reference_case(shared):
    t = hus(shared, "2011-06-02")
    dates, figures = hus_figures(shared, "nc01_hus_0602_lawless")
    nowcast = lawless(t, longest=14, levels=[0.025, 0.5, 0.975])
    at = np.searchsorted(nowcast.dates, dates)
    np.testing.assert_array_equal(nowcast.reported[0, at], figures[:, 0])
    np.testing.assert_array_equal(nowcast.quantiles[0, at], figures[:, [2, 1, 3]])
    np.testing.assert_allclose(
        lawless_shares(t, longest=14)[0], hus_shares(shared, "nc01_hus_0602_lawless"), atol=1e-12
    )


def test_says_nothing_where_r_says_zero_because_no_share_is_known(shared):
    """All reports of periods with a known delay of 13 had it: the share of shorter ones is 0."""
    t = hus(shared, "2011-05-25")
    dates, figures = hus_figures(shared, "nc02_hus_0525_lawless")
    nowcast = lawless(t, longest=14, levels=[0.025, 0.5, 0.975])
    at = np.searchsorted(nowcast.dates, dates)
    assert (figures[:, 1:] == 0).all()  # R, where 1 to 11 are reported
    assert np.isnan(nowcast.quantiles[0, at]).all()
    assert np.isnan(nowcast.mean[0, at]).all()
    np.testing.assert_array_equal(nowcast.reported[0, at], figures[:, 0])
    np.testing.assert_allclose(
        lawless_shares(t, longest=14)[0], hus_shares(shared, "nc02_hus_0525_lawless"), atol=1e-12
    )


def test_is_reports_over_the_share_that_should_have_come():
    t = triangle(SMALL)
    g1, g2 = (3 + 4 + 2 + 4) / (10 - 1 + 10 - 2 + 12 - 2 + 9), (1 + 2 + 2) / (10 + 10 + 12)
    share = [(1 - g1) * (1 - g2), 1 - g2, 1]
    np.testing.assert_allclose(lawless_shares(t)[0], share)
    nowcast = lawless(t)
    np.testing.assert_allclose(nowcast.mean[0], [10, 10, 12, 9 / share[1], 7 / share[0]])
    np.testing.assert_array_equal(nowcast.quantiles[0, :3], np.repeat([[10], [10], [12]], 7, axis=1))


@pytest.mark.parametrize("interval", ["surveillance", "published"])
def test_intervals_are_those_of_the_truncated_normal(interval):
    q = np.linspace(0.005, 0.995, 199)
    nowcast = lawless(triangle(SMALL), levels=q, interval=interval)
    g, N = np.array([13 / 36, 5 / 32]), np.array([36, 32])
    W = np.prod(1 - g)
    variance = 7 * (1 - W) / W**2
    counts = np.arange(7, 200)
    if interval == "published":
        variance += 7 * 8 / W**4 * W**2 * (g / (N * (1 - g))).sum()
        z = norm(7 / W, np.sqrt(variance))
        below = (z.cdf(counts + 0.5) - z.cdf(6.5)) / z.sf(6.5)
    else:
        z = norm(7 / W, np.sqrt(variance))
        below = z.cdf(counts) / z.sf(7)
    np.testing.assert_array_equal(nowcast.quantiles[0, -1], [counts[below >= u][0] for u in q])


def test_published_intervals_cover_what_they_should_and_those_of_r_less():
    rng = np.random.default_rng(7)
    t, truth = simulated(rng, strata=400, periods=25, known=False)
    covered = {}
    for interval in ("surveillance", "published"):
        q = lawless(t, levels=[0.025, 0.975], interval=interval).quantiles[:, -5:]
        covered[interval] = ((truth[:, -5:] >= q[..., 0]) & (truth[:, -5:] <= q[..., 1])).mean()
    assert 0.92 < covered["published"] < 0.98
    assert covered["surveillance"] < covered["published"]


def test_draws_have_the_quantiles():
    t = simulated(np.random.default_rng(1), strata=2)
    nowcast = lawless(t, draws=4000, rng=np.random.default_rng(2))
    assert nowcast.draws.shape == (4000, 2, 60)
    apart = np.quantile(nowcast.draws, nowcast.levels, axis=0) - np.moveaxis(nowcast.quantiles, -1, 0)
    assert np.abs(apart / (1 + nowcast.mean)).max() < 0.06
    assert np.array_equal(nowcast.draws[0, :, :55], nowcast.reported[:, :55])


def test_sums_are_those_of_the_draws():
    t = simulated(np.random.default_rng(1), strata=40)
    nowcast = lawless(t, sum_over=7, draws=200, rng=np.random.default_rng(2))
    single = lawless(t)
    assert np.isnan(nowcast.quantiles[:, :6]).all()
    assert np.isnan(nowcast.reported[:, :6]).all()
    assert np.isnan(nowcast.draws[:, :, :6]).all()
    np.testing.assert_allclose(nowcast.mean[:, 6:], np.lib.stride_tricks.sliding_window_view(single.mean, 7, 1).sum(2))
    complete = nowcast.quantiles[:, 6:55]
    np.testing.assert_array_equal(complete, np.repeat(nowcast.reported[:, 6:55, None], 7, axis=2))
    np.testing.assert_allclose(nowcast.draws[..., 6:].mean(axis=0), nowcast.mean[:, 6:], rtol=0.05)
    assert (nowcast.quantiles[:, 55:, 0] < nowcast.quantiles[:, 55:, -1]).all()
    of_draws = np.moveaxis(np.quantile(nowcast.draws[..., 6:], nowcast.levels, axis=0), 0, -1)
    np.testing.assert_allclose(nowcast.quantiles[:, 6:], of_draws)


def test_a_stratum_without_reports_gets_none():
    nowcast = lawless(triangle(np.zeros((1, 20, 4))))
    assert (nowcast.quantiles == 0).all()
    assert (nowcast.mean == 0).all()


def test_strata_do_not_touch_each_other():
    t = simulated(np.random.default_rng(3), strata=3)
    alone = lawless(triangle(t.reports[1]))
    np.testing.assert_array_equal(lawless(t).quantiles[1], alone.quantiles[0])


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"interval": "wald"}, InvalidOption, "interval is 'wald'"),
        ({"longest": 6}, InvalidOption, "longest is 6; the triangle holds delays of up to 5"),
        ({"longest": 0}, InvalidOption, "longest is 0"),
        ({"window": 0}, InvalidOption, "window is 0; give a whole number of at least 1"),
        ({"sum_over": 0}, InvalidOption, "sum_over is 0"),
        ({"sum_over": 61}, InvalidOption, "sum_over is 61"),
        ({"sum_over": 7}, InvalidOption, "sum_over=7 needs random numbers"),
        ({"draws": 5}, InvalidOption, "draws=5 needs random numbers"),
        ({"draws": -1}, InvalidOption, "draws is -1"),
        ({"levels": [0.5, 0.2]}, InvalidOption, "quantiles has 0.5 before 0.2"),
    ],
)
def test_refuses(options, error, words):
    with pytest.raises(error, match=words):
        lawless(simulated(np.random.default_rng(1)), **options)


def test_refuses_a_triangle_with_less_history_than_delays():
    with pytest.raises(HistoryTooShort, match="2026-03-01, is 3 periods old on 2026-03-04; delays of up to 5"):
        lawless(triangle(np.ones((1, 4, 6))))
    assert lawless(triangle(np.ones((1, 4, 6))), longest=3).quantiles.shape == (1, 4, 7)
