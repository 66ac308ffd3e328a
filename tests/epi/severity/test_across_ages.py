import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr
from tests.epi.severity.china_cdc import AGES, CASES, DEATHS, POPULATION

from tocsin.epi.errors import InvalidCounts
from tocsin.epi.severity import correlation_across_groups, severe_and_fatal

SEVERE = DEATHS + np.array([4, 12, 60, 200, 300, 500, 700, 500, 250])


def logit(x):
    return np.log((x + 0.5) / (CASES - x + 0.5))


def test_correlations_are_scipys():
    c = correlation_across_groups(SEVERE, DEATHS, CASES)
    r = pearsonr(logit(SEVERE), logit(DEATHS))
    assert c.pearson == pytest.approx(r.statistic)
    assert (c.pearson_low, c.pearson_high) == pytest.approx(tuple(r.confidence_interval(0.95)), rel=1e-6)
    assert c.spearman == pytest.approx(spearmanr(SEVERE / CASES, DEATHS / CASES).statistic)
    assert c.groups == 9
    assert c.few_groups


def test_nine_groups_leave_a_wide_interval():
    shuffled = np.array([3, 1, 4, 2, 6, 5, 9, 7, 8])
    c = correlation_across_groups(shuffled, np.arange(1, 10), np.full(9, 1000))
    assert c.spearman == pytest.approx(0.85)
    assert c.spearman_low < 0.5 < c.spearman < c.spearman_high < 1


def test_ranks_that_agree_entirely_are_not_certain():
    c = correlation_across_groups(np.arange(1, 10), np.arange(1, 10) ** 2, np.full(9, 1000))
    assert c.spearman == pytest.approx(1)
    assert 0.9 < c.spearman_low < 0.99
    assert c.spearman_high == 1
    down = correlation_across_groups(np.arange(9, 0, -1), np.arange(1, 10) ** 2, np.full(9, 1000))
    assert down.spearman_low == -1
    assert down.spearman_high == pytest.approx(-c.spearman_low)


def test_fishers_interval_covers_a_correlation_of_groups():
    rng = np.random.default_rng(6)
    covered = []
    for _ in range(400):
        a, b = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 12).T
        n = np.full(12, 10**8)
        c = correlation_across_groups(*(np.round(n / (1 + np.exp(-v))) for v in (a, b)), n)
        covered.append(c.pearson_low <= 0.6 <= c.pearson_high)
    assert 0.925 < np.mean(covered) < 0.975


def test_chance_in_small_counts_is_told_apart_when_asked():
    c = correlation_across_groups(SEVERE // 20, DEATHS // 20, CASES // 20, rng=np.random.default_rng(1), draws=400)
    again = correlation_across_groups(SEVERE // 20, DEATHS // 20, CASES // 20, rng=np.random.default_rng(1), draws=400)
    assert c == again
    assert c.counts_low < c.counts_high <= 1
    assert np.isnan(correlation_across_groups(SEVERE, DEATHS, CASES).counts_low)


def test_the_same_risk_everywhere_correlates_with_nothing():
    c = correlation_across_groups(np.full(5, 10), [1, 2, 3, 4, 5], np.full(5, 100))
    assert np.isnan([c.pearson, c.pearson_low, c.spearman, c.spearman_high]).all()


def test_side_by_side():
    s = severe_and_fatal(CASES, SEVERE, DEATHS, ages=AGES, standard=POPULATION)
    assert s.severe.risk == "severe_case"
    assert s.fatal.estimate == pytest.approx(DEATHS / CASES)
    assert s.deaths_per_severe.estimate == pytest.approx(DEATHS / SEVERE)
    assert s.fatal_standardised.estimate < s.fatal.crude
    assert s.severe_standardised.estimate > s.fatal_standardised.estimate
    apart = severe_and_fatal(CASES, DEATHS // 2, DEATHS)
    assert apart.deaths_per_severe is None
    assert apart.severe_standardised is None


def test_refuses():
    with pytest.raises(InvalidCounts, match="3 groups have both"):
        correlation_across_groups([1, 2, 3, np.nan], [1, 2, 3, 4], [9, 9, 9, 9])
    with pytest.raises(InvalidCounts, match="one stratum at a time"):
        severe_and_fatal(np.stack([CASES, CASES]), np.stack([SEVERE, SEVERE]), np.stack([DEATHS, DEATHS]))
