"""Acts: what one state has done to a joint object, as its signed document says. docs/joint.md.

A joint object (a session, a decision, a request for assistance) is owned by one node. The documents of that node about
it carry an order: a number, and the acts of others that are taken in there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from tocsin.exchange.documents import Document
from tocsin.exchange.moments import moment, read_moment
from tocsin.exchange.suite import digest
from tocsin.exchange.types.passing import PASSING

__all__ = ["NOUNS", "PASSING", "Act", "Applied", "ObjectId", "Order", "Place", "Reference"]

# Types of documents that are acts; each is a kind of joint object.
NOUNS = ("session", "decision", "assistance", "consultation", "transfer")
Place = tuple[int, int]  # epoch, number: where an act stands in its node's stream


@dataclass(frozen=True, slots=True, order=True)
class ObjectId:
    """Which joint object: the node that owns it, and the identifier of the document that opened it."""

    origin: str
    id: str

    def as_json(self) -> dict[str, str]:
        """As documents name it."""
        return {"origin": self.origin, "id": self.id}

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """As a document names it."""
        return cls(said["origin"], said["id"])


@dataclass(frozen=True, slots=True)
class Reference:
    """An act of another node, by which it cannot be mistaken, and where it stands in that node's stream.

    kind   what the act does: known so also to a node that comes when the act has been erased
    """

    origin: str
    id: str
    digest: str
    epoch: int
    number: int
    kind: str

    @property
    def place(self) -> Place:
        """Where it stands in its node's stream."""
        return self.epoch, self.number

    def as_json(self) -> dict[str, Any]:
        """As an order names it."""
        return {
            "origin": self.origin, "id": self.id, "digest": self.digest, "epoch": self.epoch, "number": self.number,
            "act": self.kind,
        }  # fmt: skip

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """As an order names it."""
        return cls(said["origin"], said["id"], said["digest"], said["epoch"], said["number"], said["act"])


@dataclass(frozen=True, slots=True)
class Order:
    """The place that the owner gives to its own act, and before it to acts of others.

    previous   digest of the owner's document before this one about the object; None for the first
    at         the owner's time
    """

    number: int
    previous: str | None
    at: datetime
    includes: tuple[Reference, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As a document says it."""
        return {
            "number": self.number, "previous": self.previous, "at": moment(self.at),
            "includes": [one.as_json() for one in self.includes],
        }  # fmt: skip

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """As a document says it."""
        return cls(
            said["number"],
            said["previous"],
            read_moment(said["at"], code="schema", what="at"),
            tuple(Reference.of(one) for one in said["includes"]),
        )


@dataclass(frozen=True)
class Act:
    """One signed document about a joint object.

    origin   the node that says it; `role` whose hand it was there, `node` for the machine alone
    place    where it stands in its node's stream; None while it waits there to be numbered
    order    of the owner's documents alone
    """

    object: ObjectId
    id: str
    origin: str
    digest: str
    kind: str
    said: Mapping[str, Any]
    recorded_at: datetime
    order: Order | None = None
    place: Place | None = None
    language: str = "en"
    role: str = "node"
    name: str = ""
    noun: str = field(default="decision")

    @property
    def is_owners(self) -> bool:
        """Whether the owner of the object says it."""
        return self.origin == self.object.origin

    @property
    def is_passing(self) -> bool:
        """Whether no outcome rests on it: it may be erased, and is passed over then."""
        return self.order is None and self.kind in PASSING.get(self.noun, ())

    @property
    def reference(self) -> Reference:
        """How an order names it. It has its place in its node's stream."""
        assert self.place is not None
        return Reference(self.origin, self.id, self.digest, *self.place, self.kind)

    @classmethod
    def of(cls, document: Document, place: Place | None = None) -> Self:
        """The act that a document of one of the `NOUNS` is; it follows the schema of its type."""
        body = document.body
        return cls(
            object=ObjectId.of(body["object"]), id=document.id, origin=document.origin,
            digest=digest(document.encode()), kind=body["act"], said=body["said"], recorded_at=document.recorded_at,
            order=Order.of(body["order"]) if body["order"] is not None else None, place=place,
            language=document.language, role=body["by"]["role"], name=body["by"]["name"], noun=document.type,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Applied:
    """An act where the order has it: in which of the owner's documents, and the owner's time of that."""

    act: Act
    number: int
    at: datetime
