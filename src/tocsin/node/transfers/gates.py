"""Which joint objects of transfers a person reads: those of transfers in which they have a part."""

from typing import Any

from django.db.models import Q, QuerySet

from tocsin.node.alliance.models import Person
from tocsin.node.transfers.models import Transfer

__all__ = ["gate", "noted"]


def gate(person: Person) -> Q:
    """See `joint.models.gated_by`."""
    return Q(transfer__in=Transfer.objects.visible_to(person))


def noted(person: Person) -> "QuerySet[Any]":
    """Identifiers of those whose clinical notes the person reads, while the patient agrees: see
    `consultations.models.notes.notes_of`.
    """
    return Transfer.objects.visible_to(person).filter(may_be_told=True).values("of__object_id")
