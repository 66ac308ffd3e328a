"""The list of hospitals as rows: names, what works, languages, who is there now, what time it is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.hospitals.models import Clinician, Hospital, ServiceLine
from tocsin.node.hospitals.naming import in_active, original
from tocsin.node.hospitals.pages.finding import found_hospitals
from tocsin.node.hospitals.pages.presence import clock_there
from tocsin.node.hospitals.reading import is_available
from tocsin.node.hospitals.words import language, specialty
from tocsin.node.language.formats import enumerated, phrases, whole

__all__ = ["HospitalRow", "LineChip", "hospital_page", "rows_of", "title"]

A_PAGE = 50
LINES_SHOWN = 6
HOURS = ("away_until", "time_zone", "availability")
SERIOUS = (ServiceLine.Status.NONE, ServiceLine.Status.PARTIAL, ServiceLine.Status.FULL, ServiceLine.Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class LineChip:
    """A line of service as a chip: its state, the specialty as its word, and both with the reason as its hint."""

    state: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class HospitalRow:
    """One hospital as a line. original: its name in its own language, where the reader sees another."""

    row: Hospital
    name: str
    original: str
    tag: str
    state: str
    place: str
    clock: str
    languages: str
    lines: list[LineChip]
    more_lines: int
    people: int
    there: int


def hospital_page(person: Person, asked: Mapping[str, Any], *, at: datetime, sort: str, number: str | None) -> Page:
    """A piece of the list."""
    return Paginator(found_hospitals(person, asked, at=at, sort=sort), A_PAGE).get_page(number)


def rows_of(hospitals: Sequence[Hospital], at: datetime) -> list[HospitalRow]:
    """Three queries, however many hospitals."""
    known = names({one.origin for one in hospitals})
    lines: dict[Any, list[ServiceLine]] = {}
    for line in ServiceLine.objects.filter(hospital__in=hospitals):
        lines.setdefault(line.hospital_id, []).append(line)
    people = _people(hospitals, at)
    return [_row(one, known, lines.get(one.pk, []), people.get(one.pk, (0, 0)), at) for one in hospitals]


def _people(hospitals: Sequence[Hospital], at: datetime) -> dict[Any, tuple[int, int]]:
    """Of each hospital: how many may be asked, and how many of them are there now.

    On a page there may be a thousand, who keep a few hours between them: those of the same hours are one row.
    """
    by_key, found = {one.pk: one for one in hospitals}, dict[Any, tuple[int, int]]()
    same = Clinician.objects.working().filter(hospital__in=hospitals).order_by().values("hospital_id", "status", *HOURS)
    for one in same.annotate(many=Count("pk")):
        many, hospital = one.pop("many"), by_key[one.pop("hospital_id")]
        people, there = found.get(hospital.pk, (0, 0))
        is_there = is_available(Clinician(**one, hospital=hospital), at)
        found[hospital.pk] = (people + many, there + many * is_there)
    return found


def _row(
    row: Hospital, known: Mapping[str, str], lines: list[ServiceLine], people: tuple[int, int], at: datetime
) -> HospitalRow:  # fmt: skip
    ordered = sorted(lines, key=lambda line: (SERIOUS.index(ServiceLine.Status(line.status)), line.specialty))
    own = original(row.names, row.languages)
    return HospitalRow(
        row=row, name=in_active(row.names), original=own, tag=_tag(row, own), state=known[row.origin],
        place=in_active(row.place_names), clock=clock_there(row.time_zone, at),
        languages=enumerated(language(one) for one in row.languages),
        lines=[_chip(line) for line in ordered[:LINES_SHOWN]], more_lines=max(0, len(ordered) - LINES_SHOWN),
        people=people[0], there=people[1],
    )  # fmt: skip


def _tag(row: Hospital, own: str) -> str:
    """The language of the original name, for whoever reads it aloud."""
    return next((short for short, name in row.names.items() if name == own), "") if own else ""


def _chip(line: ServiceLine) -> LineChip:
    word = specialty(line.specialty)
    hint = phrases([word, line.get_status_display(), *([line.reason] if line.reason else [])])
    return LineChip(f"service_{line.status}", word, hint)


def title(person: Person, page: Page, asked: Mapping[str, Any]) -> str:
    """The answer: how many hospitals, and of how many states."""
    n = page.paginator.count
    said = ngettext("%(n)s hospital", "%(n)s hospitals", n) % {"n": whole(n)}
    if any(asked.values()):
        return said
    states = Hospital.objects.visible_to(person).exclude(status=Hospital.Status.LEFT)
    of = states.order_by().values("origin").distinct().count()
    if not n:
        return _("No hospital is in the directory yet")
    return phrases([said, ngettext("%(n)s state", "%(n)s states", of) % {"n": whole(of)}])
