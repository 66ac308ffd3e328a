"""A Bundle of R4B, ours or anybody's, as bodies of `hospital` 1: one for each Organization."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tocsin.fhir import canonical
from tocsin.fhir.bundles import Bundle, Resource, opened
from tocsin.fhir.codes import Table, coded, spoken
from tocsin.fhir.days import day_of
from tocsin.fhir.extensions import of_url, text_value, value, values
from tocsin.fhir.names import names_of_place
from tocsin.fhir.refusals import FhirRefusal, NotUnderstood
from tocsin.fhir.remarks import not_kept
from tocsin.fhir.staff import Staff
from tocsin.fhir.tags import as_ours
from tocsin.fhir.zones import zone_of

__all__ = ["Directory", "HospitalRead", "read"]

MILLIONTH = 1_000_000
PLACE_CODE = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*")
LONGEST = {"names": 160, "address": 300, "contact": 200, "note": 5_000, "reason": 500}
MOST = {"lines": 100, "clinicians": 500}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class HospitalRead:
    """A hospital: the body of its document, and the state's node that it names; None where it names none."""

    origin: str | None
    body: Json


@dataclass(frozen=True, slots=True)
class Directory:
    """All hospitals of a bundle, and everything in it that was left out or taken for something near it."""

    hospitals: tuple[HospitalRead, ...]
    not_understood: tuple[NotUnderstood, ...]


def read(raw: bytes | str, *, today: date, time_zone: str = "UTC", codes: Table | None = None) -> Directory:
    """Read what can be read of a bundle.

    today      since when a service is as it is, where the bundle does not say
    time_zone  of a hospital that names none
    codes      {(system, code): our code} for specialties and roles of other systems, as SNOMED CT

    Raises FhirRefusal where there is no hospital in it, or it is no bundle.
    """
    bundle = opened(raw)
    reader = _Reader(bundle, today, time_zone, codes or {})
    hospitals = tuple(reader.hospital(one) for one in bundle.of_type.get("Organization", []) if reader.is_hospital(one))
    if not hospitals:
        rule = "there is no Organization that has a name"
        first = f" ({bundle.left_out[0]})" if bundle.left_out else ""
        advice = f"add the hospital itself, with its name{first}"
        raise FhirRefusal(resource="", field="entry", rule=rule, advice=advice)
    kept = [remark for resources in bundle.of_type.values() for one in resources for remark in not_kept(one)]
    return Directory(hospitals, (*bundle.left_out, *reader.left_out, *reader.staff.unused(), *kept))


