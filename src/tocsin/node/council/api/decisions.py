"""Decisions, how each state stands towards them, every act in order, and the board of measures."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from tocsin.joint.texts.paragraphs import as_json
from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import refusals
from tocsin.node.api.paging import Limit, cursor, from_cursor, natural, newest_first
from tocsin.node.api.tokens import may
from tocsin.node.council.api.acts import Acts, After, acts_page
from tocsin.node.council.models import Decision, Measure
from tocsin.node.council.reading import decision_here
from tocsin.node.joint.arranging import arrangement_of

__all__ = ["router"]

router = Router(tags=["council"])
MAY_READ = may(Ability.READ_COUNCIL)


class DecisionSaid(Schema):
    """A decision as far as its owner's order is followed here."""

    id: UUID
    origin: str = Field(description="The node that keeps it and gives its order.")
    is_ours: bool
    classification: str
    body: str
    kind: str
    title: dict[str, str] = Field(description="By language.")
    status: str = Field(description="Adopted is what its owner's closing act says, never what time has passed.")
    version: int = Field(description="Of the text.")
    concerned: list[str]
    outstanding: list[str]
    objecting: list[str]
    own_standing: str = Field(description="Of this state; empty: it is not concerned.")
    needs_us: bool
    silence_until: datetime | None
    adopted_at: datetime | None
    measures_open: int
    measures_all: int
    through: int = Field(description="Number of the order that is followed here.")
    waiting_for: dict[str, Any] | None = Field(description="An act that the order includes and that is not here yet.")
    changed_at: datetime


class Decisions(Schema):
    items: list[DecisionSaid]
    next: str | None


class StateStandingSaid(Schema):
    state: str
    standing: str = Field(description="outstanding, consents, stays_out, objects, silent or left_out")
    ad_referendum: bool
    version: int
    until: datetime | None = Field(description="Of its silence.")


class DecisionWhole(DecisionSaid):
    text: dict[str, Any] = Field(description="Paragraphs of the version on the table, or of the one adopted.")
    standings: list[StateStandingSaid] = Field(description="In the order in which the decision names the states.")


class MeasureSaid(Schema):
    decision: UUID
    measure: str
    title: dict[str, str]
    state: str
    verifier: str
    status: str
    deadline: date
    is_ours: bool
    reported_at: datetime | None
    waiting_for: dict[str, Any] | None = Field(
        description="What the order of its decision includes and is not here yet: its status may be an earlier one."
    )


class Measures(Schema):
    items: list[MeasureSaid]
    next: str | None


class Asked(Schema):
    after: str | None = Field(None, max_length=500, description="`next` of the page before.")
    status: str | None = Field(None, max_length=20)
    needs_us: bool = Field(False, description="Only those that wait for this state.")


@router.get(
    "/decisions",
    auth=MAY_READ,
    response={200: Decisions, **refusals(422)},
    operation_id="decisions",
    summary="Decisions, the newest first",
)
def decisions(request: HttpRequest, asked: Query[Asked], limit: Limit = 100) -> dict[str, Any]:
    found = Decision.objects.visible_to(request.user).select_related("of")
    if asked.status is not None:
        found = found.filter(status=asked.status)
    if asked.needs_us:
        found = found.waiting_for_us()
    rows, after = newest_first(found, asked.after, limit)
    return {"items": [_said(row) for row in rows], "next": after}


@router.get(
    "/decisions/{uuid:decision_id}",
    auth=MAY_READ,
    response={200: DecisionWhole, **refusals(404)},
    operation_id="decision",
    summary="One, with its text and how each state stands",
)
def decision(request: HttpRequest, decision_id: UUID) -> dict[str, Any]:
    row = _row(request, decision_id)
    found = decision_here(row.of)
    if not found.versions:
        raise Http404  # what opened it is void
    standings = [(state, found.standing(state)) for state in found.concerned]
    return _said(row) | {
        "text": as_json(found.text),
        "standings": [
            {
                "state": state, "standing": one.kind, "ad_referendum": one.ad_referendum, "version": one.version,
                "until": one.until,
            }
            for state, one in standings
        ],
    }  # fmt: skip


@router.get(
    "/decisions/{uuid:decision_id}/acts",
    auth=MAY_READ,
    response={200: Acts, **refusals(404, 422)},
    operation_id="decision_acts",
    summary="Every act in its owner’s order, then those that no order includes yet",
)
def decision_acts(request: HttpRequest, decision_id: UUID, after: After = None, limit: Limit = 100) -> dict[str, Any]:
    return acts_page(arrangement_of(_row(request, decision_id).of), after, limit)


@router.get(
    "/measures",
    auth=MAY_READ,
    response={200: Measures, **refusals(422)},
    operation_id="measures",
    summary="Measures of decisions that were adopted and stand, by deadline",
)
def measures(
    request: HttpRequest,
    state: Annotated[str | None, Query(max_length=12)] = None,
    after: After = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    found = Measure.objects.visible_to(request.user).in_force().select_related("decision__of")
    if state is not None:
        found = found.filter(state=state)
    if after is not None:
        day, key = from_cursor(after, date.fromisoformat, natural)
        found = found.filter(Q(deadline__gt=day) | Q(deadline=day, pk__gt=key))
    rows = list(found.order_by("deadline", "id")[: limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    return {
        "items": [_measure(row) for row in rows[:limit]],
        "next": cursor(last.deadline, last.pk) if last is not None else None,
    }


def _measure(row: Measure) -> dict[str, Any]:
    kept = {name: getattr(row, name) for name in MeasureSaid.model_fields if hasattr(row, name)}
    return kept | {"decision": row.decision_id, "waiting_for": row.decision.of.waiting_for}


def _row(request: HttpRequest, decision_id: UUID) -> Decision:
    return get_object_or_404(Decision.objects.visible_to(request.user).select_related("of"), pk=decision_id)


def _said(row: Decision) -> dict[str, Any]:
    of = row.of
    kept = {name: getattr(row, name) for name in DecisionSaid.model_fields if hasattr(row, name)}
    return kept | {
        "id": of.pk, "origin": of.origin, "is_ours": of.is_ours, "classification": of.classification,
        "through": of.through, "waiting_for": of.waiting_for,
    }  # fmt: skip
