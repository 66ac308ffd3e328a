"""The traveller that an address names, for somebody who looks for travellers."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from tocsin.node.travellers.models import Tracing

__all__ = ["the_tracing"]


def the_tracing(request: HttpRequest, pk: UUID) -> Tracing:
    """Raises Http404 for what is not there, and for what is not theirs to see."""
    visible = Tracing.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("disease", "worked_on_by", "event", "closed_by"), pk=pk)
