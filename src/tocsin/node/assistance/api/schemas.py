"""What programs read and say of mutual assistance."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema

from tocsin.node.api.schemas import Asked

__all__ = [
    "Accepting",
    "AssistanceActSaid",
    "CapabilitiesSaid",
    "CapabilitySaid",
    "DraftSaid",
    "MatchSaid",
    "OfferDrafted",
    "OfferSaid",
    "Planning",
    "RequestDrafted",
    "RequestSaid",
    "RequestWhole",
    "RequestedItemSaid",
    "Requests",
    "ShipmentSaid",
    "Shipments",
    "ShortItems",
    "Step",
]

Name = Annotated[str, Field(max_length=24, pattern=r"^[a-z0-9][a-z0-9-]*$")]
Node = Annotated[str, Field(max_length=12)]
Text = Annotated[str, Field(max_length=5_000)]
Seen = Annotated[
    str | None,
    Field(max_length=40, description="`seen` of the request as it was read; the act is not done if it has changed."),
]


class RequestedItemSaid(Schema):
    """One thing that is asked for. Quantities are in its unit, rounded down."""

    request: UUID
    item: str
    code: str = Field(description="Of the catalogue; other: not in it.")
    names: dict[str, str]
    unit: str
    pack_size: int | None
    requested: int
    offered: Decimal
    accepted: Decimal
    moving: Decimal = Field(description="Has left and was not handed over.")
    delivered: Decimal
    covered: int = Field(description="Per cent accepted, rounded down.")
    cold_chain: str
    un2814: bool
    is_short: bool


class OfferSaid(Schema):
    request: UUID
    origin: str = Field(description="The node that offers.")
    offer: str
    is_ours: bool
    status: str
    is_confirmed: bool
    takes_more: bool
    lines: list[dict[str, Any]]
    available_from: date
    expires_on: date | None
    costs: str
    place_names: dict[str, str]
    latitude: int | None = Field(description="In millionths of a degree.")
    longitude: int | None


class ShipmentSaid(Schema):
    request: UUID
    origin: str = Field(description="The node that sends.")
    shipment: str
    offer: str
    is_ours: bool
    status: str
    is_moving: bool
    is_late: bool
    lines: list[dict[str, Any]]
    signed_by: list[str]
    where: str
    expected_on: date | None
    from_names: dict[str, str]
    to_names: dict[str, str]
    moved_at: datetime


class RequestSaid(Schema):
    """A request as its acts have made it, by the order of its owner."""

    of: UUID
    origin: str = Field(description="The node that asks.")
    is_ours: bool
    title: dict[str, str]
    status: str
    needed_by: date
    lapses_on: date
    place_code: str
    place_names: dict[str, str]
    latitude: int | None
    longitude: int | None
    event_origin: str
    event_id: UUID | None
    items_all: int
    items_short: int
    covered: int = Field(description="Per cent, the mean of all items, rounded down.")
    covered_least: int
    delivered: int
    offers_all: int
    offers_waiting: int
    shipments_all: int
    shipments_moving: int
    we_offered: bool
    needs: list[str] = Field(description="What this state has to do.")
    changed_at: datetime


class RequestWhole(RequestSaid):
    seen: str = Field(description="Stands for all that was said of it; give it back with an act.")
    items: list[RequestedItemSaid]
    offers: list[OfferSaid]
    shipments: list[ShipmentSaid]


class Requests(Schema):
    items: list[RequestSaid]
    next: str | None


class ShortItems(Schema):
    items: list[RequestedItemSaid]
    next: str | None


class Shipments(Schema):
    items: list[ShipmentSaid]
    next: str | None


class CapabilitySaid(Schema):
    """One entry of a register: what a state could send if it were asked. No promise."""

    id: UUID
    state: str
    is_ours: bool
    entry: str
    kind: str
    item: str
    called: dict[str, str]
    quantity: int
    unit: str
    pack_size: int | None
    ready_hours: int
    languages: list[str]
    place_names: dict[str, str]
    best_before: date | None
    regulatory: str
    is_available: bool
    more: dict[str, Any]


class CapabilitiesSaid(Schema):
    items: list[CapabilitySaid]
    next: str | None


class MatchReasonSaid(Schema):
    code: str
    text: str


class MatchSaid(Schema):
    """A state that could cover an item, and why it stands where it does. Best first."""

    item: str
    state: str
    entry: str
    quantity: str | None = Field(description="In the item's unit, as a whole number or a fraction; null: not known.")
    ready_on: date
    distance_km: int | None
    reasons: list[MatchReasonSaid]


class RequestDrafted(Asked):
    """A request to be made ready; a person submits it, and a second one releases it."""

    said: dict[str, Any] = Field(description="As the act `request` says it (docs/exchange-types.md).")
    classification: Literal["MEMBERS", "FAMILY", "SELECTIVE"] = "MEMBERS"
    addressees: list[Node] = Field([], max_length=100)
    language: str = Field("en", max_length=12, pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})?$")


class OfferDrafted(Asked):
    """An offer to be made ready, likewise."""

    said: dict[str, Any] = Field(description="As the act `offer` says it, without its name.")
    language: str = Field("en", max_length=12, pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})?$")


class DraftSaid(Schema):
    id: UUID
    version: int
    status: str
    said: dict[str, Any]


class Whose(Asked):
    origin: Node
    id: Name


class Line(Asked):
    item: Name
    quantity: int = Field(ge=1, le=10_000_000_000, description="In the unit of the offer.")


class Accepting(Asked):
    offer: Whose
    lines: list[Line] = Field(min_length=1, max_length=60)
    note: Text = ""
    seen: Seen = None


class Paper(Asked):
    kind: str = Field(max_length=40)
    number: str = Field("", max_length=80)
    title: str = Field("", max_length=200)


class Planning(Asked):
    offer: Name = Field(description="Name of our offer.")
    lines: list[Line] = Field(min_length=1, max_length=60)
    route: Text = ""
    carrier: str = Field("", max_length=200)
    documents: list[Paper] = Field([], max_length=30)
    expected_on: date | None = None
    seen: Seen = None


class Step(Asked):
    """A step of a shipment. What an act does not need is left out."""

    shipment: Whose
    act: Literal["clear", "dispatch", "in_transit", "delay", "arrive", "call_off"]
    where: str = Field("", max_length=200, description="Of in_transit.")
    expected_on: date | None = Field(None, description="Of delay; null: nobody knows.")
    reason: Text = Field("", description="Of delay.")
    note: Text = ""
    documents: list[Paper] = Field([], max_length=30, description="Of clear.")
    seen: Seen = None


class AssistanceActSaid(Schema):
    """What was said. On a request of another state it counts once its order has it."""

    id: UUID
    kind: str
    is_in_order: bool
    request: UUID
