"""A panel as it stands: several experts who come to one outcome, with what a minority holds beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from tocsin.joint.acts import Applied
from tocsin.joint.parties import PartyId

if TYPE_CHECKING:
    from tocsin.joint.consultations.state import Note

__all__ = ["AGREES", "DISAGREES", "Draft", "Panel", "PanelStatus", "Position", "Stance"]

AGREES, DISAGREES = "agrees", "disagrees"  # of a stance


class PanelStatus(StrEnum):
    """How far a panel is. CONSENSUS: all who are there agree with the outcome as drafted; DIVIDED: most of them do."""

    CONVENED = "convened"
    QUORUM = "quorum"
    DISCUSSION = "discussion"
    OUTCOME_DRAFTED = "outcome_drafted"
    CONSENSUS = "consensus"
    DIVIDED = "divided"
    SIGNED_OFF = "signed_off"
    DISSOLVED = "dissolved"


@dataclass(frozen=True, slots=True)
class Position:
    """What one member thinks, before there is an outcome."""

    by: PartyId
    note: "Note | None"
    applied: Applied


@dataclass(frozen=True, slots=True)
class Draft:
    """An outcome as the chair proposes it."""

    note: "Note | None"
    applied: Applied


@dataclass(frozen=True, slots=True)
class Stance:
    """Whether a member agrees with the last draft. The note of one who does not is the minority opinion."""

    stance: str
    note: "Note | None"
    applied: Applied


@dataclass(frozen=True, slots=True)
class Panel:
    """Convened in one round of a case.

    joined     members who are there, by when they came
    drafts     outcomes as they were proposed, the last of which counts
    stances    of members, on the last draft
    """

    round: int
    members: tuple[PartyId, ...]
    chair: PartyId
    quorum: int
    convened: Applied
    joined: Mapping[PartyId, Applied] = field(default_factory=dict)
    positions: tuple[Position, ...] = ()
    drafts: tuple[Draft, ...] = ()
    stances: Mapping[PartyId, Stance] = field(default_factory=dict)
    signed_off: Applied | None = None
    dissolved: Applied | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still has to come to an outcome."""
        return self.signed_off is None and self.dissolved is None

    @property
    def has_quorum(self) -> bool:
        """Whether as many members are there as it takes."""
        return len(self.joined) >= self.quorum

    @property
    def agreeing(self) -> int:
        """Members who agree with the last draft."""
        return sum(one.stance == AGREES for one in self.stances.values())

    @property
    def minority(self) -> Mapping[PartyId, Stance]:
        """Members who do not agree, and why."""
        return {by: one for by, one in self.stances.items() if one.stance == DISAGREES}

    @property
    def all_have_spoken(self) -> bool:
        """Whether every member who is there has said whether they agree with the last draft."""
        return bool(self.drafts) and set(self.joined) <= set(self.stances)

    @property
    def has_majority(self) -> bool:
        """Whether more than half of those who are there agree."""
        return 2 * self.agreeing > len(self.joined)

    @property
    def status(self) -> PanelStatus:
        """How far it is."""
        if self.signed_off is not None:
            return PanelStatus.SIGNED_OFF
        if self.dissolved is not None:
            return PanelStatus.DISSOLVED
        if not self.has_quorum:
            return PanelStatus.CONVENED
        if not self.drafts:
            return PanelStatus.DISCUSSION if self.positions else PanelStatus.QUORUM
        if not self.all_have_spoken:
            return PanelStatus.OUTCOME_DRAFTED
        return PanelStatus.DIVIDED if self.minority else PanelStatus.CONSENSUS
