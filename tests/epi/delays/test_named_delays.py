"""The delays asked for by name."""

import numpy as np
import pytest

from tocsin.epi.delays import (
    fit_delay,
    incubation_period,
    onset_to_admission,
    onset_to_death,
    reporting_delay,
    serial_interval,
)
from tocsin.epi.errors import InvalidDates

FIRST = np.datetime64("2026-05-01") + np.arange(40)
SECOND = FIRST + np.tile([1, 2, 2, 3, 5, 4, 2, 7], 5)
STRATUM = np.tile(["north", "south"], 20)


@pytest.mark.parametrize(
    ("estimate", "family", "names"),
    [
        (reporting_delay, "lognormal", "report is before event"),
        (onset_to_admission, "gamma", "admission is before onset"),
        (onset_to_death, "gamma", "death is before onset"),
        (serial_interval, "gamma", "onset of the infected is before onset of the infector"),
    ],
)
def test_a_named_delay_is_the_same_estimate_with_its_own_words(estimate, family, names):
    f = estimate(FIRST, SECOND, as_of=SECOND.max(), stratum=STRATUM)
    same = fit_delay(FIRST, None, SECOND, None, family=family, as_of=SECOND.max(), stratum=STRATUM)
    assert f.family == family
    np.testing.assert_array_equal(f.distribution.mean, same.distribution.mean)
    with pytest.raises(InvalidDates, match=names):
        estimate(SECOND, FIRST, as_of=SECOND.max())


def test_nobody_is_exposed_after_falling_ill():
    last = FIRST + 2
    assert (last > SECOND).any()
    f = incubation_period(FIRST, last, SECOND)
    same = fit_delay(FIRST, np.minimum(last, SECOND), SECOND, None, family="lognormal")
    np.testing.assert_array_equal(f.distribution.mean, same.distribution.mean)
    exact = incubation_period(FIRST, None, SECOND)
    assert f.distribution.mean[0] < exact.distribution.mean[0]


def test_a_missing_exposure_is_left_out():
    last = FIRST + 4
    last[0] = np.datetime64("NaT")
    assert incubation_period(FIRST, last, SECOND).left_out[0] == 1
