"""The events that sessions and duties are about, ours and those that partners notified, named in the reader's
language.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.events.models import Event
from tocsin.node.events.pages.figures import answer
from tocsin.node.events.serials import serial
from tocsin.node.notifications.models import NotifiedEvent
from tocsin.node.notifications.pages.naming_events import answer as notified_answer

__all__ = ["About", "events_named"]

Key = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class About:
    """An event: what it is called, its answer in a sentence, and where its page is; none for who may not read it."""

    name: str
    answer: str
    url: str = ""


def events_named(keys: Iterable[Key], person: Person) -> dict[Key, About]:
    """Of these events, by the node whose they are and their identifier there. Three queries for all."""
    wanted = {(origin, key) for origin, key in keys if origin and key}
    own = {key for origin, key in wanted if origin == here().code}
    found: dict[Key, About] = {}
    events = Event.objects.visible_to(person).filter(pk__in=own).select_related("disease", "place")
    for event in events:
        about = About(f"{serial(event)} {event}", answer(event), reverse("event", args=[event.pk]))
        found[here().code, event.pk] = about
    others = wanted - {(here().code, key) for key in own}
    if others:
        found |= _notified(others, person)
    return {key: found.get(key) or _unknown(key) for key in wanted}


def _notified(wanted: set[Key], person: Person) -> dict[Key, About]:
    heads = NotifiedEvent.objects.visible_to(person).filter(origin_event__in={key for _, key in wanted})
    heads = [head for head in heads.select_related("disease") if (head.origin, head.origin_event) in wanted]
    known = names({head.origin for head in heads})
    return {
        (head.origin, head.origin_event): About(
            " ".join(filter(None, (head.serial, str(head.disease or "")))),
            notified_answer(head, known[head.origin]),
            reverse("notified_event", args=[head.pk]),
        )
        for head in heads
    }


def _unknown(key: Key) -> About:
    state = names([key[0]])[key[0]]
    said = _("An event of %(state)s that was not notified to this state") % {"state": state}
    return About(said, said)
