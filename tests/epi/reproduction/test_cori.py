import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma
from tests.epi.reproduction.reference_cases import IMPORTED, I, W, column, figures, of, own_case, windows

from tocsin.epi.delays import gamma_serial_interval
from tocsin.epi.errors import HistoryTooShort, InvalidCounts, InvalidDates, InvalidDelay, InvalidOption
from tocsin.epi.reproduction import cori, overall_infectivity
from tocsin.epi.reproduction.gamma_quantiles import TABLE

EMPIRICAL = {
    "ee02_flu2009_nonparam": "Flu2009",
    "ee03_sars2003_nonparam": "SARS2003",
    "ee04_measles1861_nonparam": "Measles1861",
}
PARAMETRIC = {"ee01_flu2009_parametric": "Flu2009", "ee05_flu1918_parametric_w4": "Flu1918"}


@pytest.mark.parametrize("case", [*EMPIRICAL, *PARAMETRIC])
def test_matches_epiestim(shared, case):
    folder = shared / "reference"
    counts = column(folder / f"input_ee_{(EMPIRICAL | PARAMETRIC)[case]}.csv", "I")
    if case in PARAMETRIC:
        w = gamma_serial_interval(2.6, 1.5, longest=len(counts) - 1)
        np.testing.assert_allclose(w, column(folder / f"{case}_si.csv", "w")[:-1], atol=1e-12)
    else:
        w = column(folder / f"{case}_si.csv", "w")
    first, last = windows(folder / f"{case}_R.csv")
    np.testing.assert_allclose(
        of(cori(counts, w, t_start=first, t_end=last)), figures(folder / f"{case}_R.csv"), rtol=1e-10
    )


@pytest.mark.parametrize(
    ("case", "counts", "options"),
    [
        ("imported", I, {"imported": IMPORTED}),
        ("prior", I, {"prior_mean": 1.3, "prior_sd": 0.7}),
        ("large", I * 1e5, {}),
    ],
)
def test_matches_epiestim_with_options(case, counts, options):
    first, last, expected = own_case(case)
    estimate = cori(counts, W, **options)
    assert estimate.t_start.tolist() == first.tolist()
    assert estimate.t_end.tolist() == last.tolist()
    np.testing.assert_allclose(of(estimate), expected, rtol=1e-10)


def test_matches_epiestim_over_windows_of_unequal_length():
    first, last, expected = own_case("windows")
    np.testing.assert_allclose(of(cori(I, W, t_start=first, t_end=last)), expected, rtol=1e-10)


def test_the_figures_of_r_are_there_to_compare_with():
    assert own_case("windows")[2][1, 0] == pytest.approx(0.99217353793060958, rel=1e-14)


def test_infectivity_is_rs(shared):
    folder = shared / "reference"
    found = overall_infectivity(
        column(folder / "input_ee_Flu2009.csv", "I"), column(folder / "ee02_flu2009_nonparam_si.csv", "w")
    )
    np.testing.assert_allclose(found[0], column(folder / "overall_infectivity_flu2009.csv", "Lambda"), atol=1e-12)


counts_with_gaps = st.lists(st.one_of(st.integers(0, 40), st.just(np.nan)), min_size=6, max_size=20)


@settings(max_examples=40, deadline=None)
@given(counts=counts_with_gaps, window=st.integers(1, 4))
def test_is_the_equation_read_aloud(counts, window):
    w = [0, 0.5, 0.3, 0.2]
    y = np.array(counts, dtype=float)
    estimate = cori(y, w, window=window, levels=(0.1, 0.5))
    if not np.nansum(y):
        assert np.isnan(estimate.mean).all()
        return
    for j, (first, last) in enumerate(zip(estimate.t_start, estimate.t_end, strict=True)):
        shape, rate, days = 1.0, 1 / 5, 0
        for t in range(first, last + 1):
            whole = sum(w[s] for s in range(1, min(t, 3) + 1))
            known = sum(w[s] for s in range(1, min(t, 3) + 1) if not np.isnan(y[t - s]))
            if not np.isnan(y[t]) and known >= whole / 2:
                shape += y[t]
                rate += sum(w[s] * y[t - s] for s in range(1, min(t, 3) + 1) if not np.isnan(y[t - s])) * whole / known
                days += 1
        if days == 0 or last + 1 <= 1.7:
            assert np.isnan(estimate.mean[0, j])
            continue
        assert estimate.mean[0, j] == pytest.approx(shape / rate, rel=1e-12)
        assert estimate.sd[0, j] == pytest.approx(np.sqrt(shape) / rate, rel=1e-12)
        np.testing.assert_allclose(estimate.quantiles[0, j], gamma.ppf([0.1, 0.5], shape, scale=1 / rate), rtol=1e-10)


