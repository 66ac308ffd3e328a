"""Warning people of clocks: when half of a limit is used, when four fifths are, when all of it is.

Whoever leads the event is told of each share once; when a limit has passed, so are all who stand duty. A clock that
was not looked at for a while tells its gravest share alone, and never an earlier one afterwards; one that begins anew,
because somebody corrected a milestone, warns anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability
from tocsin.node.events import words
from tocsin.node.events.instruments.clocks import WARNINGS, limits
from tocsin.node.events.models import ClockWarning, Event
from tocsin.node.events.running_clocks import ASSESSMENT, WHO, Running, events_with_clocks, running_clocks
from tocsin.node.events.serials import serial
from tocsin.node.language.each import in_each_language
from tocsin.node.language.formats import left_of, long_date, percent

__all__ = ["MOST_AT_ONCE", "warn"]

SHARES = tuple(round(share * 100) for share in WARNINGS)
OVER = SHARES[-1]
AT_ONCE = 500  # events that are written of in one transaction
MOST_AT_ONCE = 10  # notices a person gets of one piece; of more they are told the number

Told = Mapping[tuple[Any, ...], int]


def warn(*, now: datetime | None = None) -> int:
    """Look at the clocks of all open events, and tell of what fell due. Returns how many clocks were told of.

    Looking takes no lock, and as many queries for ten thousand events as for one; only what fell due is locked, looked
    at again as it is by then, and written.
    """
    now = now or timezone.now()
    seem_due = sorted({one.event.pk for one in _due(events_with_clocks(), now)})
    return sum(_warn(keys, now) for keys in _pieces(seem_due))


def _pieces(keys: list[Any]) -> Iterable[list[Any]]:
    return (keys[at : at + AT_ONCE] for at in range(0, len(keys), AT_ONCE))


@transaction.atomic
def _warn(keys: list[Any], now: datetime) -> int:
    chosen = events_with_clocks().filter(pk__in=keys)
    list(chosen.select_for_update(of=("self",)).values_list("pk"))
    people = [one for one in Person.objects.filter(is_active=True) if one.may(Ability.READ_EVENTS)]
    tell = _Telling(people, now)
    due = [one for one in _due(chosen.select_related("disease", "place", "lead"), now) if tell.of(one)]
    if due:
        _write_down(due)
        tell.now()
        audit.record("clocks.warned", None, by=None, clocks=len(due))
    return len(due)


def _due(events: models.QuerySet[Event], now: datetime) -> list[Running]:
    """Clocks of which people are to be told: more of their limit is used than anybody was told of."""
    told = _told(events)
    return [one for one in running_clocks(events, now=now) if one.percent > told.get(_key(one), 0)]


def _key(one: Running) -> tuple[Any, ...]:
    return (one.event.pk, one.event.episode, one.code, one.started_on)


def _told(events: models.QuerySet[Event]) -> Told:
    """The gravest share that people were told of, by clock."""
    rows = ClockWarning.objects.filter(event__in=events.values("pk"))
    told: dict[tuple[Any, ...], int] = {}
    for event, episode, code, started_on, share in rows.values_list(
        "event", "episode", "clock", "started_on", "percent"
    ):
        key = (event, episode, code, started_on)
        told[key] = max(told.get(key, 0), share)
    return told


def _write_down(due: list[Running]) -> None:
    """Of shares that nobody was told of because a graver one fell due, nobody is told later."""
    ClockWarning.objects.bulk_create(
        [
            ClockWarning(
                event=one.event, episode=one.event.episode, clock=one.code, percent=share, started_on=one.started_on
            )
            for one in due
            for share in SHARES
            if share <= one.percent
        ],
        ignore_conflicts=True,
    )


class _Telling:
    """Notices of one piece of events, a person's together."""

    def __init__(self, people: Iterable[Person], now: datetime) -> None:
        self._may = {person.pk: person for person in people}
        self._duty = [person for person in self._may.values() if person.may(Ability.STAND_DUTY)]
        self._waiting: dict[Person, list[Running]] = defaultdict(list)
        self._now = now

    def of(self, one: Running) -> bool:
        """Note whom this is for. Returns whether there is anybody: else it waits for somebody."""
        lead = self._may.get(one.event.lead_id)
        people = [lead] if lead is not None else []
        if one.percent >= OVER or lead is None:
            people += [person for person in self._duty if person != lead]
        for person in people:
            self._waiting[person].append(one)
        return bool(people)

    def now(self) -> None:
        """Tell them all."""
        by_clock: dict[int, tuple[Running, list[Person]]] = {}
        for person, clocks in self._waiting.items():
            if len(clocks) > MOST_AT_ONCE:
                over = sum(one.percent >= OVER for one in clocks)
                notify([person], "clocks.warned", link=reverse("board"), n=len(clocks), over=over)
                continue
            for one in clocks:
                by_clock.setdefault(id(one), (one, []))[1].append(person)
        for one, people in by_clock.values():
            self._notify(one, people)

    def _notify(self, one: Running, people: list[Person]) -> None:
        kind = "clock.over" if one.percent >= OVER else "clock.warned"
        page = "event_assessment" if one.code == ASSESSMENT else "event_clocks"
        said = in_each_language(lambda: self._said(one))
        values = {name: {language: there[name] for language, there in said.items()} for name in said["en"]}
        notify(people, kind, link=reverse(page, args=[one.event.pk]), **values)

    def _said(self, one: Running) -> dict[str, str]:
        return {
            "clock": _name(one.code),
            "event": f"{serial(one.event)} {one.event}",
            "share": percent(one.percent),
            "left": _left(one, self._now),
        }


def _name(code: str) -> str:
    return words.in_language(limits()[code].name) if code in (ASSESSMENT, WHO) else words.interval(code)


def _left(one: Running, now: datetime) -> str:
    """How long it is still met: "6 h left of 24 h", or until the end of which day."""
    if one.last_day is None:
        return left_of(one.clock.due_at, one.allowed, now)
    day = long_date(one.last_day)
    if one.percent >= OVER:
        return _("its last day was %(day)s") % {"day": day}
    return _("met until the end of %(day)s") % {"day": day}
