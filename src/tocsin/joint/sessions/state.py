"""The whole state of a session at one place of the order, frozen: another act makes another state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from tocsin.joint.acts import Applied, ObjectId
from tocsin.joint.growing import Growing
from tocsin.joint.limits import Counts
from tocsin.joint.refusing import Refused
from tocsin.joint.texts.paragraphs import Text

__all__ = [
    "Attendance", "Delegate", "Delegation", "Item", "Minutes", "Place", "Quorum", "Session", "Statement", "Status",
    "Step",
]  # fmt: skip


class Status(StrEnum):
    """How far a session has come. NONE: nothing has convened it."""

    NONE = "NONE"
    CONVENED = "CONVENED"
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Place:
    """Where it meets: `video`, `in_person` or `mixed`, and words for it."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the agenda; once concluded, with its outcome by language and the decision it led to."""

    id: str
    title: Mapping[str, str]
    decision: ObjectId | None
    taken_up: Applied | None = None
    concluded: Applied | None = None
    outcome: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Delegate:
    """A person whom a state sends: its `head`, an `alternate` or an `adviser`."""

    id: str
    name: str
    title: str
    part: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delegation:
    """Those whom a state sends, from this act on."""

    applied: Applied
    delegates: tuple[Delegate, ...]

    def delegate(self, id: str) -> Delegate | None:
        """The one of that name, or None."""
        return next((one for one in self.delegates if one.id == id), None)


@dataclass(frozen=True, slots=True)
class Attendance:
    """Which of a state's delegates are there, from this act on."""

    applied: Applied
    present: tuple[Delegate, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a state has said, in the words of a delegate or its own, on an item or in general."""

    applied: Applied
    item: str | None
    delegate: Delegate | None
    text: str


@dataclass(frozen=True, slots=True)
class Minutes:
    """Minutes, and who has approved them. `number`: of the order that brought them."""

    applied: Applied
    text: Text
    approvals: Mapping[str, Applied]

    @property
    def number(self) -> int:
        """By which states approve them."""
        return self.applied.number


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many states were invited, and which have somebody there. What is enough, the body says and nobody here."""

    invited: int
    present: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """An act that took effect, and the status that it left behind."""

    applied: Applied
    status: Status


@dataclass(frozen=True)
class Session:
    """A session as the acts in its order make it.

    delegations, attendances   of each state all, the last one counts
    minutes                    every version, the last one counts
    refused                    acts that changed nothing
    history                    acts that took effect
    counts                     how much each state has said: `joint.limits`
    """

    object: ObjectId | None = None
    opening: Applied | None = None
    status: Status = Status.NONE
    body: str = ""
    title: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    starts_at: datetime | None = None
    place: Place = Place("video", "")
    languages: tuple[str, ...] = ()
    rule: str = ""
    event: ObjectId | None = None
    chair: str = ""
    invited: tuple[str, ...] = ()
    agenda: tuple[Item, ...] = ()
    brief: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    delegations: Mapping[str, tuple[Delegation, ...]] = field(default_factory=lambda: MappingProxyType({}))
    attendances: Mapping[str, tuple[Attendance, ...]] = field(default_factory=lambda: MappingProxyType({}))
    statements: Growing[Statement] = field(default_factory=Growing)
    minutes: tuple[Minutes, ...] = ()
    opened: Applied | None = None
    ended: Applied | None = None
    refused: Growing[Refused] = field(default_factory=Growing)
    history: Growing[Step] = field(default_factory=Growing)
    counts: Counts = field(default_factory=dict, repr=False, compare=False)

    @property
    def owner(self) -> str:
        """The node that convened it."""
        return self.object.origin if self.object else ""

    def item(self, id: str) -> Item | None:
        """The item of that name, or None."""
        return next((one for one in self.agenda if one.id == id), None)

    def delegation(self, state: str) -> Delegation | None:
        """Whom a state sends now; None where it has named nobody yet."""
        return self.delegations[state][-1] if state in self.delegations else None

    def present(self, state: str) -> tuple[Delegate, ...]:
        """Which delegates a state last said are there, less those whom it has replaced since."""
        delegation = self.delegation(state)
        if state not in self.attendances or delegation is None:
            return ()
        named = {(one.id, one.name) for one in delegation.delegates}
        return tuple(one for one in self.attendances[state][-1].present if (one.id, one.name) in named)

    @property
    def quorum(self) -> Quorum:
        """Who is there, as data."""
        return Quorum(len(self.invited), tuple(state for state in self.invited if self.present(state)))

    @property
    def not_approved(self) -> tuple[str, ...]:
        """Invited states that have not approved the last minutes; none where there are no minutes."""
        approvals = self.minutes[-1].approvals if self.minutes else dict.fromkeys(self.invited)
        return tuple(state for state in self.invited if state not in approvals)
