"""The weekly series that detection is timed on: the last seven years of Noufaily's 42 scenarios."""

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.simulate.noufaily import SCENARIOS, noufaily

WEEKS = 7 * 52
R_OPTIONS = """list(range = RANGE, b = 5, w = 3, noPeriods = 10, weightsThreshold = 2.58, pastWeeksNotIncluded = 26,
  thresholdMethod = "nbPlugin", alpha = 0.01, trend = TRUE, pThresholdTrend = 1, reweight = TRUE,
  glmWarnings = FALSE)"""


def weekly_counts(series: int, weeks: int = WEEKS, seed: int = 1) -> NDArray[np.int32]:
    """(series, weeks) counts with outbreaks, the scenarios in turn; made in parts to spare memory."""
    rng = np.random.default_rng(seed)
    parts = []
    while sum(len(part) for part in parts) < series:
        replicates = min(200, -(-series // len(SCENARIOS)))
        parts.append(noufaily(replicates, rng).counts[:, -weeks:].astype(np.int32))
    return np.concatenate(parts)[:series]
