"""Who works in a hospital: Practitioner and PractitionerRole of R4B as our clinicians."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from tocsin.fhir import canonical
from tocsin.fhir.bundles import Bundle, Resource
from tocsin.fhir.codes import Table, coded, spoken
from tocsin.fhir.days import day_of
from tocsin.fhir.extensions import text_value, value
from tocsin.fhir.hours import MOST as MOST_HOURS
from tocsin.fhir.hours import hours_of
from tocsin.fhir.names import names_of_person
from tocsin.fhir.refusals import NotUnderstood
from tocsin.fhir.zones import zone_of

__all__ = ["Staff"]

MOST_SPECIALTIES, LONGEST_NAME = 12, 160
ROLE_OF_OTHERS = "physician"

Json = dict[str, Any]


class Staff:
    """All practitioners of a bundle, each in the hospitals that their roles name."""

    def __init__(self, bundle: Bundle, codes: Table, today: date, leave: Callable[..., None]) -> None:
        self.bundle, self.codes, self.today, self.leave = bundle, codes, today, leave
        self.used: set[str] = set()

    def of(self, organization: Resource, zone: str) -> list[Json]:
        """Clinicians of a hospital in the order of their roles; somebody with two roles once, with all their hours."""
        found: dict[str, Json] = {}
        for role in self.bundle.of_type.get("PractitionerRole", []):
            practitioner = self.bundle.referred(role.said.get("practitioner"))
            if self.bundle.referred(role.said.get("organization")) is not organization:
                continue
            self.used.add(role.name)
            if practitioner is None or practitioner.said["resourceType"] != "Practitioner":
                self.leave(role, "practitioner", "names nobody of this bundle")
                continue
            self.used.add(practitioner.name)
            clinician = self._clinician(practitioner, role, zone)
            if clinician is not None and clinician["id"] in found:
                _join(found[clinician["id"]], clinician)
                self.leave(role, "code", "is another role of the same person; the first is taken, with all hours")
            elif clinician is not None:
                found[clinician["id"]] = clinician
        return list(found.values())

    def unused(self) -> Iterator[NotUnderstood]:
        """Whoever works in none of the hospitals of the bundle."""
        for kind in ("Practitioner", "PractitionerRole"):
            for one in self.bundle.of_type.get(kind, []):
                if one.name not in self.used:
                    yield NotUnderstood(one.name, "", "has no part in a hospital of this bundle")

    def _clinician(self, practitioner: Resource, role: Resource, zone: str) -> Json | None:
        names, strange = names_of_person(practitioner.said)
        self.leave(practitioner, "name", *(f"{one} is one name more than we keep" for one in strange))
        if not any(names.values()):
            self.leave(practitioner, "name", "has no name in English, Russian or Chinese")
            return None
        languages, no_tags = spoken(practitioner.said.get("communication", []))
        self.leave(practitioner, "communication", *(f"{one} is no tag of a language" for one in no_tags))
        hours, remarks = hours_of(role.said)
        self.leave(role, "availableTime", *remarks)
        status, until = self._status(practitioner, role)
        return {
            "id": str(practitioner.identity),
            "names": {language: text[:LONGEST_NAME] for language, text in names.items()},
            "role": self._role(role),
            "specialties": self._specialties(role),
            "languages": languages,
            "time_zone": zone_of(role.said) or zone,
            "availability": hours,
            "status": status,
            "away_until": until,
            "takes_consultations": value(role.said, canonical.TAKES_CONSULTATIONS) is True,
        }

    def _role(self, role: Resource) -> str:
        found, strange = coded(role.said.get("code", []), canonical.ROLE, self.codes)
        self.leave(role, "code", *(f"{one} is none of our roles" for one in (*strange, *found[1:])))
        if not found:
            self.leave(role, "code", f"{ROLE_OF_OTHERS} is taken")
        return (found or [ROLE_OF_OTHERS])[0]

    def _specialties(self, role: Resource) -> list[str]:
        found, strange = coded(role.said.get("specialty", []), canonical.SPECIALTY, self.codes)
        self.leave(role, "specialty", *(f"{one} is none of our specialties" for one in strange))
        self.leave(role, "specialty", *(f"{one} is more than we keep" for one in found[MOST_SPECIALTIES:]))
        return found[:MOST_SPECIALTIES]

    def _status(self, practitioner: Resource, role: Resource) -> tuple[str, str | None]:
        """Ours where it is said, else by what is active, and by when somebody is not available."""
        away = [one.get("during", {}) for one in role.said.get("notAvailable", [])]
        said = text_value(role.said, canonical.CLINICIAN_STATUS)
        if said in ("active", "away", "revoked"):
            return said, day_of(away[0].get("end")) if said == "away" and away else None
        if role.said.get("active") is False or practitioner.said.get("active") is False:
            return "revoked", None
        for during in away:
            start, end = day_of(during.get("start")), day_of(during.get("end"))
            if (start or "") <= self.today.isoformat() <= (end or "9999-12-31"):
                return "away", end
        if away:
            self.leave(role, "notAvailable", "is not of today, and not kept")
        return "active", None


def _join(first: Json, other: Json) -> None:
    for name, most in (("specialties", MOST_SPECIALTIES), ("availability", MOST_HOURS)):
        first[name] = (first[name] + [one for one in other[name] if one not in first[name]])[:most]
