"""Threads of signals: listed, looked at, decided upon; by the acts of the pages, and never over another verdict."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.api.conditional import tag, unchanged
from tocsin.node.api.errors import Refusal, refusals
from tocsin.node.api.paging import Limit, cursor, from_cursor
from tocsin.node.api.schemas import plain
from tocsin.node.surveillance.api import feed
from tocsin.node.surveillance.api.signals import MAY_SEE, SignalSaid
from tocsin.node.surveillance.api.signals import said as signal_said
from tocsin.node.surveillance.models import Place, Signal, Thread, Verdict

__all__ = ["ThreadSaid", "router", "said", "visible"]

router = Router(tags=["threads"])
SHOWN = ("place", "headline_place", "assignee")
MOST_SIGNALS = 500
COUNTED = ("observed", "expected", "threshold")
# What an answer about a thread is made from, besides names that never change.
STATE = (
    "pk", "version", "status", "assignee_id", "last_signal_at", "signals_count", "priority", "exceptionality",
    "headline_id", "observed", "last_period", "places_by_kind", "merged_into_id",
)  # fmt: skip


class PersonNamed(Schema):
    id: UUID
    name: str


class ThreadSaid(Schema):
    """A thread. Whoever may only report signals sees those of their own organisation without any counts."""

    id: UUID
    version: int = Field(description="Counts verdicts; a new verdict names the one that was seen.")
    status: str
    disease: str | None
    place: str = Field(description="The outermost place of its signals.")
    headline_place: str | None
    headline_stratum: str
    assignee: PersonNamed | None
    watch_until: date | None
    review_at: date | None
    opened_at: datetime
    last_signal_at: datetime
    first_period: date
    last_period: date
    every: str
    gravity: int
    exceptionality: float
    priority: float
    kinds: list[str]
    measure: str = Field(description="What observed counts: cases, deaths, hospital-admissions, …")
    observed: float | None
    expected: float | None
    threshold: float | None
    sparkline: list[float | None]
    signals_count: int
    places_count: int
    earlier: UUID | None = Field(description="A closed thread of the same, whose verdict one should know.")
    is_exercise: bool
    shared_by: str | None = Field(description="Code of the partner in whose shared counts it was found; else null.")


class VerdictSaid(Schema):
    version: int
    act: str
    from_status: str
    to_status: str
    reason: str
    text: str
    language: str
    until: date | None
    assignee: PersonNamed | None
    by: PersonNamed | None = Field(description="None: the machine.")
    at: datetime


class ThreadWithSignals(ThreadSaid):
    signals: list[SignalSaid] = Field(description="The newest periods first, at most 500.")
    verdicts: list[VerdictSaid]


class Threads(Schema):
    items: list[ThreadSaid]
    next: str | None


class Asked(Schema):
    status: list[Thread.Status] = Field([], description="Any of these; else all.")
    whose: Literal["own", "partners", "exercises", "all"] = Field(
        "own", description="Those in what partners share, and those of exercises, are not own."
    )
    disease: str | None = Field(None, max_length=60, description="Code.")
    place: str | None = Field(None, max_length=60, description="Code of a place: its headline lies there or inside.")
    kind: Signal.Kind | None = None
    gravity: int | None = Field(None, ge=1, le=4, description="At least.")
    assignee: Literal["me", "nobody"] | None = None
    sort: Literal["opened", "priority"] = Field(
        "opened", description="The newest first, which no change disturbs while you page; or as in the inbox."
    )
    after: str | None = Field(None, max_length=500, description="`next` of the page before.")


def _named(person: Person | None) -> dict[str, Any] | None:
    return {"id": person.pk, "name": person.name} if person else None


def said(thread: Thread, reader: Person) -> dict[str, Any]:
    told = plain(thread, ThreadSaid) | {"places_count": thread.places_count}
    if not reader.may(Ability.READ_SURVEILLANCE):
        told |= {**dict.fromkeys(COUNTED), "sparkline": []}
    return told | {
        "place": thread.place.code,
        "headline_place": thread.headline_place.code if thread.headline_place else None,
        "assignee": _named(thread.assignee),
    }


def visible(request: HttpRequest, thread_id: UUID) -> Thread:
    """The thread, or 404; to readers of surveillance a thread that went into another names it."""
    found = Thread.objects.visible_to(request.user).select_related(*SHOWN).filter(pk=thread_id).first()
    if found is None and request.user.may(Ability.READ_SURVEILLANCE):
        merged = Thread.objects.filter(pk=thread_id, is_published=True, merged_into__isnull=False).first()
        if merged is not None:
            details = {"merged_into": str(merged.merged_into_id)}
            raise Refusal(404, "merged", _("This thread became part of another."), details=details)
    return found or get_object_or_404(Thread.objects.none(), pk=thread_id)


@router.get(
    "/threads",
    auth=MAY_SEE,
    response={200: Threads, 304: None, **refusals(404, 422)},
    operation_id="threads",
    summary="Threads",
)
def threads(request: HttpRequest, response: HttpResponse, asked: Query[Asked], limit: Limit = 100) -> Any:
    found = _sorted(_filtered(request.user, asked), asked)
    rows = list(found.select_related(*SHOWN)[: limit + 1])
    etag = tag(request.user.pk, sorted(request.user.abilities), [_state(row) for row in rows])
    if same := unchanged(request, etag):
        return same
    response["ETag"] = etag
    after = _place(rows[limit - 1], asked.sort) if len(rows) > limit else None
    return {"items": [said(row, request.user) for row in rows[:limit]], "next": after}


def _state(thread: Thread) -> list[Any]:
    return [str(getattr(thread, name)) for name in STATE]


def _filtered(person: Person, asked: Asked) -> QuerySet[Thread]:
    found = Thread.objects.visible_to(person).whose(asked.whose)
    if asked.status:
        found = found.filter(status__in=asked.status)
    if asked.disease is not None:
        found = found.filter(disease=asked.disease)
    if asked.place is not None:
        place = get_object_or_404(Place.objects.visible_to(person), code=asked.place)
        found = found.filter(headline_place__path__startswith=place.path)
    if asked.kind is not None:
        # SQLite cannot look into a list; as text both databases write it with the same quotes.
        found = found.annotate(kinds_text=Cast("kinds", TextField())).filter(
            kinds_text__contains=f'"{asked.kind.value}"'
        )
    if asked.gravity is not None:
        found = found.filter(gravity__gte=asked.gravity)
    if asked.assignee is not None:
        found = found.filter(assignee=person if asked.assignee == "me" else None)
    return found


def _sorted(found: QuerySet[Thread], asked: Asked) -> QuerySet[Thread]:
    if asked.sort == "opened":
        found = found.order_by("-pk")
        return found if asked.after is None else found.filter(pk__lt=from_cursor(asked.after, UUID)[0])
    found = found.order_by("-priority", "-last_signal_at", "pk")
    if asked.after is None:
        return found
    priority, last, key = from_cursor(asked.after, _finite, _moment, UUID)
    return found.filter(
        Q(priority__lt=priority)
        | Q(priority=priority, last_signal_at__lt=last)
        | Q(priority=priority, last_signal_at=last, pk__gt=key)
    )


def _place(thread: Thread, sort: str) -> str:
    if sort == "opened":
        return cursor(thread.pk)
    return cursor(thread.priority, thread.last_signal_at.isoformat(), thread.pk)


def _finite(value: Any) -> float:
    number = float(value)
    if not -1e300 < number < 1e300:
        raise ValueError(value)
    return number


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


@router.get(
    "/threads/{uuid:thread_id}",
    auth=MAY_SEE,
    response={200: ThreadWithSignals, 304: None, **refusals(404, 422)},
    operation_id="thread",
    summary="One thread with its signals and verdicts",
)
def thread(request: HttpRequest, response: HttpResponse, thread_id: UUID) -> Any:
    found = visible(request, thread_id)
    etag = tag(request.user.pk, sorted(request.user.abilities), _state(found))
    if same := unchanged(request, etag):
        return same
    response["ETag"] = etag
    signals = Signal.objects.visible_to(request.user).filter(thread=found).select_related(*feed.SHOWN)
    signals = signals.order_by("-period", "-exceptionality", "pk")
    verdicts = found.verdicts.select_related("by", "assignee")
    return said(found, request.user) | {
        "signals": [signal_said(one) for one in signals[:MOST_SIGNALS]],
        "verdicts": [_verdict(one, request.user) for one in verdicts],
    }


def _verdict(verdict: Verdict, reader: Person) -> dict[str, Any]:
    told = plain(verdict, VerdictSaid)
    told |= {"assignee": _named(verdict.assignee), "by": _named(verdict.by)}
    if not reader.may(Ability.READ_SURVEILLANCE):
        # What became of it, not what epidemiologists wrote to each other.
        told |= {"text": "", "reason": "", "language": "", "assignee": None, "by": None}
    return told
