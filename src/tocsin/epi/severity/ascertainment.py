"""What share of all cases were found, told from how severe those that were found are.

Russell TW, Golding N, Hellewell J, et al (2020). Reconstructing the early global dynamics of under-ascertained
COVID-19 cases and infections. BMC Medicine 18:332. doi:10.1186/s12916-020-01790-9. If the risk of all cases is known
from elsewhere, a higher one among those reported means that mild ones were missed: baseline / severity.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.errors import InvalidOption
from tocsin.epi.severity.estimate import Severity

__all__ = ["Ascertainment", "ascertainment"]


@dataclass(frozen=True, slots=True)
class Ascertainment:
    """Share of cases that were found, with its interval.

    estimate, low, high  shape of the severity; at most 1, nan where that is nan or an upper limit of it is 0
    capped               same shape: True where the severity is below the baseline and the share would be above 1: the
                         baseline does not hold here, or deaths were missed too
    level                of the severity's interval; that the baseline itself is uncertain is not in it
    """

    estimate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    capped: NDArray[np.bool_]
    level: float


def ascertainment(severity: Severity, *, baseline: float) -> Ascertainment:
    """Share of cases found.

    severity  of `static`, `rolling` or `time_varying`, with a delay
    baseline  risk of all cases, found or not, between 0 and 1
    raises    InvalidOption
    """
    if not 0 < baseline < 1:
        raise InvalidOption(f"baseline is {baseline!r}; it is the risk of all cases, found or not, between 0 and 1")
    with np.errstate(divide="ignore"):
        estimate, low, high = (baseline / x for x in (severity.estimate, severity.high, severity.low))
    return Ascertainment(
        estimate=np.minimum(estimate, 1.0),
        low=np.minimum(low, 1.0),
        high=np.minimum(high, 1.0),
        capped=estimate > 1,
        level=severity.level,
    )
