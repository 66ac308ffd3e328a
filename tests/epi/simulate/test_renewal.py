"""The renewal process of several places: against the equation in plain loops, its closed answers, and its means."""

import math

import numpy as np
import pytest

from tocsin.epi.errors import InvalidCounts, InvalidDelay, InvalidOption
from tocsin.epi.simulate.renewal import (
    Control,
    expected_infections,
    renewal_outbreak,
    reproduction_by_day,
)

W = np.array([0.0, 0.2, 0.5, 0.2, 0.1])
M = np.array([[0.8, 0.2, 0.0], [0.1, 0.7, 0.1], [0.0, 0.0, 1.0]])
INCUBATION, REPORTING = np.array([0.1, 0.6, 0.3]), np.array([0.5, 0.25, 0.25])


def brought(days: int, places: int, number: int = 5) -> np.ndarray:
    imported = np.zeros((days, places), dtype=int)
    imported[0, 0] = number
    return imported


def outbreak(R, *, seed: int = 1, mixing=M, imported=None, **more):
    given = {
        "mixing": mixing, "generation_time": W, "incubation_period": INCUBATION, "reporting_delay": REPORTING,
        "imported": brought(*np.shape(R)) if imported is None else imported, **more,
    }  # fmt: skip
    return renewal_outbreak(R, rng=np.random.default_rng(seed), **given)


def read_aloud(R, mixing, w, imported, draw):
    """The equation, term by term."""
    days, places = R.shape
    infected = np.zeros((days, places))
    for t in range(days):
        mean = []
        for j in range(places):
            total = 0.0
            for i in range(places):
                pressure = sum(w[s] * infected[t - s, i] for s in range(1, len(w)) if s <= t)
                total += mixing[i, j] * R[t, i] * pressure
            mean.append(total)
        infected[t] = imported[t] + draw(np.array(mean))
    return infected


@pytest.mark.parametrize("k", [math.inf, 0.5])
def test_infections_are_the_equation_read_aloud(k):
    R = reproduction_by_day(2.0, days=25, places=3, controls=[Control(12, 0.5, (0,))])
    rng = np.random.default_rng(7)
    draw = rng.poisson if math.isinf(k) else lambda mean: rng.negative_binomial(k, k / (k + mean))
    expected = read_aloud(R, M, W, brought(25, 3), draw)
    np.testing.assert_array_equal(outbreak(R, seed=7, dispersion=k).infections, expected)
    assert expected.sum() > 100


def test_means_are_the_equation_without_chance():
    R = reproduction_by_day(1.7, days=30, places=3, controls=[Control(10, 0.4, (1,)), Control(20, 0.5)])
    expected = read_aloud(R, M, W, brought(30, 3), lambda mean: mean)
    found = expected_infections(R, mixing=M, generation_time=W, imported=brought(30, 3))
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("k", [math.inf, 1.0])
def test_many_outbreaks_have_that_mean(k):
    R = reproduction_by_day(1.3, days=12, places=3)
    mean = expected_infections(R, mixing=M, generation_time=W, imported=brought(12, 3))
    drawn = np.array([outbreak(R, seed=seed, dispersion=k).infections for seed in range(3_000)])
    error = drawn.std(axis=0) / math.sqrt(len(drawn))
    assert (np.abs(drawn.mean(axis=0) - mean) <= 4.5 * error + 1e-12).all()


@pytest.mark.parametrize("growth", [-0.1, 0.05, 0.2])
def test_it_grows_as_R_and_the_generation_time_say(growth):
    """Growth r follows from R = 1 / sum w_s e^{-rs} (Wallinga & Lipsitch 2007), in one closed group of places."""
    R = 1 / sum(w * math.exp(-growth * s) for s, w in enumerate(W))
    closed = np.array([[0.6, 0.4], [0.4, 0.6]])
    mean = expected_infections(np.full((400, 2), R), mixing=closed, generation_time=W, imported=brought(400, 2, 1)).sum(
        axis=1
    )
    assert math.log(mean[-1] / mean[-2]) == pytest.approx(growth, abs=1e-9)


def test_a_negative_binomial_day_varies_by_its_dispersion():
    R, imported = np.full((2, 1), 1.0), np.array([[200], [0]])
    one = {"mixing": [[1.0]], "imported": imported, "generation_time": [0.0, 1.0]}
    drawn = np.array([outbreak(R, seed=seed, dispersion=4.0, **one).infections[1, 0] for seed in range(4_000)])
    assert drawn.mean() == pytest.approx(200, rel=0.03)
    assert drawn.var() == pytest.approx(200 + 200**2 / 4, rel=0.1)


