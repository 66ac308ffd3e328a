"""How many there will have been: counts of the last days as they will be known once all reports have come."""

from tocsin.epi.nowcast.bayes_truncation import bayes_truncation
from tocsin.epi.nowcast.chain_ladder import chain_ladder
from tocsin.epi.nowcast.drifting import drifting
from tocsin.epi.nowcast.lawless import lawless
from tocsin.epi.nowcast.nowcast import METHODS, nowcast
from tocsin.epi.nowcast.result import Nowcast
from tocsin.epi.nowcast.triangle import ReportingTriangle, triangle_of_reports, triangle_of_vintages

__all__ = [
    "METHODS",
    "Nowcast",
    "ReportingTriangle",
    "bayes_truncation",
    "chain_ladder",
    "drifting",
    "lawless",
    "nowcast",
    "triangle_of_reports",
    "triangle_of_vintages",
]
