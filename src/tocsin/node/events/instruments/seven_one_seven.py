"""7-1-7: detected within 7 days of emergence, reported to the authority responsible within 1, early response within 7.

Milestones are entered by people: a calendar day at the event's place, or a moment; either may be an estimate. Intervals
are counted in calendar days of that place, as the 7-1-7 Alliance counts them (a target of 7 is met on the 7th day), so
23:00 to 01:00 of the next day is one day. A date that is missing is never a zero and never a success.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from zoneinfo import ZoneInfo

from tocsin.node.alliances.rules import INTERVALS
from tocsin.node.events.instruments.clocks import Clock, clock

__all__ = [
    "ACTIONS",
    "INTERVALS",
    "TARGETS",
    "Action",
    "ActionResult",
    "Interval",
    "Milestone",
    "Record",
    "Share",
    "Standing",
    "Timeliness",
    "evaluate",
    "evaluate_rounds",
    "share",
]

TARGETS: Mapping[str, int] = MappingProxyType({"detection": 7, "notification": 1, "response": 7})
# The seven early response actions, in the toolkit's order.
ACTIONS = (
    "investigation",
    "analysis",
    "laboratory",
    "case_management",
    "countermeasures",
    "communication",
    "coordination",
)


class Standing(StrEnum):
    """How an interval stands by now.

    MISSED         it took longer, or has already taken longer though its end is still to come
    UNDER_WAY      its end is still to come, and in time if it comes today
    UNKNOWN        a date is missing of what has happened, or none of the seven actions applies
    CONTRADICTION  it ends before it begins: one of the dates is wrong, and it is neither met nor missed
    """

    MET = "met"
    MISSED = "missed"
    UNDER_WAY = "under_way"
    UNKNOWN = "unknown"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True)
class Milestone:
    """When something happened: a day at the event's place, or a moment with its zone."""

    at: date | datetime
    estimated: bool = False

    def day(self, zone: ZoneInfo) -> date:
        """The calendar day at the event's place. Raises ValueError for a moment without a zone."""
        if not isinstance(self.at, datetime):
            return self.at
        if self.at.utcoffset() is None:
            raise ValueError(f"{self.at.isoformat()} has no zone; a moment has one, a day has no time")
        return self.at.astimezone(zone).date()

    def begins(self, zone: ZoneInfo) -> datetime:
        """The moment itself; of a day its first."""
        if isinstance(self.at, datetime):
            self.day(zone)
            return self.at
        return datetime.combine(self.at, time.min, zone)


@dataclass(frozen=True)
class Action:
    """One of the seven early response actions: when it was begun or done, or that it does not apply.

    An action that applies and was not done is open; the response is not complete without it. Of one that does not
    apply any date is left out of account.
    """

    code: str
    done: Milestone | None = None
    applicable: bool = True


@dataclass(frozen=True)
class Record:
    """What people entered of one event, or of one round of an event that was reopened.

    notification  when a public health authority responsible for action was first told; not WHO, not the partners
    actions       those not listed apply and are open
    """

    emergence: Milestone | None = None
    detection: Milestone | None = None
    notification: Milestone | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class Interval:
    """One of the three intervals.

    days       calendar days from its beginning to its end; None while one of them is missing. Negative only where the
               dates contradict each other
    estimated  one of the dates that it rests on is an estimate
    last_day   last calendar day on which its end still meets the target
    clock      the same as a clock, for warnings, while its end is still to come
    """

    code: str
    standing: Standing
    target: int
    begins: date | None
    ends: date | None
    days: int | None
    estimated: bool
    last_day: date | None
    clock: Clock | None


@dataclass(frozen=True)
class ActionResult:
    """An action beside the day on which the authority was notified: days from then, negative where it came before."""

    code: str
    applicable: bool
    day: date | None
    estimated: bool
    days: int | None


@dataclass(frozen=True)
class Timeliness:
    """7-1-7 of one record, by now.

    standing      of the event: CONTRADICTION before MISSED before MET (all three), else UNDER_WAY, else UNKNOWN
    all_met       all three; None while one of them cannot be said
    first_action  day of the first action, which the toolkit suggests within 1 day of notification
    completed     day of the last applicable action, once all applicable ones are done
    open_actions  codes of those that apply and are not done
    before_notification  codes of those dated before the notification: possible, and worth a look
    """

    detection: Interval
    notification: Interval
    response: Interval
    standing: Standing
    all_met: bool | None
    actions: tuple[ActionResult, ...]
    first_action: date | None
    completed: date | None
    open_actions: tuple[str, ...]
    before_notification: tuple[str, ...]

    @property
    def intervals(self) -> tuple[Interval, Interval, Interval]:
        return self.detection, self.notification, self.response


@dataclass(frozen=True)
class Share:
    """Of so many events that can be judged so many met a target; the others are counted apart, never as either."""

    met: int
    judged: int
    others: int


