"""exp and log against the C library, over the range that regressions of counts reach."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.epi.elementary import exp, log

UNITS = 4 * np.finfo(float).eps


@settings(max_examples=300, deadline=None)
@given(st.floats(-690, 690))
def test_exp_is_right_to_the_last_places(x):
    assert exp(x) == pytest.approx(math.exp(x), rel=UNITS)


@settings(max_examples=300, deadline=None)
@given(st.floats(1e-300, 1e300))
def test_log_is_right_to_the_last_places(x):
    assert log(x) == pytest.approx(math.log(x), rel=UNITS, abs=1e-300)


def test_log_near_one_keeps_its_relative_precision():
    for x in np.concatenate([1 + np.logspace(-15, -1, 57), 1 - np.logspace(-15, -1, 57)]):
        assert log(float(x)) == pytest.approx(math.log(x), rel=8 * UNITS)


def test_beyond_its_range_exp_stays_finite():
    assert exp(1e9) == exp(700.0)
    assert exp(-1e9) == exp(-700.0) > 0.0
