import numpy as np
import pytest
from scipy.stats import binom, lognorm
from tests.epi.severity.ebola_1976 import CASES, DEATHS, DELAY, reference

from tocsin.epi.errors import EpiError, InvalidCounts, InvalidDelay, InvalidOption
from tocsin.epi.severity import proportion_interval, static
from tocsin.epi.severity.estimate import POINTS, STEP

COVID = lognorm.pdf(np.arange(300), 0.44, scale=np.exp(2.577))


def one(severity):
    return np.array([severity.estimate[0], severity.low[0], severity.high[0]])


def test_ebola_1976_is_what_r_prints():
    assert one(static(CASES, DEATHS)) == pytest.approx([0.955102040816327, 0.921086643722951, 0.977377093574366])
    assert one(static(CASES, DEATHS, delay=DELAY, method="cfr")) == pytest.approx([0.9592, 0.9295, 0.9793], abs=1e-12)


@pytest.mark.parametrize("case", ["cfr01_static_naive", "cfr02_static_delay", "cfr07_uk_static"])
def test_reproduces_the_reference_case(shared, case):
    uk = "uk" in case
    data = reference(shared, "input_covid_uk_2020h1.csv" if uk else "input_ebola1976.csv")
    delay = None if "naive" in case else COVID if uk else DELAY
    found = one(static(data["cases"], data["deaths"], delay=delay, method="cfr"))
    r = reference(shared, f"{case}.csv")
    np.testing.assert_allclose(found, [r[f"severity_{x}"][0] for x in ("estimate", "low", "high")], rtol=1e-12)


def grid(C, D, U, threshold):
    """R's profile likelihood, every one of the 10,000 points looked at."""
    p = np.arange(1, POINTS + 1) * STEP
    N = np.round(U)
    with np.errstate(all="ignore"):
        poisson = threshold <= C and D / N < 0.05
        ll = D * np.log(p * N) - p * N if poisson else D * np.log(p) + (U - D) * np.log(1 - p)
    ll = np.where(np.isnan(ll), -np.inf, ll)
    inside = p[ll >= ll.max() - 1.92]
    return np.array([p[ll.argmax()], inside.min(), inside.max()])


def test_bisection_finds_the_points_that_a_search_of_the_whole_grid_finds():
    rng = np.random.default_rng(1)
    cases = rng.poisson(np.exp(rng.uniform(0, 5, (120, 1))) * np.ones(30))
    deaths = rng.binomial(cases, rng.beta(0.4, 2, (120, 1)))
    delay = [0.5, 0.3, 0.2]
    s = static(cases, deaths, delay=delay, method="cfr", poisson_threshold=60)
    looked_at = 0
    for i in range(120):
        if s.deaths[i] and not s.more_deaths_than_outcomes[i]:
            expected = grid(s.cases[i], s.deaths[i], s.outcomes[i], 60)
            found = [s.estimate[i], s.low[i], s.high[i]]
            np.testing.assert_allclose(found, expected, atol=1e-12)
            looked_at += 1
    assert looked_at > 60


def test_when_all_outcomes_are_known_the_interval_is_the_exact_one():
    cases = np.zeros(60)
    cases[:5] = 10
    deaths = np.zeros(60)
    deaths[20] = 7
    s = static(cases, deaths, delay=[0, 0.5, 0.5])
    low, high = proportion_interval(7, 50)
    assert one(s) == pytest.approx([0.14, float(low), float(high)], rel=1e-12)


def sum_of_binomials(cases, chance):
    """Probabilities of 0, 1, ... deaths, each day's cases drawn on their own."""
    total = np.ones(1)
    for c, p in zip(cases, chance, strict=True):
        total = np.convolve(total, binom.pmf(np.arange(c + 1), c, p))
    return total


def test_limits_are_those_of_the_exact_distribution_to_a_hundredth():
    cases = np.array([2, 3, 4, 6, 9, 13, 18, 26])
    f = np.array([0.05, 0.15, 0.2, 0.2, 0.15, 0.1, 0.1, 0.05])
    F = np.cumsum(f)[::-1]
    for died in (0, 3, 9, 14):
        deaths = np.zeros(8)
        deaths[-1] = died
        s = static(cases, deaths, delay=f)
        upper = [sum_of_binomials(cases, p * F)[: died + 1].sum() for p in (s.high[0] - 0.012, s.high[0] + 0.012)]
        assert upper[0] > 0.025 > upper[1] or s.high[0] == 1
        if died:
            lower = [sum_of_binomials(cases, p * F)[died:].sum() for p in (s.low[0] - 0.012, s.low[0] + 0.012)]
            assert lower[0] < 0.025 < lower[1]


