import numpy as np
import pytest
from scipy.stats import gamma
from tests.epi.severity.ebola_1976 import CASES, DEATHS, DELAY

from tocsin.epi.errors import InvalidDelay, InvalidOption
from tocsin.epi.severity import static


def delay_of(mean, sd, days=60):
    p = np.diff(gamma.cdf(np.append(0, np.arange(days) + 0.5), (mean / sd) ** 2, scale=sd * sd / mean))
    return p / p.sum()


@pytest.mark.parametrize("days", [25, 40, 73])
def test_draws_that_agree_change_nothing(days):
    one = static(CASES[:days], DEATHS[:days], delay=DELAY)
    many = static(CASES[:days], DEATHS[:days], delay_draws=np.tile(DELAY, (3, 1)))
    for name in ("estimate", "low", "high", "outcomes"):
        np.testing.assert_allclose(getattr(many, name), getattr(one, name), atol=1e-9)


def test_an_uncertain_delay_widens_the_interval_and_covers():
    rng = np.random.default_rng(12)
    runs, days, risk = 150, 40, 0.3
    cases = rng.poisson(1.2 * np.exp(0.12 * np.arange(days)), (runs, days))
    sure, unsure = [], []
    for run in range(runs):
        truth, told = rng.normal(12, 2.5, 2) - [0, 12]
        f = delay_of(max(truth, 3), 6)
        deaths = np.zeros(days)
        for t in range(days):
            reach = f[: days - t]
            deaths[t:] += rng.multinomial(rng.binomial(cases[run, t], risk), np.append(reach, 1 - reach.sum()))[:-1]
        # What is known of the mean: an estimate with error, and draws around it as wide as the error.
        estimate = truth + told
        draws = np.stack([delay_of(max(m, 3), 6) for m in rng.normal(estimate, 2.5, 20)])
        one, many = (
            static(cases[run], deaths, **o) for o in ({"delay": delay_of(max(estimate, 3), 6)}, {"delay_draws": draws})
        )
        sure.append(one.low[0] <= risk <= one.high[0])
        unsure.append(many.low[0] <= risk <= many.high[0])
    assert np.mean(sure) < 0.65
    assert np.mean(unsure) > 0.9


def test_no_deaths_no_cases_and_all_dead():
    draws = np.stack([delay_of(3, 2), delay_of(4, 2)])
    cases = np.zeros((3, 30))
    cases[1:, 0] = 10
    deaths = np.zeros((3, 30))
    deaths[2, 10] = 10
    s = static(cases, deaths, delay_draws=draws)
    assert np.isnan([s.estimate[0], s.low[0], s.high[0]]).all()
    assert (s.low[1], s.estimate[1]) == (0, 0)
    assert s.high[1] == pytest.approx(1 - 0.025**0.1, rel=1e-3)
    assert s.high[2] == pytest.approx(1)
    assert s.low[2] == pytest.approx(0.025**0.1, rel=1e-3)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"delay_draws": DELAY}, InvalidDelay, "draws, days"),
        ({"delay_draws": [[0.5, 0.1]]}, InvalidDelay, "adds up to 0.6"),
        ({"delay_draws": [DELAY], "delay": DELAY}, InvalidOption, "takes the place of delay"),
        ({"delay_draws": [DELAY], "method": "cfr"}, InvalidOption, "takes the place of delay"),
        ({"delay_draws": [DELAY], "interval": "wilson"}, InvalidOption, "clopper_pearson"),
    ],
)
def test_refuses(options, error, words):
    with pytest.raises(error, match=words):
        static(CASES, DEATHS, **options)
