"""Why an act upon an event was not done, in the words of the person who reads it.

ActRefused
├── Changed    somebody changed the event since the person looked; says who, when and what
├── Merged     the event went into another; says which
├── Replaced   somebody else said something of the same thing since the person looked
└── NoMove     the axis does not lead there; says where it leads
"""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.events.axes import moves
from tocsin.node.events.models import Event, TimelineEntry
from tocsin.node.events.serials import serial
from tocsin.node.events.timeline import sentence
from tocsin.node.language.formats import clock, listing, long_date

__all__ = ["ActRefused", "Changed", "Merged", "NoMove", "Replaced"]


class Changed(ActRefused):
    """Somebody changed the event since the person looked; `entry` is the last change, if it is known."""

    def __init__(self, event: Event, entry: TimelineEntry | None) -> None:
        self.event, self.entry = event, entry
        if entry is None:
            super().__init__(_("This event has changed. What you typed was not saved."))
            return
        at = timezone.localtime(entry.recorded_at)
        said = _("%(who)s changed this event on %(day)s at %(time)s: %(what)s. What you typed was not saved.")
        values = {"who": entry.by.name if entry.by else "Tocsin", "day": long_date(at.date()), "what": sentence(entry)}
        super().__init__(said % (values | {"time": clock(entry.recorded_at)}))


class Merged(ActRefused):
    """The event went into another, where its story goes on."""

    def __init__(self, event: Event) -> None:
        self.event = event
        said = _("This event went into %(other)s; say it there. Nothing was saved.")
        super().__init__(said % {"other": serial(event.merged_into) if event.merged_into else ""})


class NoMove(ActRefused):
    """The state of an axis does not lead where a person wants it."""

    def __init__(self, event: Event, axis: str) -> None:
        self.event, self.axis = event, axis
        labels = dict(Event._meta.get_field(axis).choices)
        now = labels[getattr(event, axis)]
        possible = listing(str(labels[state]) for state in labels if state in moves(event, axis)) or _("nothing")
        said = _("The event is “%(now)s”. Possible now: %(possible)s. Nothing was saved.")
        super().__init__(said % {"now": now, "possible": possible})


class Replaced(ActRefused):
    """Somebody else said something of the same thing since the person looked; `row` is what, None if taken back."""

    def __init__(self, row: Any) -> None:
        self.row = row
        if row is None:
            super().__init__(_("Somebody took this back meanwhile. What you typed was not saved."))
            return
        said_at = getattr(row, "entered_at", None) or row.at
        at = timezone.localtime(said_at)
        said = _("%(who)s said this on %(day)s at %(time)s, after you looked. What you typed was not saved.")
        super().__init__(said % {"who": row.by.name, "day": long_date(at.date()), "time": clock(said_at)})
