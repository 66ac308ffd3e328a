"""Models compared two by two on the forecasts that both made.

Cramer EY et al. (2022). Evaluation of individual and ensemble probabilistic forecasts of COVID-19 mortality in the
United States. PNAS 119(15):e2113561119. doi:10.1073/pnas.2113561119. With s_i,j the mean score of model i on what both
i and j forecast,

    ratio_i,j = s_i,j / s_j,i,      skill_i = geometric mean over all j, i among them, of ratio_i,j

divided by that of the baseline where there is one. Below 1 is better than the others (than the baseline).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.errors import InvalidCounts, InvalidOption

__all__ = ["RelativeSkill", "relative_skill"]


@dataclass(frozen=True, slots=True)
class RelativeSkill:
    """Models compared.

    ratio      (models, models) mean score of the row's model over that of the column's, on what both forecast; nan
               where they share nothing
    shared     (models, models) forecasts that both made
    skill      (models,) geometric mean of each row; nan where a model shares nothing with another
    to_baseline (models,) skill over the baseline's; nan without a baseline
    """

    ratio: NDArray[np.float64]
    shared: NDArray[np.int64]
    skill: NDArray[np.float64]
    to_baseline: NDArray[np.float64]


def relative_skill(scores: ArrayLike, *, baseline: int | None = None) -> RelativeSkill:
    """Pairwise comparison, as R's scoringutils does it.

    scores    (models, ...) one score a forecast, 0 or above; nan where a model made none, or nothing came to compare
    baseline  number of the model with which the others are compared
    raises    InvalidOption; InvalidCounts of scores below 0

    A ratio whose lower mean is 0 is nan, unless both are: then it is 1.
    """
    s = np.asarray(scores, dtype=np.float64)
    if s.ndim < 2 or s.shape[0] < 2:
        raise InvalidOption(f"scores has shape {s.shape}; give one row of scores for each of at least two models")
    if baseline is not None and not 0 <= baseline < s.shape[0]:
        raise InvalidOption(f"baseline is {baseline}; models are numbered from 0 to {s.shape[0] - 1}")
    if (s < 0).any() or np.isinf(s).any():
        raise InvalidCounts(f"scores holds {s[(s < 0) | np.isinf(s)].flat[0]:g}; give finite scores of 0 and above")
    s = s.reshape(s.shape[0], -1)
    there = (~np.isnan(s)).astype(np.float64)
    shared = there @ there.T
    total = np.nan_to_num(s) @ there.T  # of the row's model, on what the column's forecast too
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((total == 0) & (total.T == 0), 1.0, total / total.T)
        ratio = np.where((shared > 0) & np.isfinite(ratio), ratio, np.nan)
        skill = np.exp(np.log(ratio).mean(axis=1))
    to_baseline = np.full(len(skill), np.nan) if baseline is None else skill / skill[baseline]
    return RelativeSkill(ratio=ratio, shared=shared.astype(np.int64), skill=skill, to_baseline=to_baseline)
