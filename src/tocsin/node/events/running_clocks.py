"""The clocks that run in events, for many events at once: 7-1-7, the assessment, the notification of WHO.

Three queries, however many events there are. A clock that ended, or has not begun, is none of them.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models

from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.events.clocks import milestone_kept, timeliness_kept
from tocsin.node.events.instruments.annex2 import Conclusion
from tocsin.node.events.instruments.clocks import Clock, clock, limits
from tocsin.node.events.models import Annex2Assessment, Event, Milestone
from tocsin.node.events.standing import zone_of

__all__ = ["ASSESSMENT", "WHO", "Running", "events_with_clocks", "running_clocks"]

ASSESSMENT, WHO = "assessment", "who_notified"
A_PIECE = 1_000


@dataclass(frozen=True, slots=True)
class Running:
    """A clock of an event that has begun and has not ended.

    allowed   the limit as its instrument has it: 48 hours, 7 days
    last_day  of an interval of 7-1-7, the last day on which it is met; None where the limit is hours
    """

    event: Event
    code: str
    clock: Clock
    allowed: timedelta
    last_day: date | None = None

    @property
    def percent(self) -> int:
        """The last share at which a warning fell due: 0, 50, 80 or 100."""
        return round((self.clock.warned or 0) * 100)

    @property
    def started_on(self) -> str:
        """What it runs from: another start is another clock."""
        return self.clock.began_at.isoformat() if self.clock.began_at else ""


def events_with_clocks() -> models.QuerySet[Event]:
    """Events whose clocks matter: open, standing, and not refuted."""
    standing = Event.objects.standing().exclude(response=Event.Response.CLOSED)
    return standing.exclude(verification=Event.Verification.REFUTED)


def running_clocks(events: models.QuerySet[Event], *, now: datetime) -> Iterator[Running]:
    """All of them, event by event."""
    assessed, notifiable = _assessments(events)
    told_who = _told_who(events)
    hours = limits(alliance().rules.hours)
    for event in events.iterator(chunk_size=A_PIECE):
        key = (event.pk, event.episode)
        yield from _of_717(event, now)
        if key not in assessed and (began := _reported_at(event)):
            allowed = hours[ASSESSMENT].length
            yield Running(event, ASSESSMENT, clock(began_at=began, now=now, length=allowed), allowed)
        if key in notifiable and key not in told_who:
            allowed = hours[WHO].length
            yield Running(event, WHO, clock(began_at=notifiable[key], now=now, length=allowed), allowed)


def _of_717(event: Event, now: datetime) -> Iterator[Running]:
    if not event.clocks:
        return
    for one in timeliness_kept(event.clocks, now=now).intervals:
        if one.clock is not None and one.clock.ended_at is None:
            yield Running(event, one.code, one.clock, timedelta(days=one.target), one.last_day)


def _reported_at(event: Event) -> datetime | None:
    """When the event was reported to the national level; the first moment of the day where only that is known."""
    said = milestone_kept(event.clocks, "notification") if event.clocks else None
    return said.begins(zone_of()) if said is not None else None


Key = tuple[object, int]


def _assessments(events: models.QuerySet[Event]) -> tuple[set[Key], dict[Key, datetime]]:
    """Which were assessed by Annex 2 in the episode that runs, and since when one says that WHO is to be notified.

    An assessor who says it again has said it before; one who took it back and says it anew says it then.
    """
    rows = Annex2Assessment.objects.filter(event__in=events.values("pk"), episode=models.F("event__episode"))
    rows = rows.order_by("event", "assessor", "version")
    assessed: set[Key] = set()
    since: dict[tuple[Key, str], datetime] = {}
    for event, episode, assessor, outcome, at in rows.values_list("event", "episode", "assessor", "outcome", "at"):
        key = (event, episode)
        assessed.add(key)
        if outcome == Conclusion.NOTIFY:
            since.setdefault((key, assessor), at)
        else:
            since.pop((key, assessor), None)
    notifiable: dict[Key, list[datetime]] = defaultdict(list)
    for (key, _assessor), at in since.items():
        notifiable[key].append(at)
    return assessed, {key: min(moments) for key, moments in notifiable.items()}


def _told_who(events: models.QuerySet[Event]) -> set[Key]:
    rows = Milestone.objects.filter(event__in=events.values("pk"), kind=WHO, is_current=True)
    return set(rows.values_list("event", "episode"))
