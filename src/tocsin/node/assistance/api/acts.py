"""What programs do in the state's name: accept of an offer, and tell how far a shipment is."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from tocsin.joint.assistance import Key
from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import refusals
from tocsin.node.api.once import Answer, posting
from tocsin.node.api.tokens import may_all
from tocsin.node.assistance.actions import shipping
from tocsin.node.assistance.actions.answering import accept
from tocsin.node.assistance.api.refusing import refusing
from tocsin.node.assistance.api.requests import MAY_WRITE, request_seen
from tocsin.node.assistance.api.schemas import Accepting, AssistanceActSaid, Line, Paper, Planning, Step
from tocsin.node.assistance.refusals import InvalidInput, Problem
from tocsin.node.assistance.wording import refused
from tocsin.node.joint.models import JointAct

__all__ = ["router"]

router = Router(tags=["assistance"])
MAY_RELEASE = may_all(Ability.READ_ASSISTANCE, Ability.RELEASE_ASSISTANCE)
REFUSALS = refusals(404, 409, 413, 415, 422)


@router.post(
    "/assistance/requests/{uuid:request_id}/accept",
    auth=MAY_RELEASE,
    response={200: AssistanceActSaid, **REFUSALS},
    operation_id="accept_assistance",
    summary="Accept an offer to a request of ours, or a part of it",
)
@posting
@refusing()
def accept_assistance(request: HttpRequest, request_id: UUID, asked: Accepting) -> Answer:
    row = request_seen(request, request_id)
    key = Key(asked.offer.origin, asked.offer.id)
    return 200, _said(
        accept(row.of, key, quantities=_quantities(asked.lines), note=asked.note, seen=asked.seen, by=request.user)
    )  # fmt: skip


@router.post(
    "/assistance/requests/{uuid:request_id}/shipments",
    auth=MAY_WRITE,
    response={201: AssistanceActSaid, **REFUSALS},
    operation_id="plan_assistance_shipment",
    summary="Say how we send what was accepted of an offer of ours",
)
@posting
@refusing()
def plan_assistance_shipment(request: HttpRequest, request_id: UUID, asked: Planning) -> Answer:
    row = request_seen(request, request_id)
    made = shipping.plan_shipment(
        row.of, offer=asked.offer, quantities=_quantities(asked.lines), route=asked.route, carrier=asked.carrier,
        documents=_papers(asked.documents), expected_on=asked.expected_on, seen=asked.seen, by=request.user,
    )  # fmt: skip
    return 201, _said(made)


@router.post(
    "/assistance/requests/{uuid:request_id}/steps",
    auth=MAY_WRITE,
    response={200: AssistanceActSaid, **REFUSALS},
    operation_id="step_assistance_shipment",
    summary="Tell how far a shipment is",
)
@posting
@refusing()
def step_assistance_shipment(request: HttpRequest, request_id: UUID, asked: Step) -> Answer:
    row = request_seen(request, request_id)
    key, given = Key(asked.shipment.origin, asked.shipment.id), {"seen": asked.seen, "by": request.user}
    more: dict[str, Any] = {"note": asked.note}
    if asked.act == "in_transit":
        more = {"where": asked.where}
    elif asked.act == "delay":
        more = {"expected_on": asked.expected_on, "reason": asked.reason}
    elif asked.act == "clear":
        more |= {"documents": _papers(asked.documents)}
    return 200, _said(STEPS[asked.act](row.of, key, **more, **given))


STEPS = {
    "clear": shipping.clear,
    "dispatch": shipping.dispatch,
    "in_transit": shipping.tell_where,
    "delay": shipping.delay,
    "arrive": shipping.arrive,
    "call_off": shipping.call_off,
}


def _quantities(lines: Sequence[Line]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, line in enumerate(lines):
        if line.item in found:
            message = refused("item-twice", {"item": line.item})
            raise InvalidInput([Problem(f"lines.{place}.item", message)])
        found[line.item] = line.quantity
    return found


def _papers(papers: Sequence[Paper]) -> list[dict[str, str]]:
    return [{"kind": one.kind, "number": one.number, "title": one.title} for one in papers]


def _said(row: JointAct) -> AssistanceActSaid:
    return AssistanceActSaid(id=row.pk, kind=row.kind, is_in_order=row.order_number is not None, request=row.of_id)