@pytest.mark.parametrize("risk", [0.15, 0.6])
def test_a_growing_outbreak_is_covered_where_r_is_too_sure(risk):
    rng = np.random.default_rng(7)
    f = np.diff(np.append(0, np.cumsum(np.exp(-0.5 * ((np.arange(30) - 12) / 5) ** 2))))
    f /= f.sum()
    runs, days = 1500, 30
    cases = rng.poisson(2 * np.exp(0.1 * np.arange(days)), (runs, days))
    deaths = np.zeros((runs, days))
    for day in range(days):
        dying = rng.binomial(cases[:, day], risk)
        when = rng.multinomial(dying, np.append(f[: days - day], 1 - f[: days - day].sum()))
        deaths[:, day:] += when[:, :-1]
    ours, r = (static(cases, deaths, delay=f, method=method) for method in ("effective", "cfr"))
    covered = [np.mean((s.low <= risk) & (risk <= s.high)) for s in (ours, r)]
    assert 0.945 < covered[0] <= 0.985
    assert covered[1] < 0.93
    assert np.mean(ours.estimate) == pytest.approx(risk, abs=0.03)
    assert np.nanmean(static(cases, deaths).estimate) < 0.5 * risk


def test_more_deaths_than_can_be_known_are_said_and_not_hidden():
    s = static([10, 10, 10], [0, 2, 4], delay=[0, 0, 0.5, 0.5])
    assert s.more_deaths_than_outcomes[0]
    assert s.estimate[0] == 1
    assert s.low[0] < 1
    assert np.isnan(one(static([10, 10, 10], [0, 2, 4], delay=[0, 0, 0.5, 0.5], method="cfr"))).all()


def test_a_stratum_without_cases_says_nothing_and_disturbs_no_other():
    cases, deaths = np.stack([CASES, 0 * CASES]), np.stack([DEATHS, 0 * DEATHS])
    for method in ("effective", "cfr"):
        s = static(cases, deaths, delay=DELAY, method=method)
        assert np.isnan([s.estimate[1], s.low[1], s.high[1]]).all()
        assert one(s) == pytest.approx(one(static(CASES, DEATHS, delay=DELAY, method=method)))


def test_each_series_may_have_a_delay_of_its_own():
    longer = np.append(np.zeros(7), DELAY)[:200]
    both = static(np.stack([CASES, CASES])[:, :40], np.stack([DEATHS, DEATHS])[:, :40] / 3, delay=[DELAY, longer])
    for i, delay in enumerate((DELAY, longer)):
        alone = static(CASES[:40], DEATHS[:40] / 3, delay=delay)
        assert both.estimate[i] == pytest.approx(alone.estimate[0])
        assert both.high[i] == pytest.approx(alone.high[0])


def test_a_delay_longer_than_the_window_is_flagged():
    assert static(CASES[:12], DEATHS[:12], delay=DELAY).delay_longer_than_window.tolist() == [True]
    assert static(CASES, DEATHS, delay=DELAY).delay_longer_than_window.tolist() == [False]


@pytest.mark.parametrize(
    ("cases", "deaths", "options", "error", "words"),
    [
        ([5, 5], [6, 5], {}, InvalidCounts, "11 deaths of 10 cases"),
        ([5, -1], [0, 0], {}, InvalidCounts, "are -1 on day 1"),
        ([5, np.nan], [0, 0], {}, InvalidCounts, "were not reported on day 1"),
        ([5, 5], [0, 0, 0], {}, InvalidCounts, r"shape \(1, 2\) and deaths \(1, 3\)"),
        (["a"], [0], {}, InvalidCounts, "numbers"),
        ([[]], [[]], {}, InvalidCounts, "at least one day"),
        ([5, 5], [0, 1], {"delay": [0.5, 0.2]}, InvalidDelay, "adds up to 0.7"),
        ([5, 5], [0, 1], {"delay": [1.5, -0.5]}, InvalidDelay, "holds -0.5"),
        ([5, 5], [0, 1], {"delay": [[1.0], [1.0]]}, InvalidDelay, "one row"),
        ([5, 5], [0, 1], {"method": "r"}, InvalidOption, "method is 'r'"),
        ([5, 5], [0, 1], {"method": "cfr", "level": 0.9}, InvalidOption, "0.95 alone"),
        ([5, 5], [0, 1], {"interval": "wald"}, InvalidOption, "interval is 'wald'"),
        ([5, 5], [0, 1], {"level": 95}, InvalidOption, "level is 95"),
        ([5, 5], [0, 1], {"poisson_threshold": 0}, InvalidOption, "poisson_threshold is 0"),
    ],
)
def test_refuses(cases, deaths, options, error, words):
    assert issubclass(error, EpiError)
    with pytest.raises(error, match=words):
        static(cases, deaths, **options)
