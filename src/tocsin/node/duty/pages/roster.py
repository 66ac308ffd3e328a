"""What the page of duty shows: who answers now, who comes next, which shifts began without a hand-over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.node.alliance.models import DutyShift
from tocsin.node.duty.models import Handover

__all__ = ["OnDuty", "Roster", "roster"]

WEEKS_SHOWN = 5
NEAR = timedelta(hours=24)  # a shift that ended longer before another has nothing to hand over to it


@dataclass(frozen=True)
class OnDuty:
    """A line of the telephone: who answers now, if anybody, and who is next."""

    line: str
    label: str
    now: DutyShift | None
    following: DutyShift | None
    lacks_handover: bool


@dataclass(frozen=True)
class Roster:
    """The shifts of the coming weeks, and the lines as they stand now."""

    shifts: list[DutyShift]
    lines: list[OnDuty]
    lacking: frozenset[object]

    @property
    def first(self) -> DutyShift | None:
        """Who answers first now."""
        return self.lines[0].now


def roster(now: datetime) -> Roster:
    """As it stands at `now`."""
    begun = DutyShift.objects.filter(ends_at__gt=now - NEAR - WEEK, starts_at__lt=now + WEEKS_SHOWN * WEEK)
    known = list(begun.select_related("person__organisation").order_by("starts_at"))
    shifts = [shift for shift in known if shift.ends_at > now]
    lacking = _lacking(known, [shift for shift in shifts if shift.starts_at <= now])
    return Roster(shifts, [_line(line, shifts, lacking, now) for line in DutyShift.Line], lacking)


WEEK = timedelta(weeks=1)


def _line(line: DutyShift.Line, shifts: Sequence[DutyShift], lacking: frozenset[object], now: datetime) -> OnDuty:
    mine = [shift for shift in shifts if shift.line == line]
    current = next((shift for shift in mine if shift.starts_at <= now), None)
    following = next((shift for shift in mine if shift.starts_at > now), None)
    return OnDuty(str(line), str(line.label), current, following, current is not None and current.pk in lacking)


def _lacking(known: Sequence[DutyShift], running: Sequence[DutyShift]) -> frozenset[object]:
    """Running shifts that follow another person's and have not accepted what that left."""
    taken = set(Handover.objects.filter(incoming_shift__in=running).values_list("incoming_shift_id", flat=True))
    return frozenset(shift.pk for shift in running if shift.pk not in taken and _follows_another(shift, known))


def _follows_another(shift: DutyShift, known: Sequence[DutyShift]) -> bool:
    before = [one for one in known if one.line == shift.line and one.ends_at <= shift.starts_at]
    last = max(before, key=lambda one: one.ends_at, default=None)
    return last is not None and last.person_id != shift.person_id and shift.starts_at - last.ends_at <= NEAR
