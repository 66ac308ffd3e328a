"""The sessions, duties and events that an address names, for somebody who may see them."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from tocsin.joint.sessions.state import Status
from tocsin.node.council.models import OpenedDuty, Session
from tocsin.node.council.session_reading import session_here
from tocsin.node.events.models import Event
from tocsin.node.joint.models import JointObject

__all__ = ["the_duty", "the_event", "the_row", "the_session"]


def the_row(request: HttpRequest, pk: UUID) -> Session:
    """Raises Http404 for what is not there, and for what is not theirs to see; so do the others."""
    return get_object_or_404(Session.objects.visible_to(request.user).select_related("of"), pk=pk)


def the_session(request: HttpRequest, pk: UUID) -> JointObject:
    """One that stands: not one whose opening has turned out to be void."""
    found: JointObject = the_row(request, pk).of
    if session_here(found).status is Status.NONE:
        raise Http404
    return found


def the_duty(request: HttpRequest, pk: int) -> OpenedDuty:
    return get_object_or_404(OpenedDuty.objects.visible_to(request.user), pk=pk)


def the_event(request: HttpRequest, pk: UUID) -> Event:
    visible = Event.objects.visible_to(request.user).select_related("disease", "place", "lead", "merged_into")
    return get_object_or_404(visible, pk=pk)
