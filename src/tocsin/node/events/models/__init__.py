"""Events of this state, and all that is kept of them. Others import models from here."""

from tocsin.node.events.models.assessment import Annex2Assessment, CriteriaAssessment, RiskAssessment
from tocsin.node.events.models.cases import EventCase, LineListTable
from tocsin.node.events.models.clocks import ClockWarning, EarlyAction, Factor, Milestone
from tocsin.node.events.models.estimates import EventEstimate
from tocsin.node.events.models.event import Event, EventLink, EventPlace, EventThread
from tocsin.node.events.models.files import EventFile
from tocsin.node.events.models.laboratory import Sample, SampleTest
from tocsin.node.events.models.timeline import CountsReport, TimelineEntry

__all__ = [
    "Annex2Assessment",
    "ClockWarning",
    "CountsReport",
    "CriteriaAssessment",
    "EarlyAction",
    "Event",
    "EventCase",
    "EventEstimate",
    "EventFile",
    "EventLink",
    "EventPlace",
    "EventThread",
    "Factor",
    "LineListTable",
    "Milestone",
    "RiskAssessment",
    "Sample",
    "SampleTest",
    "TimelineEntry",
]
