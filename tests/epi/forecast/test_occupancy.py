import csv
import gzip

import numpy as np
import pytest

from tocsin.epi.errors import HistoryTooShort, InvalidCounts, InvalidOption
from tocsin.epi.forecast import forecast_occupancy


def wave(days=120):
    """(days,) a stock that rises by 4 % a day to its end."""
    return 20 * np.exp(0.04 * np.arange(days)) ** 0.8


def beds(occupied, **options):
    return forecast_occupancy(occupied, rng=np.random.default_rng(1), **{"horizon": 14} | options)


def test_a_rise_goes_on():
    y = wave()
    f = beds(y, keep_draws=True)
    assert f.quantiles.shape == (1, 14, 7)
    assert (f.quantiles[0, 6:, 3] > y[-1] * 1.1).all()
    width = np.diff(f.quantiles[0][:, [0, -1]], axis=1)[:, 0]
    assert (np.diff(width) > 0).all()
    assert f.draws.shape == (1000, 1, 14)


def test_nothing_exceeds_the_beds_that_exist():
    y = wave()
    f = beds(y, capacity=y[-1] * 1.05)
    assert f.quantiles.max() == y[-1] * 1.05
    assert f.quantiles[0, 0, 0] < y[-1]


def test_an_empty_ward_stays_nearly_empty_and_gaps_are_passed_over():
    assert beds(np.zeros((1, 60))).quantiles[..., 3].max() < 0.5
    y = np.round(wave())
    gapped = y.copy()
    gapped[[50, 51, 118]] = np.nan
    np.testing.assert_allclose(beds(gapped).quantiles[0, :, 3], beds(y).quantiles[0, :, 3], rtol=0.1)


def test_threads_change_nothing():
    y = np.random.default_rng(2).poisson(wave(), (40, 120))
    one, two = (beds(y, jobs=jobs, draws=100).quantiles for jobs in (1, 2))
    np.testing.assert_array_equal(one, two)


def test_intensive_care_of_german_states_is_foretold_better_than_by_as_now(shared):
    with gzip.open(shared / "data" / "p5_icu_capacity_german_states_to_2021-06.csv.gz", "rt", encoding="utf-8") as rows:
        table = [(r["bundesland_name"], r["datum"], r["faelle_covid_aktuell"]) for r in csv.DictReader(rows)]
    states = sorted({state for state, _, _ in table})
    days = np.arange(np.datetime64("2020-03-21"), np.datetime64("2021-07-01"))
    occupied = np.full((len(states), len(days)), np.nan)
    for state, day, value in table:
        if np.datetime64(day) >= days[0] and value:
            occupied[states.index(state), int((np.datetime64(day) - days[0]).astype(int))] = float(value)
    ends = range(60, len(days) - 14, 28)
    cut = [np.c_[np.full((len(states), len(days) - end), np.nan), occupied[:, :end]] for end in ends]
    f = beds(np.concatenate(cut), levels=[0.025, 0.5, 0.975], draws=200)
    for ahead in (7, 14):
        came = np.concatenate([occupied[:, end + ahead - 1] for end in ends])
        now = np.concatenate([occupied[:, end - 1] for end in ends])
        low, middle, high = f.quantiles[:, ahead - 1].T
        assert np.abs(middle - came).mean() < 0.9 * np.abs(now - came).mean()
        assert 0.88 < ((came >= low) & (came <= high)).mean() < 0.98


@pytest.mark.parametrize(
    ("occupied", "options", "error", "words"),
    [
        (wave(), {"horizon": 29}, InvalidOption, "horizon is 29"),
        (wave(), {"draws": 5}, InvalidOption, "draws is 5"),
        (wave(), {"capacity": [1.0, 2.0]}, InvalidOption, "capacity has shape"),
        (wave(), {"capacity": -3.0}, InvalidCounts, "capacity holds -3"),
        (wave(15), {}, HistoryTooShort, "15 known values"),
        (-wave(), {}, InvalidCounts, "occupied must be finite and at least 0"),
    ],
)
def test_refuses(occupied, options, error, words):
    with pytest.raises(error, match=words):
        beds(occupied, **options)
