"""Hospitals that a list asks for: by words in any script, and by what their people can do now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from tocsin.node.alliance.models import Person
from tocsin.node.hospitals.models import Clinician, Hospital, ServiceLine
from tocsin.node.hospitals.naming import sorted_by
from tocsin.node.hospitals.reading import is_available
from tocsin.node.language.keys import words

__all__ = ["SORTS", "found_hospitals"]

SORTS = ("name", "state", "status")
WORKS = (ServiceLine.Status.FULL, ServiceLine.Status.PARTIAL, ServiceLine.Status.UNKNOWN)


def found_hospitals(person: Person, asked: Mapping[str, Any], *, at: datetime, sort: str = "") -> "QuerySet[Hospital]":
    """Those that a person sees and the filters ask for, by name in the reader's language unless sorted otherwise.

    A specialty, a language, "takes consultations" and "available now" are asked of one and the same clinician; where
    neither of the last two is asked, a hospital's own line and its own languages are enough.
    """
    found = Hospital.objects.visible_to(person)
    for word in words(asked.get("q") or ""):
        known = Clinician.objects.working().filter(search_key__contains=word)
        found = found.filter(Q(search_key__contains=word) | Q(pk__in=known.values("hospital")))
    if asked.get("state"):
        found = found.filter(origin=asked["state"])
    wanted = Q(status=asked["status"]) if asked.get("status") else ~Q(status=Hospital.Status.LEFT)
    found = found.filter(wanted)
    return _sorted(_by_people(found, asked, at), sort)


def _by_people(found: "QuerySet[Hospital]", asked: Mapping[str, Any], at: datetime) -> "QuerySet[Hospital]":
    specialty, language = asked.get("specialty") or "", asked.get("language") or ""
    if asked.get("takes") or asked.get("now"):
        which = [one for one in _people() if _fits(one, asked, at) and _has(one, specialty, language)]
        return found.filter(status=Hospital.Status.ACTIVE, pk__in={one.hospital_id for one in which})
    people = _people(hours=False) if specialty or language else []
    if specialty:
        lines = ServiceLine.objects.filter(specialty=specialty, status__in=WORKS)
        own = Q(pk__in=lines.values("hospital"))
        found = found.filter(own | Q(pk__in=_hospitals(people, specialty=specialty)))
    if language:
        # Languages are a list in JSON: its text holds the quoted tag on every database.
        own = Q(languages__icontains=f'"{language}"')
        found = found.filter(own | Q(pk__in=_hospitals(people, language=language)))
    return found


def _people(*, hours: bool = True) -> list[Clinician]:
    """Everybody who may be asked anywhere, with what the filters look at: one query, however many they are."""
    found = Clinician.objects.working().order_by()
    needed = ("hospital_id", "specialties", "languages", "takes_consultations")
    if not hours:
        return list(found.only(*needed))
    of_hours = ("status", "away_until", "time_zone", "availability", "hospital__time_zone")
    return list(found.select_related("hospital").only(*needed, *of_hours))


def _hospitals(people: list[Clinician], *, specialty: str = "", language: str = "") -> set[UUID]:
    return {one.hospital_id for one in people if _has(one, specialty, language)}


def _has(one: Clinician, specialty: str, language: str) -> bool:
    return (not specialty or specialty in one.specialties) and (not language or language in one.languages)


def _fits(one: Clinician, asked: Mapping[str, Any], at: datetime) -> bool:
    return (not asked.get("takes") or one.takes_consultations) and (not asked.get("now") or is_available(one, at))


def _sorted(found: "QuerySet[Hospital]", sort: str) -> "QuerySet[Hospital]":
    downward, name = sort.startswith("-"), sort.removeprefix("-")
    column = {"state": "origin", "status": "status"}.get(name, sorted_by())
    return found.order_by(f"-{column}" if downward else column, sorted_by(), "pk")
