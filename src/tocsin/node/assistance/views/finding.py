"""The requests, offers, shipments, drafts and entries that an address names, for somebody who may see them."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from tocsin.joint.assistance import Key, Offer, Shipment
from tocsin.joint.assistance import Request as Standing
from tocsin.node.assistance.models import Attachment, Capability, OfferDraft, Request, RequestDraft
from tocsin.node.assistance.models.requests import VOID
from tocsin.node.assistance.reading import request_ahead
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.joint.models import JointObject

__all__ = ["standing", "the_attachment", "the_draft", "the_entry", "the_offer", "the_offer_draft", "the_request",
           "the_row", "the_shipment"]  # fmt: skip

PEOPLE = ("made_by", "changed_by", "submitted_by")


def the_row(request: HttpRequest, pk: UUID) -> Request:
    """Raises Http404 for what is not there, and for what is not theirs to see; so do the others."""
    return get_object_or_404(Request.objects.visible_to(request.user).select_related("of"), pk=pk)


def the_request(request: HttpRequest, pk: UUID) -> JointObject:
    """One that stands, or has stood: not one whose opening has turned out to be void."""
    row = the_row(request, pk)
    if row.status == VOID:
        raise Http404
    found: JointObject = row.of
    return found


def standing(of: JointObject) -> Standing:
    """As it is with what this state has said and no order has yet: what a person here acts upon."""
    found = request_ahead(arrangement_of(of))
    if found.asked is None:
        raise Http404
    return found


def the_offer(request: Standing, origin: str, offer: str) -> Offer:
    found = request.offer(Key(origin, offer))
    if found is None:
        raise Http404
    return found


def the_shipment(request: Standing, origin: str, shipment: str) -> Shipment:
    found = request.shipment(Key(origin, shipment))
    if found is None:
        raise Http404
    return found


def the_draft(request: HttpRequest, pk: UUID) -> RequestDraft:
    visible = RequestDraft.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related(*PEOPLE, "amends"), pk=pk)


def the_offer_draft(request: HttpRequest, pk: UUID) -> OfferDraft:
    visible = OfferDraft.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related(*PEOPLE, "request__assistance_request"), pk=pk)


def the_attachment(request: HttpRequest, pk: UUID, file: UUID) -> Attachment:
    return get_object_or_404(Attachment.objects.visible_to(request.user).filter(removed_at=None), pk=file, of=pk)


def the_entry(request: HttpRequest, pk: UUID) -> Capability:
    return get_object_or_404(Capability.objects.visible_to(request.user).filter(is_ours=True), pk=pk)
