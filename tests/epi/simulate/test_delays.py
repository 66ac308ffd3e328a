"""Delays in whole days."""

import math

import numpy as np
import pytest

from tocsin.epi.errors import InvalidOption
from tocsin.epi.simulate.delays import lognormal_delay


def test_days_are_what_lies_nearest_to_them():
    p = lognormal_delay(3.0, 2.0, longest=200)

    def below(x):
        return 0.5 * (1 + math.erf(math.log(x / 3.0) / (math.log(2.0) * math.sqrt(2))))

    assert p[0] == pytest.approx(below(0.5), abs=1e-9)
    assert p[4] == pytest.approx(below(4.5) - below(3.5), abs=1e-9)
    assert p.sum() == pytest.approx(1, abs=1e-12)


def test_its_mean_is_that_of_the_lognormal():
    p = lognormal_delay(5.0, 1.5, longest=300)
    assert np.arange(301) @ p == pytest.approx(5.0 * math.exp(math.log(1.5) ** 2 / 2), rel=2e-3)


def test_what_is_left_away_goes_to_the_others_in_proportion():
    whole, cut = lognormal_delay(2.0, 2.0, longest=30), lognormal_delay(2.0, 2.0, longest=6, shortest=1)
    assert cut[0] == 0
    assert len(cut) == 7
    np.testing.assert_allclose(cut[1:], whole[1:7] / whole[1:7].sum())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"median": 0}, "median is 0"),
        ({"dispersion": 1}, "dispersion is 1"),
        ({"longest": 0, "shortest": 1}, "shortest is 1 and longest 0"),
        ({"median": 1e6, "dispersion": 1.01, "longest": 5}, "nothing lies from 0 to 5 days"),
    ],
)
def test_what_is_no_delay_is_refused_with_its_value(given, said):
    with pytest.raises(InvalidOption, match=said):
        lognormal_delay(**{"median": 2.0, "dispersion": 2.0, "longest": 20, **given})
