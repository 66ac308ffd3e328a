"""The acts on one session or decision, page by page."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Query, Schema

from tocsin.joint.ordering import Arrangement
from tocsin.node.api.paging import cursor, from_cursor, natural

__all__ = ["Acts", "After", "acts_page"]

After = Annotated[str | None, Query(max_length=500, description="`next` of the page before.")]


class JointActSaid(Schema):
    """One act at its place. `number` null: no order includes it yet, so that it counts for nothing."""

    id: UUID
    origin: str
    act: str
    said: dict[str, Any]
    role: str
    number: int | None
    at: datetime = Field(description="By the owner's clock once it is in the order, before that by its state's.")


class Acts(Schema):
    items: list[JointActSaid]
    next: str | None


def acts_page(found: Arrangement, after: str | None, limit: int) -> dict[str, Any]:
    """A page of the acts of one object; its cursor is a place, since nothing is ever put between what is in order."""
    placed = [(one.act, one.number, one.at) for one in found.applied]
    placed += [(act, None, act.recorded_at) for act in found.proposals]
    first = from_cursor(after, natural)[0] if after is not None else 0
    items = [
        {
            "id": act.id, "origin": act.origin, "act": act.kind, "said": dict(act.said), "role": act.role,
            "number": number, "at": at,
        }
        for act, number, at in placed[first : first + limit]
    ]  # fmt: skip
    return {"items": items, "next": cursor(first + limit) if first + limit < len(placed) else None}