class _Reader:
    """One bundle while it is read; what is left out is gathered on the way."""

    def __init__(self, bundle: Bundle, today: date, time_zone: str, codes: Table) -> None:
        self.bundle, self.today, self.time_zone, self.codes = bundle, today, time_zone, codes
        self.left_out: list[NotUnderstood] = []
        self.staff = Staff(bundle, codes, today, self.leave)

    def leave(self, resource: Resource, field: str, *why: str) -> None:
        self.left_out += (NotUnderstood(resource.name, field, one) for one in why)

    def is_hospital(self, organization: Resource) -> bool:
        names, strange = names_of_place(organization.said)
        if any(names.values()):
            return True
        self.leave(organization, "name", f"has no name in English, Russian or Chinese {' '.join(strange)}".strip())
        return False

    def hospital(self, organization: Resource) -> HospitalRead:
        location, zone = self._location(organization), self._zone(organization)
        services = self._of(organization, "HealthcareService", "providedBy")
        body = {
            "hospital": str(organization.identity),
            "names": self._names(organization),
            "status": self._status(organization),
            "reason": self._text(organization, "reason", value(organization.said, canonical.HOSPITAL_REASON)),
            "place": self._place(location),
            "address": self._text(location or organization, "address", _address(location)),
            "time_zone": zone,
            "languages": self._languages(organization, services),
            "contact": self._text(organization, "contact", _contact(organization)),
            "note": self._text(organization, "note", value(organization.said, canonical.HOSPITAL_NOTE)),
            "lines": self._most(organization, "lines", self._lines(services)),
            "clinicians": self._most(organization, "clinicians", self.staff.of(organization, zone)),
        }
        return HospitalRead(_origin(organization), body)

    def _of(self, organization: Resource, kind: str, by: str) -> list[Resource]:
        """Resources of a kind that name this organization; where there is but one, those that name none too."""
        alone = len(self.bundle.of_type["Organization"]) == 1
        return [
            one
            for one in self.bundle.of_type.get(kind, [])
            if self.bundle.referred(one.said.get(by)) is organization or (alone and by not in one.said)
        ]

    def _location(self, organization: Resource) -> Resource | None:
        found = self._of(organization, "Location", "managingOrganization")
        for another in found[1:]:
            self.leave(another, "", f"a hospital has one place here; {found[0].name} is taken")
        return found[0] if found else None

    def _names(self, resource: Resource) -> dict[str, str]:
        names, strange = names_of_place(resource.said)
        self.leave(resource, "name", *(f"{one} is in a language that names have none of here" for one in strange))
        return {language: self._text(resource, "names", text) for language, text in names.items()}

    def _status(self, organization: Resource) -> str:
        said = value(organization.said, canonical.HOSPITAL_STATUS)
        if said in ("verified", "active", "suspended", "left"):
            return str(said)
        taken = "suspended" if organization.said.get("active") is False else "active"
        self.leave(organization, "active", f"whether it takes part is not said in our words; {taken} is taken")
        return taken

    def _zone(self, organization: Resource) -> str:
        for resource in (*self._of(organization, "Location", "managingOrganization"), organization):
            if zone := zone_of(resource.said):
                return zone
        self.leave(organization, "extension", f"no time zone is said; {self.time_zone} is taken")
        return self.time_zone

    def _place(self, location: Resource | None) -> Json:
        if location is None:
            return {"code": None, "names": dict.fromkeys(("en", "ru", "zh"), ""), "latitude": None, "longitude": None}
        said = location.said
        codes = [one.get("value", "") for one in said.get("identifier", []) if one.get("system") == canonical.PLACE]
        position = said.get("position", {})
        return {
            "code": next((code for code in codes if PLACE_CODE.fullmatch(code)), None),
            "names": self._names(location),
            "latitude": self._degrees(location, position.get("latitude", value(said, canonical.LATITUDE)), 90),
            "longitude": self._degrees(location, position.get("longitude", value(said, canonical.LONGITUDE)), 180),
        }

    def _degrees(self, location: Resource, degrees: object, most: int) -> int | None:
        if not isinstance(degrees, (int, float)):
            return None
        if abs(degrees) > most:
            self.leave(location, "position", f"is beyond {most} degrees")
            return None
        return round(degrees * MILLIONTH)

    def _languages(self, organization: Resource, services: list[Resource]) -> list[str]:
        if said := values(organization.said, canonical.HOSPITAL_LANGUAGE):
            return list(dict.fromkeys(tag for one in said if (tag := as_ours(str(one)))))[:12]
        concepts = [concept for service in services for concept in service.said.get("communication", [])]
        found, strange = spoken(concepts)
        self.leave(organization, "communication", *(f"{one} is no tag of a language" for one in strange))
        return found

    def _lines(self, services: list[Resource]) -> list[Json]:
        lines: dict[str, Json] = {}
        for service in services:
            specialties, strange = coded(service.said.get("specialty", []), canonical.SPECIALTY, self.codes)
            self.leave(service, "specialty", *(f"{one} is none of our specialties" for one in strange))
            if not specialties and not strange:
                self.leave(service, "specialty", "says of no specialty what it can do")
            for specialty in specialties:
                if specialty in lines:
                    self.leave(service, "specialty", f"{specialty} is there already; the first is taken")
                else:
                    lines[specialty] = self._line(service, specialty)
        return list(lines.values())

    def _line(self, service: Resource, specialty: str) -> Json:
        within = next(iter(of_url(service.said, canonical.LINE)), None)
        status, since = text_value(within, "status"), day_of(value(within, "since"))
        if status not in ("full", "partial", "none", "unknown"):
            status = "none" if service.said.get("active") is False else "unknown"
            self.leave(service, "active", f"how much of it can be done is not said in our words; {status} is taken")
        reason = self._text(service, "reason", service.said.get("availabilityExceptions"))
        return {"specialty": specialty, "status": status, "reason": reason, "since": since or self.today.isoformat()}

    def _text(self, resource: Resource, name: str, text: object) -> str:
        """A text, cut where our documents have no room for it."""
        whole, most = text if isinstance(text, str) else "", LONGEST[name]
        if len(whole) > most:
            self.leave(resource, name, f"has {len(whole)} characters, of which the first {most} are taken")
        return whole[:most]

    def _most(self, organization: Resource, name: str, found: list[Json]) -> list[Json]:
        if len(found) > MOST[name]:
            self.leave(organization, name, f"there are {len(found)}, of which the first {MOST[name]} are taken")
        return found[: MOST[name]]


def _origin(organization: Resource) -> str | None:
    for one in organization.said.get("identifier", []):
        if one.get("system") == canonical.HOSPITAL and "/" in one.get("value", ""):
            return str(one["value"].partition("/")[0])
    return None


def _address(location: Resource | None) -> str:
    said: Mapping[str, Any] = location.said.get("address", {}) if location else {}
    parts = (said.get(name) for name in ("city", "district", "state", "postalCode", "country"))
    return said.get("text") or ", ".join(part for part in (*said.get("line", []), *parts) if part)


def _contact(organization: Resource) -> str:
    said = [one for one in organization.said.get("telecom", []) if one.get("value")]
    return "; ".join(
        one["value"] if one.get("system", "other") == "other" else f"{one['system']} {one['value']}" for one in said
    )
