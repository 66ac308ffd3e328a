"""Published delays, by name: what to take where there is no line list of one's own.

Every figure stands with its source. A lognormal published by its median and dispersion, or by two quantiles, is
stated by them and turned into mean and standard deviation here. Delays differ from place to place and change within
an epidemic (isolation shortens serial intervals): one's own line list is better, from some thirty cases on.
"""

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from tocsin.epi.delays.discrete import discretised, gamma_serial_interval, renormalised
from tocsin.epi.delays.distribution import DelayDistribution
from tocsin.epi.delays.families import FamilyName
from tocsin.epi.errors import InvalidDelay

__all__ = ["PUBLISHED", "DelayKind", "PublishedDelay", "named"]

DelayKind = Literal[
    "serial_interval", "generation_time", "incubation_period", "onset_to_admission", "onset_to_death"
]  # fmt: skip
TRANSMISSION = ("serial_interval", "generation_time")  # nobody infects another on the day of their own onset


@dataclass(frozen=True, slots=True)
class PublishedDelay:
    """One delay of the literature.

    name         of disease, variant or place, such as "covid-19-omicron"
    kind         which delay
    family       of the distribution as published
    mean, sd     days
    interval     of the figure named in `interval_of`, 95 % unless the note says otherwise; None where none was given
    interval_of  "mean" or "median"
    source       authors, journal, year
    doi          of the source
    note         of whom, how, and what to mind
    """

    name: str
    kind: DelayKind
    family: FamilyName
    mean: float
    sd: float
    interval: tuple[float, float] | None
    interval_of: Literal["mean", "median"]
    source: str
    doi: str
    note: str

    def distribution(self) -> DelayDistribution:
        """The continuous distribution."""
        return DelayDistribution(self.family, np.asarray(self.mean), np.asarray(self.sd))

    def probabilities(self, *, longest: int | None = None) -> NDArray[np.float64]:
        """(longest + 1,) probability of 0, 1 … days by the double-interval method, adding up to 1.

        A serial interval or generation time has none on day 0; a gamma one is EpiEstim's 1 day plus a gamma.
        longest  chosen so that less than a millionth lies beyond, if None. Raises InvalidDelay
        """
        if self.kind not in TRANSMISSION:
            return discretised(self.distribution(), longest=longest)
        if self.family == "gamma":
            days = len(discretised(self.distribution())) if longest is None else longest
            return renormalised(gamma_serial_interval(self.mean, self.sd, longest=days))
        return discretised(self.distribution(), longest=longest, shortest=1)


def named(name: str, kind: DelayKind = "serial_interval") -> PublishedDelay:
    """The published delay of this name and kind. Raises InvalidDelay, which lists what there is."""
    if kind not in get_args(DelayKind):
        raise InvalidDelay(f"kind is {kind!r}; it is one of {', '.join(get_args(DelayKind))}")
    for delay in PUBLISHED:
        if (delay.name, delay.kind) == (name, kind):
            return delay
    known = ", ".join(delay.name for delay in PUBLISHED if delay.kind == kind)
    others = ", ".join(delay.kind for delay in PUBLISHED if delay.name == name)
    raise InvalidDelay(
        f"there is no published {kind} named {name!r}; there are {known}"
        + (f". Of {name} there are {others}" if others else "")
    )


def _of_median(median: float, dispersion: float) -> tuple[float, float]:
    """Mean and sd of a lognormal by its median and exp of the sd of its logarithm."""
    variance = math.log(dispersion) ** 2
    mean = median * math.exp(variance / 2)
    return mean, mean * math.sqrt(math.expm1(variance))


def _of_upper(median: float, upper: float) -> tuple[float, float]:
    """Mean and sd of a lognormal by its median and its 95 % quantile."""
    return _of_median(median, math.exp(math.log(upper / median) / float(ndtri(0.95))))


RATIO = 0.7
"""Of sd and mean of a serial interval published without its sd: that of Hart et al. for Delta, 3.3 by 4.7 days."""

