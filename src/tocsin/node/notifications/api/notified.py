"""Events that states notify each other, for programs that watch them. Nothing is released here: people do that."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import refusals
from tocsin.node.api.paging import Limit, newest_first
from tocsin.node.api.schemas import plain
from tocsin.node.api.tokens import may
from tocsin.node.notifications.models import Notification, NotifiedEvent
from tocsin.node.notifications.standing import Addressee, standing_of

__all__ = ["router"]

router = Router(tags=["notifications"])
MAY_READ = may(Ability.READ_EVENTS)


class NotifiedSaid(Schema):
    """An event as its state has notified it: by the versions that stand."""

    id: UUID
    origin: str = Field(description="The node of the state that notified it.")
    origin_event: UUID
    is_ours: bool
    event: UUID | None = Field(description="Ours, where it is ours.")
    latest: UUID | None = Field(description="The version whose status counts; null where all are void.")
    status: str
    version: int
    missing: int = Field(description="Earlier versions that have not come.")
    classification: str
    no_onward_sharing: bool
    is_exercise: bool
    serial: str
    hazard: str
    disease_code: str
    places: list[dict[str, Any]]
    verification: str
    response: str
    risk: str
    as_of: date | None
    cases: int | None
    deaths: int | None
    verdict: str = Field(description="Ours, on an event of others; empty: none yet.")
    verdicts: int = Field(description="Of others, on ours.")
    open_questions: int
    acknowledged_at: datetime | None = Field(description="When a person here acknowledged the latest version.")
    notified_at: datetime | None
    came_at: datetime
    changed_at: datetime


class NotifiedEvents(Schema):
    items: list[NotifiedSaid]
    next: str | None


class NotificationSaid(Schema):
    """One version as it was signed. Whoever forbids passing it on forbids it to programs too."""

    id: UUID
    document_id: UUID
    origin: str
    of: UUID = Field(description="The notified event.")
    version: int
    supersedes: UUID | None
    status: str
    reason: str
    classification: str
    addressees: list[str]
    no_onward_sharing: bool
    is_exercise: bool
    language: str
    recorded_at: datetime
    came_at: datetime
    withdrawn_at: datetime | None = Field(description="Since when it is void: its signing key had ended.")
    erased_at: datetime | None
    event_version: int | None = Field(description="Of our event, that it tells of.")
    body: dict[str, Any] = Field(
        description="By the schema `notification` (docs/exchange-types.md); empty once erased."
    )
    rows_left_out: list[int] = Field(description="Numbers of rows of the breakdown that are kept apart here.")


class Notifications(Schema):
    items: list[NotificationSaid]
    next: str | None


class AddresseeSaid(Schema):
    """How one state has a notification of ours. What is not known is null, never taken as given."""

    node: str
    name: str
    state: str = Field(description="waits, sent, delivered, acknowledged or not_reached")
    standing: str = Field(description="active, suspended or left")
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    by_role: str
    relevance: str | None
    outstanding: timedelta | None = Field(description="For how long an acknowledgement has been waited for.")
    is_late: bool


class Listed(Schema):
    after: str | None = Field(None, max_length=500, description="`next` of the page before.")
    ours: bool | None = Field(None, description="Only ours, or only those of others.")
    unacknowledged: bool = Field(False, description="Only those of others that nobody here has acknowledged.")


@router.get(
    "/notified-events",
    auth=MAY_READ,
    response={200: NotifiedEvents, **refusals(422)},
    operation_id="notified_events",
    summary="Events that states notified, the newest first",
)
def notified_events(request: HttpRequest, asked: Query[Listed], limit: Limit = 100) -> dict[str, Any]:
    found = NotifiedEvent.objects.visible_to(request.user)
    if asked.ours is not None:
        found = found.filter(is_ours=asked.ours)
    if asked.unacknowledged:
        found = found.unacknowledged()
    rows, after = newest_first(found, asked.after, limit)
    return {"items": [plain(one, NotifiedSaid) for one in rows], "next": after}


@router.get(
    "/notified-events/{uuid:notified_id}",
    auth=MAY_READ,
    response={200: NotifiedSaid, **refusals(404)},
    operation_id="notified_event",
    summary="One of them",
)
def notified_event(request: HttpRequest, notified_id: UUID) -> dict[str, Any]:
    return plain(get_object_or_404(NotifiedEvent.objects.visible_to(request.user), pk=notified_id), NotifiedSaid)


@router.get(
    "/notified-events/{uuid:notified_id}/notifications",
    auth=MAY_READ,
    response={200: Notifications, **refusals(404, 422)},
    operation_id="notifications",
    summary="Every version of one, the newest first, as each was signed",
)
def notifications(
    request: HttpRequest,
    notified_id: UUID,
    after: Annotated[str | None, Query(max_length=500)] = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    head = get_object_or_404(NotifiedEvent.objects.visible_to(request.user), pk=notified_id)
    rows, following = newest_first(Notification.objects.visible_to(request.user).filter(of=head), after, limit)
    return {"items": [plain(one, NotificationSaid) for one in rows], "next": following}


@router.get(
    "/notifications/{uuid:notification_id}/standing",
    auth=MAY_READ,
    response={200: list[AddresseeSaid], **refusals(404)},
    operation_id="notification_standing",
    summary="How each state has a notification of ours, in the alliance’s order",
)
def notification_standing(request: HttpRequest, notification_id: UUID) -> list[dict[str, Any]]:
    ours = Notification.objects.visible_to(request.user).filter(is_ours=True)
    return [_said(one) for one in standing_of(get_object_or_404(ours, pk=notification_id))]


def _said(one: Addressee) -> dict[str, Any]:
    return {name: getattr(one, name) for name in AddresseeSaid.model_fields if name != "relevance"} | {
        "relevance": one.relevance.verdict if one.relevance is not None else None
    }
