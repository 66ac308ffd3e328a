"""Published serial intervals of the diseases that pass from person to person."""

from collections.abc import Mapping

from tocsin.node.estimates.building.estimating import Interval
from tocsin.node.surveillance.diseases.reading import read_diseases

__all__ = ["serial_intervals"]


def serial_intervals() -> Mapping[str, Interval]:
    """Serial intervals by the code of their disease."""
    from tocsin.epi.delays import named

    found: dict[str, Interval] = {}
    for disease in read_diseases():
        if disease.serial_interval is not None:
            one = named(disease.serial_interval)
            said = f"{one.source}, doi:{one.doi}"
            found[disease.code] = Interval(one.name, one.probabilities(), round(one.mean, 1), round(one.sd, 1), said)
    return found
