"""Diseases and places to choose from, found by their names in any of three scripts."""

from django.db.models import QuerySet

from tocsin.node.alliance.models import Person
from tocsin.node.language.keys import words
from tocsin.node.surveillance.models import Disease, Place
from tocsin.node.surveillance.pages.inbox_rows import sort_language

__all__ = ["diseases_named", "place_label", "places_named"]

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
