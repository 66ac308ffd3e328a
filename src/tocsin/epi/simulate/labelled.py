"""What every simulator of outbreaks returns: counts whose outbreak cases are known."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LabelledSeries"]


@dataclass(frozen=True, slots=True)
class LabelledSeries:
    """Simulated counts, and which of the cases belong to outbreaks.

    A series has at most one outbreak that detectors are judged by, its target; others may have
    been put into its history, as a real baseline holds them too.

    baseline        (series, periods) cases that belong to no outbreak
    outbreak_cases  (series, periods) cases of all outbreaks, the target included
    target_cases    (series, periods) cases of the outbreak that is to be detected
    evaluate        (evaluated,) indexes of the periods over which detectors are judged
    scenario        (series,) number of the scenario that each series was drawn from
    parameters      name -> (series, ...) what else each series was drawn with
    """

    baseline: NDArray[np.integer]
    outbreak_cases: NDArray[np.integer]
    target_cases: NDArray[np.integer]
    evaluate: NDArray[np.intp]
    scenario: NDArray[np.intp]
    parameters: Mapping[str, NDArray[np.generic]]

    @property
    def counts(self) -> NDArray[np.integer]:
        """(series, periods) what a surveillance system would have seen."""
        return self.baseline + self.outbreak_cases
