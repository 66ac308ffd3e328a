"""Joint objects for tests of the node: what partners say of them, and a noun that only counts."""

from datetime import datetime
from typing import Any

from tests.exchange.world import World

from tocsin.exchange.documents import Document
from tocsin.exchange.moments import moment
from tocsin.exchange.suite import digest
from tocsin.joint.refusing import Refused
from tocsin.node.alliance.roles import Ability
from tocsin.node.joint.actions.acting import open_object
from tocsin.node.joint.nouns import Due

NOTHING: dict[str, Any] = {}
PARAGRAPH = {
    "id": "p1", "kind": "operative", "rev": 1,
    "texts": {
        "ru": {"text": "Усилить надзор в пункте пропуска.", "rev": 1, "standing": "authentic"},
        "zh-hans": {"text": "加强口岸监测。", "rev": 1, "standing": "authentic"},
    },
}  # fmt: skip
PROPOSAL: dict[str, Any] = {
    "body": "council", "kind": "decision", "concerned": ["AL", "BO", "CE"], "official": ["ru", "zh-hans"],
    "title": {"ru": "О мерах", "zh-hans": "关于措施"}, "event": None, "session": None, "amends": None, "year": None,
    "text": {"paragraphs": [PARAGRAPH]}, "measures": [], "duties": [], "in_force": {"when": "adopted", "on": None},
    "rules": {"silence": True, "silence_hours": 24, "may_join": ["DO"]},
}  # fmt: skip


class Counting:
    """A noun whose rules forbid only what `forbidden` names, and whose machine owes what `owes` says."""

    def __init__(self) -> None:
        self.forbidden: set[str] = set()
        self.owes: list[Due] = []
        self.settled: dict[str, list[tuple[str, str]]] = {}
        self.told: list[str] = []

    def try_act(self, applied, act, *, at):
        if act.kind in self.forbidden:
            from tocsin.joint.acts import Applied

            return Refused(Applied(act, 0, at), "forbidden-here", {"kind": act.kind})
        return None

    def settle(self, of, arrangement):
        self.settled[str(of.object_id)] = [(one.act.origin, one.act.kind) for one in arrangement.applied]

    def due(self, of, arrangement, *, at):
        said = {one.act.kind for one in arrangement.applied} | {act.kind for act in arrangement.proposals}
        return [one for one in self.owes if one.kind not in said]

    def tell(self, of, arrangement, new):
        self.told += [row.kind for row in new]


def an_object(by, **more):
    """A decision of ours."""
    return open_object(
        "decision", "propose", {**PROPOSAL, **more.pop("said", {})}, needs=Ability.DECIDE, language="ru", by=by, **more
    )


def body(object_id: dict[str, str], act: str, said: Any = None, order: Any = None) -> dict[str, Any]:
    """What a partner's document says."""
    return {
        "object": object_id, "act": act, "order": order, "said": said or NOTHING,
        "by": {"role": "node" if act in ("received", "order", "call") else "council_delegate", "name": ""},
    }  # fmt: skip


def theirs(world: World, name: str, of, act: str, said: Any = None, *, audience: str = "members") -> Document:
    """An act of a partner on an object, not posted."""
    key = of if isinstance(of, dict) else of.key.as_json()
    return world.document(name, "", audience, type="decision", body=body(key, act, said), language="ru")


class TheirObject:
    """A decision that a partner owns, as its documents make it; none of them posted."""

    def __init__(self, world: World, owner: str = "BO", *, audience: str = "members", **said: Any) -> None:
        self.world, self.owner, self.audience = world, owner, audience
        self.key: dict[str, str] = {}
        self.documents: list[Document] = []
        self.order("propose", PROPOSAL | said)

    def order(self, act: str = "order", said: Any = None, *, includes=(), at: datetime | None = None) -> Document:
        """The owner's next document."""
        world, last = self.world, self.documents[-1] if self.documents else None
        made = world.document(self.owner, "", self.audience, type="decision", body={}, language="ru")
        self.key = self.key or {"origin": self.owner, "id": made.id}
        order = {
            "number": len(self.documents) + 1, "previous": digest(last.encode()) if last else None,
            "at": moment(at or world.nodes[self.owner].now()), "includes": list(includes),
        }  # fmt: skip
        more = {"id": made.id} if last is None else {}
        document = world.document(
            self.owner, "", self.audience, type="decision", body=body(self.key, act, said, order), language="ru"
        )
        if more:
            document = replaced(document, **more)
        self.documents.append(document)
        return document


def replaced(document: Document, **change: Any) -> Document:
    """The same with another member."""
    from dataclasses import replace

    return replace(document, **change)
