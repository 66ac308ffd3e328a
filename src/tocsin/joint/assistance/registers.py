"""Registers of what states could send, as their documents of type `capabilities` give them, one entry at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tocsin.exchange.types.days import day_of
from tocsin.joint.assistance.places import Place
from tocsin.joint.assistance.units import Packing

__all__ = ["Capability", "capabilities_of"]


@dataclass(frozen=True, slots=True)
class Capability:
    """One entry of a state's register.

    kind         `team`, `laboratory`, `expert` or `stock`
    item         code of the catalogue
    ready_hours  from the request to the departure
    available    whether it may be offered
    """

    state: str
    kind: str
    id: str
    item: str
    quantity: int
    packing: Packing
    ready_hours: int
    languages: tuple[str, ...]
    place: Place
    best_before: date | None = None
    regulatory: str | None = None
    available: bool = True


def capabilities_of(state: str, body: Mapping[str, Any]) -> tuple[Capability, ...]:
    """The entries of the register that a state has sent last."""
    return tuple(_entries(state, body))


def _entries(state: str, body: Mapping[str, Any]) -> Iterator[Capability]:
    for kind, name in (("team", "teams"), ("laboratory", "laboratories")):
        for one in body[name]:
            yield _people(state, kind, one, one["item"], "team")
    for one in body["experts"]:
        yield _people(state, "expert", one, "expert-" + one["field"].replace("_", "-"), "person")
    for one in body["stocks"]:
        yield Capability(
            state=state, kind="stock", id=one["id"], item=one["item"], quantity=one["quantity"],
            packing=Packing(one["unit"], one["pack_size"]), ready_hours=one["ready_hours"], languages=(),
            place=Place.of(one["place"]), best_before=day_of(one["best_before"] or ""),
            regulatory=one["regulatory"], available=one["available"],
        )  # fmt: skip


def _people(state: str, kind: str, said: Mapping[str, Any], item: str, unit: str) -> Capability:
    return Capability(
        state=state, kind=kind, id=said["id"], item=item, quantity=said["count"], packing=Packing(unit),
        ready_hours=said["ready_hours"], languages=tuple(said["languages"]), place=Place.of(said["place"]),
    )  # fmt: skip
