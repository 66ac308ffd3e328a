import numpy as np
import pytest
from scipy.stats import betanbinom, kstest, nbinom
from tests.epi.nowcast.triangles import (
    HUS_PRIOR,
    LEVELS,
    PRIOR,
    hus,
    hus_figures,
    hus_shares,
    r_figures,
    r_triangle,
    simulated,
    triangle,
)

from tocsin.epi.errors import HistoryTooShort, InvalidOption
from tocsin.epi.nowcast.bayes_truncation import bayes_truncation, bayes_truncation_shares

METHODS = ["bayes.trunc", "bayes.notrunc", "bayes.notrunc.bnb"]
SAMPLED = METHODS[:2]


@pytest.mark.parametrize("window", [None, 20])
@pytest.mark.parametrize("method", METHODS)
def test_matches_r(method, window):
    dates, quantiles, share = r_figures(method + (" window" if window else ""))
    prior = {} if method.endswith("bnb") else PRIOR
    nowcast = bayes_truncation(r_triangle(), method=method, window=window, levels=LEVELS, **prior)
    at = np.searchsorted(nowcast.dates, dates)
    # R averages over 20,000 draws of the delays, here the average is exact.
    allowed = 0 if method.endswith("bnb") else 1
    assert np.abs(nowcast.quantiles[0, at] - quantiles).max() <= allowed
    if share.size:
        np.testing.assert_allclose(
            bayes_truncation_shares(r_triangle(), method=method, window=window)[0], share, rtol=1e-12
        )


@pytest.mark.parametrize("method", METHODS)
def test_reproduces_the_reference_case(shared, method):
    t, case = hus(shared, "2011-06-02"), f"nc01_hus_0602_{method}"
    dates, figures = hus_figures(shared, case)
    prior = {} if method.endswith("bnb") else HUS_PRIOR
    nowcast = bayes_truncation(t, method=method, longest=14, levels=[0.025, 0.5, 0.975], **prior)
    at = np.searchsorted(nowcast.dates, dates)
    np.testing.assert_array_equal(nowcast.reported[0, at], figures[:, 0])
    assert np.abs(nowcast.quantiles[0, at] - figures[:, [2, 1, 3]]).max() <= 2
    share = bayes_truncation_shares(t, method=method, longest=14)[0]
    np.testing.assert_allclose(share, hus_shares(shared, case), atol=1e-12)


@pytest.mark.parametrize("method", SAMPLED)
def test_is_the_average_over_draws_of_the_delays(method):
    """The rule read aloud: delays drawn one by one, and for each the posterior of the count."""
    cells = np.array([[3, 2, 1], [4, 4, 2], [0, 5, 2], [5, 3, 1], [6, 2, 9], [2, 9, 9]])
    rng = np.random.default_rng(5)
    n = np.array([11 + 9, 16, 6])  # by delay, in the known part
    up_to = np.array([20, 34, 32])
    kappa, mean0, variance0 = 0.3, 12.0, 60.0
    before = up_to - n if method == "bayes.trunc" else np.array([0, 20, 36])
    kept = rng.beta(2 * kappa + before[2], kappa + n[2], 40_000)
    size0 = mean0**2 / (variance0 - mean0)
    nowcast = bayes_truncation(
        triangle(cells), method=method, kappa=kappa, prior_mean=mean0, prior_variance=variance0, levels=LEVELS
    )
    for period, F, reported in (
        (4, kept, 8),
        (5, kept * rng.beta(kappa + before[1], kappa + n[1], 40_000), 2),
    ):
        counts = np.arange(reported, 120)
        prior = nbinom.pmf(counts, size0, size0 / (size0 + mean0))
        likelihood = np.exp(
            np.log(F[:, None]) * reported
            + np.log1p(-F[:, None]) * (counts - reported)
            + np.log(np.cumprod(np.r_[1.0, counts[1:] / (counts[1:] - reported)]))
        )
        posterior = (prior * likelihood / (prior * likelihood).sum(1, keepdims=True)).mean(0)
        assert nowcast.mean[0, period] == pytest.approx((posterior * counts).sum(), rel=0.01)
        below = np.cumsum(posterior)
        exact = np.array([counts[below >= u][0] for u in LEVELS])
        assert np.abs(nowcast.quantiles[0, period] - exact).max() <= 1


def test_flat_prior_is_the_closed_form():
    t = simulated(np.random.default_rng(2), periods=20)
    n_x = np.nansum(t.reports, axis=1)[0] + 0.1
    nowcast = bayes_truncation(t, method="bayes.notrunc.bnb", levels=LEVELS)
    for period, d in ((19, 0), (17, 2), (15, 4)):
        a, b, n = n_x[: d + 1].sum(), n_x[d + 1 :].sum(), t.reported[0, period]
        exact = n + betanbinom.ppf(LEVELS, n + 1, a, b)
        np.testing.assert_array_equal(nowcast.quantiles[0, period], exact)
        assert nowcast.mean[0, period] == pytest.approx(n + betanbinom.mean(n + 1, a, b))


def test_a_flat_prior_and_hardly_any_reports_have_no_bound():
    nowcast = bayes_truncation(triangle(np.zeros((1, 12, 4))), method="bayes.notrunc.bnb")
    assert np.isinf(nowcast.mean[0, -1])
    assert np.isinf(nowcast.quantiles[0, -1, -1])
    assert nowcast.quantiles[0, 5].tolist() == [0] * 7


@pytest.mark.parametrize("method", METHODS)
def test_draws_have_the_quantiles(method):
    t = simulated(np.random.default_rng(1), strata=2)
    nowcast = bayes_truncation(t, method=method, draws=6000, rng=np.random.default_rng(2))
    apart = np.quantile(nowcast.draws, nowcast.levels, axis=0) - np.moveaxis(nowcast.quantiles, -1, 0)
    assert np.abs(apart / (1 + nowcast.mean)).max() < 0.1
    assert np.array_equal(nowcast.draws[0, :, :55], nowcast.reported[:, :55])


