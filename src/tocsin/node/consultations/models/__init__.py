"""Cases and who has them, clinical notes, drafts, identities, rules. Others import models from here."""

from tocsin.node.consultations.models.cases import Case, CaseClinician, CaseHospital, CaseSeen
from tocsin.node.consultations.models.drafts import CaseDraft, NoteDraft
from tocsin.node.consultations.models.identities import PatientIdentity
from tocsin.node.consultations.models.notes import ClinicalNote
from tocsin.node.consultations.models.rules import AllocationRule

__all__ = [
    "AllocationRule", "Case", "CaseClinician", "CaseDraft", "CaseHospital", "CaseSeen", "ClinicalNote", "NoteDraft",
    "PatientIdentity",
]  # fmt: skip
