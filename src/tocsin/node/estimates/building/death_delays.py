"""Published delays from onset to death, of the diseases that have one."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.node.surveillance.diseases.reading import read_diseases

__all__ = ["DeathDelay", "death_delays"]


@dataclass(frozen=True, slots=True)
class DeathDelay:
    """Its name, its probabilities of 0, 1 … days, and where it is published."""

    name: str
    probabilities: NDArray[np.float64]
    source: str


def death_delays() -> Mapping[str, DeathDelay]:
    """Delays by the code of their disease."""
    from tocsin.epi.delays import named

    found: dict[str, DeathDelay] = {}
    for disease in read_diseases():
        if disease.onset_to_death is not None:
            one = named(disease.onset_to_death, "onset_to_death")
            found[disease.code] = DeathDelay(one.name, one.probabilities(), f"{one.source}, doi:{one.doi}")
    return found