def evaluate(record: Record, *, zone: ZoneInfo, now: datetime, targets: Mapping[str, int] = TARGETS) -> Timeliness:
    """How a record stands at `now`. `zone` is that of the event's place.

    targets  days by interval, where the alliance has others than 7, 1 and 7

    Raises ValueError for an action that is none of the seven or is given twice, or a moment without a zone.
    """
    actions = _all_seven(record.actions)
    applicable = [action for action in actions if action.applicable]
    done = [action.done for action in applicable if action.done]
    completed = _last(done, zone) if len(done) == len(applicable) else None
    between = partial(_interval, zone=zone, now=now, targets={**TARGETS, **targets})
    # Who told the authority, or acted, had detected it: then the day of detection is missing, and not still to come.
    detection = between("detection", record.emergence, record.detection, passed=bool(record.notification or done))
    notification = between("notification", record.detection, record.notification)
    response = between("response", record.notification if applicable else None, completed)
    results = tuple(_beside(action, record.notification, zone) for action in actions)
    standings = [interval.standing for interval in (detection, notification, response)]
    return Timeliness(
        detection=detection,
        notification=notification,
        response=response,
        standing=_overall(standings),
        all_met=_all_met(standings),
        actions=results,
        first_action=min((at.day(zone) for at in done), default=None),
        completed=completed.day(zone) if completed else None,
        open_actions=tuple(action.code for action in applicable if action.done is None),
        before_notification=tuple(result.code for result in results if result.days is not None and result.days < 0),
    )


def evaluate_rounds(
    records: Sequence[Record], *, zone: ZoneInfo, now: datetime, targets: Mapping[str, int] = TARGETS
) -> tuple[Timeliness, ...]:
    """The rounds of an event that was reopened, each on its own: the first is what counts, the last is what runs.

    The toolkit has no rule for it. A round begins with the onset of the first case after the reopening; what the first
    round achieved is neither improved nor spoilt by what comes later.
    """
    return tuple(evaluate(record, zone=zone, now=now, targets=targets) for record in records)


def share(standings: Iterable[Standing]) -> Share:
    """How many met a target of those that can be judged: shares, not medians, as the toolkit asks."""
    given = tuple(standings)
    met, missed = given.count(Standing.MET), given.count(Standing.MISSED)
    return Share(met=met, judged=met + missed, others=len(given) - met - missed)


def _all_seven(given: Sequence[Action]) -> tuple[Action, ...]:
    by_code = {action.code: action for action in given}
    if strange := sorted(set(by_code) - set(ACTIONS)):
        raise ValueError(f"no actions are {', '.join(strange)}; the seven are {', '.join(ACTIONS)}")
    if len(by_code) != len(given):
        raise ValueError("an action is given twice; each of the seven has one entry")
    return tuple(by_code.get(code, Action(code)) for code in ACTIONS)


def _last(done: Sequence[Milestone], zone: ZoneInfo) -> Milestone | None:
    # Of several on the last day one that is no estimate settles it.
    return max(done, key=lambda at: (at.day(zone), not at.estimated), default=None)


def _beside(action: Action, notified: Milestone | None, zone: ZoneInfo) -> ActionResult:
    if not action.applicable or action.done is None:
        return ActionResult(action.code, action.applicable, None, False, None)
    day = action.done.day(zone)
    days = (day - notified.day(zone)).days if notified else None
    return ActionResult(action.code, True, day, action.done.estimated, days)


def _interval(
    code: str,
    begins: Milestone | None,
    ends: Milestone | None,
    *,
    zone: ZoneInfo,
    now: datetime,
    targets: Mapping[str, int],
    passed: bool = False,
) -> Interval:
    target = targets[code]
    given = [milestone for milestone in (begins, ends) if milestone]
    first, last = (milestone.day(zone) if milestone else None for milestone in (begins, ends))
    last_day = first + timedelta(days=target) if first else None
    days = (last - first).days if first and last else None
    today = now.astimezone(zone).date()
    running = begins is not None and last is None and not passed
    return Interval(
        code=code,
        standing=_standing(first, days, target, today if running else None),
        target=target,
        begins=first,
        ends=last,
        days=days,
        estimated=any(milestone.estimated for milestone in given),
        last_day=last_day,
        clock=_clock(begins, last_day, zone, now) if begins and last_day and running else None,
    )


def _standing(first: date | None, days: int | None, target: int, today: date | None) -> Standing:
    if first and today:
        return Standing.UNDER_WAY if (today - first).days <= target else Standing.MISSED
    if days is None:
        return Standing.UNKNOWN
    if days < 0:
        return Standing.CONTRADICTION
    return Standing.MET if days <= target else Standing.MISSED


def _clock(begins: Milestone, last_day: date, zone: ZoneInfo, now: datetime) -> Clock:
    after = datetime.combine(last_day + timedelta(days=1), time.min, zone)
    return clock(began_at=begins.begins(zone), due_at=after, now=now)


def _overall(standings: Sequence[Standing]) -> Standing:
    for standing in (Standing.CONTRADICTION, Standing.MISSED):
        if standing in standings:
            return standing
    if set(standings) == {Standing.MET}:
        return Standing.MET
    return Standing.UNDER_WAY if Standing.UNDER_WAY in standings else Standing.UNKNOWN


def _all_met(standings: Sequence[Standing]) -> bool | None:
    judged = [standing in (Standing.MET, Standing.MISSED) for standing in standings]
    return all(standing is Standing.MET for standing in standings) if all(judged) else None
