"""How long it takes from one event to the next: distributions of delays, their estimation, published ones."""

from tocsin.epi.delays.discrete import (
    checked_delay,
    discretised,
    gamma_serial_interval,
    lognormal_delay,
    renormalised,
)
from tocsin.epi.delays.distribution import DelayDistribution
from tocsin.epi.delays.empirical import EmpiricalDelay, empirical_delay
from tocsin.epi.delays.fit import FittedDelay, compare_families, fit_delay
from tocsin.epi.delays.literature import PUBLISHED, PublishedDelay, named
from tocsin.epi.delays.named_delays import (
    incubation_period,
    onset_to_admission,
    onset_to_death,
    reporting_delay,
    serial_interval,
)

__all__ = [
    "PUBLISHED",
    "DelayDistribution",
    "EmpiricalDelay",
    "FittedDelay",
    "PublishedDelay",
    "checked_delay",
    "compare_families",
    "discretised",
    "empirical_delay",
    "fit_delay",
    "gamma_serial_interval",
    "incubation_period",
    "lognormal_delay",
    "named",
    "onset_to_admission",
    "onset_to_death",
    "renormalised",
    "reporting_delay",
    "serial_interval",
]
