"""What an event has to do with others: links, and merging two that turn out to be one."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.node.alliance.exercise_mark import is_exercise
from tocsin.node.alliance.models import Person, State
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions import estimating
from tocsin.node.events.actions.changing import changed, lock, note
from tocsin.node.events.actions.places import add_place
from tocsin.node.events.line_list import figures
from tocsin.node.events.models import Event, EventCase, EventLink, Sample
from tocsin.node.events.refusals import ActRefused
from tocsin.node.events.serials import serial

__all__ = ["link_events", "link_partners_event", "merge", "standing", "unlink"]


def standing(event: Event) -> Event:
    """The event itself, or the one that it went into in the end."""
    seen = {event.pk}
    while event.merged_into is not None and event.merged_into_id not in seen:
        event = event.merged_into
        seen.add(event.pk)
    return event


@transaction.atomic
def link_events(event: Event, other: Event, *, kind: str, by: Person) -> EventLink:
    """Say what two events of this state have to do with each other; each shows it from its side."""
    event, other = _both(event, other, by=by)
    if kind not in EventLink.Kind.values:
        raise ActRefused(_("Choose how the two are linked."))
    mirrored = EventLink.MIRRORED[EventLink.Kind(kind)]
    link, _made = EventLink.objects.update_or_create(event=event, other=other, defaults={"kind": kind, "by": by})
    EventLink.objects.update_or_create(event=other, other=event, defaults={"kind": mirrored, "by": by})
    note(event, "linked", by=by, values={"kind": kind, "other": serial(other)})
    note(other, "linked", by=by, values={"kind": str(mirrored), "other": serial(event)})
    return link


@transaction.atomic
def link_partners_event(
    event: Event, *, origin: str, partner_event: UUID, name: str, kind: str, by: Person
) -> EventLink:
    """Say what an event has to do with one that a partner notified; `name` is what the partner calls it."""
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS)
    if kind not in EventLink.Kind.values:
        raise ActRefused(_("Choose how the two are linked."))
    if not State.objects.filter(pk=origin, is_here=False).exists():
        raise ActRefused(_("There is no partner “%(code)s”.") % {"code": origin})
    link, _made = EventLink.objects.update_or_create(
        event=event, origin=origin, partner_event=partner_event, defaults={"kind": kind, "by": by}
    )
    note(event, "linked", by=by, values={"kind": kind, "other": name})
    return link


@transaction.atomic
def unlink(link: EventLink, *, by: Person) -> None:
    """Take a link out, from both sides."""
    event = lock(link.event, by=by, ability=Ability.WRITE_EVENTS)
    other = serial(link.other) if link.other else link.origin
    if link.other_id is not None:
        EventLink.objects.filter(event=link.other_id, other=event).delete()
    note(event, "unlinked", by=by, values={"kind": link.kind, "other": other})
    link.delete()


@transaction.atomic
def merge(event: Event, into: Event, *, text: str, by: Person, version: int) -> Event:
    """Have `event` go into `into`, for good: its threads, places, cases, samples and files go there.

    Its own timeline, clocks and assessments stay with it, to be read. What partners were told of it stands until a
    person withdraws it: they hold it under its own identifier. Returns `into`.
    """
    event, into = _both(event, into, by=by, version=version)
    if not text.strip():
        raise ActRefused(_("Say in the text why the two are one event."))
    if is_exercise(event) != is_exercise(into):
        raise ActRefused(_("One of the two is an exercise and the other is not; they never become one."))
    _move_cases(event, into)
    if event.curve:
        for one in (event, into):
            figures.keep(one)
            estimating.ask(one)
    event.threads.update(event=into)
    event.files.update(event=into)
    event.tables.update(event=into)
    add_place(into, event.place)
    for row in event.places.select_related("place"):
        add_place(into, row.place, since=row.since)
    changed(
        event, "merged_into", by=by, fields={"merged_into": into}, text=text,
        values={"other": serial(into), "event": str(into.pk)},
    )  # fmt: skip
    changed(
        into, "merged_from", by=by, fields={}, text=text, values={"other": serial(event), "event": str(event.pk)}
    )  # fmt: skip
    return into


def _both(event: Event, other: Event, *, by: Person, version: int | None = None) -> tuple[Event, Event]:
    if event.pk == other.pk:
        raise ActRefused(_("That is the event itself; choose another."))
    # Always in one order, so that two who merge two events into each other wait and never lock each other out.
    first, second = sorted((event, other), key=lambda one: one.pk)
    locked = {
        one.pk: lock(one, by=by, ability=Ability.WRITE_EVENTS, version=version if one.pk == event.pk else None)
        for one in (first, second)
    }
    return locked[event.pk], locked[other.pk]


def _move_cases(event: Event, into: Event) -> None:
    """A number that both have means two people: the one that comes is marked with the serial of its event."""
    mark = f"{serial(event)}/"
    for model, number in ((EventCase, "local_id"), (Sample, "reference")):
        taken = set(model.objects.filter(event=into).values_list(number, flat=True))
        moving = model.objects.filter(event=event)
        both = list(moving.filter(**{f"{number}__in": taken})) if taken else []
        for row in both:
            setattr(row, number, f"{mark}{getattr(row, number)}"[:60])
        model.objects.bulk_update(both, [number], batch_size=500)
        moving.update(event=into)
