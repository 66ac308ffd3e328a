"""Events that call a session by a rule: whoever prepares the Council's work is called until a person acknowledges.

Nothing is convened by a machine: the alert leads to the form, filled in, and a delegate calls the session. It is
raised once for each event and rule, and for none to which a session was called already.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.exercise_mark import is_exercise
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability
from tocsin.node.alliances.bodies import Body, ConveningRule, called_by
from tocsin.node.alliances.conditions import EventFacts
from tocsin.node.council import session_links
from tocsin.node.council.calling_facts import facts_of_events
from tocsin.node.council.models import GivenWarning, Session
from tocsin.node.council.session_reading import bodies_here
from tocsin.node.council.session_telling import body_names
from tocsin.node.duty.actions.alerts import close_alert, raise_alert
from tocsin.node.duty.models import Alert
from tocsin.node.events.models import Event
from tocsin.node.events.serials import serial
from tocsin.node.language.each import in_each_language
from tocsin.node.post.telling import people_who

__all__ = ["TO_CALL", "Call", "calls_of", "events_to_look_at", "look", "no_more_to_call"]

TO_CALL = "session.to_call"
NEWS = timedelta(days=1)  # an event that nobody touched for longer meets no other rule than it met then
A_PIECE = 500
NOT_HELD = ("cancelled", "none")  # none: whoever called it had no right to


class Call(NamedTuple):
    """A session that an event calls by a rule of a body."""

    event: Event
    body: Body
    rule: ConveningRule

    @property
    def link(self) -> str:
        """The form, filled in."""
        return session_links.convene(body=self.body.code, rule=self.rule.code, event=self.event.pk)


def look(*, everything: bool = False) -> int:
    """Look at events of ours, and call people where a session is to be called. Returns for how many calls.

    everything  events that nobody touched today as well: after an upgrade of the alliance's file
    """
    raised = 0
    events = events_to_look_at(everything=everything)
    keys = list(events.values_list("pk", flat=True))
    for at in range(0, len(keys), A_PIECE):
        piece = list(events.filter(pk__in=keys[at : at + A_PIECE]).select_related("disease", "place"))
        raised += sum(_raise(call) for call in calls_of(piece))
    return raised


def events_to_look_at(*, everything: bool = False) -> models.QuerySet[Event]:
    """Open events of ours that stand and are not refuted."""
    open_events = Event.objects.standing().exclude(response=Event.Response.CLOSED)
    open_events = open_events.exclude(verification=Event.Verification.REFUTED).defer("curve", "texts", "clocks")
    return open_events if everything else open_events.filter(changed_at__gte=timezone.now() - NEWS)


def calls_of(events: Sequence[Event], facts: dict[UUID, EventFacts] | None = None) -> Iterator[Call]:
    """The sessions that these events call, of bodies that this state may convene and that none was called of yet."""
    bodies = [body for body in bodies_here() if body.rules]
    facts = facts if facts is not None else facts_of_events(events)
    called = _called([event.pk for event in events])
    for event in events:
        for body in bodies:
            rule = called_by(body.rules, facts[event.pk])
            if rule is not None and body.code not in called[event.pk]:
                yield Call(event, body, rule)


def _called(keys: Sequence[UUID]) -> dict[UUID, set[str]]:
    """Of which bodies sessions were called for events of ours."""
    found: dict[UUID, set[str]] = defaultdict(set)
    rows = Session.objects.filter(event_origin=here().code, event_id__in=keys).exclude(status__in=NOT_HELD)
    for event, body in rows.values_list("event_id", "body"):
        found[event].add(body)
    return found


@transaction.atomic
def _raise(call: Call) -> bool:
    subject = f"{call.event.pk} {call.body.code} {call.rule.code}"
    if not GivenWarning.is_first(TO_CALL, subject):
        return False
    values = _values(call)
    raise_alert(
        kind=TO_CALL, subject_type="event", subject_id=subject, link=call.link, values=values,
        is_exercise=is_exercise(call.event),
    )  # fmt: skip
    notify(people_who(Ability.DECIDE), TO_CALL, link=call.link, **values)
    return True


def _values(call: Call) -> dict[str, Any]:
    rule = call.rule.name
    return {
        "body": body_names(call.body.code), "hours": call.rule.hours,
        "rule": {"en": rule.en, "ru": rule.ru, "zh-hans": rule.zh},
        "event": in_each_language(lambda: f"{serial(call.event)} {call.event}"),
    }  # fmt: skip


def no_more_to_call(event: UUID | str, *, body: str) -> None:
    """A session of the body was called for this event: nobody is called to call it any more."""
    mine = Alert.objects.open().filter(kind=TO_CALL, subject_type="event", subject_id__startswith=f"{event} {body} ")
    for alert in mine:
        close_alert(alert, by=None)
