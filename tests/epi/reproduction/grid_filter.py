"""Parag's filter and smoother on a grid of x = 2 sqrt(R), read aloud: the oracle of the filter's normals."""

import numpy as np
from scipy.stats import nbinom, norm, poisson

X = np.linspace(0.0075, 9, 600)


def transition(eta, jump_p=0.0, jump_sd=0.7):
    """(to, from) density of tomorrow's |x| given today's."""
    step = (1 - jump_p) * _folded(eta)
    if jump_p:
        step += jump_p * _folded(np.hypot(eta, jump_sd))
    return step / step.sum(axis=0)


def run(counts, Lambda, eta, *, k=np.inf, start=(2.5, 1.5), jump_p=0.0):
    """Filtered and smoothed distributions (days, grid), and the log-probability of each day's count."""
    days = len(counts)
    step = transition(eta, jump_p)
    p = norm.pdf(X, *start) + norm.pdf(-X, *start)
    filtered, predicted, scores = np.empty((days, len(X))), np.empty((days, len(X))), np.full(days, np.nan)
    p /= p.sum()
    for t in range(days):
        if t > 0:
            p = step @ p
        predicted[t] = p
        if Lambda[t] > 0 and not np.isnan(counts[t]):
            mu = Lambda[t] * X**2 / 4
            likelihood = poisson.pmf(counts[t], mu) if np.isinf(k) else nbinom.pmf(counts[t], k, k / (k + mu))
            p = p * likelihood
            scores[t] = np.log(p.sum())
            p = p / p.sum()
        filtered[t] = p
    smoothed = filtered.copy()
    for t in range(days - 2, -1, -1):
        smoothed[t] = filtered[t] * (step.T @ (smoothed[t + 1] / np.maximum(predicted[t + 1], 1e-300)))
    return filtered, smoothed, scores


def mean(p):
    return p @ (X**2 / 4)


def quantile(p, level):
    """(days,) of R."""
    middles = np.cumsum(p, axis=1) - p / 2
    return np.array([np.interp(level, row, X) for row in middles]) ** 2 / 4


def _folded(sd):
    apart = X[:, np.newaxis] - X
    return norm.pdf(apart, 0, sd) + norm.pdf(X[:, np.newaxis] + X, 0, sd)
