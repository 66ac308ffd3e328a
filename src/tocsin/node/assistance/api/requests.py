"""Requests, what is short, shipments, registers: read by programs, and requests and offers made ready by them."""

from typing import Annotated, Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from tocsin.node.alliance.naming import names
from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import refusals
from tocsin.node.api.once import Answer, posting
from tocsin.node.api.paging import Limit, cursor, from_cursor, natural, newest_first
from tocsin.node.api.schemas import plain
from tocsin.node.api.tokens import may, may_all
from tocsin.node.assistance.actions.drafting import make_offer_draft, make_request_draft
from tocsin.node.assistance.api.refusing import refusing, require_ready
from tocsin.node.assistance.api.schemas import (
    CapabilitiesSaid,
    CapabilitySaid,
    DraftSaid,
    MatchSaid,
    OfferDrafted,
    OfferSaid,
    RequestDrafted,
    RequestedItemSaid,
    Requests,
    RequestSaid,
    RequestWhole,
    Shipments,
    ShipmentSaid,
    ShortItems,
)
from tocsin.node.assistance.models import Capability, OfferDraft, Request, RequestDraft, RequestItem, Shipment
from tocsin.node.assistance.suggesting import matches_for, reason_in_words
from tocsin.node.joint.actions.acting import token

__all__ = ["MAY_READ", "MAY_WRITE", "request_seen", "router"]

router = Router(tags=["assistance"])
MAY_READ = may(Ability.READ_ASSISTANCE)
MAY_WRITE = may_all(Ability.READ_ASSISTANCE, Ability.KEEP_ASSISTANCE)
After = Annotated[str | None, Query(max_length=500)]
STATUSES = "^(open|partly_covered|covered|closed|cancelled|lapsed|unopened)$"


class Listed(Schema):
    after: str | None = Field(None, max_length=500, description="`next` of the page before.")
    ours: bool | None = Field(None, description="Only ours, or only those of others.")
    status: str | None = Field(
        None,
        pattern=STATUSES,
        description="`unopened`: void, for its opening does not stand; listed only if asked for.",
    )
    needs_us: bool = Field(False, description="Only those in which this state has something to do.")
    event: UUID | None = Field(None, description="Of which event, as its origin knows it.")


def request_seen(request: HttpRequest, key: UUID) -> Request:
    """The row, or 404."""
    return get_object_or_404(Request.objects.visible_to(request.user).select_related("of"), pk=key)


@router.get(
    "/assistance/requests",
    auth=MAY_READ,
    response={200: Requests, **refusals(422)},
    operation_id="assistance_requests",
    summary="Requests for assistance, the newest first",
)
def assistance_requests(request: HttpRequest, asked: Query[Listed], limit: Limit = 100) -> dict[str, Any]:
    found = Request.objects.visible_to(request.user)
    wanted = {"is_ours": asked.ours, "status": asked.status, "event_id": asked.event}
    found = found.filter(**{name: value for name, value in wanted.items() if value is not None})
    found = found if asked.status is not None else found.opened()
    rows, after = newest_first(found.waiting_for_us() if asked.needs_us else found, asked.after, limit)
    return {"items": [plain(row, RequestSaid) for row in rows], "next": after}


@router.get(
    "/assistance/requests/{uuid:request_id}",
    auth=MAY_READ,
    response={200: RequestWhole, **refusals(404)},
    operation_id="assistance_request",
    summary="One of them: items with their coverage, offers, shipments",
)
def assistance_request(request: HttpRequest, request_id: UUID) -> dict[str, Any]:
    row = request_seen(request, request_id)
    return plain(row, RequestSaid) | {
        "seen": token(row.of),
        "items": [plain(one, RequestedItemSaid) for one in row.items.all()],
        "offers": [plain(one, OfferSaid) for one in row.offers.all()],
        "shipments": [plain(one, ShipmentSaid) for one in row.shipments.all()],
    }


