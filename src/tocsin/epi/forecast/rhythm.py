"""What differs between daily and weekly counts: the season, how fast things change in one step, what is usual."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["DAILY", "MOST_BLOCKS", "RHYTHMS", "WEEKLY", "Rhythm"]

MOST_BLOCKS = 8
"""Weeks ahead at the most."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """One step of a series.

    days      in a step
    season    steps after which a pattern returns; 1 for none
    block     steps in a week, the unit in which past forecasts are judged
    phi       of what log R or a trend is, what remains after a step
    gain      of a one-step error that log R takes up while leaps are sought
    sigma     standard deviations of a step of log R that are tried
    scatter   squared coefficients of variation of a count beyond Poisson that are tried
    forget    what a step leaves of the score of a combination that is tried
    memory    share of a step in the mean level of months
    smoothing (alpha, beta, phi) that are tried
    least     steps of history without which there is no forecast
    kept      steps of history that are looked at
    """

    days: int
    season: int
    block: int
    phi: float
    gain: float
    sigma: tuple[float, ...]
    scatter: tuple[float, ...]
    forget: float
    memory: float
    smoothing: tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]
    least: int
    kept: int

    def renewal_grid(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        sigma, scatter = np.meshgrid(self.sigma, self.scatter, indexing="ij")
        return sigma.ravel(), scatter.ravel()

    def smoothing_grid(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        alpha, beta, phi = np.meshgrid(*self.smoothing, indexing="ij")
        return alpha.ravel(), beta.ravel(), phi.ravel()


DAILY = Rhythm(
    days=1,
    season=7,
    block=7,
    phi=0.94,
    gain=0.2,
    sigma=(0.01, 0.02, 0.04, 0.08),
    scatter=(0.003, 0.01, 0.03, 0.1, 0.3),
    forget=0.985,
    memory=0.004,
    smoothing=((0.1, 0.2, 0.35), (0.01, 0.025, 0.05), (0.92, 0.96)),
    least=21,
    kept=420,
)
WEEKLY = Rhythm(
    days=7,
    season=1,
    block=1,
    phi=0.65,
    gain=0.7,
    sigma=(0.05, 0.1, 0.2, 0.4),
    scatter=(0.001, 0.01, 0.03, 0.1, 0.3),
    forget=0.9,
    memory=0.028,
    smoothing=((0.5, 0.75, 1.0), (0.15, 0.35, 0.6), (0.5, 0.75)),
    least=4,
    kept=160,
)
RHYTHMS = {"day": DAILY, "week": WEEKLY}