_LESSLER = ("Lessler et al., Lancet Infectious Diseases 2009", "10.1016/S1473-3099(09)70069-6")
_LINTON = ("Linton et al., Journal of Clinical Medicine 2020", "10.3390/jcm9020538")
_MADEWELL = ("Madewell et al., BMC Infectious Diseases 2023", "10.1186/s12879-023-08407-5")
_WHO_EBOLA = ("WHO Ebola Response Team, New England Journal of Medicine 2015", "10.1056/NEJMc1414992")
_ASSIRI = ("Assiri et al., New England Journal of Medicine 2013", "10.1056/NEJMoa1306742")
_COWLING_MERS = ("Cowling et al., Eurosurveillance 2015", "10.2807/1560-7917.ES2015.20.25.21163")
_GHANI = ("Ghani et al., PLoS Currents 2009", "10.1371/currents.RRN1130")
_NO_SD = f"Published without its sd, which is taken as {RATIO} of the mean, as that of Hart et al. for Delta is."

PUBLISHED: tuple[PublishedDelay, ...] = (
    PublishedDelay(
        "covid-19", "serial_interval", "lognormal", *_of_median(4.0, math.exp(0.568)), (3.1, 4.9), "median",
        "Nishiura, Linton, Akhmetzhanov, International Journal of Infectious Diseases 2020",
        "10.1016/j.ijid.2020.02.060",
        "Ancestral lineage; 28 pairs to February 2020, right truncation taken into account; mean 4.7, sd 2.9.",
    ),
    PublishedDelay(
        "covid-19", "incubation_period", "lognormal", *_of_median(math.exp(1.63), math.exp(0.50)), (5.0, 6.7), "mean",
        "McAloon et al., BMJ Open 2020", "10.1136/bmjopen-2020-039652",
        "Ancestral lineage; pooled from eight studies, 1,269 cases.",
    ),
    PublishedDelay(
        "covid-19", "onset_to_admission", "gamma", 3.3, 4.2, (2.7, 4.0), "mean", *_LINTON,
        "Ancestral lineage; 155 living cases in China to January 2020, right truncation not taken into account.",
    ),
    PublishedDelay(
        "covid-19", "onset_to_death", "lognormal", 20.2, 11.6, (15.1, 29.5), "mean", *_LINTON,
        "Ancestral lineage; 34 deaths in China to January 2020, right truncation taken into account.",
    ),
    PublishedDelay(
        "covid-19-alpha", "serial_interval", "gamma", 4.5, RATIO * 4.5, None, "mean",
        "Buchholz et al., as cited by an der Heiden, Buchholz, Epidemiology and Infection 2022",
        "10.1017/S0950268822001248", f"Households in Germany. {_NO_SD}",
    ),
    PublishedDelay(
        "covid-19-delta", "serial_interval", "gamma", 3.9, RATIO * 3.9, (3.4, 4.3), "mean", *_MADEWELL,
        f"Pooled from 20 studies. {_NO_SD}",
    ),
    PublishedDelay(
        "covid-19-delta", "generation_time", "gamma", 4.7, 3.3, None, "mean",
        "Hart et al., Lancet Infectious Diseases 2022", "10.1016/S1473-3099(22)00001-9",
        "Intrinsic; 96 households of the United Kingdom, of 227 recruited from February to August 2021.",
    ),
    PublishedDelay(
        "covid-19-omicron", "serial_interval", "gamma", 3.2, RATIO * 3.2, (2.9, 3.5), "mean", *_MADEWELL,
        f"Pooled from 20 studies, mostly of BA.1. {_NO_SD}",
    ),
    PublishedDelay(
        "covid-19-omicron", "incubation_period", "weibull", 3.2, 2.2, None, "mean",
        "Backer et al., Eurosurveillance 2022", "10.2807/1560-7917.ES.2022.27.6.2200042",
        "BA.1, the Netherlands, December 2021. Seen in fast growth, which makes it look shorter: Park et al., PNAS "
        "2023, doi:10.1073/pnas.2221887120, find 3.8 to 4.5 days of the same cases.",
    ),
    PublishedDelay(
        "influenza", "serial_interval", "weibull", 3.6, 1.6, (2.9, 4.3), "mean",
        "Cowling et al., Epidemiology 2009", "10.1097/EDE.0b013e31819d1092",
        "Seasonal; 14 pairs in households of Hong Kong.",
    ),
    PublishedDelay(
        "influenza", "incubation_period", "lognormal", *_of_median(1.4, 1.51), (1.3, 1.5), "median", *_LESSLER,
        "Influenza A; 151 cases pooled. Without one outlying study the median is 1.9 days.",
    ),
    PublishedDelay(
        "influenza-h1n1pdm09", "serial_interval", "gamma", 2.51, 1.55, None, "mean", *_GHANI,
        "58 pairs in the United Kingdom, 2009.",
    ),
    PublishedDelay(
        "influenza-h1n1pdm09", "incubation_period", "gamma", 2.05, 0.49, None, "mean", *_GHANI,
        "16 cases in the United Kingdom, 2009.",
    ),
    PublishedDelay(
        "measles", "serial_interval", "gamma", 14.9, 3.9, None, "mean",
        "Groendyke, Welch, Hunter, Scandinavian Journal of Statistics 2011, as EpiEstim has it",
        "10.1111/j.1467-9469.2010.00721.x",
        "Hagelloch 1861. Vink et al. 2014, doi:10.1093/aje/kwu209, have a mean of 11.7 days in households, without sd.",
    ),
    PublishedDelay(
        "measles", "incubation_period", "lognormal", *_of_median(12.5, 1.23), (11.8, 13.3), "median", *_LESSLER,
        "55 cases pooled.",
    ),
    PublishedDelay(
        "mers", "serial_interval", "lognormal", *_of_upper(7.6, 19.4), (2.5, 23.1), "median", *_ASSIRI,
        "23 cases in a hospital outbreak of Saudi Arabia, 2013; by median and 95 % quantile. The interval is as wide "
        "as the distribution itself.",
    ),
    PublishedDelay(
        "mers", "incubation_period", "lognormal", *_of_upper(5.2, 12.4), (1.9, 14.7), "median", *_ASSIRI,
        "23 cases in a hospital outbreak of Saudi Arabia, 2013; by median and 95 % quantile.",
    ),
    PublishedDelay(
        "mers-korea-2015", "serial_interval", "gamma", 12.6, 2.8, (12.1, 13.1), "mean", *_COWLING_MERS,
        "99 pairs, hospitals of South Korea.",
    ),
    PublishedDelay(
        "mers-korea-2015", "incubation_period", "gamma", 6.7, 2.914, (6.1, 7.3), "mean", *_COWLING_MERS,
        "166 cases; sd by mean and 95 % quantile (12.1), with which the median is 6.3 as published.",
    ),
    PublishedDelay(
        "mers-korea-2015", "onset_to_death", "gamma", 14.6, 10.4, (11.5, 19.5), "mean",
        "Mizumoto et al., BMC Medicine 2015", "10.1186/s12916-015-0468-3", "185 cases.",
    ),
    PublishedDelay(
        "sars", "serial_interval", "gamma", 8.4, 3.8, None, "mean", "Lipsitch et al., Science 2003",
        "10.1126/science.1086616", "Singapore, 2003; as 1 day plus a gamma in EpiEstim.",
    ),
    PublishedDelay(
        "sars", "incubation_period", "lognormal", *_of_median(4.0, 1.81), (3.6, 4.4), "median", *_LESSLER,
        "157 cases pooled.",
    ),
    PublishedDelay(
        "ebola", "serial_interval", "gamma", 14.2, 9.6, (13.1, 15.3), "mean", *_WHO_EBOLA,
        "Zaire ebolavirus; 305 pairs, West Africa to November 2014.",
    ),
    PublishedDelay(
        "ebola", "incubation_period", "gamma", 10.3, 8.2, (9.9, 10.7), "mean", *_WHO_EBOLA,
        "Zaire ebolavirus; 1,798 cases, West Africa to November 2014.",
    ),
    PublishedDelay(
        "ebola", "onset_to_death", "gamma", 8.2, 6.4, (7.9, 8.4), "mean", *_WHO_EBOLA,
        "Zaire ebolavirus; 2,741 deaths, West Africa to November 2014.",
    ),
    PublishedDelay(
        "plague-pneumonic", "incubation_period", "lognormal", 4.3, 1.8, None, "mean",
        "Gani, Leach, Emerging Infectious Diseases 2004", "10.3201/eid1004.030509",
        "Latent period, 224 cases of past outbreaks.",
    ),
    PublishedDelay(
        "cholera", "incubation_period", "lognormal", *_of_upper(1.4, 4.4), (1.3, 1.6), "median",
        "Azman et al., Journal of Infection 2013", "10.1016/j.jinf.2012.11.013",
        "Pooled from the literature; by median and 95 % quantile.",
    ),
    PublishedDelay(
        "dengue", "incubation_period", "lognormal", 5.97, 1.64, (5.5, 6.4), "mean",
        "Chan, Johansson, PLoS ONE 2012; sd of Siraj et al., PLoS Neglected Tropical Diseases 2017",
        "10.1371/journal.pone.0050972", "Intrinsic: in people, not in mosquitoes.",
    ),
)  # fmt: skip
