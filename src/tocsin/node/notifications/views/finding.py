"""The rows that an address names, for somebody who may see them."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from tocsin.node.notifications.models import Draft, NotifiedEvent, VerificationRequest

__all__ = ["the_draft", "the_notified_event", "the_request"]


def the_draft(request: HttpRequest, pk: UUID) -> Draft:
    """Raises Http404 for what is not there, and for what is not theirs to see; so do the others."""
    about = ("event__disease", "event__place", "event__merged_into", "asked_by", "changed_by", "discarded_by")
    return get_object_or_404(Draft.objects.visible_to(request.user).select_related(*about, "notification__by"), pk=pk)


def the_notified_event(request: HttpRequest, pk: UUID) -> NotifiedEvent:
    visible = NotifiedEvent.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("disease", "latest", "event"), pk=pk)


def the_request(request: HttpRequest, pk: UUID) -> VerificationRequest:
    visible = VerificationRequest.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("about__disease", "disease", "event", "by"), pk=pk)
