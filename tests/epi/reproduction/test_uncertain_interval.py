import numpy as np
import pytest
from tests.epi.reproduction.reference_cases import I, W, column, figures, of

from tocsin.epi.errors import EpiError, InvalidDelay, InvalidOption
from tocsin.epi.reproduction import cori, cori_uncertain, uncertain_serial_interval

FLU = {
    "mean": 2.6, "sd_of_mean": 1.0, "mean_range": (1.0, 4.2), "sd": 1.5, "sd_of_sd": 0.5, "sd_range": (0.5, 2.5),
}  # fmt: skip


def test_matches_epiestim_within_monte_carlo_error(shared):
    folder = shared / "reference"
    counts = column(folder / "input_ee_Flu2009.csv", "I")
    w = uncertain_serial_interval(**FLU, longest=len(counts) - 1, draws=800, rng=np.random.default_rng(1))
    expected = figures(folder / "ee06_flu2009_uncertain_R.csv")
    found = of(cori_uncertain(counts, w))
    # R's 500 draws of serial intervals leave as much error as ours; the standard deviation is that of all of R.
    assert np.abs(found[:, 0] / expected[:, 0] - 1).max() < 0.03
    assert np.abs(found[:, 1] / expected[:, 1] - 1).max() < 0.09
    assert np.abs(found[:, 2:] - expected[:, 2:]).max() < 0.2 * expected[:, 1].max()
    assert np.abs(np.mean(found[:, 2:] / expected[:, 2:] - 1)) < 0.01


def test_draws_keep_to_their_ranges_and_normals():
    w = uncertain_serial_interval(**FLU, longest=60, draws=2000, rng=np.random.default_rng(2))
    days = np.arange(61)
    mean = w @ days
    assert w.shape == (2000, 61)
    assert mean.min() > 1
    assert mean.max() < 4.21
    assert mean.mean() == pytest.approx(2.6, abs=0.06)
    again = uncertain_serial_interval(**FLU, longest=60, draws=2000, rng=np.random.default_rng(2))
    np.testing.assert_array_equal(w, again)


def test_one_certain_interval_is_cori():
    one, two = cori(I, W), cori_uncertain(np.stack([I, I + 3]), np.stack([W, W, W]))
    np.testing.assert_allclose(two.mean[0], one.mean[0], rtol=1e-12)
    np.testing.assert_allclose(two.quantiles[0], one.quantiles[0], rtol=1e-12)
    np.testing.assert_allclose(two.mean[1], cori(I + 3, W).mean[0], rtol=1e-12)


def test_early_windows_are_of_the_intervals_that_have_passed():
    long = np.array([0, *[0] * 9, 0.5, 0.5])
    short = np.array([0, 0.5, 0.5, *[0] * 9])
    y = np.arange(3.0, 23)
    both = cori_uncertain(y, np.stack([short, long]), window=2)
    np.testing.assert_allclose(both.mean[0, :6], cori(y, short, window=2).mean[0, :6])
    assert both.sd[0, -1] > cori(y, short, window=2).sd[0, -1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"mean_range": (0.5, 4)}, "begins at 0.5"),
        ({"mean_range": (3, 4)}, "mean of the serial interval is 2.6"),
        ({"sd_of_sd": 0}, "sd of the serial interval is 1.5"),
        ({"mean_range": (2.6, 2.6000001), "sd_of_mean": 100}, "almost no mean"),
    ],
)
def test_refuses_what_cannot_be_drawn(change, words):
    with pytest.raises(InvalidDelay, match=words):
        uncertain_serial_interval(**FLU | change, longest=20, draws=50, rng=np.random.default_rng(1))


def test_refuses_what_is_no_set_of_intervals():
    with pytest.raises(InvalidDelay, match=r"serial_intervals has shape \(7,\)"):
        cori_uncertain(I, W)
    with pytest.raises(EpiError, match="adds up to"):
        cori_uncertain(I, np.stack([W, W / 2]))
    with pytest.raises(InvalidOption, match="draws is 0"):
        uncertain_serial_interval(**FLU, longest=20, draws=0, rng=np.random.default_rng(1))
