"""Which joint objects and files of cases a person reads: those of cases in which they have a part."""

from collections.abc import Mapping

from django.db.models import Q

from tocsin.clinical.identifiers.identity import NOBODY, Identity
from tocsin.node.alliance.models import Person
from tocsin.node.consultations.identifying import identity_of_case
from tocsin.node.consultations.models import Case

__all__ = ["gate", "may_see_files", "whose"]


def gate(person: Person) -> Q:
    """See `joint.models.gated_by`."""
    return Q(case__in=Case.objects.visible_to(person))


def may_see_files(person: Person, about: Mapping[str, str]) -> bool:
    """See `files.gates.gate_by`: of cases that the person has, while the patient agrees."""
    cases = Case.objects.visible_to(person).filter(may_be_told=True)
    return cases.filter(of__origin=about["origin"], of__object_id=about["id"]).exists()


def whose(about: Mapping[str, str]) -> Identity:
    """See `files.gates.identity_by`."""
    case = Case.objects.filter(of__origin=about["origin"], of__object_id=about["id"]).first()
    return identity_of_case(case) if case is not None else NOBODY
