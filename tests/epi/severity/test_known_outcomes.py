import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import lognorm
from tests.epi.severity.ebola_1976 import CASES, DEATHS, DELAY, reference

from tocsin.epi.errors import InvalidOption
from tocsin.epi.severity import ascertainment, known_outcomes, static


def test_reproduces_the_reference_case(shared):
    r = reference(shared, "cfr06_outcomes.csv")
    k = known_outcomes(CASES, DELAY)
    np.testing.assert_allclose(k.outcomes[0], r["estimated_outcomes"], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(k.known_share[0], r["u_t"], rtol=1e-12, atol=1e-15)


def test_is_the_sum_read_aloud():
    k = known_outcomes(CASES[:30], DELAY)
    for t in (0, 1, 17, 29):
        shares = [DELAY[: t - s + 1].sum() for s in range(t + 1)]
        assert k.outcomes[0, t] == pytest.approx(sum(CASES[s] * DELAY[t - s] for s in range(t + 1)))
        assert k.cumulative[0, t] == pytest.approx(sum(CASES[s] * shares[s] for s in range(t + 1)))
        assert k.squares[0, t] == pytest.approx(sum(CASES[s] * shares[s] ** 2 for s in range(t + 1)))


@settings(max_examples=40, deadline=None)
@given(
    cases=st.lists(st.integers(0, 50), min_size=1, max_size=30),
    weights=st.lists(st.floats(0.01, 1), min_size=1, max_size=40),
)
def test_never_more_is_known_than_has_happened(cases, weights):
    f = np.array(weights) / sum(weights)
    k = known_outcomes(cases, f)
    so_far = np.cumsum(cases)
    assert (k.cumulative[0] <= so_far + 1e-9).all()
    assert (k.squares[0] <= k.cumulative[0] + 1e-9).all()
    assert (np.diff(k.cumulative[0]) >= -1e-9).all()
    assert (np.isnan(k.known_share[0]) == (so_far == 0)).all()


def test_ascertainment_reproduces_the_reference_case(shared):
    data = reference(shared, "input_covid_uk_2020h1.csv")
    delay = lognorm.pdf(np.arange(300), 0.44, scale=np.exp(2.577))
    a = ascertainment(static(data["cases"], data["deaths"], delay=delay, method="cfr"), baseline=0.014)
    r = reference(shared, "cfr09_uk_ascertainment.csv")
    for name, found in (("estimate", a.estimate), ("low", a.low), ("high", a.high)):
        np.testing.assert_allclose(found[0], r[f"ascertainment_{name}"][0], rtol=1e-12)


def test_ascertainment_above_all_cases_is_capped_and_said():
    a = ascertainment(static(CASES, DEATHS), baseline=0.97)
    assert a.capped.tolist() == [True]
    assert (a.estimate[0], a.high[0]) == (1, 1)
    assert a.low[0] == pytest.approx(0.97 / 0.977377093574366)
    none = ascertainment(static([10, 10], [0, 0]), baseline=0.1)
    assert none.estimate[0] == 1
    assert none.capped[0]


@pytest.mark.parametrize("baseline", [0, 1.4, float("nan")])
def test_ascertainment_refuses(baseline):
    with pytest.raises(InvalidOption, match="baseline is"):
        ascertainment(static(CASES, DEATHS), baseline=baseline)
