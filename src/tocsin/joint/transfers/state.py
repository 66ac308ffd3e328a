"""A transfer as it stands: which hospital would give a patient to which, and how far that is. docs/transfers.md."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tocsin.joint.acts import Applied
from tocsin.joint.consultations.state import Consent, Note
from tocsin.joint.growing import Growing
from tocsin.joint.limits import Counts
from tocsin.joint.parties import PartyId
from tocsin.joint.refusing import Refused

__all__ = ["Accepted", "Ended", "Status", "Transfer"]


class Status(StrEnum):
    """How far a transfer is. NONE: nothing that stands has opened it."""

    NONE = "none"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    HANDED_OVER = "handed_over"
    ENDED = "ended"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The hospital that receives has a bed from a moment on, in one of its service lines, until another."""

    specialty: str
    ready_at: datetime
    until: datetime
    note: Note | None
    applied: Applied


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended: ENDED, DECLINED, CANCELLED, LAPSED or WITHDRAWN, where the patient agrees no longer; `reason` as it
    was said, or the outcome of the patient.
    """

    status: Status
    reason: str
    note: Note | None
    applied: Applied


@dataclass(frozen=True)
class Transfer:
    """The whole state of a transfer.

    sending, receiving   the two hospitals
    case                 the consultation that it comes from, if any
    consent              as it was said last
    senders, receivers   clinicians who have it at either side
    taken_back           the act that took the bed back last, from which on an answer is waited for anew
    signed               which of the two hospitals has signed the hand-over
    """

    opened: Applied | None = None
    sending: PartyId | None = None
    receiving: PartyId | None = None
    case: PartyId | None = None
    urgency: str = ""
    transport: str = ""
    consent: Consent | None = None
    senders: tuple[PartyId, ...] = ()
    receivers: tuple[PartyId, ...] = ()
    notes: Growing[Note] = field(default_factory=Growing)
    accepted: Accepted | None = None
    taken_back: Applied | None = None
    departed: Applied | None = None
    arrived: Applied | None = None
    signed: tuple[Applied, ...] = ()
    ended: Ended | None = None
    history: Growing[Applied] = field(default_factory=Growing)
    refused: Growing[Refused] = field(default_factory=Growing, repr=False)
    counts: Counts = field(default_factory=dict, repr=False, compare=False)

    @property
    def status(self) -> Status:
        """How far it is."""
        if self.opened is None:
            return Status.NONE
        if self.ended is not None:
            return self.ended.status
        if len(self.signed) == 2:
            return Status.HANDED_OVER
        if self.arrived is not None:
            return Status.ARRIVED
        if self.departed is not None:
            return Status.DEPARTED
        return Status.ACCEPTED if self.accepted is not None else Status.REQUESTED

    @property
    def readers(self) -> frozenset[PartyId]:
        """Clinicians to whom it is open now."""
        return frozenset(self.senders) | frozenset(self.receivers)

    @property
    def hospitals(self) -> frozenset[PartyId]:
        """The two hospitals, as far as they are known."""
        return frozenset(one for one in (self.sending, self.receiving) if one is not None)

    @property
    def may_be_told(self) -> bool:
        """Whether the patient agrees, or somebody for them."""
        return self.consent is not None and self.consent.given
