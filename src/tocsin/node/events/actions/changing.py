"""What every act upon an event begins and ends with: the lock, the version, the timeline and the audit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.models import Event, TimelineEntry
from tocsin.node.events.refusals import Changed, Merged
from tocsin.node.events.texts import checked
from tocsin.node.language.keys import search_key

__all__ = ["changed", "lock", "note", "search_text"]


def lock(event: Event | UUID, *, by: Person, ability: Ability, version: int | None = None) -> Event:
    """The event, locked and as it is now. Raises PermissionDenied, Merged, and Changed if it is not as `by` saw it.

    version  that the person saw; None for acts that take nothing back from anybody, such as a note
    """
    check(by, ability)
    key = event.pk if isinstance(event, Event) else event
    found = Event.objects.visible_to(by).select_for_update(of=("self",)).get(pk=key)
    if found.merged_into_id is not None:
        raise Merged(found)
    if version is not None and found.version != version:
        last = found.timeline.filter(version__isnull=False).select_related("by").order_by("-version").first()
        raise Changed(found, last)
    return found


def changed(
    event: Event,
    act: str,
    *,
    by: Person | None,
    fields: Mapping[str, Any],
    text: str = "",
    values: Mapping[str, Any] | None = None,
    happened_at: datetime | None = None,
) -> TimelineEntry:
    """Save a change of a locked event as its next version, with its line in the timeline and in the audit."""
    now = timezone.now()
    event.version += 1
    event.changed_at, event.changed_by = now, by
    for name, value in fields.items():
        setattr(event, name, value)
    event.save(update_fields=["version", "changed_at", "changed_by", *fields])
    return _written(event, act, by=by, text=text, values=values, happened_at=happened_at or now, version=event.version)


def note(
    event: Event,
    act: str,
    *,
    by: Person | None,
    text: str = "",
    values: Mapping[str, Any] | None = None,
    happened_at: datetime | None = None,
) -> TimelineEntry:
    """Write a line of what leaves the facts and the axes as they are: a sample, a file, a milestone."""
    now = timezone.now()
    Event.objects.filter(pk=event.pk).update(changed_at=now, changed_by=by)
    return _written(event, act, by=by, text=text, values=values, happened_at=happened_at or now, version=None)


def _written(
    event: Event, act: str, *, by: Person | None, text: str, values: Mapping[str, Any] | None, happened_at: datetime,
    version: int | None,
) -> TimelineEntry:  # fmt: skip
    text = checked(text)
    entry = TimelineEntry.objects.create(
        event=event, act=act, happened_at=happened_at, by=by, text=text, version=version, values=dict(values or {}),
        language=(get_language() or "") if text else "",
    )  # fmt: skip
    # What people wrote of an event is in its timeline alone: the audit says that they did.
    audit.record(f"event.{act}", event, by=by, version=version, entry=entry.pk)
    return entry


def search_text(event: Event) -> str:
    """What an event is found by: its serial, names in every language, places."""
    disease, place = event.disease, event.place
    names = [event.name, str(event.year), f"{event.year}-{event.number}", place.search_key]
    if disease is not None:
        names.append(disease.search_key)
    return search_key(*filter(None, names))
