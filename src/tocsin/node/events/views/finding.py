"""The event that an address names, for somebody who may see it."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from tocsin.node.events.models import Event

__all__ = ["the_event"]

ABOUT = ("disease", "place", "lead", "opened_by", "merged_into__place", "merged_into__disease")


def the_event(request: HttpRequest, pk: UUID) -> Event:
    """Raises Http404 for what is not there, and for what is not theirs to see."""
    return get_object_or_404(Event.objects.visible_to(request.user).select_related(*ABOUT), pk=pk)
