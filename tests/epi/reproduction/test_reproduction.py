import numpy as np
import pytest
from tests.epi.reproduction.reference_cases import IMPORTED, I, W

from tocsin.epi.errors import InvalidOption
from tocsin.epi.reproduction import METHODS, cori, cori_uncertain, filter_of_draws, renewal_filter, reproduction


def test_the_filter_is_the_default():
    np.testing.assert_array_equal(reproduction(I, serial_interval=W).mean, renewal_filter(I, W).mean)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_goes_by_its_name(method):
    options = {"rng": np.random.default_rng(1)} if method == "smoother" else {}
    days = np.arange("2026-03-01", "2026-03-31", dtype="datetime64[D]")
    estimate = reproduction(I, days, serial_interval=W, method=method, levels=(0.1, 0.5, 0.9), **options)
    assert estimate.method == method
    assert estimate.quantiles.shape == (*estimate.mean.shape, 3)
    assert estimate.mean.shape == (1, len(estimate.dates))
    assert estimate.dates[-1] == days[-1]


def test_options_are_those_of_the_method():
    np.testing.assert_array_equal(
        reproduction(I, serial_interval=W, method="cori", window=3, imported=IMPORTED).mean,
        cori(I, W, window=3, imported=IMPORTED).mean,
    )


def test_what_is_uncertain_goes_to_the_method_for_it():
    draws = np.stack([I, I + 1, I + 2])[:, np.newaxis]
    np.testing.assert_array_equal(reproduction(draws, serial_interval=W).mean, filter_of_draws(draws, W).mean)
    several = np.stack([W, W])
    np.testing.assert_array_equal(
        reproduction(I, serial_interval=several, method="cori").mean, cori_uncertain(I, several).mean
    )
    weeks = np.ones((3, 1, 8)) * np.array([2, 3, 4.0])[:, np.newaxis, np.newaxis]
    assert reproduction(weeks, serial_interval=W, method="cori", every=7).mean.shape == (1, 49)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"method": "magic"}, "method is 'magic'; there are filter, smoother, cori"),
        ({"method": "cori", "evaluate": 3}, "cori does not take these options.*evaluate"),
        ({"method": "smoother"}, "smoother does not take these options.*rng"),
        ({"counts": np.ones((2, 1, 30)), "method": "wallinga_teunis"}, "counts are draws, which wallinga_teunis"),
        ({"serial_interval": np.stack([W, W])}, "serial_interval are draws, which filter"),
        ({"counts": np.ones((2, 1, 30)), "serial_interval": np.stack([W, W])}, "both counts and serial_interval"),
        ({"every": 7, "method": "wallinga_teunis"}, "needs daily counts"),
        ({"every": 7, "imported": IMPORTED}, "imported cases are known by day"),
    ],
)
def test_refuses(arguments, words):
    with pytest.raises(InvalidOption, match=words):
        reproduction(**{"counts": I, "serial_interval": W} | arguments)
