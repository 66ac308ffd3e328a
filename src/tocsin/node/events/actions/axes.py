"""Moving an event along its axes: whether it is true, and how far the response is."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.changing import changed, lock, note
from tocsin.node.events.axes import moves
from tocsin.node.events.clocks import NOTHING_KEPT
from tocsin.node.events.models import Event, TimelineEntry
from tocsin.node.events.refusals import ActRefused, NoMove
from tocsin.node.events.standing import still_counting

__all__ = ["add_note", "set_lead", "set_response", "set_verification"]

R = Event.Response


@transaction.atomic
def set_verification(event: Event, state: str, *, text: str, by: Person, version: int) -> Event:
    """Say whether the event is true, and how one knows."""
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS, version=version)
    if state not in moves(event, "verification"):
        raise NoMove(event, "verification")
    if not text.strip():
        raise ActRefused(_("Say in the text what was found, and how."))
    changed(event, "verification", by=by, fields={"verification": state}, text=text, values={"state": str(state)})
    return event


@transaction.atomic
def set_response(event: Event, state: str, *, text: str = "", by: Person, version: int) -> Event:
    """Say how far the response is. Closing before the end-of-outbreak countdown has run needs a reason; so does
    reopening, which begins another episode with clocks of its own.
    """
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS, version=version)
    if state not in moves(event, "response"):
        raise NoMove(event, "response")
    if state == R.REOPENED and not text.strip():
        raise ActRefused(_("Say in the text why it is opened again."))
    if state == R.CLOSED and not text.strip():
        if event.verification != Event.Verification.REFUTED and event.response == R.NONE:
            raise ActRefused(_("Say in the text why it is closed without a response."))
        if left := still_counting(event):
            raise ActRefused(
                _("The countdown to the end of the outbreak runs until %(day)s. Say in the text why it is closed now.")
                % {"day": left}
            )
    fields: dict[str, Any] = {"response": state, "closed_at": timezone.now() if state == R.CLOSED else None}
    if state == R.REOPENED:
        fields |= {"episode": event.episode + 1, **NOTHING_KEPT}
    changed(event, "response", by=by, fields=fields, text=text, values={"state": str(state)})
    return event


@transaction.atomic
def set_lead(event: Event, lead: Person | None, *, by: Person) -> Event:
    """Make somebody responsible for the event in this state, or nobody."""
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS)
    if lead is not None and not lead.may(Ability.WRITE_EVENTS):
        raise ActRefused(_("%(name)s may not keep events; choose somebody who may.") % {"name": lead})
    event.lead = lead
    event.save(update_fields=["lead"])
    note(event, "lead", by=by, values={"name": lead.name if lead else "–"})
    return event


@transaction.atomic
def add_note(event: Event, *, text: str, by: Person, happened_at: Any = None) -> TimelineEntry:
    """Write down what happened, and when; it becomes a line of the timeline."""
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS)
    if not text.strip():
        raise ActRefused(_("Say in a sentence what happened."))
    if happened_at is not None and happened_at > timezone.now():
        raise ActRefused(_("What happened does not lie ahead: the moment is after now."))
    return note(event, "noted", by=by, text=text, happened_at=happened_at)
