"""Line lists: cases as programs read, add and change them, tables looked at and taken, figures."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
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
from tocsin.node.events.actions import cases as acts
from tocsin.node.events.line_list.columns import FIELDS
from tocsin.node.events.line_list.refusals import CaseRefused
from tocsin.node.events.line_list.sentences import sentence
from tocsin.node.events.line_list.tables import open_text
from tocsin.node.events.models import Event, EventCase, LineListTable
from tocsin.node.surveillance.models import Place

__all__ = ["router"]

router = Router(tags=["line lists"])
LARGEST = 2**31 - 1
LONGEST_TABLE = 8_000_000
MAY_READ = may(Ability.READ_CASES)
MAY_WRITE = may_all(Ability.READ_EVENTS, Ability.READ_CASES, Ability.WRITE_EVENTS)
Day = date | None
Column = Annotated[str, Field(pattern=f"^({'|'.join(FIELDS)})?$", description="What it is read as; empty: left out.")]


class CaseSaid(Schema):
    """One row of a line list. No name, no document, no address is in any."""

    id: UUID
    local_id: str
    classification: str
    onset: Day
    reported: Day
    admitted: Day
    outcome: str
    outcome_on: Day
    place: str | None = Field(description="Code.")
    age: float | None = Field(description="Years.")
    sex: str
    health_worker: bool | None
    intensive_care: bool | None
    exposure: str
    infected_by: str
    version: int
    changed_at: datetime


class Cases(Schema):
    items: list[CaseSaid]
    next: str | None


class Facts(Asked):
    """What is not given stays as it is; of a new case it is unknown."""

    local_id: str = Field("", max_length=60)
    classification: EventCase.Classification = EventCase.Classification.SUSPECTED
    onset: Day = None
    reported: Day = None
    admitted: Day = None
    outcome: EventCase.Outcome = EventCase.Outcome.NONE
    outcome_on: Day = None
    place: str | None = Field(None, max_length=60, description="Code.")
    age: Annotated[Decimal, Field(ge=0, le=120, max_digits=5, decimal_places=2)] | None = None
    sex: EventCase.Sex = EventCase.Sex.UNKNOWN
    health_worker: bool | None = None
    intensive_care: bool | None = None
    exposure: str = Field("", max_length=200)
    infected_by: str = Field("", max_length=60)


class Change(Facts):
    version: int = Field(ge=0, le=LARGEST, description="Of the case, as it was seen.")


class TableGiven(Asked):
    text: str = Field(min_length=1, max_length=LONGEST_TABLE, description="Rows under headings, cells apart by tabs.")
    columns: dict[Annotated[str, Field(pattern=r"^\d{1,3}$")], Column] = Field(
        {}, max_length=200, description="What columns are, by their place from 0; else by their headings."
    )
    order: Annotated[str, Field(pattern="^(day|month)?$", description="What comes first in 01/02/2026.")] = ""


class ProblemSaid(Schema):
    """One cell that cannot be used as it stands."""

    row: int
    column: str
    value: str
    rule: str
    taken: bool = Field(description="Whether the row is used all the same, without the cell.")


class TableSaid(Schema):
    """A table that was looked at."""

    id: UUID
    status: str
    columns: list[dict[str, Any]]
    rows: int
    added: int
    changed: int
    left_out: int
    asks_order: bool = Field(description="Whether days or months come first must be said before it can be taken.")
    problems: list[ProblemSaid]


class Figures(Schema):
    event: UUID
    figures: dict[str, Any] = Field(description="As docs/line-list.md tells.")


def _event(request: HttpRequest, key: UUID) -> Event:
    if not request.user.may(Ability.READ_EVENTS):
        raise PermissionDenied
    return get_object_or_404(Event.objects.visible_to(request.user), pk=key)


def _said(case: EventCase) -> CaseSaid:
    return CaseSaid(**plain(case, CaseSaid) | {"place": case.place.code if case.place else None})


def _table_said(table: LineListTable) -> TableSaid:
    asks = table.preview.get("days", {}).get("order", "") is None
    problems = [dict(zip(ProblemSaid.model_fields, problem, strict=True)) for problem in table.problems]
    return TableSaid(**plain(table, TableSaid) | {"asks_order": asks, "problems": problems})


@router.get(
    "/events/{uuid:event_id}/cases",
    auth=MAY_READ,
    response={200: Cases, **refusals(404, 422)},
    operation_id="cases",
    summary="The line list of an event, the last added first",
)
def cases(
    request: HttpRequest, event_id: UUID, after: Annotated[str | None, Query(max_length=500)] = None, limit: Limit = 100
) -> dict[str, Any]:
    event = _event(request, event_id)
    found = EventCase.objects.visible_to(request.user).filter(event=event).select_related("place")
    rows, following = newest_first(found, after, limit)
    return {"items": [_said(one) for one in rows], "next": following}


@router.get(
    "/events/{uuid:event_id}/curve",
    auth=may(Ability.READ_EVENTS),
    response={200: Figures, **refusals(404, 422)},
    operation_id="curve",
    summary="The figures of a line list",
)
def curve(request: HttpRequest, event_id: UUID) -> Figures:
    event = _event(request, event_id)
    return Figures(event=event.pk, figures=event.curve)


@router.post(
    "/events/{uuid:event_id}/cases",
    auth=MAY_WRITE,
    response={201: CaseSaid, **refusals(404, 409, 413, 415, 422)},
    operation_id="add_case",
    summary="Add one case",
)
@posting
def add_case(request: HttpRequest, event_id: UUID, asked: Facts) -> Answer:
    event = _event(request, event_id)
    try:
        return 201, _said(acts.add_case(event, values=_values(asked.dict()), by=request.user))
    except CaseRefused as refusal:
        raise _refused(refusal) from None


@router.post(
    "/events/{uuid:event_id}/cases/{uuid:case_id}",
    auth=MAY_WRITE,
    response={200: CaseSaid, **refusals(404, 409, 413, 415, 422)},
    operation_id="change_case",
    summary="Change one case",
)
@posting
def change_case(request: HttpRequest, event_id: UUID, case_id: UUID, asked: Change) -> Answer:
    event = _event(request, event_id)
    case = get_object_or_404(EventCase.objects.visible_to(request.user), pk=case_id, event=event)
    given = asked.dict(exclude_unset=True)
    version = given.pop("version")
    try:
        return 200, _said(acts.change_case(case, values=_values(given), version=version, by=request.user))
    except CaseRefused as refusal:
        raise _refused(refusal) from None


def _values(given: dict[str, Any]) -> dict[str, Any]:
    if given.get("place") is not None:
        place = Place.objects.filter(code=given["place"]).first()
        if place is None:
            message = _("There is no such code.")
            raise Refusal(422, "invalid", message, [("body.place", message)])
        given["place"] = place
    return {name: value.value if hasattr(value, "label") else value for name, value in given.items()}


def _refused(refusal: CaseRefused) -> Refusal:
    where = [(f"body.{field}", sentence(rule)) for field, rule in refusal.wrong]
    return Refusal(422, "invalid", _("Something in the request cannot be used; `where` says what."), where)


@router.post(
    "/events/{uuid:event_id}/line-list",
    auth=MAY_WRITE,
    response={201: TableSaid, **refusals(404, 409, 413, 415, 422)},
    operation_id="look_at_cases",
    summary="Have a table of cases looked at; nothing is taken yet",
)
@posting
def look_at_cases(request: HttpRequest, event_id: UUID, asked: TableGiven) -> Answer:
    event = _event(request, event_id)
    table = acts.receive_table(event, open_text(asked.text), by=request.user)
    if asked.columns or asked.order:
        columns = {int(at): field for at, field in asked.columns.items()}
        table = acts.read_anew(table, columns=columns, order=asked.order, by=request.user)
    return 201, _table_said(table)


@router.post(
    "/events/{uuid:event_id}/line-list/{uuid:table_id}/take",
    auth=MAY_WRITE,
    response={200: TableSaid, **refusals(404, 409, 413, 415, 422)},
    operation_id="take_cases",
    summary="Take all good rows of a table that was looked at",
)
@posting
def take_cases(request: HttpRequest, event_id: UUID, table_id: UUID) -> Answer:
    event = _event(request, event_id)
    table = get_object_or_404(LineListTable.objects.visible_to(request.user), pk=table_id, event=event)
    return 200, _table_said(acts.take_table(table, by=request.user))
