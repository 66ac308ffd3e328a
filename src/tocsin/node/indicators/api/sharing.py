"""What is shared with partners: the rules, and the documents that left, without their counts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import refusals
from tocsin.node.api.paging import Limit, newest_first
from tocsin.node.api.schemas import plain
from tocsin.node.api.tokens import may
from tocsin.node.indicators.models import Shared, SharingRule
from tocsin.node.indicators.pages.sharing import deliveries

__all__ = ["router"]

router = Router(tags=["sharing"])
MAY_SEE = may(Ability.READ_SURVEILLANCE)


class RuleSaid(Schema):
    id: UUID
    source: UUID
    diseases: list[str] = Field(description="Codes; empty: all that the source counts.")
    indicator: str
    depth: str = Field(description="state, regions or districts: how deep places go.")
    with_groups: bool
    classification: str
    addressees: list[str]
    no_onward_sharing: bool
    below: int | None = Field(description="Counts of 1 to one less are withheld; null: nothing is.")
    case_status: list[str]
    case_definition: str
    weeks: int
    weekday: int | None = Field(description="0 is Monday; null: it is sent by hand.")
    version: int
    state: str = Field(description="active, to_be_confirmed, stopped or off")
    changed_at: datetime
    confirmed_at: datetime | None


class DeliverySaid(Schema):
    name: str
    received_at: datetime | None = Field(description="As its node’s signed receipt says.")


class SharedSaid(Schema):
    id: UUID = Field(description="Of the document.")
    rule: UUID | None = Field(description="Null, as source: not known since this node was restored from a backup.")
    rule_version: int | None
    source: UUID | None
    indicator: str
    classification: str
    addressees: list[str]
    recorded_at: datetime
    generation: int | None = Field(description="Of the source.")
    first_week: date
    last_week: date
    rows: int
    withheld_rows: int
    deliveries: list[DeliverySaid]


class SharedDocuments(Schema):
    items: list[SharedSaid]
    next: str | None


class Listed(Schema):
    after: str | None = Field(None, max_length=500, description="`next` of the page before.")


@router.get(
    "/sharing-rules",
    auth=MAY_SEE,
    response={200: list[RuleSaid], **refusals()},
    operation_id="sharing_rules",
    summary="Rules by which counts are shared",
)
def sharing_rules(request: HttpRequest) -> list[dict[str, Any]]:
    found = SharingRule.objects.visible_to(request.user)
    return [plain(rule, RuleSaid) | {"state": rule.state} for rule in found]


@router.get(
    "/shared-documents",
    auth=MAY_SEE,
    response={200: SharedDocuments, **refusals(422)},
    operation_id="shared_documents",
    summary="Documents of counts that left, newest first, and who has them",
)
def shared_documents(request: HttpRequest, asked: Query[Listed], limit: Limit = 100) -> dict[str, Any]:
    rows, after = newest_first(Shared.objects.visible_to(request.user), asked.after, limit)
    have = deliveries(rows)
    return {"items": [_said(one, have[one.pk]) for one in rows], "next": after}


def _said(one: Shared, deliveries_of: list[Any]) -> dict[str, Any]:
    told = [{"name": delivery.name, "received_at": delivery.received_at} for delivery in deliveries_of]
    return plain(one, SharedSaid) | {"deliveries": told}