def test_sums_share_the_delays():
    """Little history: the delays are uncertain, and all periods of a sum are wrong together."""
    t = simulated(np.random.default_rng(4), periods=7, level=400.0)
    nowcast = bayes_truncation(t, sum_over=3, kappa=1.0, draws=3000, rng=np.random.default_rng(5))
    single = bayes_truncation(t, kappa=1.0, draws=3000, rng=np.random.default_rng(5)).draws
    spread = np.diff(nowcast.quantiles[0, -1, [0, -1]])[0]
    rng = np.random.default_rng(6)
    independent = np.quantile(sum(rng.permutation(single[:, 0, -k]) for k in (1, 2, 3)), [0.025, 0.975])
    assert spread > 1.02 * np.diff(independent)[0]
    assert nowcast.mean[0, -1] == pytest.approx(nowcast.draws[:, 0, -1].mean(), rel=0.03)


def test_truth_has_every_rank_among_the_draws_alike():
    """Truth drawn from the prior: counts from the negative binomial, delays of each stratum with their own shares."""
    rng = np.random.default_rng(11)
    strata, periods, kappa, draws = 900, 14, 1.0, 199
    shares = rng.dirichlet(np.full(4, kappa), strata)
    counts = rng.negative_binomial(2.0, 2 / 32, (strata, periods))
    t = triangle(rng.multinomial(counts, shares[:, None]))
    prior = {"kappa": kappa, "prior_mean": 30, "prior_variance": 30 + 30**2 / 2}
    nowcast = bayes_truncation(t, **prior, draws=draws, rng=rng)
    for back in (1, 2, 3):
        drawn, truth = nowcast.draws[..., -back], counts[:, -back]
        rank = (drawn < truth).sum(0) + rng.random(strata) * ((drawn == truth).sum(0) + 1)
        assert kstest(rank / (draws + 1), "uniform").pvalue > 0.01
    q = nowcast.quantiles[:, -3:]
    assert 0.93 < ((counts[:, -3:] >= q[..., 0]) & (counts[:, -3:] <= q[..., -1])).mean() < 0.975


def test_not_minding_truncation_takes_delays_for_too_short_when_cases_rise():
    rng = np.random.default_rng(3)
    counts = rng.poisson(20 * np.exp(0.12 * np.arange(30)))
    t = triangle(rng.multinomial(counts, [0.1, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1]))
    minded, not_minded = (bayes_truncation_shares(t, method=m)[0] for m in SAMPLED)
    assert (not_minded[:-1] > minded[:-1]).all()
    assert np.abs(minded - np.cumsum([0.1, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1])).max() < 0.03


def test_prior_is_taken_from_the_reports_if_none_is_given():
    t = simulated(np.random.default_rng(8), strata=2, level=300.0)
    given = bayes_truncation(t)
    mean = given.options["prior_mean"]
    np.testing.assert_allclose(mean, given.mean.mean(axis=1), rtol=0.05)
    same = bayes_truncation(t, prior_mean=mean, prior_variance=mean + mean**2)
    np.testing.assert_array_equal(given.quantiles, same.quantiles)
    nothing = bayes_truncation(triangle(np.zeros((1, 20, 4))))
    assert nothing.options["prior_mean"][0] == 0.5
    assert nothing.quantiles[0, -1, -1] < 5


def test_first_report_may_come_after_a_day_on_which_none_did():
    """No period of the triangle is complete but the first ones: a delay never seen has only its prior."""
    cells = np.zeros((1, 10, 4))
    cells[0, :, 1] = 5
    q = bayes_truncation(triangle(cells)).quantiles[0]
    assert (q[:8] == 5).all() | (np.abs(q[7:8] - 5) <= 1).all()
    assert np.isfinite(q).all()


def test_prior_of_each_stratum_is_its_own():
    t = simulated(np.random.default_rng(9), strata=2)
    both = bayes_truncation(t, prior_mean=[10, 90], prior_variance=[100, 9000])
    second = bayes_truncation(triangle(t.reports[1]), prior_mean=90, prior_variance=9000)
    np.testing.assert_array_equal(both.quantiles[1], second.quantiles[0])


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"method": "bayes"}, InvalidOption, "method is 'bayes'; it is one of bayes.trunc, "),
        ({"method": "bayes.notrunc.bnb", "prior_mean": 5}, InvalidOption, "has a flat prior"),
        ({"kappa": 0}, InvalidOption, "kappa is 0"),
        ({"kappa": "0.1"}, InvalidOption, "kappa is '0.1'"),
        ({"prior_mean": -1}, InvalidOption, "prior_mean holds -1"),
        ({"prior_mean": [1, 2]}, InvalidOption, r"prior_mean has shape \(2,\)"),
        ({"prior_mean": 50, "prior_variance": 50}, InvalidOption, "prior_variance is 50 where prior_mean is 50"),
        ({"window": 5}, InvalidOption, "window is 5; give a whole number of at least 6 periods"),
        ({"longest": 6}, InvalidOption, "longest is 6"),
        ({"sum_over": 7}, InvalidOption, "sum_over=7 needs random numbers"),
        ({"levels": [1.0]}, InvalidOption, "quantiles holds 1"),
    ],
)
def test_refuses(options, error, words):
    with pytest.raises(error, match=words):
        bayes_truncation(simulated(np.random.default_rng(1)), **options)


def test_refuses_a_triangle_with_less_history_than_delays():
    with pytest.raises(HistoryTooShort, match="give more history, or longest=3"):
        bayes_truncation(triangle(np.ones((1, 4, 6))))
