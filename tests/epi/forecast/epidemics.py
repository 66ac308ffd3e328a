"""Epidemics to forecast, simulated from the renewal model in plain NumPy."""

import numpy as np

from tocsin.epi.delays import gamma_serial_interval, renormalised

INTERVAL = renormalised(gamma_serial_interval(7.0, 4.0, longest=25))
WEEKDAYS = np.array([1.2, 1.1, 1.0, 1.0, 1.0, 0.9, 0.8])


def renewal_counts(series, days, rng, *, phi=0.94, sigma=0.03, scatter=0.02, start=300.0):
    """(series, days) counts; log R drifts and is damped towards 0. Begins at `start` a day."""
    lags = len(INTERVAL)
    level = np.full((series, lags + days), float(start))
    r = np.zeros(series)
    shape = np.broadcast_to(scatter, (series,))
    for t in range(lags, lags + days):
        pressure = sum(INTERVAL[s] * level[:, t - s] for s in range(1, lags))
        r = phi * r + sigma * rng.standard_normal(series)
        mean = np.maximum(np.exp(r) * pressure, 1e-6) * WEEKDAYS[t % 7]
        level[:, t] = rng.poisson(mean * rng.gamma(1 / shape, shape)) / WEEKDAYS[t % 7]
    return (level * WEEKDAYS[np.arange(lags + days) % 7])[:, lags:].round()


def growing(days, rate, *, start=100.0):
    """(days,) expected counts that grow by `rate` a day, without noise."""
    return start * np.exp(rate * np.arange(days))
