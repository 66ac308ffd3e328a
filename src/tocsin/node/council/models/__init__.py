from tocsin.node.council.models.decisions import Decision
from tocsin.node.council.models.drafts import DecisionDraft
from tocsin.node.council.models.duties import OpenedDuty
from tocsin.node.council.models.given_warnings import GivenWarning
from tocsin.node.council.models.measure_warnings import MeasureWarning
from tocsin.node.council.models.measures import Measure
from tocsin.node.council.models.sessions import Session

__all__ = ["Decision", "DecisionDraft", "GivenWarning", "Measure", "MeasureWarning", "OpenedDuty", "Session"]
