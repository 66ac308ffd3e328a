"""A consultation as it stands: who asked whom about a patient, who has it, what was signed. docs/consultations.md.

Nothing here is about the patient: what is said of them stands in clinical notes, documents of their own, which acts
name by digest, so that words can be destroyed and the course of the case stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Self

from tocsin.joint.acts import Applied
from tocsin.joint.consultations.panel import Panel
from tocsin.joint.growing import Growing
from tocsin.joint.limits import Counts
from tocsin.joint.parties import PartyId
from tocsin.joint.refusing import Refused

__all__ = [
    "CARE", "Acknowledgement", "Allocation", "Case", "Consent", "Ended", "FollowUp", "Note", "Opinion", "Question",
    "Returned", "Revision", "Status",
]  # fmt: skip

CARE = "care"  # the consent without which nothing is asked


class Status(StrEnum):
    """How far a case is. NONE: nothing that stands has opened it."""

    NONE = "none"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ALLOCATED = "allocated"
    IN_REVIEW = "in_review"
    INFO_REQUESTED = "info_requested"
    ANSWERED = "answered"
    ACKNOWLEDGED = "acknowledged"
    FOLLOW_UP_DUE = "follow_up_due"
    FOLLOWED_UP = "followed_up"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Note:
    """A clinical note of the state that said the act, by its document and the digest of that."""

    origin: str
    id: str
    digest: str

    @classmethod
    def of(cls, applied: Applied, said: Mapping[str, Any] | None) -> Self | None:
        """As an act names it; None where it names none."""
        return None if said is None else cls(applied.act.origin, said["id"], said["digest"])


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether the patient agrees to one use. basis: patient, representative, or emergency (could not be asked)."""

    given: bool
    on: str | None
    basis: str
    applied: Applied


@dataclass(frozen=True, slots=True)
class Returned:
    """Given back to those who ask; or every hospital that was asked has declined, which is a reason of its own."""

    reason: str
    note: Note | None
    applied: Applied


@dataclass(frozen=True, slots=True)
class Allocation:
    """Who of a hospital has the case. by_rule: no person chose them."""

    experts: tuple[PartyId, ...]
    applied: Applied

    @property
    def by_rule(self) -> bool:
        """Whether the rules of the hospital chose them, and no person."""
        return bool(self.applied.act.said["by_rule"])


