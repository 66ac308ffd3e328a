"""How wrong nowcasts like this one were: intervals from the revisions of those of the last weeks.

On each earlier day the same nowcast was made from what was known then. What it said was still to come is compared
with what has come since, or with what is now thought to have: e is the difference and U the number then expected to
come. With

    E e^2 = phi U + sigma_h^2 U^2

phi stands for chance and sigma_h, of each horizon h, for completeness that strays from what was learned. The number
still to come is negative binomial with mean U and that variance. A comparison counts by how much of U has been
reported since, and fades with its age.

Revisions are small for weeks and then large, when reporting changes: a square overstates the middle and understates
the tails. sigma_h is therefore found twice, from the mean square and from the mean size of e; the interval of 95 % is
that of the first, the median that of the second, and quantiles between lie between.
"""

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.compilation import kernel

__all__ = [
    "DISPERSION",
    "HALF_LIFE",
    "LITTLE",
    "PRIOR",
    "PRIOR_BY_AGE",
    "PRIOR_OF_CORRECTIONS",
    "compared",
    "dispersion",
    "memory_weights",
    "relative_error",
]

DISPERSION = 3.5  # phi where nothing is known of it
LEAST_DISPERSION, MOST_DISPERSION = 1.2, 3.5
FEW = (0.5, 15.0)  # cases still to come, of the revisions that phi is found from
OF_FEW_WEIGHT = 20.0  # such revisions that the prior counts for
MOST = 30.0  # what one of them counts at most
PRIOR = 0.08  # sigma of the last period where nothing has been revised yet
PRIOR_BY_AGE = 0.008  # a day more: the later a report, the more its number is left to chance
PRIOR_OF_CORRECTIONS = 0.02  # and relative to the whole count, where reports are also taken back
PRIOR_WEIGHT = 6.0  # revisions that the prior counts for
LEAST = 0.02  # of sigma
HALF_LIFE = 30.0  # days after which a revision counts half
EAGER = 12.0  # how strongly the memory that erred less is preferred
QUICK = 0.1  # how much less the quickest of three is trusted while all err alike
LEAST_RESOLVED = 0.05  # a revision that has only begun says nothing yet
OF_NORMAL = 1.7  # standard deviation over mean size: 1.25 of a normal error, more as what it is compared with moves too
LITTLE = 0.3  # cases: what is still to come is never taken to be less when an error is related to it


@kernel
def memory_weights(
    points: NDArray[np.float64],
    best: NDArray[np.float64],
    resolved: NDArray[np.float64],
    left: NDArray[np.float64],
    half_life: float,
    weights: NDArray[np.float64],
) -> None:
    """The weight of each memory's nowcasts by how they erred, into `weights` (memories,).

    points  (memories, origins, horizons) nowcasts of earlier days
    The others (origins, horizons): what is now thought of the same counts, how much of what was missing has been
    reported since, and what was missing.
    """
    memories, origins, H = points.shape
    total = 0.0
    for m in range(memories):
        loss = 1.0
        for o in range(origins):
            fade = 0.5 ** ((origins - o) / half_life)
            for h in range(H):
                loss += fade * resolved[o, h] * abs(best[o, h] - points[m, o, h]) / np.sqrt(max(left[o, h], 1.0))
        weights[m] = -EAGER * np.log(loss)
    if memories > 2:
        weights[memories - 1] += np.log(QUICK)
    highest = np.max(weights)
    for m in range(memories):
        weights[m] = np.exp(weights[m] - highest)
        total += weights[m]
    for m in range(memories):
        weights[m] /= total


