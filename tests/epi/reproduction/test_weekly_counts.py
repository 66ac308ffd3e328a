import numpy as np
import pytest
from tests.epi.reproduction.reference_cases import W

from tocsin.epi.errors import HistoryTooShort, InvalidCounts, InvalidDates, InvalidDelay, InvalidOption
from tocsin.epi.reproduction import cori, daily_dates, daily_from_regular, reproduction


def plain_loops(weeks, w, every, rounds, alike):
    """Nash et al.'s steps, for one series."""
    days = [count / every for count in weeks for _ in range(every)]
    for _ in range(rounds):
        rates = [0.0]
        for week in range(1, len(weeks)):
            cases, infectivity = 0.0, 0.0
            for t in range(week * every, (week + 1) * every):
                cases += days[t]
                infectivity += sum(w[s] * days[t - s] for s in range(1, min(t, len(w) - 1) + 1))
            R = (1 + cases) / (1 / 5 + infectivity)
            low, high = -5.0, 5.0
            for _ in range(200):
                r = (low + high) / 2
                low, high = (r, high) if 1 / sum(w[s] * np.exp(-r * s) for s in range(len(w))) < R else (low, r)
            rates.append(r)
        if alike:
            rates[0] = rates[1]
        days = []
        for count, r in zip(weeks, rates, strict=True):
            shares = [np.exp(r * d) for d in range(every)]
            days += [count * share / sum(shares) for share in shares]
    return days


@pytest.mark.parametrize(("every", "first"), [(7, "alike"), (7, "even"), (3, "alike")])
def test_is_the_published_algorithm(every, first):
    weeks = np.random.default_rng(1).poisson([20, 35, 60, 90, 80, 40, 0, 3])
    found = daily_from_regular(weeks, every=every, serial_interval=W, rounds=6, first=first)
    np.testing.assert_allclose(found[0], plain_loops(weeks, W, every, 6, first == "alike"), rtol=1e-7)


def test_days_add_up_to_their_weeks_and_a_missing_week_stays_missing():
    weeks = np.array([[30.0, 50, 0, 20, 11], [5, np.nan, 9, 40, 8]])
    found = daily_from_regular(weeks, serial_interval=W).reshape(2, 5, 7)
    np.testing.assert_allclose(found.sum(axis=2), weeks, rtol=1e-12)
    assert np.isnan(found[1, 1]).all()
    assert np.isfinite(found[1, 2:]).all()
    assert (found[0] >= 0).all()


def test_finds_the_days_and_the_r_of_an_epidemic_told_by_week():
    rng = np.random.default_rng(4)
    R = np.repeat([1.4, 0.8, 1.2], 35)
    y = np.full(6 + 105, 300.0)
    for t in range(105):
        y[t + 6] = rng.poisson(R[t] * (W[1:] @ y[t : t + 6][::-1]))
    days = y[6:]
    found = daily_from_regular(days.reshape(15, 7).sum(axis=1), serial_interval=W)
    assert np.mean(np.abs(found[0] / days - 1)) < 0.08
    by_week, by_day = cori(found, W), cori(days, W)
    assert np.abs(by_week.mean - by_day.mean)[0, 7:].mean() < 0.06
    even = cori(np.repeat(days.reshape(15, 7).sum(axis=1) / 7, 7), W)
    assert np.abs(by_week.mean - by_day.mean)[0, 7:].mean() < np.abs(even.mean - by_day.mean)[0, 7:].mean()


def test_the_door_takes_weeks_and_names_days():
    weeks = np.array([30, 50, 70, 90, 60, 40])
    dates = np.arange("2026-01-05", "2026-02-16", 7, dtype="datetime64[D]")
    estimate = reproduction(weeks, dates, serial_interval=W, every=7, method="cori")
    assert estimate.dates[-1] == np.datetime64("2026-02-15")
    direct = cori(daily_from_regular(weeks, serial_interval=W), W, dates=daily_dates(dates, 7))
    np.testing.assert_array_equal(estimate.mean, direct.mean)
    assert np.isfinite(reproduction(weeks, dates, serial_interval=W, every=7).mean).all()
    with pytest.raises(InvalidDates, match=r"7 days apart.*daily_from_regular"):
        reproduction(weeks, dates, serial_interval=W)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"every": 1}, InvalidOption, "every is 1"),
        ({"rounds": 0}, InvalidOption, "rounds is 0"),
        ({"first": "none"}, InvalidOption, "first is 'none'"),
        ({"counts": [4]}, HistoryTooShort, "there are 7 days"),
        ({"counts": [4, -1]}, InvalidCounts, "period 1 is -1"),
        ({"serial_interval": [0, 0.2]}, InvalidDelay, "adds up to 0.2"),
    ],
)
def test_refuses(arguments, error, words):
    with pytest.raises(error, match=words):
        daily_from_regular(**{"counts": [3, 4, 5], "serial_interval": W} | arguments)


def test_refuses_dates_that_are_not_so_far_apart():
    with pytest.raises(InvalidDates, match="1 days apart, but every=7"):
        daily_dates(["2026-01-05", "2026-01-06"], 7)
