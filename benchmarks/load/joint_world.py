"""Joint objects while they are told: each act as the document that a node would send, and the row a reader makes of it.

The owner's documents carry the order and take in at once what others have said, as its machine does. What an object
has come to is settled by the node's own code, from these rows. Ours go through the outbox and are sealed; those of
partners are not put into the exchange's store, which no page reads.
"""

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.local import LocalNode
from tocsin.exchange.moments import moment
from tocsin.exchange.sealing import post, seal
from tocsin.exchange.streams import Stream
from tocsin.node.alliance.models import Person
from tocsin.node.joint.documents import row_of
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.settling import settle

__all__ = ["RU", "STATES", "ZH", "Telling", "World", "keep"]

STATES = ("AL", "BO", "CE", "DO", "EL", "FA")
RU = "Имитация: стороны обмениваются сведениями о случаях не позднее чем через двадцать четыре часа. "
ZH = "模拟：各方最迟在二十四小时内相互通报病例信息。"

MACHINE_ACTS = frozenset({"order", "received", "call", "lapse"})
ROLES = {"assistance": "logistics"}
A_PIECE = 200  # objects that are settled in one transaction


class World:
    """What all objects share: this node, its alliance, its people, and how far each node's stream has come."""

    def __init__(self, node: LocalNode, people: list[Person], chance: random.Random) -> None:
        self.node, self.people, self.chance = node, people, chance
        self.own, self.alliance = node.node, node.trust().alliance
        self.placed: dict[str, int] = defaultdict(int)
        self.now = timezone.now().replace(microsecond=0)

    def place(self, origin: str) -> tuple[int, int]:
        """The next place in a node's stream."""
        self.placed[origin] += 1
        return 1, self.placed[origin]

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def seal(self) -> None:
        """What is in the outbox; what the machine had said as well."""
        while seal(self.node):
            pass
        head = self.node.store.head(Stream(self.own, 1, "members"))
        self.placed[self.own] = head.last if head else 0


class Telling:
    """One object, of which states say one thing after another. `rows` are its acts, not saved; `ours` their documents.

    step   hours between two acts; none is later than now
    """

    def __init__(
        self, world: World, noun: str, owner: str, opening: str, said: dict[str, Any], *, at: datetime, step: float
    ) -> None:
        self.world, self.noun, self.owner, self.at, self.step = world, noun, owner, at, timedelta(hours=step)
        self.rows: list[JointAct] = []
        self.ours: list[Document] = []
        self._unordered: list[JointAct] = []
        self._last: JointAct | None = None
        id = UUID(new_id(at))
        self.of = JointObject(
            id=id, noun=noun, origin=owner, object_id=id, is_ours=owner == world.own, classification="MEMBERS",
            is_exercise=True, opened_at=at,
        )  # fmt: skip
        self.says(owner, opening, **said)

    @property
    def number(self) -> int:
        """Of the owner's last document."""
        return self._last.order_number or 0 if self._last else 0

    def says(self, origin: str, kind: str, /, **said: Any) -> JointAct:
        """A state does something; the owner's order takes it in with the owner's next document."""
        if self._last is not None:
            self.at = min(self.at + self.step, self.world.now)
        order = self._order() if origin == self.owner else None
        row = self._row(origin, kind, said, order)
        self.rows.append(row)
        if order is None:
            self._unordered.append(row)
        else:
            self._last, self._unordered = row, []
        return row

    def ordered(self, origin: str, kind: str, /, **said: Any) -> JointAct:
        """The same, and the machine of the owner takes it in at once."""
        row = self.says(origin, kind, **said)
        if origin != self.owner:
            self.says(self.owner, "order")
        return row

    def _order(self) -> dict[str, Any]:
        return {
            "number": self.number + 1, "previous": self._last.digest if self._last else None, "at": moment(self.at),
            "includes": [
                {
                    "origin": row.origin, "id": str(row.document_id), "digest": row.digest, "epoch": row.epoch,
                    "number": row.number, "act": row.kind,
                }
                for row in self._unordered
            ],
        }  # fmt: skip

    def _row(self, origin: str, kind: str, said: dict[str, Any], order: dict[str, Any] | None) -> JointAct:
        by_machine = kind in MACHINE_ACTS
        by = None if by_machine else self.world.chance.choice(self.world.people)
        role = "node" if by_machine else ROLES.get(self.noun, "council_delegate")
        document = Document(
            id=str(self.of.id) if self._last is None and order else new_id(self.at), alliance=self.world.alliance,
            origin=origin, recorded_at=self.at, classification="MEMBERS", type=self.noun, language="ru", exercise=True,
            body={
                "object": self.of.key.as_json(), "act": kind, "order": order, "said": said,
                "by": {"role": role, "name": by.name if by else ""},
            },
        )  # fmt: skip
        is_ours = origin == self.world.own
        if is_ours:
            self.ours.append(document)
        row = row_of(document, self.of, is_ours=is_ours, place=self.world.place(origin), by=by if is_ours else None)
        row.came_at = self.at
        return row


def keep(world: World, tellings: Iterable[Telling]) -> None:
    """Write objects with their acts, a piece after another, and let the node's own code say what they have come to."""
    piece: list[Telling] = []
    for telling in tellings:
        piece.append(telling)
        if len(piece) == A_PIECE:
            _keep(world, piece)
            piece = []
    _keep(world, piece)


def _keep(world: World, piece: list[Telling]) -> None:
    expected = world.placed[world.own]
    with transaction.atomic():
        for telling in piece:
            telling.of.changed_at = telling.at
            for document in telling.ours:
                post(world.node, document)
        JointObject.objects.bulk_create(telling.of for telling in piece)
        JointAct.objects.bulk_create([row for telling in piece for row in telling.rows], batch_size=500)
    world.seal()
    if world.placed[world.own] != expected:
        raise SystemExit(f"our stream ends at {world.placed[world.own]}, and acts were placed as far as {expected}")
    with transaction.atomic():
        settle([telling.of.pk for telling in piece], is_news=False)
    world.seal()
