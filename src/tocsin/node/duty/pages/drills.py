"""What the pages of drills show: per state what was sent, delivered, acknowledged by a person, and how long it took."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.utils import timezone

from tocsin.node.alliance.roles import Role
from tocsin.node.duty.actions.acknowledgements import acknowledgements_of
from tocsin.node.duty.models import Acknowledgement, Drill
from tocsin.node.post.pages.messages import Delivery, deliveries, names

__all__ = ["Answer", "Measured", "answers", "measured"]


@dataclass(frozen=True)
class Answer:
    """How far a drill has come at one addressee, or among people of this node."""

    name: str
    waits: bool
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    role: str
    took: timedelta | None
    is_late: bool
    is_over: bool

    @property
    def state(self) -> str:
        """Its name in look/states.py."""
        if self.acknowledged_at:
            return "too_late" if self.is_late else "acknowledged"
        if self.is_over:
            return "outstanding"
        return "waits_to_be_signed" if self.waits else "under_way"


@dataclass(frozen=True)
class Measured:
    """A drill in the report of all: who answered in which time."""

    drill: Drill
    by: str
    asked: int
    answered: int
    in_time: int
    middle: timedelta | None
    longest: timedelta | None


def answers(drill: Drill) -> list[Answer]:
    """One a state that was asked, in the alliance's order; ourselves, for drills of our own people or of partners."""
    if drill.is_ours and drill.addressees:
        found = acknowledgements_of([drill.pk])[str(drill.pk)]
        by_node = {one.node: one for one in reversed(found)}
        sent = deliveries(drill)  # by name, in the alliance's order
        codes = {name: node for node, name in names().items()}
        return [_of_partner(drill, one, by_node.get(codes[one.name])) for one in sent]
    return [_of_ours(drill)]


def measured(drills: Iterable[Drill]) -> list[Measured]:
    """Each drill with its figures; outstanding ones are counted as asked and never as answered."""
    drills, known = list(drills), names()
    seen = acknowledgements_of([drill.pk for drill in drills if drill.is_ours and drill.addressees])
    return [_measured(drill, known, seen.get(str(drill.pk), [])) for drill in drills]


def _measured(drill: Drill, known: dict[str, str], seen: Sequence[Acknowledgement]) -> Measured:
    if drill.is_ours and drill.addressees:
        firsts = {one.node: one for one in reversed(seen) if one.node in drill.addressees}
        times = [_took(drill, one.acknowledged_at) for one in firsts.values()]
        asked = len(drill.addressees)
    else:
        at = drill.alert.acknowledged_at if drill.alert else None
        times, asked = [_took(drill, at)] if at else [], 1
    return Measured(
        drill,
        known.get(drill.origin, drill.origin),
        asked,
        len(times),
        sum(took <= drill.allowed for took in times),
        median(times) if times else None,
        max(times, default=None),
    )


def _of_partner(drill: Drill, sent: Delivery, seen: Acknowledgement | None) -> Answer:
    at = seen.acknowledged_at if seen else None
    return _answer(drill, sent.name, sent.waits, sent.received_at, at, seen.by_role if seen else "")


def _of_ours(drill: Drill) -> Answer:
    alert = drill.alert
    name = names().get(drill.origin if drill.is_ours else "", "")
    at, role = (alert.acknowledged_at, alert.by_role) if alert else (None, "")
    return _answer(drill, name, False, drill.came_at, at, role)


def _answer(
    drill: Drill, name: str, waits: bool, delivered_at: datetime | None, at: datetime | None, role: str
) -> Answer:
    took = _took(drill, at) if at else None
    over = timezone.now() > drill.asked_at + drill.allowed
    named = str(Role(role).label) if role in Role.values else role
    return Answer(name, waits, delivered_at, at, named, took, bool(took and took > drill.allowed), over)


def _took(drill: Drill, at: datetime) -> timedelta:
    # By two clocks: a little before it was asked is at once.
    return max(at - drill.asked_at, timedelta())
