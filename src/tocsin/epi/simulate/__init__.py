"""Simulated counts with known outbreaks, by which detectors are judged."""

from tocsin.epi.simulate.labelled import LabelledSeries
from tocsin.epi.simulate.noufaily import noufaily

__all__ = ["LabelledSeries", "noufaily"]
