"""Between a register as a document says it and its entries as rows."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tocsin.joint.assistance.registers import capabilities_of
from tocsin.node.assistance.models import Capability

__all__ = ["LISTS", "body_of", "entries_of"]

LISTS = {"team": "teams", "laboratory": "laboratories", "expert": "experts", "stock": "stocks"}
# What only one kind says, with what it says where nobody has said anything.
MORE: Mapping[str, Mapping[str, Any]] = {
    "team": {"emt_type": None, "members": 1, "self_sufficient_days": 0},
    "laboratory": {"members": 1, "methods": [], "tests_a_day": None},
    "expert": {"field": "epidemiology", "note": ""},
    "stock": {"note": ""},
}


def entries_of(state: str, body: Mapping[str, Any], *, is_ours: bool) -> list[Capability]:
    """Rows of a state's register, not saved."""
    said = {(kind, one["id"]): one for kind, name in LISTS.items() for one in body[name]}
    return [
        Capability(
            state=state, is_ours=is_ours, entry=one.id, kind=one.kind, item=one.item,
            called=said[one.kind, one.id].get("called") or {},
            quantity=one.quantity, unit=one.packing.unit, pack_size=one.packing.size, ready_hours=one.ready_hours,
            languages=list(one.languages), place_code=one.place.code or "", place_names=one.place.names._asdict(),
            latitude=one.place.latitude, longitude=one.place.longitude, best_before=one.best_before,
            regulatory=one.regulatory or "", is_available=one.available,
            more={name: said[one.kind, one.id][name] for name in MORE[one.kind]},
        )
        for one in capabilities_of(state, body)
    ]  # fmt: skip


def body_of(entries: Iterable[Capability], *, as_of: date, contact: str, note: str) -> dict[str, Any]:
    """What the document says: the whole register."""
    body: dict[str, Any] = {name: [] for name in LISTS.values()}
    for one in entries:
        body[LISTS[one.kind]].append(_said(one))
    return body | {"as_of": as_of.isoformat(), "contact": contact, "note": note}


def _said(one: Capability) -> dict[str, Any]:
    place = {
        "code": one.place_code or None, "names": dict(one.place_names), "latitude": one.latitude,
        "longitude": one.longitude,
    }  # fmt: skip
    both = {"id": one.entry, "ready_hours": one.ready_hours, "place": place}
    more = {**MORE[one.kind], **one.more}
    if one.kind == Capability.Kind.STOCK:
        return both | more | {
            "item": one.item, "called": one.called or None, "quantity": one.quantity, "unit": one.unit,
            "pack_size": one.pack_size, "regulatory": one.regulatory or None, "available": one.is_available,
            "best_before": one.best_before.isoformat() if one.best_before else None,
        }  # fmt: skip
    said = both | more | {"count": one.quantity, "languages": list(one.languages)}
    if one.kind == Capability.Kind.EXPERT:
        return said
    return said | {"item": one.item, "called": {"en": "", "ru": "", "zh": "", **one.called}}
