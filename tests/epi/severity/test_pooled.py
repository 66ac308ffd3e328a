import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import beta
from tests.epi.severity.china_cdc import AGES, CASES, DEATHS

from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.severity import pooled, pooled_by_age, risk_by_age
from tocsin.epi.severity.pooled import DRIFT_MEAN, DRIFT_SD, DRIFTS, SIGMA_RATE, SIGMAS


def drawn(groups, draws, rng):
    """Walks from the prior: first Jeffreys', then steps; sigma and drift as far as their grids go."""
    sigma = rng.exponential(1 / SIGMA_RATE, 4 * draws)
    sigma = sigma[(sigma > SIGMAS[0]) & (sigma < SIGMAS[-1])][:draws]
    drift = rng.normal(DRIFT_MEAN, DRIFT_SD, 2 * draws)
    drift = drift[(drift > DRIFTS[0] - 0.1) & (drift < DRIFTS[-1] + 0.1)][: len(sigma)]
    steps = drift[:, None] + sigma[: len(drift), None] * rng.normal(size=(len(drift), groups - 1))
    first = np.clip(logit(np.clip(rng.beta(0.5, 0.5, (len(drift), 1)), 1e-12, 1 - 1e-12)), -14.9, 8.9)
    return expit(first + np.concatenate([np.zeros_like(first), np.cumsum(steps, axis=1)], axis=1))


def test_is_the_prior_weighed_by_the_likelihood():
    x, n = np.array([0, 2, 3, 6]), np.array([20, 30, 15, 12])
    p = drawn(4, 600_000, np.random.default_rng(1))
    with np.errstate(divide="ignore"):
        weight = np.exp((x * np.log(p) + (n - x) * np.log1p(-np.minimum(p, 1 - 1e-15))).sum(axis=1) + 25)
    weight /= weight.sum()
    r = pooled_by_age(x, n, quantiles=[0.025, 0.5, 0.975])
    np.testing.assert_allclose(r.estimate[0], weight @ p, rtol=0.04, atol=0.003)
    for a in range(4):
        order = np.argsort(p[:, a])
        below = np.cumsum(weight[order])
        at = [p[order, a][np.searchsorted(below, q)] for q in (0.025, 0.5, 0.975)]
        np.testing.assert_allclose(r.quantiles[0, a], at, rtol=0.08, atol=0.003)


def test_two_groups_are_the_integral_over_both(monkeypatch):
    monkeypatch.setattr(pooled, "SIGMAS", np.array([0.4]))
    monkeypatch.setattr(pooled, "DRIFTS", np.array([0.6]))
    x, n = np.array([1, 9]), np.array([40, 50])
    eta = np.linspace(-12, 6, 3001)
    own = [np.exp(x[a] * np.log(expit(eta)) + (n[a] - x[a]) * np.log(expit(-eta))) for a in (0, 1)]
    own[0] = own[0] * np.sqrt(expit(eta) * expit(-eta))
    step = np.exp(-0.5 * ((eta[None, :] - eta[:, None] - 0.6) / 0.4) ** 2)
    for a, density in enumerate((own[0] * (step @ own[1]), own[1] * (own[0] @ step))):
        below = np.cumsum(density) - density / 2
        expected = expit(np.interp([0.025, 0.5, 0.975], below / density.sum(), eta))
        found = pooled_by_age(x, n, quantiles=[0.025, 0.5, 0.975]).quantiles[0, a]
        np.testing.assert_allclose(found, expected, rtol=0.01)


def test_covers_what_was_drawn_from_the_prior():
    rng = np.random.default_rng(2)
    p = drawn(7, 300, rng)[:120]
    n = np.round(np.exp(rng.uniform(2, 9, p.shape))).astype(int)
    r = pooled_by_age(rng.binomial(n, p), n, quantiles=[0.05, 0.5, 0.95])
    below = (p[..., None] <= r.quantiles).mean(axis=(0, 1))
    np.testing.assert_allclose(below, [0.05, 0.5, 0.95], atol=0.035)


def test_many_persons_are_left_alone_and_few_are_helped():
    r, raw = pooled_by_age(DEATHS, CASES, ages=AGES), risk_by_age(DEATHS, CASES)
    np.testing.assert_allclose(r.estimate[0, 4:], raw.estimate[4:], rtol=0.16)
    assert 0 < r.estimate[0, 0] < 0.0008  # none of 416, and the group beside it has 1 of 549
    width = r.quantiles[0, :, -1] - r.quantiles[0, :, 0]
    assert (width[:3] < 0.75 * (raw.high - raw.low)[:3]).all()
    assert r.drift[0] > 0.5


def test_a_million_persons_are_as_sharp_as_they_are():
    r = pooled_by_age([300, 150_000, 400], [1000, 1_000_000, 1000])
    assert r.quantiles[0, 1, [0, -1]] == pytest.approx(beta.ppf([0.025, 0.975], 150_000, 850_000), rel=1e-3)


def test_a_group_without_persons_is_told_from_its_neighbours():
    r = pooled_by_age([30, np.nan, 90], [300, np.nan, 300])
    assert 0.1 < r.estimate[0, 1] < 0.3
    assert np.diff(r.quantiles[0, 1, [0, -1]]) > 2 * np.diff(r.quantiles[0, 0, [0, -1]])


def test_distance_between_groups_counts():
    near, far = (pooled_by_age([40, 0, 3], [400, 0, 4], positions=at) for at in ([0, 0.1, 5], [0, 2.5, 5]))
    assert np.diff(near.quantiles[0, 1, [0, -1]]) < 0.5 * np.diff(far.quantiles[0, 1, [0, -1]])


def test_strata_are_told_apart_and_more_than_a_chunk_of_them():
    x, n = np.tile(DEATHS // 30, (20, 1)), np.tile(CASES // 30, (20, 1))
    x[17] = n[17] // 2
    many = pooled_by_age(x, n)
    for i in (0, 17):
        np.testing.assert_allclose(many.quantiles[i], pooled_by_age(x[i], n[i]).quantiles[0], rtol=1e-9)


@pytest.mark.parametrize(
    ("events", "persons", "options", "error", "words"),
    [
        ([1, 2], [3, 4], {"positions": [1, 1]}, InvalidOption, "increasing with age"),
        ([1, 2], [3, 4], {"positions": [1]}, InvalidOption, "one for each of 2"),
        ([1, 2], [3, 4], {"quantiles": [0.5, 0.1]}, InvalidOption, "increasing order"),
        ([5, 2], [3, 4], {}, InvalidCounts, "5 events of 3 persons"),
        (np.zeros((1, 1, 2)), np.ones((1, 1, 2)), {}, InvalidCounts, "strata, ages"),
    ],
)
def test_refuses(events, persons, options, error, words):
    with pytest.raises(error, match=words):
        pooled_by_age(events, persons, **options)
