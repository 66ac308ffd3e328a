import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.epi.errors import InvalidDelay
from tocsin.epi.reproduction import overall_infectivity


@settings(max_examples=40, deadline=None)
@given(
    counts=st.lists(st.integers(0, 1000), min_size=1, max_size=30),
    weights=st.lists(st.floats(0, 1), min_size=1, max_size=40).filter(lambda w: sum(w) > 0.01),
)
def test_is_the_equation_read_aloud(counts, weights):
    w = np.array([0.0, *weights]) / sum(weights)
    found = overall_infectivity(counts, w)[0]
    assert np.isnan(found[0])
    for t in range(1, len(counts)):
        expected = sum(w[s] * counts[t - s] for s in range(1, min(t, len(weights)) + 1))
        assert found[t] == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_is_linear_in_the_counts_and_shifts_with_them():
    rng = np.random.default_rng(1)
    a, b = rng.poisson(5, (2, 40))
    w = [0, 0.3, 0.4, 0.2, 0.1]
    np.testing.assert_allclose(
        overall_infectivity(3 * a + b, w), 3 * overall_infectivity(a, w) + overall_infectivity(b, w), rtol=1e-12
    )
    shifted = overall_infectivity(np.concatenate([np.zeros(6), a]), w)[0, 7:]
    np.testing.assert_allclose(shifted, overall_infectivity(a, w)[0, 1:], rtol=1e-12)


def test_what_falls_on_a_missing_day_is_made_up_from_the_others():
    y = np.array([4.0, 4, np.nan, 4, 4, np.nan, np.nan, 4, 4])
    found = overall_infectivity(np.stack([y, np.full(9, 4.0)]), [0, 0.5, 0.25, 0.25])
    np.testing.assert_allclose(found[0, 1:], [2, 3, 4, 4, 4, 4, np.nan, 4], rtol=1e-12)
    np.testing.assert_allclose(found[1, 1:], [2, 3, 4, 4, 4, 4, 4, 4], rtol=1e-12)


def test_refuses_what_is_no_serial_interval():
    with pytest.raises(InvalidDelay, match="adds up to 0"):
        overall_infectivity([1, 2], [0, 0.5])
