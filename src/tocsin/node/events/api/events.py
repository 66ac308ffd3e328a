"""Events of this state: listed, looked at, opened, counted; by the acts of the pages, never over another change."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import Refusal, refusals
from tocsin.node.api.once import Answer, posting
from tocsin.node.api.paging import Limit, newest_first
from tocsin.node.api.schemas import Asked, plain
from tocsin.node.api.tokens import may, may_all
from tocsin.node.events.actions import counts as counting
from tocsin.node.events.actions import opening
from tocsin.node.events.clocks import timeliness_kept
from tocsin.node.events.facts import with_defaults
from tocsin.node.events.models import Event
from tocsin.node.events.refusals import Changed, Merged
from tocsin.node.events.serials import serial
from tocsin.node.surveillance.models import Disease, Place, Thread

__all__ = ["router"]

router = Router(tags=["events"])
LARGEST = 2**31 - 1
MOST = 100_000_000
MAY_READ = may(Ability.READ_EVENTS)
MAY_WRITE = may_all(Ability.READ_EVENTS, Ability.WRITE_EVENTS)
A_PIECE = 200
Count = int | None


class ClockSaid(Schema):
    standing: str = Field(description="met, missed, under_way, unknown or contradiction.")
    days: int | None
    target: int
    estimated: bool
    last_day: date | None = Field(description="On which its end still meets the target.")


class EventSaid(Schema):
    """An event as lists show it."""

    id: UUID
    serial: str = Field(description="What people call it by: AL-2026-7.")
    version: int = Field(description="Counts changes of facts and axes; a change names the one that was seen.")
    disease: str | None = Field(description="Code; null: not known.")
    name: str
    hazard: str
    place: str = Field(description="Code of where it was first.")
    places_count: int
    verification: str
    assessment: str
    response: str
    episode: int
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    as_of: date | None = Field(description="The day that the counts are of.")
    cases: Count
    suspected: Count
    probable: Count
    confirmed: Count
    deaths: Count
    hospitalised: Count
    intensive_care: Count
    health_workers: Count
    merged_into: UUID | None
    is_exercise: bool
    clocks: dict[str, ClockSaid] = Field(description="7-1-7: detection, notification, response.")


class EntrySaid(Schema):
    act: str
    happened_at: datetime
    recorded_at: datetime
    by: str | None = Field(description="Name; null: the machine.")
    text: str
    language: str
    values: dict[str, Any]


class WholeEvent(EventSaid):
    places: list[str] = Field(description="Codes, the first one first.")
    facts: dict[str, Any] = Field(description="As the type `notification` has them: docs/exchange-types.md.")
    texts: dict[str, str]
    language: str
    log: list[EntrySaid] = Field(description="The newest 200 lines.")


class Events(Schema):
    items: list[EventSaid]
    next: str | None


class Filters(Schema):
    response: list[Event.Response] = Field([], description="Any of these; else all.")
    disease: str | None = Field(None, max_length=60, description="Code.")
    merged: Literal["without", "with"] = Field("without", description="Those that went into others.")
    after: str | None = Field(None, max_length=500, description="`next` of the page before.")


class Opened(Asked):
    disease: str | None = Field(max_length=60, description="Code; null: not known.")
    place: str = Field(max_length=60, description="Code.")
    hazard: str = Field("unknown", max_length=40)
    name: str = Field("", max_length=120)
    text: str = Field("", max_length=5_000, description="What is known; the first line of the log.")
    threads: list[UUID] = Field([], max_length=100, description="Of signals that tell of it.")


class Counted(Asked):
    version: int = Field(ge=0, le=LARGEST, description="Of the event, as it was seen.")
    as_of: date = Field(description="The counts are of the end of this day.")
    suspected: Count = Field(None, ge=0, le=MOST)
    probable: Count = Field(None, ge=0, le=MOST)
    confirmed: Count = Field(None, ge=0, le=MOST)
    deaths: Count = Field(None, ge=0, le=MOST)
    hospitalised: Count = Field(None, ge=0, le=MOST)
    intensive_care: Count = Field(None, ge=0, le=MOST)
    health_workers: Count = Field(None, ge=0, le=MOST)


def _said(event: Event) -> dict[str, Any]:
    found = timeliness_kept(event.clocks)
    clocks = {
        one.code: {
            "standing": str(one.standing),
            **{name: getattr(one, name) for name in ("days", "target", "estimated", "last_day")},
        }
        for one in found.intervals
    }
    more = {"serial": serial(event), "place": event.place.code, "disease": event.disease_id, "clocks": clocks}
    return plain(event, EventSaid) | more


def _whole(event: Event) -> dict[str, Any]:
    log = [
        plain(entry, EntrySaid) | {"by": entry.by.name if entry.by else None}
        for entry in event.timeline.select_related("by")[:A_PIECE]
    ]
    places = [event.place.code, *event.places.values_list("place__code", flat=True)]
    return _said(event) | {
        "places": places, "facts": with_defaults(event.facts), "texts": event.texts, "language": event.language,
        "log": log,
    }  # fmt: skip


def _visible(request: HttpRequest, event_id: UUID) -> Event:
    return get_object_or_404(Event.objects.visible_to(request.user).select_related("place"), pk=event_id)


@router.get("/events", auth=MAY_READ, response={200: Events, **refusals(422)}, operation_id="events", summary="Events")
def events(request: HttpRequest, asked: Query[Filters], limit: Limit = 100) -> Any:
    found = Event.objects.visible_to(request.user).select_related("place")
    if asked.merged == "without":
        found = found.standing()
    if asked.response:
        found = found.filter(response__in=asked.response)
    if asked.disease is not None:
        found = found.filter(disease=asked.disease)
    rows, after = newest_first(found, asked.after, limit)
    return {"items": [_said(row) for row in rows], "next": after}


@router.get(
    "/events/{uuid:event_id}",
    auth=MAY_READ,
    response={200: WholeEvent, **refusals(404)},
    operation_id="event",
    summary="One event with its facts and its log",
)
def event(request: HttpRequest, event_id: UUID) -> Any:
    return _whole(_visible(request, event_id))


@router.post(
    "/events",
    auth=MAY_WRITE,
    response={201: WholeEvent, **refusals(404, 409, 413, 415, 422)},
    operation_id="open_event",
    summary="Open an event; nothing leaves the state by it",
)
@posting
def open_event(request: HttpRequest, asked: Opened) -> Answer:
    place = Place.objects.visible_to(request.user).filter(code=asked.place).first()
    if place is None:
        raise _invalid("place", _("There is no place of this code."))
    disease = Disease.objects.filter(pk=asked.disease).first() if asked.disease is not None else None
    if asked.disease is not None and disease is None:
        raise _invalid("disease", _("There is no disease of this code."))
    threads = list(Thread.objects.visible_to(request.user).filter(pk__in=asked.threads))
    if len(threads) != len(set(asked.threads)):
        raise _invalid("threads", _("One of these threads is not there."))
    made = opening.open_event(
        disease=disease, place=place, hazard=asked.hazard, name=asked.name, text=asked.text, threads=threads,
        by=request.user,
    )  # fmt: skip
    return 201, WholeEvent(**_whole(_visible(request, made.pk)))


@router.post(
    "/events/{uuid:event_id}/counts",
    auth=MAY_WRITE,
    response={200: WholeEvent, **refusals(404, 409, 413, 415, 422)},
    operation_id="count_event",
    summary="Report how many there were by the end of a day",
)
@posting
def count_event(request: HttpRequest, event_id: UUID, asked: Counted) -> Answer:
    found = _visible(request, event_id)
    counts = {name: getattr(asked, name) for name in Event.COUNTS}
    try:
        counting.report_counts(found, as_of=asked.as_of, counts=counts, by=request.user, version=asked.version)
    except Merged as refusal:
        details = {"merged_into": str(found.merged_into_id)}
        raise Refusal(409, "merged", str(refusal), details=details) from None
    except Changed as refusal:
        raise Refusal(409, "changed", str(refusal), details={"version": refusal.event.version}) from None
    return 200, WholeEvent(**_whole(_visible(request, event_id)))


def _invalid(field: str, message: str) -> Refusal:
    return Refusal(422, "invalid", message, [(f"body.{field}", message)])
