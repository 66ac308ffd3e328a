"""Is it growing: reproduction numbers and growth rates of many series at once.

One published method a file; each takes counts (series, days) and a serial interval, and returns a `Reproduction`.
`reproduction` chooses the method by its name.
"""

from tocsin.epi.reproduction.cori import EPIESTIM_LEVELS, cori
from tocsin.epi.reproduction.estimate import Reproduction
from tocsin.epi.reproduction.filter_models import FilterModels
from tocsin.epi.reproduction.filter_of_draws import filter_of_draws
from tocsin.epi.reproduction.growth_rate import (
    Growth,
    growth_of,
    growth_rate,
    growth_to_reproduction,
    reproduction_to_growth,
)
from tocsin.epi.reproduction.infectivity import overall_infectivity
from tocsin.epi.reproduction.mixture_of_draws import cori_of_draws, draws_from_quantiles
from tocsin.epi.reproduction.renewal_filter import FilteredReproduction, renewal_filter
from tocsin.epi.reproduction.renewal_smoother import renewal_smoother
from tocsin.epi.reproduction.reproduction import METHODS, reproduction
from tocsin.epi.reproduction.uncertain_interval import cori_uncertain, uncertain_serial_interval
from tocsin.epi.reproduction.wallinga_teunis import wallinga_teunis
from tocsin.epi.reproduction.weekly_counts import daily_dates, daily_from_regular

__all__ = [
    "EPIESTIM_LEVELS",
    "METHODS",
    "FilterModels",
    "FilteredReproduction",
    "Growth",
    "Reproduction",
    "cori",
    "cori_of_draws",
    "cori_uncertain",
    "daily_dates",
    "daily_from_regular",
    "draws_from_quantiles",
    "filter_of_draws",
    "growth_of",
    "growth_rate",
    "growth_to_reproduction",
    "overall_infectivity",
    "renewal_filter",
    "renewal_smoother",
    "reproduction",
    "reproduction_to_growth",
    "uncertain_serial_interval",
    "wallinga_teunis",
]
