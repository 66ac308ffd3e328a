"""A notified event in one sentence and its numbers, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tocsin.node.language.formats import phrases
from tocsin.node.notifications.models import NotifiedEvent
from tocsin.node.notifications.pages.naming import reader_language
from tocsin.node.surveillance.pages.measures import counted

__all__ = ["answer", "named", "numbers", "place_named"]

FALLBACKS = ("en", "ru", "zh")


def named(head: NotifiedEvent) -> str:
    """What it is and where: "Cholera, Dolin"; of one without words what is known of it."""
    if head.shown_id is None:
        return _("Event without words")
    what = str(head.disease) if head.disease else head.disease_code or _("Unknown disease")
    places = head.places[:1]
    return _("%(disease)s, %(place)s") % {"disease": what, "place": place_named(places[0])} if places else what


def place_named(place: Mapping[str, Any]) -> str:
    """Its name in the reader's language, else in another, else its code."""
    names = place["names"]
    return next((names[one] for one in (reader_language(), *FALLBACKS) if names.get(one)), place["code"])


def numbers(head: NotifiedEvent) -> str:
    """As far as they are known: 32 cases, 1 death."""
    told = [("cases", head.cases), ("deaths", head.deaths)]
    found = [counted(name, value) for name, value in told if value is not None]
    return phrases(found) or _("no counts yet")


def answer(head: NotifiedEvent, state: str) -> str:
    """The title: "Borenia: Cholera, Dolin: 32 cases, 1 death"."""
    if head.shown_id is None:
        return _("%(state)s: a notification without words") % {"state": state}
    said = _("%(state)s: %(event)s: %(numbers)s")
    return said % {"state": state, "event": named(head), "numbers": numbers(head)}
