import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.severity import competing_risks, proportion_interval

TABLE = Path(__file__).parents[2] / "reference" / "competing_risks.csv"

# The same whole numbers as in tests/reference/competing_risks.R.
i = np.arange(120)
DAYS = (i * i * 7 + i * 11) % 29 + i % 3
OUTCOME = np.where(i % 5 == 0, 0, np.where(i * 13 % 10 < 3, 1, 2))
GROUP = np.where(i % 2 == 0, "a", "b")
ENTRY = np.minimum(i % 6, DAYS - 1)


@pytest.mark.parametrize("case", ["groups", "all", "entry"])
def test_matches_r(case):
    late = DAYS > 0 if case == "entry" else np.ones(120, dtype=bool)
    r = competing_risks(
        DAYS[late],
        OUTCOME[late],
        group=GROUP if case == "groups" else None,
        entry=ENTRY[late] if case == "entry" else None,
    )
    compared = 0
    for row in csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()):
        if row["case"] == case:
            g = r.groups.index(row["group"])
            t = np.searchsorted(r.times, float(row["time"]), side="right") - 1
            found = [
                r.died[g, t],
                r.recovered[g, t],
                np.sqrt(r.died_variance[g, t]),
                np.sqrt(r.recovered_variance[g, t]),
            ]
            expected = [float(row[name]) for name in ("died", "recovered", "died_se", "recovered_se")]
            np.testing.assert_allclose(found[:2], expected[:2], rtol=1e-10, atol=1e-12)
            # With delayed entry R's infinitesimal jackknife is not Greenwood's variance; otherwise it is.
            np.testing.assert_allclose(found[2:], expected[2:], rtol=0.04 if case == "entry" else 1e-10, atol=1e-12)
            compared += 1
    assert compared >= 5


def test_is_the_sum_read_aloud():
    r = competing_risks(DAYS, OUTCOME)
    S, F = 1.0, [0.0, 0.0]
    for j, t in enumerate(r.times):
        n = sum(day >= t for day in DAYS)
        d = [sum((day == t) and (k == which) for day, k in zip(DAYS, OUTCOME, strict=True)) for which in (1, 2)]
        F = [f + S * x / n for f, x in zip(F, d, strict=True)]
        S *= 1 - sum(d) / n
        assert (r.died[0, j], r.recovered[0, j]) == pytest.approx(tuple(F))
        assert r.at_risk[0, j] == n


def test_without_censoring_it_is_a_proportion():
    k = np.where(i % 4 == 0, 1, 2)
    r = competing_risks(DAYS, k)
    assert r.fatality[0] == pytest.approx(0.25)
    assert r.died_variance[0, -1] == pytest.approx(0.25 * 0.75 / 120)
    low, high = proportion_interval(30, 120)
    assert (r.low[0], r.high[0]) == pytest.approx((float(low), float(high)))
    assert r.told[0] == pytest.approx(1)


def test_the_interval_of_incidence_is_log_log():
    r = competing_risks(DAYS, OUTCOME)
    F, se = r.died[0, 10], np.sqrt(r.died_variance[0, 10])
    half = norm.ppf(0.975) * se / (F * np.log(F))
    assert r.died_low[0, 10] == pytest.approx(F ** np.exp(-half))
    assert r.died_high[0, 10] == pytest.approx(F ** np.exp(half))


def outbreak(rng, persons, today, fatality):
    """Onsets that double in a week, deaths sooner than recoveries, seen until today."""
    onset = np.floor(today - rng.exponential(12, persons)).clip(0)
    dies = rng.random(persons) < fatality
    stay = np.round(np.where(dies, rng.gamma(3, 4, persons), rng.gamma(6, 3.5, persons)))
    seen = onset + stay <= today
    return np.where(seen, stay, today - onset), np.where(seen, np.where(dies, 1, 2), 0)


def test_recovers_the_truth_while_the_outbreak_runs_and_covers_it():
    rng = np.random.default_rng(11)
    runs, persons, truth = 250, 150, 0.3
    people = [outbreak(rng, persons, 60, truth) for _ in range(runs)]
    days, outcome = (np.concatenate(v) for v in zip(*people, strict=True))
    r = competing_risks(days, outcome, group=np.repeat(np.arange(runs), persons).astype(str))
    assert r.naive.mean() < 0.2
    assert r.fatality.mean() == pytest.approx(truth, abs=0.02)
    assert 0.93 < np.mean((r.low <= truth) & (truth <= r.high)) <= 0.99


def test_all_died_none_died_and_nobody_yet():
    r = competing_risks([3, 4, 5, 2, 2, 9], [1, 1, 0, 2, 2, 0], group=["x", "x", "x", "y", "y", "z"])
    assert r.fatality[:2].tolist() == [1, 0]
    assert r.low[0] == pytest.approx(0.025**0.5)  # two of two
    assert r.high[1] == pytest.approx(1 - 0.025**0.5)
    assert np.isnan([r.fatality[2], r.low[2], r.high[2]]).all()
    assert r.told.tolist() == pytest.approx([2 / 3, 1, 0])
    assert r.few.all()
    assert not competing_risks(DAYS, OUTCOME).few[0]
    assert competing_risks(np.arange(40), np.where(np.arange(40) < 5, 2, 1)).few[0]
    nobody = competing_risks([3, 4], [0, 0])
    assert np.isnan(nobody.fatality[0])
    assert nobody.died.shape == (1, 0)


def test_a_death_on_the_day_of_onset_counts():
    r = competing_risks([0, 0, 5, 5], [1, 2, 1, 2])
    assert r.at_risk[0].tolist() == [4, 2]
    assert r.fatality[0] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("days", "outcome", "options", "error", "words"),
    [
        ([3, -1], [1, 2], {}, InvalidCounts, "person 1 has -1 days"),
        ([3, np.nan], [1, 2], {}, InvalidCounts, "person 1 has nan days"),
        ([3, 1], [1, 5], {}, InvalidOption, "person 1 has outcome"),
        ([3, 1], [1], {}, InvalidCounts, "both are"),
        ([], [], {}, InvalidCounts, "at least one"),
        ([3, 1], [1, 2], {"entry": [0, 1]}, InvalidCounts, "entry"),
        ([3, 1], [1, 2], {"group": ["a"]}, InvalidOption, "names 1 persons of 2"),
        ([3, 1], [1, 2], {"group": ["a", None]}, InvalidOption, "person 1 has no group"),
        ([3, 1], [1, 2], {"level": 2}, InvalidOption, "level is 2"),
    ],
)
def test_refuses(days, outcome, options, error, words):
    with pytest.raises(error, match=words):
        competing_risks(days, outcome, **options)
