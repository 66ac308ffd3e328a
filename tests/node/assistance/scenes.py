"""Requests, offers and shipments as people and partners make them, for tests of mutual assistance."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.exchange.world import World
from tests.node.notifications.scenes import bring

from tocsin.exchange.documents import Document
from tocsin.exchange.intake import take
from tocsin.exchange.moments import moment
from tocsin.exchange.sealing import seal
from tocsin.exchange.suite import digest
from tocsin.joint.assistance import Key
from tocsin.node.assistance.actions.drafting import make_offer_draft, make_request_draft, submit
from tocsin.node.assistance.actions.releasing import release_offer, release_request
from tocsin.node.joint.actions.acting import token
from tocsin.node.joint.models import JointObject


def day(ahead: int = 0) -> str:
    """So many days from today, by the clock that requests are kept by."""
    return (datetime.now(UTC).date() + timedelta(days=ahead)).isoformat()


def place(name: str = "Port Almar", code: str | None = "AL-01", latitude: int | None = 43_250_000) -> dict[str, Any]:
    longitude = None if latitude is None else 76_900_000
    return {"code": code, "names": {"en": name, "ru": "", "zh": ""}, "latitude": latitude, "longitude": longitude}


def item(
    id: str = "i1", code: str = "ventilator", quantity: int = 10, unit: str = "piece", **more: Any
) -> dict[str, Any]:
    return {
        "id": id, "item": code, "called": None, "quantity": quantity, "unit": unit, "pack_size": None,
        "specification": "", "cold_chain": "none", "un2814": False, "un3373": False, "regulatory": [],
        "need": "typed", "basis": None, **more,
    }  # fmt: skip


def asked(**change: Any) -> dict[str, Any]:
    """What a request says."""
    return {
        "title": {"en": "Ventilators for Port Almar", "ru": "Аппараты ИВЛ для Порт-Алмара"}, "event": None,
        "items": [item(), item("i2", "pcr-kit", 960, "test")], "needed_by": day(7), "place": place(),
        "consignee": {"name": "Central hospital", "address": "1 Harbour St", "contact": "+1 555 0100"},
        "import_permits": {"needed": False, "text": ""}, "languages": ["en", "ru"], "note": "", "lapses_on": day(30),
        **deepcopy(change),
    }  # fmt: skip


def line(item: str = "i1", quantity: int = 6, unit: str = "piece", pack_size: int | None = None) -> dict[str, Any]:
    return {
        "item": item, "quantity": quantity, "unit": unit, "pack_size": pack_size, "regulatory": None,
        "best_before": None, "note": "",
    }  # fmt: skip


def offered(*lines: dict[str, Any], **change: Any) -> dict[str, Any]:
    """What an offer says, but for its name."""
    return {
        "lines": list(lines) or [line()], "confirmed": True, "available_from": day(1), "expires_on": None,
        "from_place": place("Borvik", "BO-01", 44_000_000), "languages": ["en"], "conditions": "", "costs": "donation",
        "team": None, **deepcopy(change),
    }  # fmt: skip


def ask(by_logistics, by_delegate, **change: Any) -> JointObject:
    """A request of ours, made ready by one person and released by another."""
    more = {name: change.pop(name) for name in ("classification", "addressees") if name in change}
    draft = submit(make_request_draft(said=asked(**change), by=by_logistics, **more), version=1, by=by_logistics)
    return release_request(draft, version=1, by=by_delegate)


def offer_to(of: JointObject, by_logistics, by_delegate, *lines: dict[str, Any], **change: Any):
    """An offer of ours, likewise."""
    draft = make_offer_draft(of, said=offered(*lines, **change), by=by_logistics)
    return release_offer(submit(draft, version=1, by=by_logistics), version=1, by=by_delegate)


def seen(of: JointObject) -> dict[str, str]:
    """What a person sees of a request now, as an act wants to know it."""
    return {"seen": token(of)}


def body(key: dict[str, str], act: str, said: Any, order: Any = None) -> dict[str, Any]:
    role = "node" if act in ("order", "lapse") else "logistics"
    return {"object": key, "act": act, "order": order, "said": said, "by": {"role": role, "name": ""}}


def theirs(
    world: World, name: str, of: JointObject | dict[str, str], act: str, said: Any, audience="members"
) -> Document:
    """An act of a partner on a request, not posted."""
    key = of if isinstance(of, dict) else of.key.as_json()
    return world.document(name, "", audience, type="assistance", body=body(key, act, said), language="en")


def says(world: World, joined, name: str, of: JointObject | dict[str, str], act: str, **said: Any) -> Document:
    """The same, brought here."""
    document = theirs(world, name, of, act, said)
    bring(world, joined, document, name=name)
    return document


def their_offer(world: World, joined, name: str, of, *lines: dict[str, Any], id: str = "o1", **change: Any) -> Key:
    """A partner's offer, brought here."""
    says(world, joined, name, of, "offer", id=id, **offered(*lines, **change))
    return Key(name, id)


def whose(key: Key) -> dict[str, str]:
    return key.as_json()


class TheirRequest:
    """A request that a partner owns, as its documents make it; what is said is brought here at once."""

    def __init__(self, world: World, joined, owner: str = "BO", audience: str = "members", **change: Any) -> None:
        self.world, self.joined, self.owner, self.audience = world, joined, owner, audience
        self.key: dict[str, str] = {}
        self.documents: list[Document] = []
        self.order("request", asked(**change))

    @property
    def of(self) -> JointObject:
        return JointObject.objects.get(object_id=self.key["id"])

    def order(self, act: str = "order", said: Any = None, *, includes=(), at: datetime | None = None, bringing=True):
        """The owner's next document."""
        world, last = self.world, self.documents[-1] if self.documents else None
        made = world.document(self.owner, "", self.audience, type="assistance", body={}, language="en")
        self.key = self.key or {"origin": self.owner, "id": made.id}
        order = {
            "number": len(self.documents) + 1, "previous": digest(last.encode()) if last else None,
            "at": moment(at or world.nodes[self.owner].now()), "includes": list(includes),
        }  # fmt: skip
        document = replace(made, body=body(self.key, act, {} if said is None else said, order))
        self.documents.append(document)
        if bringing:
            bring(world, self.joined, document, name=self.owner)
        return document

    def includes(self, *rows) -> None:
        """The owner takes these acts of ours into its order, once they have reached it."""
        for manifest in seal(self.joined):
            if manifest.stream.audience != self.audience:
                continue  # receipts, for others alone
            take(self.world.nodes[self.owner], self.joined.store.batch_of(manifest.digest), via="AL")
        known = self.joined.store.known("AL", [str(row.document_id) for row in rows])
        self.order(
            includes=[
                {
                    "origin": "AL", "id": str(row.document_id), "digest": row.digest, "epoch": 1,
                    "number": known[str(row.document_id)].number, "act": row.kind,
                }
                for row in rows
            ]
        )  # fmt: skip
