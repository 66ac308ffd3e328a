"""Those who take part in a case: hospitals, and clinicians in their roles, with their names in three scripts."""

from collections.abc import Iterator
from uuid import UUID

from tocsin.fhir import canonical
from tocsin.fhir.case.given import ClinicianGiven, HospitalGiven, Party
from tocsin.fhir.case.making import Json, Making, concept
from tocsin.fhir.names import called, human_names

__all__ = ["parties"]


def parties(making: Making) -> Iterator[Json]:
    """Organizations first. How to reach a person stands nowhere."""
    for hospital in making.given.hospitals:
        yield _organization(making, hospital)
    for clinician in making.given.clinicians:
        yield _practitioner(making, clinician)
        yield _role(making, clinician)


def _organization(making: Making, hospital: HospitalGiven) -> Json:
    return {
        "resourceType": "Organization", "id": making.id("hospital", hospital.key.origin, hospital.key.id),
        "identifier": _identifiers(hospital.key, canonical.HOSPITAL),
        **(called(hospital.names) or {"name": hospital.key.origin}),
    }  # fmt: skip


def _practitioner(making: Making, clinician: ClinicianGiven) -> Json:
    names = human_names(clinician.names)
    return {
        "resourceType": "Practitioner", "id": making.id("clinician", clinician.key.origin, clinician.key.id),
        "identifier": _identifiers(clinician.key, canonical.BASE + "clinician"), **({"name": names} if names else {}),
    }  # fmt: skip


def _role(making: Making, clinician: ClinicianGiven) -> Json:
    specialties = [concept("specialty", code) for code in clinician.specialties]
    return {
        "resourceType": "PractitionerRole", "id": making.id("role", clinician.key.origin, clinician.key.id),
        "practitioner": making.reference("clinician", clinician.key.origin, clinician.key.id),
        "organization": making.reference("hospital", clinician.hospital.origin, clinician.hospital.id),
        **({"code": [concept("clinician_role", clinician.role)]} if clinician.role else {}),
        **({"specialty": specialties} if specialties else {}),
    }  # fmt: skip


def _identifiers(key: Party, system: str) -> list[Json]:
    """As the directory's own Bundle has them, so that both are known for the same."""
    own = [{"system": canonical.URI, "value": f"urn:uuid:{UUID(key.id)}"}]
    return [*own, {"system": system, "value": f"{key.origin}/{key.id}"}]
