"""One hospital: what works and why not, who may be asked and whether they are there, what a person may do with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.alliance.roles import Ability
from tocsin.node.hospitals.actions.finding import keeps
from tocsin.node.hospitals.models import Clinician, Hospital, ServiceLine
from tocsin.node.hospitals.naming import in_active, original, sorted_by
from tocsin.node.hospitals.pages.presence import Presence, clock_there, hours_in_words, presence
from tocsin.node.hospitals.words import language, role, specialty
from tocsin.node.language.formats import enumerated, zone

__all__ = ["Doing", "HospitalShown", "LineRow", "PersonRow", "hospital_shown", "person_rows"]

Status, Standing = Clinician.Status, Hospital.Status
WORKING = (Status.ACTIVE, Status.AWAY)
SERIOUS = (ServiceLine.Status.NONE, ServiceLine.Status.PARTIAL, ServiceLine.Status.FULL, ServiceLine.Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class LineRow:
    """What it can do in one specialty."""

    row: ServiceLine
    specialty: str

    @property
    def state(self) -> str:
        return f"service_{self.row.status}"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A clinician as a line. presence: None for somebody who does not work (yet, or any more)."""

    row: Clinician
    name: str
    original: str
    role: str
    specialties: str
    languages: str
    hours: str
    presence: Presence | None
    has_accepted: bool = True
    is_me: bool = False

    @property
    def state(self) -> str:
        return f"clinician_{self.row.status}"


@dataclass(frozen=True, slots=True)
class Doing:
    """What the person who looks may do with a hospital."""

    keeps: bool = False
    verifies: bool = False
    acts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HospitalShown:
    """A hospital as its page has it. working: who may be asked; others: invited, checked or revoked."""

    row: Hospital
    name: str
    original: str
    state: str
    place: str
    clock: str
    zone: str
    languages: str
    lines: list[LineRow]
    working: list[PersonRow]
    others: list[PersonRow]
    doing: Doing = field(default_factory=Doing)

    @property
    def there(self) -> int:
        """How many can answer now."""
        return sum(one.presence.there for one in self.working if one.presence is not None)

    @property
    def answer(self) -> str:
        """The title: what it is called, and whether it can be asked now."""
        if self.row.status == Standing.ACTIVE and self.there:
            return _("%(name)s: somebody is there now") % {"name": self.name}
        if self.row.status == Standing.ACTIVE:
            return _("%(name)s: nobody is on hours now") % {"name": self.name}
        return _("%(name)s: %(status)s") % {"name": self.name, "status": self.row.get_status_display()}


def hospital_shown(person: Person, row: Hospital, at: datetime) -> HospitalShown:
    """Three queries, however many lines and people it has."""
    people = row.clinicians.visible_to(person).select_related("hospital", "invitation").order_by(sorted_by(), "pk")
    rows = person_rows(people, at, person)
    return HospitalShown(
        row=row, name=in_active(row.names), original=original(row.names, row.languages),
        state=names([row.origin])[row.origin], place=in_active(row.place_names),
        clock=clock_there(row.time_zone, at), zone=zone(row.time_zone),
        languages=enumerated(language(one) for one in row.languages),
        lines=sorted((LineRow(one, specialty(one.specialty)) for one in row.lines.all()), key=_first),
        working=[one for one in rows if one.row.status in WORKING],
        others=[one for one in rows if one.row.status not in WORKING],
        doing=_doing(person, row),
    )  # fmt: skip


def person_rows(people: Sequence[Clinician], at: datetime, person: Person | None = None) -> list[PersonRow]:
    """Rows of clinicians that come with their hospital and their invitation."""
    return [_person(one, at, person) for one in people]


def _first(line: LineRow) -> tuple[int, str]:
    """What does not work stands before what does."""
    return SERIOUS.index(ServiceLine.Status(line.row.status)), line.specialty


def _person(one: Clinician, at: datetime, person: Person | None) -> PersonRow:
    accepted = one.person_id is not None or (one.invitation is not None and one.invitation.accepted_at is not None)
    return PersonRow(
        row=one, name=in_active(one.names), original=original(one.names, one.languages), role=role(one.role),
        specialties=enumerated(specialty(code) for code in one.specialties),
        languages=enumerated(language(tag) for tag in one.languages), hours=hours_in_words(one),
        presence=presence(one, at) if one.status in WORKING else None,
        has_accepted=accepted, is_me=person is not None and one.person_id == person.pk,
    )  # fmt: skip


def _doing(person: Person, row: Hospital) -> Doing:
    own, verifies = keeps(person, row), row.is_ours and person.may(Ability.VERIFY_HOSPITALS)
    acts: list[str] = []
    if verifies and row.status == Standing.APPLIED and row.applied_by_id != person.pk:
        acts.append("verify")
    if own or verifies:
        acts += {Standing.VERIFIED: ["activate"], Standing.ACTIVE: ["suspend"], Standing.SUSPENDED: ["resume"]}.get(
            Standing(row.status), []
        )
        if row.status != Standing.LEFT:
            acts.append("leave")
    if "resume" in acts and row.is_held and not verifies:
        acts.remove("resume")
    return Doing(own and row.status != Standing.LEFT, verifies, tuple(acts))