def test_a_window_must_end_after_the_mean_serial_interval():
    # In R a window is estimated where t_end, counted from 1, is above the mean: here 3 days.
    found = cori(np.full(10, 4.0), [0, 0, 0.5, 0, 0.5], window=1).mean[0]
    assert np.isnan(found).tolist() == [True, True, *[False] * 7]


def test_quantiles_of_fractions_and_of_counts_beyond_the_table_are_exact():
    y = np.array([[10.5] * 10, [TABLE / 7 - 0.1] * 10, [TABLE / 7 + 1e-3] * 10, [1e6] * 10])
    estimate = cori(y, [0, 1.0])
    shape = (estimate.mean / estimate.sd) ** 2
    for k, level in enumerate(estimate.levels):
        np.testing.assert_allclose(
            estimate.quantiles[..., k], gamma.ppf(level, shape, scale=estimate.mean / shape), rtol=1e-11
        )


def test_a_missing_day_costs_precision_and_little_else():
    y = np.full(30, 50.0)
    gap = y.copy()
    gap[[20, 22]] = np.nan
    whole, with_gap = cori(y, W), cori(gap, W)
    np.testing.assert_allclose(with_gap.mean, whole.mean, rtol=0.01)
    assert with_gap.sd[0, 18] > whole.sd[0, 18] * 1.1
    assert np.isnan(cori(np.where(np.arange(30) > 20, np.nan, y), W).mean[0, -1])


def test_a_series_without_cases_is_nan_and_says_why():
    estimate = cori(np.array([np.zeros(12), np.full(12, 3.0), np.full(12, np.nan)]), W)
    assert np.isnan(estimate.mean[[0, 2]]).all()
    assert np.isnan(estimate.quantiles[0]).all()
    assert np.isfinite(estimate.mean[1]).all()
    assert [bool(reason) for reason in estimate.reason] == [True, False, True]
    assert "no case" in estimate.reason[0]


def test_windows_are_named_by_their_last_day():
    days = np.arange("2026-03-01", "2026-03-31", dtype="datetime64[D]")
    estimate = cori(I, W, dates=days, window=3)
    assert estimate.dates[0] == np.datetime64("2026-03-04")
    assert estimate.dates[-1] == days[-1]


def test_threads_and_chunks_change_nothing():
    y = np.random.default_rng(3).poisson(9, (300, 30))
    one, two = (cori(y, W, jobs=jobs) for jobs in (1, 2))
    np.testing.assert_array_equal(one.quantiles, two.quantiles)
    np.testing.assert_array_equal(one.quantiles[299], cori(y[299], W).quantiles[0])


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"serial_interval": [0.1, 0.9]}, InvalidDelay, "gives 0.1 to lag 0.*prepend a 0"),
        ({"serial_interval": [0, 0.5, 0.3]}, InvalidDelay, "adds up to 0.8"),
        ({"serial_interval": [0, 1.5, -0.5]}, InvalidDelay, "holds -0.5"),
        ({"serial_interval": [[0, 1]]}, InvalidDelay, "has shape"),
        ({"serial_interval": [1.0]}, InvalidDelay, "has shape"),
        ({"incidence": [-1, 2, 3]}, InvalidCounts, "series 0, period 0 is -1"),
        ({"incidence": I[:6]}, HistoryTooShort, "there are 6 days.*needs 8"),
        ({"window": 0}, InvalidOption, "window is 0"),
        ({"t_start": [1]}, InvalidOption, "only one is given"),
        ({"t_start": [0], "t_end": [5]}, InvalidOption, "from day 0 to 5"),
        ({"t_start": [4], "t_end": [3]}, InvalidOption, "from day 4 to 3"),
        ({"t_start": [4], "t_end": [30]}, InvalidOption, "from day 4 to 30"),
        ({"t_start": [1.5], "t_end": [3]}, InvalidOption, "whole numbers"),
        ({"t_start": [1, 2], "t_end": [3]}, InvalidOption, "one of each"),
        ({"prior_mean": 0}, InvalidOption, "prior_mean is 0"),
        ({"prior_sd": -1}, InvalidOption, "prior_sd is -1"),
        ({"levels": (0.5, 1.0)}, InvalidOption, "levels lie between 0 and 1"),
        ({"imported": I + 1}, InvalidCounts, "imported is 4 of 3 cases"),
        ({"imported": np.full(30, np.nan)}, InvalidCounts, "imported is nan"),
        ({"imported": [1.0]}, InvalidCounts, "imported has shape"),
        ({"dates": np.arange("2026-01-05", "2026-08-03", 7, dtype="datetime64[D]")}, InvalidDates, "7 days apart"),
    ],
)  # fmt: skip
def test_refuses(arguments, error, words):
    with pytest.raises(error, match=words):
        cori(**{"incidence": I, "serial_interval": W} | arguments)
