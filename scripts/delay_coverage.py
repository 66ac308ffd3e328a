"""How often the intervals of estimated delays hold the truth: python scripts/delay_coverage.py

Outbreaks that grow by 10 % a day, cut off on day 40, of which only cases with both events are in the line list; both
events known by their day. Prints the table of docs/methods/delays.md, which says what it means.
"""

import math

import numpy as np

from tocsin.epi.delays import DelayDistribution, fit_delay

OUTBREAKS, DAYS, GROWTH, MEAN, SD = 2000, 40, 0.1, 6.0, 3.0
rng = np.random.default_rng(20261123)


def line_lists(family: str, cases: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    size = OUTBREAKS * cases
    first = np.log1p(rng.random(size) * math.expm1(GROWTH * DAYS)) / GROWTH
    second = first + DelayDistribution(family, MEAN, SD).quantile(rng.uniform(1e-12, 1, size))
    seen = second < DAYS
    stratum = np.repeat(np.char.zfill(np.arange(OUTBREAKS).astype(str), 5), cases)
    return np.floor(first[seen]).astype(int), np.floor(second[seen]).astype(int), stratum[seen]


print("family     cases seen  found  median mean  95 % of mean  sd  90 % quantile | without truncation: mean, 95 %")
for family in ("gamma", "lognormal", "weibull", "normal"):
    truth = float(DelayDistribution(family, MEAN, SD).quantile(0.9))
    for cases in (60, 200, 1000):
        first, second, stratum = line_lists(family, cases)
        f = fit_delay(first, None, second, None, family=family, as_of=DAYS - 1, stratum=stratum)
        naive = fit_delay(first, None, second, None, family=family, stratum=stratum)

        def covers(ends: np.ndarray, value: float) -> float:
            inside = (ends[:, 0] < value) & (ends[:, 1] > value)
            return float(inside[~np.isnan(ends[:, 0])].mean())

        print(
            f"{family:10} {f.cases.mean():10.0f} {f.converged.mean():6.3f} {np.nanmedian(f.distribution.mean):11.2f} "
            f"{covers(f.mean_interval(), MEAN):13.3f} {covers(f.sd_interval(), SD):.3f} "
            f"{covers(f.quantile_interval(0.9), truth):13.3f} | {np.nanmedian(naive.distribution.mean):.2f} "
            f"{covers(naive.mean_interval(), MEAN):.3f}"
        )
