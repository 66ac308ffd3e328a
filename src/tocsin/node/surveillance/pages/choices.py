"""Diseases and places to choose from, by their names in any of three scripts; lists narrowed to what was chosen."""

from typing import Any

from django.db.models import QuerySet, TextChoices
from django.http import HttpRequest

from tocsin.node.alliance.models import Person
from tocsin.node.language.keys import words
from tocsin.node.surveillance.models import Disease, Place, Source
from tocsin.node.surveillance.pages.inbox_rows import sort_language

__all__ = ["by_state_and_source", "diseases_named", "place_label", "places_named"]

MOST = 50


def diseases_named(query: str) -> list[Disease]:
    """All diseases by their names in the reader's language, or those that a query finds."""
    found = Disease.objects.all()
    for word in words(query):
        found = found.filter(search_key__contains=word)
    return list(found.order_by(f"sort_{sort_language()}")[: MOST if query else None])


def places_named(query: str, person: Person) -> list[Place]:
    """Places that a query finds, the outer ones first; without one the countries and regions."""
    found: QuerySet[Place] = Place.objects.visible_to(person).select_related("parent")
    asked = words(query)
    if not asked:
        found = found.filter(kind__in=(Place.Kind.COUNTRY, Place.Kind.REGION))
    for word in asked:
        found = found.filter(search_key__contains=word)
    return list(found.order_by("depth", f"sort_{sort_language()}")[:MOST])


def place_label(place: Place) -> str:
    """A place with the one around it: two regions may have a district of one name."""
    return f"{place} · {place.parent}" if place.parent else str(place)


def by_state_and_source(found: QuerySet[Any], request: HttpRequest, states: type[TextChoices]) -> QuerySet[Any]:
    """What of `found` has the state and the source that the address names; a state that is none narrows nothing."""
    asked = request.GET
    if asked.get("status") in states.values:
        found = found.filter(status=asked["status"])
    if source := asked.get("source", ""):
        known = Source.objects.visible_to(request.user).values_list("pk", flat=True)
        found = found.filter(source__in=[pk for pk in known if str(pk) == source])
    return found
