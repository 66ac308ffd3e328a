import numpy as np
import pytest
from scipy.stats import binom
from tests.epi.reproduction.reference_cases import I, W, column, own_case, windows

from tocsin.epi.delays import gamma_serial_interval
from tocsin.epi.errors import HistoryTooShort, InvalidCounts, InvalidDelay, InvalidOption
from tocsin.epi.reproduction import wallinga_teunis
from tocsin.epi.reproduction.binomial_sums import binomial_sum_quantiles


def test_matches_epiestim(shared):
    path = shared / "reference" / "wt_flu2009.csv"
    counts = column(shared / "reference" / "input_ee_Flu2009.csv", "I")
    first, last = windows(path)
    w = gamma_serial_interval(2.6, 1.5, longest=len(counts) - 1)
    estimate = wallinga_teunis(counts, w, t_start=first, t_end=last, truncation=False, levels=(0.025, 0.975))
    np.testing.assert_allclose(estimate.mean[0], column(path, "Mean(R)"), rtol=1e-10)
    # R simulates 1,000 times: the error of its standard deviation is 2.2 %.
    np.testing.assert_allclose(estimate.sd[0], column(path, "Std(R)"), rtol=0.09)
    cases = np.array([counts[a : b + 1].sum() for a, b in zip(first, last, strict=True)])
    for k, name in enumerate(("Quantile.0.025(R)", "Quantile.0.975(R)")):
        assert (np.abs(estimate.quantiles[0, :, k] - column(path, name)) * cases <= 1 + 1e-9).all()


def test_matches_epiestim_with_an_empirical_serial_interval():
    first, last, expected = own_case("cohort")
    estimate = wallinga_teunis(I, W, t_start=first, t_end=last, truncation=False)
    np.testing.assert_allclose(estimate.mean[0], expected[:, 0], rtol=1e-10)


def test_quantiles_are_those_of_simulated_ancestries():
    y = np.array([2.0, 3, 5, 4, 6, 8, 3, 2])
    w = np.array([0, 0.4, 0.4, 0.2])
    estimate = wallinga_teunis(y, w, t_start=[2], t_end=[3], truncation=False, levels=(0.1, 0.5, 0.9))
    rng = np.random.default_rng(1)
    offspring = np.zeros(20_000)
    for t in range(1, 8):
        weight = np.array([w[t - j] * y[j] if 0 < t - j < 4 else 0 for j in range(8)])
        offspring += rng.multinomial(int(y[t]), weight / weight.sum(), size=20_000)[:, 2:4].sum(axis=1)
    assert estimate.mean[0, 0] * 9 == pytest.approx(offspring.mean(), rel=0.01)
    assert estimate.sd[0, 0] * 9 == pytest.approx(offspring.std(), rel=0.02)
    simulated = np.quantile(offspring, (0.1, 0.5, 0.9), method="inverted_cdf")
    assert (estimate.quantiles[0, 0] * 9).round(9).tolist() == simulated.tolist()


def test_every_case_but_the_first_has_one_infector():
    estimate = wallinga_teunis(I, W, window=1, truncation=False)
    infected = np.nansum(estimate.mean[0] * I[1:])
    explained = sum(I[t] for t in range(1, 30) if W[1 : t + 1] @ I[max(0, t - 6) : t][::-1][: len(W[1 : t + 1])] > 0)
    by_the_first = sum(I[t] * W[t] * I[0] / (W[1 : t + 1] @ I[:t][::-1][: len(W) - 1]) for t in range(1, 7) if I[t] > 0)
    assert infected == pytest.approx(explained - by_the_first, rel=1e-10)


def test_the_correction_finds_the_r_of_cases_whose_infected_are_yet_to_fall_ill():
    rng = np.random.default_rng(5)
    days, late = 60, []
    for _ in range(30):
        y = np.full(days + 6, 60.0)
        for t in range(days):
            y[t + 6] = rng.poisson(1.02 * (W[1:] @ y[t : t + 6][::-1]))
        late.append(y[6:])
    corrected, plain = (wallinga_teunis(np.array(late), W, truncation=on) for on in (True, False))
    np.testing.assert_allclose(corrected.mean[:, 30].mean(), 1.02, atol=0.03)
    np.testing.assert_allclose(corrected.mean[:, 40], plain.mean[:, 40], rtol=1e-12)
    assert plain.mean[:, -1].mean() < 0.75
    assert corrected.mean[:, -1].mean() == pytest.approx(1.02, abs=0.05)
    low, high = corrected.quantiles[:, -1, 0], corrected.quantiles[:, -1, -1]
    assert ((low < 1.02) & (high > 1.02)).mean() > 0.85


def test_windows_of_which_too_little_is_seen_are_nan():
    estimate = wallinga_teunis(I, W, window=1, least_seen=0.5)
    assert np.isnan(estimate.mean[0, -2:]).all()
    assert np.isfinite(estimate.mean[0, -3])


def test_windows_without_cases_are_nan_and_series_say_why():
    y = np.stack([I, np.zeros(30)])
    estimate = wallinga_teunis(y, W, window=3)
    assert np.isnan(estimate.mean[0, 16:20]).all()
    assert np.isnan(estimate.mean[1]).all()
    assert "no case" in estimate.reason[1]


@pytest.mark.parametrize(
    ("n", "p"), [([5, 3], [0.2, 0.7]), ([400, 900, 30], [0.1, 0.45, 0.9]), ([2000, 4000], [0.3, 0.4])]
)
def test_quantiles_of_sums_of_binomials_are_exact(n, p):
    pmf = np.ones(1)
    for trials, chance in zip(n, p, strict=True):
        pmf = np.convolve(pmf, binom.pmf(np.arange(trials + 1), trials, chance))
    levels = np.array([0.025, 0.1, 0.5, 0.9, 0.975])
    exact = np.searchsorted(np.cumsum(pmf), levels)
    found = binomial_sum_quantiles(np.array(n, dtype=float), np.array(p), levels)
    assert np.abs(found - exact).max() <= (1 if sum(n) > 5000 else 0)
    assert binomial_sum_quantiles(np.array([7.0, 2]), np.array([1.0, 0]), levels).tolist() == [7] * 5


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"incidence": [1, np.nan, 3]}, InvalidCounts, "no count on day 1"),
        ({"incidence": [1, 2.5, 3]}, InvalidCounts, "fractions of cases"),
        ({"serial_interval": [0.2, 0.8]}, InvalidDelay, "lag 0"),
        ({"incidence": [1, 2]}, HistoryTooShort, "there are 2 days"),
        ({"least_seen": 0}, InvalidOption, "least_seen is 0"),
    ],
)
def test_refuses(arguments, error, words):
    with pytest.raises(error, match=words):
        wallinga_teunis(**{"incidence": I, "serial_interval": W} | arguments)
