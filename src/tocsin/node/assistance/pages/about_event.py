"""The event that help is asked for: ours, or one that a partner notified, with the way to its page."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.events.models import Event
from tocsin.node.events.pages.figures import answer
from tocsin.node.notifications.models import NotifiedEvent
from tocsin.node.notifications.pages.naming_events import answer as notified_answer

__all__ = ["About", "about_event"]


@dataclass(frozen=True, slots=True)
class About:
    """Its answer in a sentence, and where its page is; no address for who may not read it."""

    answer: str
    url: str = ""


def about_event(origin: str, key: Any, person: Person) -> About | None:
    """None where the request names no event."""
    if not origin or not key:
        return None
    if origin == here().code:
        event = Event.objects.visible_to(person).select_related("disease", "place").filter(pk=UUID(str(key))).first()
        if event is not None:
            return About(answer(event), reverse("event", args=[event.pk]))
    else:
        told = NotifiedEvent.objects.visible_to(person).select_related("disease")
        head = told.filter(origin=origin, origin_event=key).first()
        if head is not None:
            known = names([origin])[origin]
            return About(notified_answer(head, known), reverse("notified_event", args=[head.pk]))
    said = _("An event of %(state)s that is not known here, or not to you")
    return About(said % {"state": names([origin])[origin]})