def test_delays_are_drawn_from_what_was_given():
    found = outbreak(reproduction_by_day(2.5, days=28, places=3), seed=3)
    n = len(found.place)
    assert n == found.infections.sum() > 10_000
    for delay, p in ((found.onset - found.infected, INCUBATION), (found.reported - found.onset, REPORTING)):
        np.testing.assert_allclose(np.bincount(delay, minlength=3) / n, p, atol=4 / math.sqrt(n))
    by_place = np.bincount(found.place, minlength=3)
    np.testing.assert_array_equal(by_place, found.infections.sum(axis=0))


def test_incidence_counts_who_falls_ill_within_the_days():
    found = outbreak(reproduction_by_day(2.0, days=20, places=3), seed=4)
    late = int((found.onset >= 20).sum())
    assert late > 0
    assert found.incidence().sum() == len(found.place) - late
    assert found.incidence()[5, 1] == int(((found.onset == 5) & (found.place == 1)).sum())


def test_one_seed_gives_one_outbreak():
    R = reproduction_by_day(1.8, days=30, places=3)
    one, again, other = outbreak(R, seed=5), outbreak(R, seed=5), outbreak(R, seed=6)
    np.testing.assert_array_equal(one.reported, again.reported)
    assert not np.array_equal(one.infections, other.infections)


def test_a_control_counts_from_its_day_and_controls_multiply():
    R = reproduction_by_day(2.0, days=4, places=2, controls=[Control(1, 0.5), Control(2, 0.5, (1,)), Control(9, 0.0)])
    np.testing.assert_allclose(R, [[2, 2], [1, 1], [1, 0.5], [1, 0.5]])


def test_where_R_is_nothing_nobody_follows():
    assert outbreak(np.zeros((10, 3))).infections.sum() == 5


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"mixing": np.eye(2)}, r"mixing has shape \(2, 2\); for 3 places"),
        ({"mixing": np.full((3, 3), 0.5)}, "row 0 of mixing adds up to 1.5"),
        ({"dispersion": 0.0}, "dispersion is 0"),
    ],
)
def test_what_cannot_be_is_said_with_its_value(wrong, said):
    with pytest.raises(InvalidOption, match=said):
        outbreak(np.ones((10, 3)), **wrong)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"generation_time": [0.1, 0.9]}, "generation_time gives 0.1 to 0 days"),
        ({"generation_time": [0.0, 0.4]}, "generation_time adds up to 0.4"),
        ({"incubation_period": [1.2, -0.2]}, "incubation_period holds -0.2"),
        ({"reporting_delay": [[1.0]]}, r"reporting_delay has shape \(1, 1\)"),
    ],
)
def test_what_is_no_delay_is_said_with_its_value(wrong, said):
    with pytest.raises(InvalidDelay, match=said):
        outbreak(np.ones((10, 3)), **wrong)


@pytest.mark.parametrize(
    ("imported", "said"),
    [(np.zeros((9, 3)), r"imported has shape \(9, 3\)"), (np.full((10, 3), 0.5), "imported holds 0.5")],
)
def test_infections_brought_are_whole_and_as_many_as_the_days(imported, said):
    with pytest.raises(InvalidCounts, match=said):
        outbreak(np.ones((10, 3)), imported=imported)


@pytest.mark.parametrize("R", [np.full((10, 3), -1.0), np.full((10, 3), np.nan), np.ones(10)])
def test_a_reproduction_number_is_not_negative_and_by_day_and_place(R):
    with pytest.raises(InvalidOption, match="R h"):
        renewal_outbreak(
            R, mixing=M, generation_time=W, incubation_period=INCUBATION, reporting_delay=REPORTING,
            imported=brought(10, 3), rng=np.random.default_rng(1),
        )  # fmt: skip


def test_an_outbreak_past_all_measure_is_refused_with_its_day():
    with pytest.raises(InvalidCounts, match=r"on day \d+ .* lower R"):
        outbreak(np.full((60, 3), 20.0))


@pytest.mark.parametrize(
    ("control", "said"),
    [(Control(-1, 0.5), "begins on day -1"), (Control(1, -0.5), "factor -0.5"), (Control(1, 0.5, (3,)), "of place 3")],
)
def test_a_control_is_of_a_day_and_a_place_that_there_is(control, said):
    with pytest.raises(InvalidOption, match=said):
        reproduction_by_day(2.0, days=5, places=3, controls=[control])
