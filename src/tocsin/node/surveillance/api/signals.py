"""Signals: pulled each once, and reported."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import Refusal, refusals
from tocsin.node.api.once import Answer, posting
from tocsin.node.api.paging import Limit, cursor, from_cursor, natural
from tocsin.node.api.schemas import Asked, plain
from tocsin.node.api.tokens import may
from tocsin.node.surveillance.actions import reporting
from tocsin.node.surveillance.api import feed
from tocsin.node.surveillance.models import Disease, Place, Signal

__all__ = ["MAY_SEE", "SignalSaid", "router", "said"]

router = Router(tags=["signals"])
MAY_SEE = may(Ability.READ_SURVEILLANCE, Ability.REPORT_SIGNAL)
LARGEST = 2**31 - 1


class SignalSaid(Schema):
    """Exactly as it was found or told; what people make of it is the thread's."""

    id: UUID
    kind: str
    thread: UUID
    disease: str | None
    place: str
    period: date
    every: str
    found_at: datetime
    exceptionality: float = Field(description="-log10 p, at most 16; of a rule or a person: 0.")
    source: UUID | None
    series: int | None
    stratum: str
    rule: str | None
    method: str
    measure: str = Field(description="What observed counts: cases, deaths, hospital-admissions, …")
    observed: float | None
    expected: float | None
    threshold: float | None
    p_value: float | None
    is_incomplete: bool
    is_exercise: bool
    shared_by: str | None = Field(description="Code of the partner in whose shared counts it was found; else null.")
    organisation: UUID | None
    by: str | None
    text: str
    language: str
    cases: int | None
    deaths: int | None
    reference: str


class Signals(Schema):
    items: list[SignalSaid]
    next: str = Field(description="Keep it, and give it as `after` next time, also where there was nothing new.")
    more: bool = Field(description="More are there already.")


class Pull(Schema):
    after: str | None = Field(None, max_length=500, description="`next` of the last answer.")


class Report(Asked):
    kind: Signal.Kind
    disease: str | None = Field(None, max_length=60, description="Code; left out where it is not known.")
    place: str = Field(max_length=60, description="Code.")
    day: date = Field(description="When it was.")
    text: str = Field(min_length=1, max_length=10_000)
    language: Annotated[str, Field(pattern="^(en|ru|zh-hans)?$", description="Of the text.")] = ""
    cases: int | None = Field(None, ge=0, le=LARGEST)
    deaths: int | None = Field(None, ge=0, le=LARGEST)
    reference: str = Field("", max_length=200, description="Sample, link, file number.")


def said(signal: Signal) -> SignalSaid:
    return SignalSaid(
        **plain(signal, SignalSaid)
        | {
            "place": signal.place.code,
            "source": signal.series.source_id if signal.series else None,
            "is_exercise": signal.thread.is_exercise,
            "shared_by": signal.thread.shared_by_id,
            "by": signal.by.name if signal.by else None,
        }
    )


@router.get(
    "/signals",
    auth=MAY_SEE,
    response={200: Signals, **refusals(422)},
    operation_id="signals",
    summary="Signals not pulled yet, in the order in which they came to be seen",
)
def signals(request: HttpRequest, asked: Query[Pull], limit: Limit = 100) -> dict[str, Any]:
    after = feed.BEGINNING if asked.after is None else tuple(from_cursor(asked.after, natural, UUID))
    pulled = feed.pull(request.user, after, limit)
    return {"items": [said(one) for one in pulled.signals], "next": cursor(*pulled.after), "more": pulled.more}


@router.get(
    "/signals/{uuid:signal_id}",
    auth=MAY_SEE,
    response={200: SignalSaid, **refusals(404, 422)},
    operation_id="signal",
    summary="One signal",
)
def signal(request: HttpRequest, signal_id: UUID) -> SignalSaid:
    return said(get_object_or_404(Signal.objects.visible_to(request.user).select_related(*feed.SHOWN), pk=signal_id))


@router.post(
    "/signals",
    auth=may(Ability.REPORT_SIGNAL),
    response={201: SignalSaid, **refusals(409, 413, 415, 422)},
    operation_id="report_signal",
    summary="Report a signal",
)
@posting
def report_signal(request: HttpRequest, asked: Report) -> Answer:
    place = Place.objects.visible_to(request.user).filter(code=asked.place).first()
    disease = Disease.objects.filter(code=asked.disease).first() if asked.disease is not None else None
    unknown = _("There is no such code.")
    where = [] if place else [("body.place", unknown)]
    where += [("body.disease", unknown)] if asked.disease is not None and disease is None else []
    if where:
        raise Refusal(422, "invalid", _("Something in the request cannot be used; `where` says what."), where)
    given = asked.dict() | {"kind": asked.kind.value, "place": place, "disease": disease}
    return 201, said(reporting.report(**given, by=request.user))
