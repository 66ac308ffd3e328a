"""When a source's next table is due, and who is told when it does not come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability
from tocsin.node.language.each import in_each_language
from tocsin.node.language.formats import long_date
from tocsin.node.surveillance.models import Source

__all__ = ["Lateness", "due_at", "late_sources", "lateness", "tell"]


@dataclass(frozen=True, slots=True)
class Lateness:
    """When the next table is due, by how much it is late (never below 0), and the state's name in look/states.py.

    A source is late once its table is due, and overdue once the one after it is due too.
    """

    due: datetime
    late_by: timedelta
    state: str

    @property
    def is_late(self) -> bool:
        return self.state != "on_time"


def due_at(source: Source) -> datetime:
    """One rhythm after the last table; of a source that never had one, after it was set up."""
    return (source.last_taken_at or source.made_at) + timedelta(days=source.due_every_days)


def lateness(source: Source, now: datetime | None = None) -> Lateness:
    due = due_at(source)
    late_by = max(timedelta(0), (now or timezone.now()) - due)
    if not late_by:
        return Lateness(due, late_by, "on_time")
    return Lateness(due, late_by, "overdue" if late_by > timedelta(days=source.due_every_days) else "late")


def late_sources(now: datetime | None = None, among: Iterable[Source] | None = None) -> list[Source]:
    """Sources in use whose table is due, the latest first. `among` spares the query where they are loaded already."""
    now = now or timezone.now()
    known = Source.objects.filter(is_on=True) if among is None else [source for source in among if source.is_on]
    return sorted((source for source in known if due_at(source) < now), key=due_at)


def tell(now: datetime | None = None) -> int:
    """Tell people of each lateness once. Returns how many sources were told of."""
    now = now or timezone.now()
    return sum(_tell(source, now) for source in late_sources(now))


@transaction.atomic
def _tell(source: Source, now: datetime) -> bool:
    # Looked at again under a lock: a table may just have come, and another worker may just have told.
    source = Source.objects.select_for_update().get(pk=source.pk)
    due = due_at(source)
    if due >= now or (source.late_told_at is not None and source.late_told_at >= due):
        return False
    source.late_told_at = now
    source.save(update_fields=["late_told_at"])
    named = source.titles or source.name
    notify(_concerned(source), "source.late", link=reverse("source", args=[source.pk]), source=named, due=_days(due))
    return True


def _concerned(source: Source) -> list[Person]:
    """Whoever looks after sources, and whoever sends this one's tables. Roles are a list in JSON; people are few."""
    return [
        person
        for person in Person.objects.filter(is_active=True)
        if person.may(Ability.MANAGE_SOURCES)
        or (person.may(Ability.UPLOAD_COUNTS) and person.organisation_id == source.organisation_id)
    ]


def _days(due: datetime) -> dict[str, str]:
    with timezone.override(settings.TIME_ZONE):
        return in_each_language(lambda: long_date(due))
