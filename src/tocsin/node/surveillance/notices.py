"""Whom a screening tells, and of what: everybody who triages of new threads, those on duty of what cannot wait."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from tocsin.node.alliance.models import DutyShift, Person
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability, Role
from tocsin.node.surveillance.models import Disease, Screening, Signal, Thread
from tocsin.node.surveillance.threads.telling import tell_about

__all__ = ["on_duty", "signals_published"]

MOST_NAMED = 10  # beyond that the number says more than the names


def signals_published(screening: Screening) -> None:
    """Called within the flip, so that nobody is told of what is not there, nor left without a word of what is."""
    new = Thread.objects.filter(screening=screening, is_published=True, merged_into=None)
    if count := new.count():
        readers = [person for person in Person.objects.filter(is_active=True) if person.may(Ability.TRIAGE)]
        source = screening.source
        where = reverse("signals") + ("?whose=partners" if source.shared_by_id else "")
        notify(readers, "signals.new", link=where, n=count, source=source.titles or source.name)
    for thread in _cannot_wait(new):
        tell_about(thread, on_duty(), "signals.immediate")


def _cannot_wait(new: QuerySet[Thread]) -> list[Thread]:
    """New threads in which a fixed rule speaks of one of the gravest diseases."""
    gravest = new.filter(gravity=Disease.Gravity.GRAVEST, signals__kind=Signal.Kind.RULE).distinct()
    return list(gravest.select_related("disease", "place", "headline_place").order_by("-priority")[:MOST_NAMED])


def on_duty() -> list[Person]:
    """Whoever is on call now; where nobody is, everybody with the role of duty officer."""
    now = timezone.now()
    shifts = DutyShift.objects.filter(starts_at__lte=now, ends_at__gt=now, person__is_active=True)
    called = {shift.person_id: shift.person for shift in shifts.select_related("person")}
    officers = Person.objects.filter(is_active=True)
    return list(called.values()) or [person for person in officers if Role.DUTY_OFFICER in person.roles]
