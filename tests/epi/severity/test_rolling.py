import numpy as np
import pytest
from tests.epi.severity.ebola_1976 import CASES, DEATHS, DELAY, reference

from tocsin.epi.errors import InvalidCounts
from tocsin.epi.severity import rolling, static


@pytest.mark.parametrize(("case", "delay"), [("cfr03_rolling_delay", DELAY), ("cfr04_rolling_naive", None)])
def test_reproduces_the_reference_case(shared, case, delay):
    r = reference(shared, f"{case}.csv")
    s = rolling(CASES, DEATHS, delay=delay, method="cfr")
    for name, found in (("estimate", s.estimate), ("low", s.low), ("high", s.high)):
        np.testing.assert_allclose(found[0], r[f"severity_{name}"], rtol=1e-12)


def test_figures_of_r_that_stand_here():
    s = rolling(CASES, DEATHS, delay=DELAY, method="cfr")
    assert [s.estimate[0, 14], s.low[0, 14], s.high[0, 14]] == pytest.approx([0.2659, 0.0175, 0.7482], abs=1e-12)
    assert np.isnan(s.estimate[0, [0, 34, 44, 51]]).all()


@pytest.mark.parametrize("method", ["effective", "cfr"])
def test_each_day_is_what_static_would_have_said(method):
    s = rolling(CASES, DEATHS, delay=DELAY, method=method)
    for day in (12, 20, 47, 72):
        alone = static(CASES[: day + 1], DEATHS[: day + 1], delay=DELAY, method=method)
        for name in ("estimate", "low", "high", "outcomes", "delay_longer_than_window"):
            np.testing.assert_allclose(getattr(s, name)[0, day], getattr(alone, name)[0], rtol=1e-12)


def test_a_day_with_more_deaths_than_cases_is_left_out_until_cases_catch_up():
    s = rolling([1, 0, 5], [0, 2, 0])
    assert np.isnan(s.estimate[0, 1])
    assert np.isnan(s.low[0, 1])
    assert s.more_deaths_than_outcomes.tolist() == [[False, True, False]]
    assert s.estimate[0, 2] == pytest.approx(2 / 6)


def test_more_deaths_than_cases_in_the_end_are_refused():
    with pytest.raises(InvalidCounts, match="3 deaths of 2 cases"):
        rolling([1, 1], [0, 3])


def test_the_interval_holds_the_truth_of_its_end_all_along():
    s = rolling(CASES, DEATHS, delay=DELAY)
    final = 234 / 245
    later = slice(20, None)
    assert (s.low[0, later] <= final).mean() > 0.8  # in October more had died than Barry's delay allows
    naive = rolling(CASES, DEATHS)
    assert naive.high[0, 30] < 0.6 < s.low[0, 30]
