import numpy as np
import pytest
from scipy.stats import lognorm
from tests.epi.severity.ebola_1976 import CASES, DEATHS, DELAY, reference

from tocsin.epi.errors import InvalidOption
from tocsin.epi.severity import proportion_interval, time_varying

COVID = lognorm.pdf(np.arange(300), 0.44, scale=np.exp(2.577))


@pytest.mark.parametrize("case", ["cfr05_timevarying", "cfr08_uk_timevarying"])
def test_reproduces_the_reference_case(shared, case):
    uk = "uk" in case
    data = reference(shared, "input_covid_uk_2020h1.csv" if uk else "input_ebola1976.csv")
    s = time_varying(data["cases"], data["deaths"], delay=COVID if uk else DELAY, method="cfr", smoothing_window=7)
    r = reference(shared, f"{case}.csv")
    for name, found in (("estimate", s.estimate), ("low", s.low), ("high", s.high)):
        np.testing.assert_allclose(found[0], r[f"severity_{name}"], rtol=1e-12)


def test_figures_of_r_that_stand_here():
    s = time_varying(CASES, DEATHS, delay=DELAY, method="cfr", smoothing_window=7)
    assert [s.estimate[0, 21], s.low[0, 21]] == pytest.approx([0.75, 0.19412044968324341])
    assert np.isnan(s.estimate[0, [0, 12, 36, 37, 66]]).all()


def test_a_window_is_the_sum_over_its_days():
    s = time_varying(CASES, DEATHS, delay=DELAY, window=5, burn_in=0)
    for t in (6, 21, 40):
        q = [sum(DELAY[d - day] for d in range(max(t - 4, day), t + 1)) for day in range(t + 1)]
        U = sum(c * x for c, x in zip(CASES, q, strict=False))
        S = sum(c * x * x for c, x in zip(CASES, q, strict=False))
        D = DEATHS[t - 4 : t + 1].sum()
        assert s.outcomes[0, t] == pytest.approx(U)
        assert s.estimate[0, t] == pytest.approx(min(D / U, 1))
        low, high = proportion_interval(min(D, U * U / S), U * U / S)
        assert [s.low[0, t], s.high[0, t]] == pytest.approx([float(low) * U / S, min(float(high) * U / S, 1)])


def test_finds_a_risk_that_halves_and_covers_it():
    rng = np.random.default_rng(3)
    days, runs = 160, 60
    risk = np.where(np.arange(days) < 80, 0.2, 0.1)
    f = np.zeros(20)
    f[4:12] = 1 / 8
    cases = rng.poisson(300, (runs, days))
    deaths = np.zeros((runs, days + 20))
    for day in range(days):
        dying = rng.binomial(cases[:, day], risk[day])
        deaths[:, day : day + 20] += rng.multinomial(dying, f)
    s = time_varying(cases, deaths[:, :days], delay=f)
    for day, truth in ((60, 0.2), (140, 0.1)):
        assert s.estimate[:, day].mean() == pytest.approx(truth, rel=0.03)
        assert ((s.low[:, day] <= truth) & (truth <= s.high[:, day])).mean() > 0.85


@pytest.mark.parametrize("method", ["effective", "cfr"])
def test_burn_in_is_a_number_of_days(method):
    s = time_varying(np.full(9, 10), np.full(9, 1), method=method, burn_in=3)
    assert np.isnan(s.estimate[0]).tolist() == [True] * 3 + [False] * 6


def test_burn_in_gaps_and_zero_cases():
    s = time_varying([0, 0, 0, 5, 5, 5], [0, 0, 0, 0, 1, 1], window=2, burn_in=2)
    assert np.isnan(s.estimate[0, :3]).all()
    assert s.estimate[0, 3:].tolist() == [0, 0.1, 0.2]
    assert not s.more_deaths_than_outcomes.any()
    short = time_varying([1, 2], [0, 1], method="cfr", smoothing_window=5, burn_in=0)
    assert np.isnan(short.estimate).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"burn_in": 73}, "burn_in is 73"),
        ({"burn_in": -1}, "burn_in is -1"),
        ({"window": 0}, "window is 0"),
        ({"smoothing_window": 7}, "belongs to method='cfr'"),
        ({"smoothing_window": 6, "method": "cfr"}, "odd number"),
    ],
)
def test_refuses(options, words):
    with pytest.raises(InvalidOption, match=words):
        time_varying(CASES, DEATHS, delay=DELAY, **options)
