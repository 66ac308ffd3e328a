"""Bayesian nowcast with right-truncated delays, after Höhle and an der Heiden.

Höhle M, an der Heiden M (2014). Bayesian nowcasting during the STEC O104:H4 outbreak in Germany, 2011. Biometrics
70(4):993-1002. doi:10.1111/biom.12194

A period has N cases, negative binomial a priori; of these n ~ Binomial(N, F) are reported, where F is the share of
delays that are short enough. Given F the cases yet to be reported are negative binomial themselves:

    N - n ~ NB(size = n + size0, success = 1 - (1 - F) q),        q = mean0 / (mean0 + size0)

F is a product of independent Beta variables, one for each longer delay x: 1 - (share of x among delays of at most x),
Beta(kappa x + N_x - n_x, kappa + n_x), which is a generalised Dirichlet distribution. R averages over draws of F; here
the average is an exact Gauss rule of the product (beta_products).
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.errors import InvalidOption
from tocsin.epi.nowcast.beta_negative_binomial import beta_negative_binomial_quantiles
from tocsin.epi.nowcast.beta_products import NODES, beta_rule, product_rules
from tocsin.epi.nowcast.negative_binomials import mixture_quantiles
from tocsin.epi.nowcast.plain_reports import plain_reports, reports_by_delay
from tocsin.epi.nowcast.result import Nowcast, checked_draws, checked_sum, nowcast_by_draws
from tocsin.epi.nowcast.triangle import ReportingTriangle
from tocsin.epi.quantiles import LEVELS, checked_levels

__all__ = ["bayes_truncation", "bayes_truncation_shares"]

Method = Literal["bayes.trunc", "bayes.notrunc", "bayes.notrunc.bnb"]
METHODS = ("bayes.trunc", "bayes.notrunc", "bayes.notrunc.bnb")
LEAST_MEAN = 0.5  # cases a priori where nothing was ever reported
MOST_CASES = 1e15  # of a draw: what a Poisson distribution can be drawn with


def bayes_truncation(
    triangle: ReportingTriangle,
    *,
    levels: ArrayLike = LEVELS,
    sum_over: int = 1,
    method: Method = "bayes.trunc",
    longest: int | None = None,
    window: int | None = None,
    kappa: float = 0.1,
    prior_mean: ArrayLike | None = None,
    prior_variance: ArrayLike | None = None,
    draws: int = 0,
    rng: np.random.Generator | None = None,
) -> Nowcast:
    """Posterior distribution of the counts in the end.

    triangle        reports by period and delay, as they are known on its `as_of`
    levels          of the quantiles
    sum_over        periods summed, ending with each; sums are drawn, with the delays shared by the periods of a draw
    method          "bayes.trunc" estimates the delays as right-truncated; "bayes.notrunc" as if all reports had come,
                    and so takes them for too short; "bayes.notrunc.bnb" is that with a flat prior of the counts
    longest         periods; a longer delay counts as this one; that of the triangle if None
    window          only the last so many periods of events tell the delays, more than `longest`; all if None
    kappa           reports that each delay is taken to have had a priori
    prior_mean      cases a period, one for all strata or (strata,). If None, reports over the shares expected by now,
                    averaged over the periods, at least 0.5
    prior_variance  above the mean; if None, mean + mean^2
    draws           so many draws are returned
    rng             needed for draws and sums
    returns         counts above 2^53 are inf, and so is the mean of "bayes.notrunc.bnb" where it has no bound
    raises          InvalidOption, HistoryTooShort
    """
    q = checked_levels(levels)
    over = checked_sum(sum_over, len(triangle.dates))
    checked_draws(draws, rng, why=f"sum_over={over}" if over > 1 else None)
    _require_method(method, prior_mean, prior_variance)
    plain = plain_reports(triangle, longest)
    a, b = _posterior(plain, window, kappa, truncated=method == "bayes.trunc")
    reported, unfinished = plain.reported, np.flatnonzero(plain.known < plain.longest)
    n, d = reported[:, unfinished], plain.known[unfinished]
    flat = method == "bayes.notrunc.bnb"
    strata = len(n)
    if flat:
        size0, odds0 = np.ones(strata), np.ones(strata)
    else:
        mean0 = _prior_mean(prior_mean, plain, a, b)
        variance0 = _by_stratum(
            "prior_variance", mean0 + mean0**2 if prior_variance is None else prior_variance, strata
        )
        if (variance0 <= mean0).any():
            at = int(np.flatnonzero(variance0 <= mean0)[0])
            raise InvalidOption(
                f"prior_variance is {variance0[at]:g} where prior_mean is {mean0[at]:g}; a variance is "
                f"above the mean, as counts vary more than a Poisson variable whose mean is known: give a larger one"
            )
        size0 = mean0**2 / (variance0 - mean0)
        odds0 = mean0 / (mean0 + size0)
    size = n + size0[:, np.newaxis]
    mean, quantiles = reported.copy(), np.repeat(reported[..., np.newaxis], len(q), axis=2)
    if len(unfinished) and flat:
        A, B = (x[:, d] for x in _sums(a, b))
        mean[:, unfinished] = n + np.where(A > 1, (n + 1) * B / np.where(A > 1, A - 1, 1.0), np.inf)
        quantiles[:, unfinished] = n[..., np.newaxis] + beta_negative_binomial_quantiles(n + 1, A, B, q)
    elif len(unfinished):
        F, w = product_rules(a, b) if method == "bayes.trunc" else beta_rule(*_sums(a, b))
        F, w = F[:, d], w[:, d]
        success = 1 - (1 - F) * odds0[:, np.newaxis, np.newaxis]
        mean[:, unfinished] = n + size * (w * (1 - success) / success).sum(axis=2)
        parts = (w.reshape(-1, NODES), size.ravel(), success.reshape(-1, NODES))
        quantiles[:, unfinished] = n[..., np.newaxis] + mixture_quantiles(*parts, q).reshape(*n.shape, len(q))

    def draw(rows: slice, held: int) -> NDArray[np.float64]:
        assert rng is not None  # checked_draws
        keep = rng.beta(a[rows], b[rows], (held, *a[rows].shape))
        F = np.cumprod(keep[..., ::-1], axis=2)[..., ::-1][..., d]
        p = np.maximum(1 - (1 - F) * odds0[rows, np.newaxis], np.finfo(np.float64).tiny)
        expected = rng.gamma(np.broadcast_to(size[rows], F.shape)) * np.minimum((1 - p) / p, MOST_CASES)
        return n[rows] + rng.poisson(np.minimum(expected, MOST_CASES))

    options = {
        "method": method,
        "longest": plain.longest,
        "window": window,
        "kappa": kappa,
        "prior_mean": None if flat else mean0,
        "prior_variance": None if flat else variance0,
    }
    return nowcast_by_draws(
        method, options, plain, levels=q, sum_over=over, mean=mean, quantiles=quantiles, draw=draw, draws=draws
    )


def bayes_truncation_shares(
    triangle: ReportingTriangle,
    *,
    method: Method = "bayes.trunc",
    longest: int | None = None,
    window: int | None = None,
    kappa: float = 0.1,
) -> NDArray[np.float64]:
    """(strata, delays) expected share of reports with a delay of at most 0, 1 ... periods. Raises as the nowcast."""
    _require_method(method, None, None)
    return _expected(*_posterior(plain_reports(triangle, longest), window, kappa, truncated=method == "bayes.trunc"))


def _require_method(method: str, prior_mean: ArrayLike | None, prior_variance: ArrayLike | None) -> None:
    if method not in METHODS:
        raise InvalidOption(f"method is {method!r}; it is one of {', '.join(METHODS)}")
    if method == "bayes.notrunc.bnb" and not (prior_mean is None and prior_variance is None):
        raise InvalidOption(
            "bayes.notrunc.bnb has a flat prior; leave out prior_mean and prior_variance, or use bayes.notrunc"
        )


def _posterior(
    plain: ReportingTriangle, window: int | None, kappa: float, *, truncated: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Parameters (strata, longest) of the Beta distribution of the share that delays below x have among those up to x.

    The first element is of delay 1, the last of the longest one.
    """
    if not isinstance(kappa, (int, float)) or not 0 < kappa < np.inf:
        raise InvalidOption(f"kappa is {kappa!r}; it is a number of reports above 0")
    n, up_to = reports_by_delay(plain, window, sliding=False)
    before = (up_to - n)[:, 1:] if truncated else np.cumsum(n, axis=1)[:, :-1]
    return kappa * np.arange(1, plain.longest + 1) + before, kappa + n[:, 1:]


