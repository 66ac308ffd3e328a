"""How good forecasts and nowcasts were: scores of quantiles and draws against what came."""

from tocsin.epi.score.calibration import (
    Coverage,
    bias_of_draws,
    bias_of_quantiles,
    interval_coverage,
    pit_histogram_of_draws,
    pit_histogram_of_quantiles,
    pit_of_draws,
)
from tocsin.epi.score.crps import crps_of_draws, crps_of_quantiles
from tocsin.epi.score.evaluation import Evaluation, evaluate
from tocsin.epi.score.interval_scores import (
    WeightedIntervalScoreParts,
    absolute_error,
    quantile_score,
    weighted_interval_score,
    weighted_interval_score_parts,
)
from tocsin.epi.score.relative_skill import RelativeSkill, relative_skill
from tocsin.epi.score.rolling import Refusal, RollingForecasts, latest_vintage, rolling

__all__ = [
    "Coverage",
    "Evaluation",
    "Refusal",
    "RelativeSkill",
    "RollingForecasts",
    "WeightedIntervalScoreParts",
    "absolute_error",
    "bias_of_draws",
    "bias_of_quantiles",
    "crps_of_draws",
    "crps_of_quantiles",
    "evaluate",
    "interval_coverage",
    "latest_vintage",
    "pit_histogram_of_draws",
    "pit_histogram_of_quantiles",
    "pit_of_draws",
    "quantile_score",
    "relative_skill",
    "rolling",
    "weighted_interval_score",
    "weighted_interval_score_parts",
]
