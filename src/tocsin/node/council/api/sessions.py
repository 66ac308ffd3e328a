"""Sessions of bodies, every act in order, and the duties that standing agreements have opened for this state."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from tocsin.joint.sessions.state import Item, Status
from tocsin.joint.sessions.state import Session as Sitting
from tocsin.joint.texts.paragraphs import as_json
from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import refusals
from tocsin.node.api.paging import Limit, cursor, from_cursor, natural, newest_first
from tocsin.node.api.tokens import may
from tocsin.node.council.api.acts import Acts, After, acts_page
from tocsin.node.council.models import OpenedDuty, Session
from tocsin.node.council.session_reading import session_here
from tocsin.node.joint.arranging import arrangement_of

__all__ = ["router"]

router = Router(tags=["council"])
MAY_READ = may(Ability.READ_COUNCIL)


class SessionSaid(Schema):
    """A session as far as its owner's order is followed here."""

    id: UUID
    origin: str = Field(description="The node that has called it and gives its order.")
    is_ours: bool
    classification: str
    body: str
    title: dict[str, str] = Field(description="By language.")
    status: str = Field(description="convened, open, closed, cancelled; none: what called it is void.")
    starts_at: datetime
    chair: str
    invited: list[str]
    is_named: bool = Field(description="Whether this state has said who comes.")
    rule: str = Field(description="By which rule of its body it was called; empty: by a delegate.")
    event_origin: str
    event_id: UUID | None
    through: int = Field(description="Number of the order that is followed here.")
    waiting_for: dict[str, Any] | None = Field(description="What the order includes and is not here yet.")
    changed_at: datetime


class Sessions(Schema):
    items: list[SessionSaid]
    next: str | None


class AgendaItemSaid(Schema):
    id: str
    title: dict[str, str]
    status: str = Field(description="open, taken_up or concluded")
    outcome: dict[str, str]


class DelegationSaid(Schema):
    state: str
    delegates: list[str] = Field(description="Names, those whom the state sends now.")
    is_present: bool


class SessionWhole(SessionSaid):
    agenda: list[AgendaItemSaid]
    delegations: list[DelegationSaid] = Field(description="In the order in which the session names the states.")
    brief: dict[str, str] = Field(description="By language, as it was sent with the call.")
    minutes: dict[str, Any] | None = Field(description="Paragraphs of the last minutes.")
    approved_by: list[str] = Field(description="States that have approved these.")


class DutySaid(Schema):
    """What an event asks of this state by an agreement; it goes to no partner."""

    id: int
    agreement: str = Field(description="Code in the alliance's file, or identifier of the decision that adopted it.")
    duty: str
    trigger: str
    title: dict[str, str]
    event_origin: str
    event_id: UUID
    opened_at: datetime
    due_at: datetime
    done_at: datetime | None
    lifted_at: datetime | None


class Duties(Schema):
    items: list[DutySaid]
    next: str | None


class Asked(Schema):
    after: str | None = Field(None, max_length=500, description="`next` of the page before.")
    status: str | None = Field(None, max_length=20)


@router.get(
    "/sessions",
    auth=MAY_READ,
    response={200: Sessions, **refusals(422)},
    operation_id="sessions",
    summary="Sessions, those called last first",
)
def sessions(request: HttpRequest, asked: Query[Asked], limit: Limit = 100) -> dict[str, Any]:
    found = Session.objects.visible_to(request.user).select_related("of")
    if asked.status is not None:
        found = found.filter(status=asked.status)
    rows, after = newest_first(found, asked.after, limit)
    return {"items": [_said(row) for row in rows], "next": after}


@router.get(
    "/sessions/{uuid:session_id}",
    auth=MAY_READ,
    response={200: SessionWhole, **refusals(404)},
    operation_id="session",
    summary="One, with its agenda, who comes, and the minutes",
)
def session(request: HttpRequest, session_id: UUID) -> dict[str, Any]:
    row = _row(request, session_id)
    found = session_here(row.of)
    if found.status is Status.NONE:
        raise Http404  # what called it is void
    return _said(row) | _whole(found)


@router.get(
    "/sessions/{uuid:session_id}/acts",
    auth=MAY_READ,
    response={200: Acts, **refusals(404, 422)},
    operation_id="session_acts",
    summary="Every act in its owner’s order, then those that no order includes yet",
)
def session_acts(request: HttpRequest, session_id: UUID, after: After = None, limit: Limit = 100) -> dict[str, Any]:
    return acts_page(arrangement_of(_row(request, session_id).of), after, limit)


@router.get(
    "/duties",
    auth=MAY_READ,
    response={200: Duties, **refusals(422)},
    operation_id="duties",
    summary="Duties that agreements have opened for this state, the soonest first",
)
def duties(request: HttpRequest, is_open: bool = False, after: After = None, limit: Limit = 100) -> dict[str, Any]:
    found = OpenedDuty.objects.visible_to(request.user)
    found = found.open() if is_open else found
    if after is not None:
        due, key = from_cursor(after, datetime.fromisoformat, natural)
        found = found.filter(Q(due_at__gt=due) | Q(due_at=due, pk__gt=key))
    rows = list(found.order_by("due_at", "pk")[: limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    return {
        "items": [{name: getattr(row, name) for name in DutySaid.model_fields} for row in rows[:limit]],
        "next": cursor(last.due_at.isoformat(), last.pk) if last is not None else None,
    }


def _row(request: HttpRequest, session_id: UUID) -> Session:
    return get_object_or_404(Session.objects.visible_to(request.user).select_related("of"), pk=session_id)


def _said(row: Session) -> dict[str, Any]:
    of = row.of
    kept = {name: getattr(row, name) for name in SessionSaid.model_fields if hasattr(row, name)}
    return kept | {
        "id": of.pk, "origin": of.origin, "is_ours": of.is_ours, "classification": of.classification,
        "through": of.through, "waiting_for": of.waiting_for,
    }  # fmt: skip


def _whole(found: Sitting) -> dict[str, Any]:
    minutes = found.minutes[-1] if found.minutes else None
    return {
        "agenda": [
            {"id": one.id, "title": dict(one.title), "status": _status(one), "outcome": dict(one.outcome)}
            for one in found.agenda
        ],
        "delegations": [
            {
                "state": state,
                "delegates": [one.name for one in named.delegates] if (named := found.delegation(state)) else [],
                "is_present": bool(found.present(state)),
            }
            for state in found.invited
        ],
        "brief": dict(found.brief), "minutes": as_json(minutes.text) if minutes else None,
        "approved_by": sorted(minutes.approvals) if minutes else [],
    }  # fmt: skip


def _status(item: Item) -> str:
    if item.concluded is not None:
        return "concluded"
    return "taken_up" if item.taken_up is not None else "open"
