"""In whose name somebody reads and writes letters: as a clinician, in their own; as coordinator or manager, in the
hospital's. A hospital's box is one for all who coordinate or manage it.
"""

from dataclasses import dataclass
from uuid import UUID

from tocsin.joint.parties import PartyId, Speaker
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability, Role
from tocsin.node.hospitals.models import Clinician, Hospital

__all__ = ["Box", "box_keys", "box_of", "boxes_of", "people_of"]

OF_HOSPITALS = (Role.COORDINATOR, Role.HOSPITAL_MANAGER)


@dataclass(frozen=True, slots=True)
class Box:
    """A clinician's own, or the hospital's where `clinician` is None."""

    hospital: Hospital
    clinician: Clinician | None

    @property
    def key(self) -> UUID:
        """Of the clinician or the hospital, as this state's documents name them."""
        return self.hospital.hospital_id if self.clinician is None else self.clinician.clinician_id

    @property
    def speaker(self) -> Speaker:
        """As documents name whoever writes."""
        clinician = None if self.clinician is None else PartyId.of(self.clinician.key)
        return Speaker(PartyId.of(self.hospital.key), clinician)

    @property
    def may_write(self) -> bool:
        """Whether the hospital takes part now; letters of one that does not are only read."""
        return self.hospital.status == Hospital.Status.ACTIVE

    def __str__(self) -> str:
        return str(self.hospital) if self.clinician is None else f"{self.clinician} · {self.hospital}"


def boxes_of(person: Person) -> list[Box]:
    """Those that are open to a person now, their own first. A revoked clinician has none. Two queries."""
    if not person.may(Ability.CORRESPOND):
        return []
    found: list[Box] = []
    if person.may(Ability.CONSULT):
        own = Clinician.objects.working().filter(person=person.pk, is_ours=True).select_related("hospital")
        found += [Box(one.hospital, one) for one in own.order_by("pk")]
    if person.may(Ability.COORDINATE) or person.may(Ability.KEEP_HOSPITAL):
        there = Hospital.objects.filter(organisation=person.organisation_id, is_ours=True, is_gone=False)
        found += [Box(one, None) for one in there.exclude(verified_at=None).order_by("pk")]
    return found


def box_keys(person: Person) -> list[UUID]:
    """Their keys, for gates."""
    return [one.key for one in boxes_of(person)]


def box_of(speaker: Speaker) -> UUID:
    """The box that a letter to `speaker` goes into, in their state."""
    return UUID((speaker.clinician or speaker.hospital).id)


def people_of(keys: set[UUID]) -> dict[UUID, list[Person]]:
    """Who reads the boxes of this state with these keys: active people, by box."""
    found: dict[UUID, list[Person]] = {}
    own = Clinician.objects.working().filter(clinician_id__in=keys, is_ours=True).exclude(person=None)
    for one in own.select_related("person"):
        if one.person is not None and one.person.is_active and one.person.may(Ability.CORRESPOND):
            found.setdefault(one.clinician_id, []).append(one.person)
    hospitals = Hospital.objects.filter(hospital_id__in=keys, is_ours=True, is_gone=False).exclude(verified_at=None)
    where = {one.organisation_id: one.hospital_id for one in hospitals if one.organisation_id is not None}
    # Roles are a list in JSON, which SQLite cannot search into; people of one hospital are few.
    for person in Person.objects.filter(organisation__in=list(where), is_active=True).order_by("name", "pk"):
        if any(role in person.roles for role in OF_HOSPITALS):
            found.setdefault(where[person.organisation_id], []).append(person)
    return found
