"""To whom a letter goes: those who are chosen, members of groups, and what the person saw of it."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.joint.parties import PartyId, Speaker
from tocsin.node.alliance.models import Person
from tocsin.node.correspondence.models import LetterGroup
from tocsin.node.correspondence.naming import named_speakers
from tocsin.node.correspondence.refusals import InvalidInput, Problem
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.hospitals.naming import sorted_by
from tocsin.node.language.keys import words

__all__ = ["MOST", "as_json", "checked_readers", "expanded", "found_parties", "seen_readers", "speaker_for"]

MOST = 50  # as documents have it
FOUND = 12


def as_json(speaker: Speaker) -> dict[str, Any]:
    """As documents name them."""
    clinician = speaker.clinician
    return {"hospital": speaker.hospital.as_json(), "clinician": None if clinician is None else clinician.as_json()}


def speaker_for(row: Hospital | Clinician) -> Speaker:
    """A hospital as a whole, or a clinician of it."""
    if isinstance(row, Hospital):
        return Speaker(PartyId.of(row.key), None)
    return Speaker(PartyId.of(row.hospital.key), PartyId.of(row.key))


def expanded(to: Sequence[Mapping[str, Any]], groups: Iterable[str], *, by: Person) -> list[Speaker]:
    """Everybody whom these name, each once, members of one's own groups as they are now."""
    named = [Speaker.of(one) for one in to]
    for group in LetterGroup.objects.visible_to(by).filter(pk__in=list(groups)):
        named += [Speaker.of(one) for one in group.members]
    return list(dict.fromkeys(named))


def seen_readers(readers: Iterable[Speaker]) -> str:
    """What stands for the readers whom a person saw: it changes when they do."""
    lines = sorted(f"{one.hospital} {one.clinician}" for one in readers)
    return sha256("\n".join(lines).encode()).hexdigest()[:32]


def checked_readers(readers: Sequence[Speaker], *, by: Person) -> None:
    """Raises InvalidInput for nobody, for too many, and for whoever cannot be written to now."""
    problems: list[str] = []
    if not readers:
        problems.append(_("Choose at least one reader."))
    if len(readers) > MOST:
        said = _("A letter goes to at most %(most)d readers, and these are %(n)d. Write to whole hospitals, or twice.")
        problems.append(said % {"most": MOST, "n": len(readers)})
    names = named_speakers(readers)
    open_hospitals = {PartyId.of(one.key) for one in Hospital.objects.visible_to(by).working()}
    people = Clinician.objects.visible_to(by).working().filter(
        clinician_id__in=[UUID(one.clinician.id) for one in readers if one.clinician]
    )  # fmt: skip
    there = {(PartyId.of(one.hospital.key), PartyId.of(one.key)) for one in people.select_related("hospital")}
    for one in readers:
        if one.hospital not in open_hospitals:
            said = _("%(name)s takes no part now. Leave it out, or write to another hospital.")
            problems.append(said % {"name": names.hospital(one.hospital)})
        elif one.clinician is not None and (one.hospital, one.clinician) not in there:
            said = _("%(name)s does not work there any more. Leave them out, or write to the hospital.")
            problems.append(said % {"name": names.of(one)})
    if problems:
        raise InvalidInput([Problem("to", one) for one in problems])


def found_parties(query: str, *, by: Person) -> list[Hospital | Clinician]:
    """Hospitals and clinicians whose names have these words, in any script: those who can be written to now."""
    asked = words(query)
    if not asked:
        return []
    hospitals = Hospital.objects.visible_to(by).working()
    people = Clinician.objects.visible_to(by).working().filter(hospital__status=Hospital.Status.ACTIVE)
    for word in asked:
        hospitals = hospitals.filter(search_key__contains=word)
        people = people.filter(search_key__contains=word)
    found: list[Hospital | Clinician] = list(hospitals.order_by(sorted_by(), "pk")[:FOUND])
    return [*found, *people.select_related("hospital").order_by(sorted_by(), "pk")[:FOUND]]
