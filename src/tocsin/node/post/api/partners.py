"""Partners: how the exchange with each stands, for a program that watches it."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import Refusal, refusals
from tocsin.node.api.tokens import may
from tocsin.node.post.here import local_node, takes_part
from tocsin.node.post.pages.standing import Row, rows, stands

__all__ = ["router"]

router = Router(tags=["exchange"])


class ExpirySaid(Schema):
    what: str = Field(description="root, targets, snapshot, timestamp, node-AL, or tls AL.")
    at: datetime
    days: int = Field(description="Whole days left; negative when past.")
    urgency: int = Field(description="0 later, 1 notice, 2 warning, 3 urgent, 4 past.")


class PartnerSaid(Schema):
    node: str
    name: str
    kind: str
    tier: str
    status: str = Field(description="active, suspended or left")
    met_at: datetime | None
    failures: int = Field(description="Meetings in a row that failed.")
    problem: str = Field(description="Why the last one failed, in the words of the exchange.")
    clock_ahead: int = Field(description="Seconds by which its clock is ahead of ours.")
    behind: int = Field(description="Documents that it had for us when last met, and that we have not.")
    lacking: int = Field(description="Documents of ours for it that it has neither confirmed nor said to have.")
    lacking_since: datetime | None
    receipt_at: datetime | None
    list_version: int
    refused: int
    quarantined: int = Field(description="Documents that are kept apart until people decide.")
    held: int = Field(description="Documents that wait for an upgrade.")
    locked: int = Field(description="Documents that wait for their key.")
    stopped: bool = Field(description="It has signed two histories, and nobody has settled that.")


class StandingSaid(Schema):
    """This node's own part, and each partner."""

    node: str
    epoch: int
    may_sign: bool
    why_not: str = Field(description="Why it signs nothing, in the words of the exchange.")
    stale: bool = Field(description="Whether the trust list has run out.")
    list_version: int
    waiting: int = Field(description="Documents not signed yet, at most 1,000 counted.")
    unasked: list[str] = Field(description="While it recovers: nodes that have not said what they hold of it.")
    expiries: list[ExpirySaid]
    partners: list[PartnerSaid]


@router.get(
    "/partners",
    auth=may(Ability.READ_EXCHANGE),
    response={200: StandingSaid, **refusals(404)},
    operation_id="partners",
    summary="How the exchange stands",
)
def partners(request: HttpRequest) -> dict[str, Any]:
    if not takes_part():
        raise Refusal(404, "not_found", "This node takes no part in the exchange yet.")
    found = stands(local_node()).standing
    return {
        "node": found.node,
        "epoch": found.epoch,
        "may_sign": found.may_sign,
        "why_not": found.why_not,
        "stale": found.stale,
        "list_version": found.list_version,
        "waiting": found.waiting,
        "unasked": list(found.unasked),
        "expiries": [vars(one) for one in found.expiries],
        "partners": [_said(row) for row in rows(found)],
    }


def _said(row: Row) -> dict[str, Any]:
    return {"name": row.name} | {
        name: getattr(row.partner, name) for name in PartnerSaid.model_fields if name != "name"
    }
