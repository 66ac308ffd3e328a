"""A hospital's own system says what it is, as FHIR: what of that would change the entry here, and keeping it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tocsin.clinical import vocabulary
from tocsin.fhir.reading import HospitalRead, read
from tocsin.fhir.refusals import FhirRefusal, NotUnderstood
from tocsin.node.alliance.models import Person
from tocsin.node.hospitals.actions.entries import keep_hospital, set_service_line
from tocsin.node.hospitals.actions.finding import require_keeper
from tocsin.node.hospitals.building.entries import said_of
from tocsin.node.hospitals.models import Hospital
from tocsin.node.hospitals.refusals import ActRefused
from tocsin.node.post.store import DjangoStore

__all__ = ["Proposed", "keep_proposed", "proposed"]

PLAIN = ("time_zone", "languages", "address", "contact", "note")
UNKNOWN, NEEDS_REASON = "unknown", ("partial", "none")


@dataclass(frozen=True)
class Proposed:
    """What a Bundle would change. Nothing is kept by making it.

    entry    the whole entry as it would be, as `building.entries.HOSPITAL` has it
    changed  its members that would change: "names.en", "address"
    lines    lines of service that would change, as documents have them
    """

    entry: Mapping[str, Any]
    changed: tuple[str, ...]
    lines: tuple[Mapping[str, Any], ...]
    not_understood: tuple[NotUnderstood, ...] = field(default=(), repr=False)

    @property
    def is_empty(self) -> bool:
        """Whether all stands here as the Bundle has it."""
        return not (self.changed or self.lines)


def proposed(hospital: Hospital, raw: bytes, *, today: date, by: Person) -> Proposed:
    """Read a Bundle of one's own hospital. What it does not say stays as it is here; people are never taken from it.

    Raises ActRefused for what cannot be read, and for a Bundle of another hospital; PermissionDenied.
    """
    require_keeper(hospital, by)
    try:
        directory = read(raw, today=today, time_zone=hospital.time_zone)
    except FhirRefusal as refusal:
        raise ActRefused(_("This cannot be read as a FHIR Bundle: %(why)s.") % {"why": refusal}) from None
    body = _own(hospital, directory.hospitals)
    remarks = list(directory.not_understood)
    if body["clinicians"]:
        said = "people are invited one by one, and not taken from a bundle"
        remarks.append(NotUnderstood("Practitioner", "", f"{said} ({len(body['clinicians'])})"))
    before = said_of(hospital)
    entry, changed = _merged(before, body)
    lines = tuple(one for one in body["lines"] if _would_change(hospital, one, remarks))
    return Proposed(entry, tuple(changed), lines, tuple(remarks))


def keep_proposed(
    hospital: Hospital, entry: Mapping[str, Any], lines: list[Mapping[str, Any]], *, version: int, by: Person
) -> Hospital:
    """Keep what was shown, by the acts by which it is typed: all of it or nothing.

    Raises InvalidInput, Changed, WrongStatus; PermissionDenied.
    """
    with DjangoStore().atomic():
        row = keep_hospital(hospital, entry, version=version, by=by)
        for one in lines:
            since = date.fromisoformat(one["since"])
            set_service_line(row, one["specialty"], status=one["status"], reason=one["reason"], since=since, by=by)
    return row


def _own(hospital: Hospital, found: tuple[HospitalRead, ...]) -> Mapping[str, Any]:
    """The body of this hospital: by its identifier, or the only one there is, unless that is another's we know."""
    for one in found:
        if one.body["hospital"] == str(hospital.hospital_id):
            return one.body
    if len(found) > 1:
        raise ActRefused(_("The bundle has several hospitals, and none of them is this one by its identifier."))
    known = Hospital.objects.filter(hospital_id=found[0].body["hospital"]).exclude(pk=hospital.pk).first()
    if known is not None:
        raise ActRefused(_("This is the bundle of another hospital: %(name)s.") % {"name": known})
    return found[0].body


def _merged(before: Mapping[str, Any], body: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The entry with what the body says, and which members change by it."""
    entry, changed = {**before}, []
    for name in PLAIN:
        if body[name] and body[name] != before[name]:
            entry[name] = body[name]
            changed.append(name)
    entry["names"] = _names(before["names"], body["names"], "names", changed)
    place = {**before["place"]}
    place["names"] = _names(place["names"], body["place"]["names"], "place.names", changed)
    for name in ("code", "latitude", "longitude"):
        if body["place"][name] not in (None, place[name]):
            place[name] = body["place"][name]
            changed.append(f"place.{name}")
    return {**entry, "place": place}, changed


def _names(before: Mapping[str, str], said: Mapping[str, str], where: str, changed: list[str]) -> dict[str, str]:
    names = {**before}
    for short, name in said.items():
        if name and name != before.get(short, ""):
            names[short] = name
            changed.append(f"{where}.{short}")
    return names


def _would_change(hospital: Hospital, line: Mapping[str, Any], remarks: list[NotUnderstood]) -> bool:
    """Whether a line says something new; what may not be kept as it is is remarked upon."""
    there = hospital.lines.filter(specialty=line["specialty"]).first()
    if there is not None and (there.status, there.reason) == (line["status"], line["reason"]):
        return False
    if line["specialty"] not in vocabulary.codes("specialty"):
        remarks.append(
            NotUnderstood("HealthcareService", "specialty", f"{line['specialty']} is none of our specialties")
        )
    elif line["status"] in NEEDS_REASON and not line["reason"].strip():
        why = f"{line['specialty']} is {line['status']}, and does not say why; enter it by hand"
        remarks.append(NotUnderstood("HealthcareService", "availabilityExceptions", why))
    else:
        return line["status"] != UNKNOWN
    return False