@router.get(
    "/assistance/requests/{uuid:request_id}/matches",
    auth=MAY_READ,
    response={200: list[MatchSaid], **refusals(404)},
    operation_id="assistance_matches",
    summary="Who could help, by the registers that are here; best first",
)
def assistance_matches(request: HttpRequest, request_id: UUID) -> list[dict[str, Any]]:
    row = request_seen(request, request_id)
    found = matches_for(row.of, by=request.user)
    known = names({one.capability.state for one in found})
    return [
        {
            "item": one.item.id, "state": one.capability.state, "entry": one.capability.id,
            "quantity": str(one.quantity) if one.quantity is not None else None, "ready_on": one.ready_on,
            "distance_km": one.distance_km,
            "reasons": [{"code": reason.code, "text": reason_in_words(reason, known)} for reason in one.reasons],
        }
        for one in found
    ]  # fmt: skip


@router.get(
    "/assistance/short",
    auth=MAY_READ,
    response={200: ShortItems, **refusals(422)},
    operation_id="assistance_short",
    summary="What is asked for and not wholly covered, the newest first",
)
def assistance_short(
    request: HttpRequest,
    after: After = None,
    code: Annotated[str | None, Query(max_length=60)] = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    found = RequestItem.objects.visible_to(request.user).filter(is_short=True)
    rows, following = _by_number(found.filter(code=code) if code is not None else found, after, limit)
    return {"items": [plain(row, RequestedItemSaid) for row in rows], "next": following}


@router.get(
    "/assistance/shipments",
    auth=MAY_READ,
    response={200: Shipments, **refusals(422)},
    operation_id="assistance_shipments",
    summary="Shipments, the newest first",
)
def assistance_shipments(
    request: HttpRequest, after: After = None, moving: bool = False, limit: Limit = 100
) -> dict[str, Any]:
    found = Shipment.objects.visible_to(request.user)
    rows, following = _by_number(found.filter(is_moving=True) if moving else found, after, limit)
    return {"items": [plain(row, ShipmentSaid) for row in rows], "next": following}


@router.get(
    "/assistance/capabilities",
    auth=MAY_READ,
    response={200: CapabilitiesSaid, **refusals(422)},
    operation_id="assistance_capabilities",
    summary="What states could send, as their registers say",
)
def assistance_capabilities(
    request: HttpRequest,
    after: After = None,
    item: Annotated[str | None, Query(max_length=60)] = None,
    state: Annotated[str | None, Query(max_length=12)] = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    wanted = {"item": item, "state": state}
    found = Capability.objects.visible_to(request.user)
    found = found.filter(**{name: value for name, value in wanted.items() if value is not None})
    rows, following = newest_first(found, after, limit)
    return {"items": [plain(row, CapabilitySaid) for row in rows], "next": following}


@router.post(
    "/assistance/drafts",
    auth=MAY_WRITE,
    response={201: DraftSaid, **refusals(409, 413, 415, 422)},
    operation_id="draft_assistance_request",
    summary="Make a request ready: complete, and to be submitted and released by two people",
)
@posting
@refusing("said")
def draft_assistance_request(request: HttpRequest, asked: RequestDrafted) -> Answer:
    draft = make_request_draft(
        said=asked.said, classification=asked.classification, addressees=asked.addressees, language=asked.language,
        by=request.user,
    )  # fmt: skip
    return 201, _drafted(draft)


@router.post(
    "/assistance/requests/{uuid:request_id}/offer-drafts",
    auth=MAY_WRITE,
    response={201: DraftSaid, **refusals(404, 409, 413, 415, 422)},
    operation_id="draft_assistance_offer",
    summary="Make an offer ready: complete, and to be submitted and released by two people",
)
@posting
@refusing("said")
def draft_assistance_offer(request: HttpRequest, request_id: UUID, asked: OfferDrafted) -> Answer:
    row = request_seen(request, request_id)
    draft = make_offer_draft(row.of, said=asked.said, language=asked.language, by=request.user)
    return 201, _drafted(draft)


def _drafted(draft: RequestDraft | OfferDraft) -> DraftSaid:
    require_ready(draft)
    return DraftSaid(id=draft.pk, version=draft.version, status=draft.status, said=draft.said)


def _by_number(found: "QuerySet[Any]", after: str | None, limit: int) -> tuple[list[Any], str | None]:
    """A page of rows whose keys are numbers, newest first, and the cursor of the page that follows."""
    found = found.order_by("-pk")
    if after is not None:
        found = found.filter(pk__lt=from_cursor(after, natural)[0])
    rows = list(found[: limit + 1])
    return rows[:limit], cursor(rows[limit - 1].pk) if len(rows) > limit else None
