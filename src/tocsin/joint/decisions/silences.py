"""A silence procedure: when the silence of each state began and ends, by the owner's time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from tocsin.joint.acts import Applied

__all__ = ["NEVER", "Silence", "StateSilence", "ends_after"]

NEVER = datetime.max.replace(microsecond=0, tzinfo=UTC)


def ends_after(hours: int, since: datetime) -> datetime:
    """When a silence of so many hours ends; NEVER where no calendar reaches: an owner may write any time."""
    try:
        return min(since + timedelta(hours=hours), NEVER)
    except OverflowError:
        return NEVER


@dataclass(frozen=True, slots=True)
class StateSilence:
    """The silence of one state. It runs up to and with `until`; what is ordered later is late.

    began   the receipt with which it began; the owner's own act, for the owner
    closed  the receipt of the closing call, behind everything that the state had said before
    """

    since: datetime
    until: datetime
    began: Applied
    closed: Applied | None = None

    def is_over(self, at: datetime) -> bool:
        """Whether its time has run."""
        return at > self.until


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence procedure on one version.

    states      those whose silence has begun
    not_before  for a state that was brought back, the order from which on a receipt begins its silence anew
    calls       closing calls
    ended       the act that broke it or completed it
    """

    applied: Applied
    version: int
    hours: int
    states: Mapping[str, StateSilence] = field(default_factory=lambda: MappingProxyType({}))
    not_before: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    calls: tuple[Applied, ...] = ()
    ended: Applied | None = None

    def begins_from(self, state: str) -> int:
        """The order that the node of a state must have received for its silence to begin."""
        return self.not_before.get(state, self.applied.number)

    def call_for(self, state: str) -> Applied | None:
        """The closing call that a state has to answer: the first after its time had run."""
        own = self.states.get(state)
        return next((call for call in self.calls if own is not None and own.is_over(call.at)), None)
