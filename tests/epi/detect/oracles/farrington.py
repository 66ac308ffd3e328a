"""Farrington's methods read aloud: one series, one period, dense matrices, the order of R's glm."""

import math
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from scipy.stats import nbinom, norm, poisson
from scipy.stats import t as student

EPSILON = np.finfo(float).eps


def glm(y, X, weights, offset):
    """Iteratively reweighted least squares with a log link; None if 25 steps do not settle it."""
    mu = y + 0.1
    eta = np.log(mu)
    before = deviance(y, mu, weights)
    for _ in range(25):
        W = weights * mu
        z = eta - offset + (y - mu) / mu
        root = np.sqrt(W)
        beta = np.linalg.lstsq(X * root[:, None], z * root, rcond=None)[0]
        eta = X @ beta + offset
        mu = np.maximum(np.exp(eta), EPSILON)
        now = deviance(y, mu, weights)
        if abs(now - before) / (abs(now) + 0.1) < 1e-8:
            return {"beta": beta, "mu": mu, "W": W, "r": (y - mu) / mu}
        before = now
    return None


def deviance(y, mu, weights):
    terms = [(a * math.log(a / m) if a > 0 else 0.0) - (a - m) for a, m in zip(y, mu, strict=True)]
    return 2 * sum(w * d for w, d in zip(weights, terms, strict=True))


def fit(y, X, offset, reweight, threshold):
    """The plain fit, then the one with outliers weighted down; with the dispersion and its bare version."""
    weights = np.ones(len(y))
    model = glm(y, X, weights, offset)
    if model is None:
        return None
    degrees = len(y) - X.shape[1]
    phi = max(np.sum(model["W"] * model["r"] ** 2) / degrees, 1.0)
    if reweight:
        root = np.sqrt(model["W"])[:, None] * X
        hat = np.einsum("ij,jk,ik->i", root, np.linalg.inv(root.T @ root), root)
        with np.errstate(divide="ignore", invalid="ignore"):
            s = 1.5 * (y ** (2 / 3) * model["mu"] ** (-1 / 6) - model["mu"] ** 0.5) / np.sqrt(phi * (1 - hat))
        weights = np.array([1 / v**2 if v > threshold else 1.0 for v in s])
        weights *= len(y) / weights.sum()
        again = glm(y, X, weights, offset)
        model = again or model
        phi = max(np.sum(model["W"] * model["r"] ** 2) / degrees, 1.0)
    model["phi"] = phi
    model["weighted"] = np.sum(model["W"] * model["r"] ** 2) / degrees
    model["prior"] = np.sum(weights * model["r"] ** 2) / degrees
    model["covariance"] = np.linalg.inv(X.T @ (X * model["W"][:, None]))
    model["degrees"] = degrees
    return model


def regression(y, t, group, now, *, flexible, trend, p_value, reweight, threshold, population=None):
    """(eta, variance of eta, phi, slope) for time `now` in the last group, or None.

    y, t, group  of the reference rows; population is (of the rows, now) or None
    """
    people, people_now = population or (np.ones(len(y)), 1.0)
    offset = np.log(people)
    levels = sorted(set(group))
    dummies = np.array([[float(g == level) for level in levels] for g in group])
    for with_trend in [True, False] if trend else [False]:
        X = np.column_stack([dummies, t]) if with_trend else dummies
        x_now = np.array([float(level == max(levels)) for level in levels] + [now] * with_trend)
        model = fit(y, X, offset, reweight, threshold)
        if model is None:
            continue
        test_dispersion = model["prior"] if flexible and reweight else model["weighted"]
        eta = x_now @ model["beta"] + math.log(people_now)
        if with_trend:
            error = math.sqrt(test_dispersion * model["covariance"][-1, -1])
            t_value = abs(model["beta"][-1]) / error
            # A slope of nothing but rounding has a p-value of 1.
            p = 2 * student.sf(t_value, model["degrees"]) if t_value > 1e-14 else 1.0
            if not (p < p_value and math.exp(eta) <= y.max()):
                continue
        dispersion = test_dispersion if flexible else model["phi"]
        variance = dispersion * (x_now @ model["covariance"] @ x_now)
        return eta, variance, model["phi"], model["beta"][-1] if with_trend else math.nan
    return None


def anniversaries(dates, now, years_back, per_year):
    """Index of the same period 0, 1, ... years back; weeks to the nearest of the same weekday."""
    if dates is None:
        return [now - per_year * i for i in range(years_back + 1)]
    found = []
    today = dates[now]
    for back in range(years_back + 1):
        try:
            then = today.replace(year=today.year - back)
        except ValueError:
            then = date(today.year - back, 3, 1)
        if (dates[1] - dates[0]).days == 7:
            then = min((then + timedelta(days=d) for d in range(-3, 4)), key=lambda d: d.weekday() != today.weekday())
        found.append(now + (then - today).days // (dates[1] - dates[0]).days if per_year != 12 else now - 12 * back)
    return found


def flexible_rows(dates, now, *, years_back, half_window, seasonal_periods, skip_recent, per_year):
    """(row, group) of each reference row, by walking from window to window."""
    w = half_window
    anchors = anniversaries(dates, now, years_back, per_year)
    rows = {}
    for later, anchor in pairwise(anchors):
        between = list(range(anchor + w + 1, later - w)) if seasonal_periods > 1 else []
        size, rest = divmod(len(between), seasonal_periods - 1) if seasonal_periods > 1 else (0, 0)
        for block in range(seasonal_periods - 1):
            length = size + (1 if block < rest else 0)
            for row in between[:length]:
                rows[row] = block
            between = between[length:]
        for row in range(anchor - w, anchor + w + 1):
            rows[row] = seasonal_periods - 1
    return sorted((row, block) for row, block in rows.items() if row < now - skip_recent)


def count_limits(observed, mean, phi, alpha):
    """(quantile, P(Y >= observed)) of the negative binomial, or of the Poisson at phi = 1."""
    law = nbinom(mean / (phi - 1), 1 / phi) if phi > 1 else poisson(mean)
    return law.isf(alpha), law.sf(observed - 1)


def delta_limits(observed, eta, variance, phi, alpha, power):
    mu = max(math.exp(eta), EPSILON)
    sd = power * mu ** (power - 0.5) * math.sqrt(phi + variance * mu)
    limit = (mu**power + norm.isf(alpha) * sd) ** (1 / power)
    return limit, norm.sf(observed**power, mu**power, sd)
