"""Consultations between hospitals: asked, allocated, answered by signed opinions. docs/consultations.md."""

from tocsin.joint.consultations.folding import case_of, next_machine_act, try_act
from tocsin.joint.consultations.panel import Panel, PanelStatus
from tocsin.joint.consultations.state import Case, Note, Opinion, Question, Status

__all__ = [
    "Case",
    "Note",
    "Opinion",
    "Panel",
    "PanelStatus",
    "Question",
    "Status",
    "case_of",
    "next_machine_act",
    "try_act",
]
