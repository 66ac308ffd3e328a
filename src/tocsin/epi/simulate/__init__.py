"""Simulated counts: with known outbreaks, by which detectors are judged; and outbreaks for people to exercise with."""

from tocsin.epi.delays import lognormal_delay
from tocsin.epi.simulate.labelled import LabelledSeries
from tocsin.epi.simulate.noufaily import noufaily
from tocsin.epi.simulate.renewal import (
    Control,
    SimulatedOutbreak,
    expected_infections,
    renewal_outbreak,
    reproduction_by_day,
)

__all__ = [
    "Control",
    "LabelledSeries",
    "SimulatedOutbreak",
    "expected_infections",
    "lognormal_delay",
    "noufaily",
    "renewal_outbreak",
    "reproduction_by_day",
]