@dataclass(frozen=True, slots=True)
class Question:
    """What an expert wants to know, and the answer, once there is one."""

    id: str
    by: PartyId
    applied: Applied
    note: Note | None
    reply: Applied | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """An opinion as it was signed, or signed anew."""

    note: Note | None
    reason: str
    applied: Applied


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one expert has signed. Every revision is kept; `retracted` says by which act it does not stand any more."""

    id: str
    by: PartyId
    hospital: PartyId
    round: int
    revisions: tuple[Revision, ...]
    retracted: Applied | None = None

    @property
    def stands(self) -> bool:
        """Whether it was not retracted."""
        return self.retracted is None

    @property
    def last(self) -> Revision:
        """As it was signed last."""
        return self.revisions[-1]


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Whoever asked has read all that was signed up to then: `changes` counts it."""

    applied: Applied
    changes: int
    follow_up_on: date
    rating: int | None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What became of the patient: codes of the vocabularies `outcome` and `advice_followed`; a rating from 1 to 5."""

    outcome: str
    advice_followed: str
    rating: int | None
    note: Note | None
    applied: Applied


@dataclass(frozen=True, slots=True)
class Ended:
    """How a case ended: CLOSED, WITHDRAWN or EXPIRED."""

    status: Status
    reason: str
    applied: Applied


@dataclass(frozen=True)
class Case:
    """The whole state of a consultation.

    asking, asked     the hospital that asks, and those that are asked
    team              clinicians of the hospital that asks, who have the case there
    round             1, and one more each time it is opened again
    begun             the act that this round began with: submitted, submitted anew, or reopened
    untaken           the act since which nobody has it at those who are asked, if nobody has
    first_answer      the first opinion or outcome of this round
    changes           how often an opinion or an outcome was signed, amended, or retracted
    history, refused  the acts that had effect, and those that had none
    """

    opened: Applied | None = None
    asking: PartyId | None = None
    asked: tuple[PartyId, ...] = ()
    team: tuple[PartyId, ...] = ()
    specialty: str = ""
    urgency: str = ""
    languages: tuple[str, ...] = ()
    follows: PartyId | None = None
    consents: Mapping[str, Consent] = field(default_factory=dict)
    notes: Growing[Note] = field(default_factory=Growing)
    round: int = 1
    begun: Applied | None = None
    untaken: Applied | None = None
    returned: Returned | None = None
    declined: Mapping[PartyId, Applied] = field(default_factory=dict)
    allocations: Mapping[PartyId, Allocation] = field(default_factory=dict)
    taken: Mapping[PartyId, Applied] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    panels: tuple[Panel, ...] = ()
    first_answer: Applied | None = None
    changes: int = 0
    acknowledged: Acknowledgement | None = None
    follow_up_due: bool = False
    followed_up: FollowUp | None = None
    ended: Ended | None = None
    history: Growing[Applied] = field(default_factory=Growing)
    refused: Growing[Refused] = field(default_factory=Growing, repr=False)
    counts: Counts = field(default_factory=dict, repr=False, compare=False)

    @property
    def owner(self) -> str | None:
        """The state of the hospital that asks."""
        return None if self.opened is None else self.opened.act.object.origin

    @property
    def status(self) -> Status:
        """How far it is."""
        if self.opened is None:
            return Status.NONE
        if self.ended is not None:
            return self.ended.status
        if self.returned is not None:
            return Status.RETURNED
        if self.acknowledged is None or self.has_unread_change:
            return self._before_acknowledgement()
        if self.followed_up is not None:
            return Status.FOLLOWED_UP
        return Status.FOLLOW_UP_DUE if self.follow_up_due else Status.ACKNOWLEDGED

    def _before_acknowledgement(self) -> Status:
        panel = self.panel if self.panel is not None and self.panel.is_open else None
        if self.is_answered:
            return Status.ANSWERED
        if not self.experts and panel is None:
            return Status.SUBMITTED
        if self.open_questions:
            return Status.INFO_REQUESTED
        has_begun = bool(self.taken) or (panel is not None and bool(panel.joined))
        return Status.IN_REVIEW if has_begun else Status.ALLOCATED

    @property
    def is_answered(self) -> bool:
        """Whether an opinion or an outcome of this round stands, and no panel has still to come to one."""
        if self.panel is not None and self.panel.is_open:
            return False
        signed = any(one.signed_off is not None and one.round == self.round for one in self.panels)
        return signed or any(one.stands and one.round == self.round for one in self.opinions)

    @property
    def has_unread_change(self) -> bool:
        """Whether something was signed, amended or retracted since whoever asked has acknowledged."""
        return self.acknowledged is not None and self.changes > self.acknowledged.changes

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """Questions that nobody has answered."""
        return tuple(one for one in self.questions if one.reply is None)

    @property
    def experts(self) -> frozenset[PartyId]:
        """Clinicians who have the case at the hospitals that are asked."""
        return frozenset(expert for one in self.allocations.values() for expert in one.experts)

    @property
    def panel(self) -> Panel | None:
        """The panel of this round that was convened last."""
        return self.panels[-1] if self.panels and self.panels[-1].round == self.round else None

    @property
    def readers(self) -> frozenset[PartyId]:
        """Clinicians to whom the case is open now: access belongs to the case, and ends with the part in it."""
        panel = self.panel
        members = frozenset(panel.members) if panel is not None else frozenset[PartyId]()
        return frozenset(self.team) | self.experts | members

    @property
    def hospitals(self) -> frozenset[PartyId]:
        """Hospitals whose coordinators have the case: the one that asks, and those asked that did not decline."""
        asking = frozenset[PartyId]() if self.asking is None else frozenset({self.asking})
        return asking | {one for one in self.asked if one not in self.declined}

    @property
    def may_be_told(self) -> bool:
        """Whether the patient agrees that others are told, for their care. Else nothing of the patient is shown."""
        care = self.consents.get(CARE)
        return care is not None and care.given

    def question(self, id: str) -> Question | None:
        """The question of that name."""
        return next((one for one in self.questions if one.id == id), None)

    def opinion(self, id: str) -> Opinion | None:
        """The opinion of that name."""
        return next((one for one in self.opinions if one.id == id), None)
