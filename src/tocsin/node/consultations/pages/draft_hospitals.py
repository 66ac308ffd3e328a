"""Hospitals to choose from, as cards: where they are, what time it is there, whether the specialty works."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.consultations.models import CaseDraft
from tocsin.node.hospitals.models import Hospital, ServiceLine
from tocsin.node.hospitals.pages.finding import found_hospitals
from tocsin.node.hospitals.pages.list_page import HospitalRow, rows_of

__all__ = ["Card", "cards_of", "found_for"]

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Card:
    """line: of the specialty that is asked; None where nobody has said, or no specialty is chosen yet."""

    row: HospitalRow
    line: ServiceLine | None
    is_chosen: bool

    @property
    def line_state(self) -> str:
        """Its chip."""
        return f"service_{self.line.status}" if self.line else "service_unknown"


def found_for(person: Person, query: str, draft: CaseDraft, *, but: Collection[Hospital]) -> list[Hospital]:
    """By words in any script; without any, those that have the specialty, or all. Never the person's own."""
    asked: dict[str, Any] = {"q": query, "status": Hospital.Status.ACTIVE}
    if not query and draft.specialty:
        asked["specialty"] = draft.specialty
    left_out = [draft.clinician.hospital_id, *(one.pk for one in but)]
    return list(found_hospitals(person, asked, at=timezone.now()).exclude(pk__in=left_out)[:SHOWN])


def cards_of(hospitals: Sequence[Hospital], specialty: str, *, chosen: Collection[Hospital]) -> list[Card]:
    """In their order; four queries, however many."""
    lines = {}
    if specialty:
        of_them = ServiceLine.objects.filter(hospital__in=hospitals, specialty=specialty)
        lines = {line.hospital_id: line for line in of_them}
    keys = {one.pk for one in chosen}
    rows = rows_of(hospitals, timezone.now())
    return [Card(row, lines.get(row.row.pk), row.row.pk in keys) for row in rows]
