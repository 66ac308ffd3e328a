"""The decision that an address names, for somebody who may read it."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from tocsin.node.council.models import DecisionDraft
from tocsin.node.council.pages.decision_page import Reading, read
from tocsin.node.joint.models import JointObject

__all__ = ["the_decision", "the_draft"]


def the_decision(request: HttpRequest, pk: UUID) -> Reading:
    """Raises Http404 for what is not there, is not opened here yet, and for what is not theirs to see."""
    visible = JointObject.objects.visible_to(request.user).filter(noun="decision")
    reading = read(get_object_or_404(visible, pk=pk))
    if not reading.decision.versions:
        raise Http404
    return reading


def the_draft(request: HttpRequest, pk: UUID) -> DecisionDraft:
    """Raises Http404 for what is not there, and for what is not theirs to see."""
    visible = DecisionDraft.objects.visible_to(request.user).select_related("made_by", "changed_by", "proposed")
    return get_object_or_404(visible, pk=pk)
