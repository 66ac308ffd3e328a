"""The continuous ranked probability score, of draws and of quantiles.

Gneiting T, Raftery AE (2007). Strictly proper scoring rules, prediction, and estimation. Journal of the American
Statistical Association 102(477):359-378. doi:10.1198/016214506000001437. For a distribution F, of which X and X' are
independent draws:

    CRPS = integral of (F(x) - 1{y <= x})^2 dx = E|X - y| - E|X - X'| / 2 = 2 integral over tau of QS_tau

Ferro CAT (2014). Fair scores for ensemble forecasts. Quarterly Journal of the Royal Meteorological Society
140(683):1917-1923. doi:10.1002/qj.2270: m draws are "fair" with the mean of |X - X'| over their m (m - 1) pairs, not
over m^2, which rewards few draws for being narrow.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.errors import InvalidOption
from tocsin.epi.score.interval_scores import Scale, on_scale, quantile_score

__all__ = ["checked_draws", "crps_of_draws", "crps_of_quantiles"]


def checked_draws(
    observed: ArrayLike, draws: ArrayLike, *, scale: Scale = "natural", least: int = 1
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """observed (...) and draws (..., draws) as numbers that fit each other. Raises InvalidOption, InvalidCounts."""
    x = np.asarray(draws, dtype=np.float64)
    if x.ndim < 1 or x.shape[-1] < least:
        raise InvalidOption(f"draws has shape {x.shape}; the last axis has the draws of one forecast, at least {least}")
    try:
        y = np.broadcast_to(np.asarray(observed, dtype=np.float64), x.shape[:-1])
    except ValueError:
        raise InvalidOption(
            f"observed has shape {np.shape(observed)} and draws {x.shape}; observed has the leading axes of draws"
        ) from None
    return on_scale(y, scale, "observed"), on_scale(x, scale, "draws")


def crps_of_draws(
    observed: ArrayLike, draws: ArrayLike, *, fair: bool = False, scale: Scale = "natural"
) -> NDArray[np.float64]:
    """(...) the score of draws from the forecast. Smaller is better; in cases, or log cases.

    observed  (...) what came; nan where it is not known, and its score then
    draws     (..., draws); one nan among them makes the score nan
    fair      count each pair of draws once, so that the expected score does not depend on their number; needs two
              draws. Without it, it is that of the draws' step function, as R's scoringRules has it
    scale     "natural", or "log": of log(x + 1)
    raises    InvalidOption; InvalidCounts of values below 0 on the log scale
    """
    y, x = checked_draws(observed, draws, scale=scale, least=2 if fair else 1)
    x = np.sort(x, axis=-1)
    m = x.shape[-1]
    # The sum of |x_i - x_j| over all pairs, by ranks.
    pairs = (x * (2 * np.arange(1, m + 1) - m - 1)).sum(axis=-1)
    found: NDArray[np.float64] = np.abs(x - y[..., None]).mean(axis=-1) - pairs / (m * (m - 1) if fair else m**2)
    return found


def crps_of_quantiles(
    observed: ArrayLike, quantiles: ArrayLike, levels: ArrayLike, *, scale: Scale = "natural"
) -> NDArray[np.float64]:
    """(...) twice the integral of the quantile score over the levels, each level standing for those nearest to it.

    Arguments as of `quantile_score`. It nears the score of the whole distribution as levels are added. What lies
    beyond the outermost levels is taken to be at them, so that with few levels a forecast with long tails looks better
    than it is: compare only forecasts with the same levels. With the levels 1/2n, 3/2n ... it is the weighted interval
    score.
    """
    score = quantile_score(observed, quantiles, levels, scale=scale)
    tau = np.atleast_1d(np.asarray(levels, dtype=np.float64))
    edges = np.concatenate([[0.0], (tau[1:] + tau[:-1]) / 2, [1.0]])
    found: NDArray[np.float64] = 2 * score @ np.diff(edges)
    return found