def _sums(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Parameters (strata, longest) of the share of delays of at most 0, 1 ... where the delays are Dirichlet."""
    return a, np.cumsum(b[:, ::-1], axis=1)[:, ::-1]


def _expected(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    shares = np.ones((a.shape[0], a.shape[1] + 1))
    shares[:, -2::-1] = np.cumprod((a / (a + b))[:, ::-1], axis=1)
    return shares


def _prior_mean(
    given: ArrayLike | None, plain: ReportingTriangle, a: NDArray[np.float64], b: NDArray[np.float64]
) -> NDArray[np.float64]:
    if given is None:
        expected = _expected(a, b)[:, plain.known].sum(axis=1)
        cases: NDArray[np.float64] = np.maximum(plain.reported.sum(axis=1) / expected, LEAST_MEAN)
        return cases
    return _by_stratum("prior_mean", given, len(a))


def _by_stratum(name: str, given: ArrayLike, strata: int) -> NDArray[np.float64]:
    values = np.asarray(given, dtype=np.float64)
    if values.shape not in ((), (strata,)):
        raise InvalidOption(f"{name} has shape {values.shape}; give one number, or one for each of the {strata} strata")
    if not (np.isfinite(values) & (values > 0)).all():
        raise InvalidOption(f"{name} holds {values[~(np.isfinite(values) & (values > 0))].ravel()[0]:g}; it is above 0")
    each: NDArray[np.float64] = np.empty(strata)
    each[:] = values
    return each
