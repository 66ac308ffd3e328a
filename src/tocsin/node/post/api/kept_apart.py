"""Documents that were kept apart and wait for people; what they say is for those who decide, on its page."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import refusals
from tocsin.node.api.paging import Limit, cursor, from_cursor, natural
from tocsin.node.api.tokens import may
from tocsin.node.post.pages.kept_apart import Listed, listed, waiting

__all__ = ["router"]

router = Router(tags=["exchange"])


class ReasonSaid(Schema):
    code: str
    detail: str
    row: int | None = Field(description="Counted from 0; None for the whole document.")


class KeptApartSaid(Schema):
    id: int
    origin: str
    epoch: int
    stream: str
    number: int
    type: str | None
    state: str = Field(description="quarantined, or accepted where only rows of it are kept apart")
    written_at: datetime | None
    proposed: str | None = Field(description="What somebody has proposed to do about it.")
    reasons: list[ReasonSaid] = Field(description="At most a hundred.")


class KeptApart(Schema):
    items: list[KeptApartSaid]
    next: str | None


class Wanted(Schema):
    after: str | None = Field(None, max_length=500, description="`next` of the page before.")


@router.get(
    "/kept-apart",
    auth=may(Ability.READ_EXCHANGE),
    response={200: KeptApart, **refusals(422)},
    operation_id="kept_apart",
    summary="Documents that wait for people to decide, newest first",
)
def kept_apart(request: HttpRequest, asked: Query[Wanted], limit: Limit = 100) -> dict[str, Any]:
    found = waiting(request.user).only("pk").order_by("-pk")
    if asked.after is not None:
        found = found.filter(pk__lt=from_cursor(asked.after, natural)[0])
    rows = list(found[: limit + 1])
    after = cursor(rows[limit - 1].pk) if len(rows) > limit else None
    return {"items": [_said(one) for one in listed(rows[:limit])], "next": after}


def _said(one: Listed) -> dict[str, Any]:
    entry = one.entry
    return {
        "id": one.pk,
        "origin": entry.stream.origin,
        "epoch": entry.stream.epoch,
        "stream": entry.stream.audience,
        "number": entry.number,
        "type": entry.type,
        "state": entry.state.value,
        "written_at": one.written_at,
        "proposed": one.proposal.what if one.proposal else None,
        "reasons": [{"code": why.code, "detail": why.detail, "row": why.row} for why in entry.reasons[:100]],
    }