@kernel
def dispersion(
    missing: NDArray[np.float64], error: NDArray[np.float64], resolved: NDArray[np.float64], half_life: float
) -> float:
    """phi, from revisions of few cases, in which chance outweighs all else; arguments as in `relative_error`."""
    origins, H = missing.shape
    total, weight = DISPERSION * OF_FEW_WEIGHT, OF_FEW_WEIGHT
    for o in range(origins):
        fade = 0.5 ** ((origins - o) / half_life)
        for h in range(H):
            u, r = missing[o, h], resolved[o, h]
            if FEW[0] < u < FEW[1] and r > LEAST_RESOLVED:
                total += fade * r * min(error[o, h] ** 2 / (r * u), MOST)
                weight += fade * r
    return float(min(max(total / weight, LEAST_DISPERSION), MOST_DISPERSION))


@kernel
def relative_error(
    missing: NDArray[np.float64],
    error: NDArray[np.float64],
    resolved: NDArray[np.float64],
    half_life: float,
    dispersion: float,
    prior: float,
    by_age: float,
    reach: int,
    out: NDArray[np.float64],
) -> None:
    """sigma of each horizon into `out` (2, horizons): from the mean size of e, and from its mean square.

    missing   (origins, horizons) U, or whatever sigma is to be relative to; the latest origin last
    error     (origins, horizons) e
    resolved  (origins, horizons) from 0 to 1
    prior     sigma of the last period where nothing has been revised yet, and by_age what each earlier one adds
    reach     horizons on either side that lend their sigma, the farther the less
    """
    origins, H = missing.shape
    found = np.empty((2, H))
    for h in range(H):
        before = prior + by_age * h
        size = before / OF_NORMAL * PRIOR_WEIGHT
        square = before * before * PRIOR_WEIGHT
        weight = PRIOR_WEIGHT
        for o in range(origins):
            fade = 0.5 ** ((origins - o) / half_life)
            r = resolved[o, h]
            if r < LEAST_RESOLVED:
                continue
            u = max(missing[o, h], LITTLE)
            excess = max(error[o, h] ** 2 / r - dispersion * u, 0.0) / (u * u)
            size += fade * r * np.sqrt(excess)
            square += fade * r * excess
            weight += fade * r
        found[0, h] = (OF_NORMAL * size / weight) ** 2
        found[1, h] = square / weight
    for m in range(2):
        for h in range(H):
            smooth, weight = 0.0, 0.0
            for k in range(-reach, reach + 1):
                if 0 <= h + k < H:
                    w = reach + 1.0 - abs(k)
                    smooth += w * found[m, h + k]
                    weight += w
            out[m, h] = max(np.sqrt(smooth / weight), LEAST)


@kernel
def compared(
    known: NDArray[np.float64],
    points: NDArray[np.float64],
    lag: int,
    sum_over: int,
    missing: NDArray[np.float64],
    error: NDArray[np.float64],
    resolved: NDArray[np.float64],
    best: NDArray[np.float64],
) -> None:
    """What the nowcasts of earlier days said was missing, and how far off they were, of one stratum.

    known     (periods, delays) reports up to each delay
    points    (origins, horizons + 1) sums of expected counts on each day, the last day last
    lag       periods by which the last report is later than the last event
    sum_over  periods in a sum
    The others (origins - 1, horizons asked) are filled: U, e, the share of U reported since, and what the sum is now
    thought to be.
    """
    origins, H = points.shape
    P, D1 = known.shape
    for o in range(origins - 1):
        age = origins - 1 - o
        last = P - origins + o
        for h in range(missing.shape[1]):
            resolved[o, h] = 0.0
            missing[o, h] = LITTLE
            error[o, h] = 0.0
            best[o, h] = 0.0
            end = last - h
            if end - sum_over + 1 < 0:
                continue
            then, now = 0.0, 0.0
            for t in range(end - sum_over + 1, end + 1):
                then += known[t, min(last + lag - t, D1 - 1)]
                now += known[t, min(P - 1 + lag - t, D1 - 1)]
            final = points[origins - 1, h + age] if h + age < H else now
            best[o, h] = final
            missing[o, h] = max(points[o, h] - then, LITTLE)
            error[o, h] = final - points[o, h]
            resolved[o, h] = min(max(1.0 - abs(final - now) / missing[o, h], 0.0), 1.0)
