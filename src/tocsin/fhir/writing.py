"""A hospital's document as a Bundle of R4B: one Organization, where it is, what it can do, and who works in it."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID, uuid5

from tocsin.clinical import vocabulary
from tocsin.fhir import canonical
from tocsin.fhir.extensions import extended, holder
from tocsin.fhir.hours import available_times
from tocsin.fhir.names import called, human_names
from tocsin.fhir.tags import as_fhir

__all__ = ["bundle_of"]

MILLIONTH = 1_000_000

Json = dict[str, Any]
Body = Mapping[str, Any]


def bundle_of(body: Body, *, origin: str) -> Json:
    """The Bundle of a `hospital` 1 body. The same body gives the same Bundle, and `read` gives the body back; a text in
    which nothing can be seen is none there.

    origin  code of the state's node that it comes from
    """
    body = _seen(body)
    hospital = UUID(body["hospital"])
    resources = [_organization(body, origin), _location(body, hospital)]
    resources += [_service(line, body, hospital) for line in body["lines"]]
    for clinician in body["clinicians"]:
        resources += [_practitioner(clinician), _role(clinician, hospital)]
    entries = [{"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _seen(said: Any) -> Any:
    """Texts of nothing but blanks, which R4B does not allow, as empty. Blanks around a text are its author's."""
    if isinstance(said, str):
        return said if said.strip() else ""
    if isinstance(said, Mapping):
        return {name: _seen(one) for name, one in said.items()}
    return [_seen(one) for one in said] if isinstance(said, list) else said


def _organization(body: Body, origin: str) -> Json:
    said = [extended(canonical.HOSPITAL_STATUS, "Code", body["status"])]
    said += _if_said(canonical.HOSPITAL_REASON, body["reason"])
    said += _if_said(canonical.HOSPITAL_NOTE, body["note"])
    said += [extended(canonical.HOSPITAL_LANGUAGE, "Code", as_fhir(tag)) for tag in body["languages"]]
    contact = {"telecom": [{"system": "other", "value": body["contact"]}]} if body["contact"] else {}
    return {
        "resourceType": "Organization",
        "id": body["hospital"],
        **holder(said),
        "identifier": [
            _own_identifier(body["hospital"]),
            {"system": canonical.HOSPITAL, "value": f"{origin}/{body['hospital']}"},
        ],
        "active": body["status"] in ("verified", "active"),
        **called(body["names"]),
        **contact,
    }


def _location(body: Body, hospital: UUID) -> Json:
    place, said = body["place"], [extended(canonical.TIME_ZONE, "Code", body["time_zone"])]
    position = {}
    if None not in (place["latitude"], place["longitude"]):
        position["position"] = {name: place[name] / MILLIONTH for name in ("longitude", "latitude")}
    else:
        for url, degrees in ((canonical.LATITUDE, place["latitude"]), (canonical.LONGITUDE, place["longitude"])):
            said += [] if degrees is None else [extended(url, "Decimal", degrees / MILLIONTH)]
    return {
        "resourceType": "Location",
        "id": str(_location_id(hospital)),
        **holder(said),
        **({"identifier": [{"system": canonical.PLACE, "value": place["code"]}]} if place["code"] else {}),
        **called(place["names"]),
        **({"address": {"text": body["address"]}} if body["address"] else {}),
        **position,
        "managingOrganization": _reference(hospital),
    }


def _service(line: Body, body: Body, hospital: UUID) -> Json:
    said = [extended("status", "Code", line["status"]), extended("since", "Date", line["since"])]
    return {
        "resourceType": "HealthcareService",
        "id": str(uuid5(hospital, f"line {line['specialty']}")),
        "extension": [{"url": canonical.LINE, "extension": said}],
        **({} if line["status"] == "unknown" else {"active": line["status"] != "none"}),
        "providedBy": _reference(hospital),
        "specialty": [_coded(canonical.SPECIALTY, "specialty", line["specialty"])],
        "location": [_reference(_location_id(hospital))],
        **_spoken(body["languages"]),
        **({"availabilityExceptions": line["reason"]} if line["reason"] else {}),
    }


def _practitioner(clinician: Body) -> Json:
    return {
        "resourceType": "Practitioner",
        "id": clinician["id"],
        "identifier": [_own_identifier(clinician["id"])],
        "active": clinician["status"] != "revoked",
        "name": human_names(clinician["names"]),
        **_spoken(clinician["languages"]),
    }


def _role(clinician: Body, hospital: UUID) -> Json:
    said = [
        extended(canonical.CLINICIAN_STATUS, "Code", clinician["status"]),
        extended(canonical.TAKES_CONSULTATIONS, "Boolean", clinician["takes_consultations"]),
        extended(canonical.TIME_ZONE, "Code", clinician["time_zone"]),
    ]
    specialties = [_coded(canonical.SPECIALTY, "specialty", code) for code in clinician["specialties"]]
    hours = available_times(clinician["availability"])
    return {
        "resourceType": "PractitionerRole",
        "id": str(uuid5(hospital, f"role {clinician['id']}")),
        **holder(said),
        "active": clinician["status"] == "active",
        "practitioner": _reference(UUID(clinician["id"])),
        "organization": _reference(hospital),
        "code": [_coded(canonical.ROLE, "clinician_role", clinician["role"])],
        **({"specialty": specialties} if specialties else {}),
        "location": [_reference(_location_id(hospital))],
        **({"availableTime": hours} if hours else {}),
        **({"notAvailable": list(_away(clinician))} if clinician["status"] == "away" else {}),
    }


def _away(clinician: Body) -> Iterator[Json]:
    until = {"during": {"end": clinician["away_until"]}} if clinician["away_until"] else {}
    yield {"description": "Away", **until}


def _location_id(hospital: UUID) -> UUID:
    return uuid5(hospital, "location")


def _reference(of: UUID) -> Json:
    return {"reference": f"urn:uuid:{of}"}


def _own_identifier(of: str) -> Json:
    return {"system": canonical.URI, "value": f"urn:uuid:{of}"}


def _if_said(url: str, text: str) -> list[Json]:
    return [extended(url, "String", text)] if text else []


def _spoken(languages: list[str]) -> Json:
    said = [{"coding": [{"system": canonical.LANGUAGES, "code": as_fhir(tag)}]} for tag in languages]
    return {"communication": said} if said else {}


def _coded(system: str, kind: str, code: str) -> Json:
    """A code with its English word; without, where the vocabulary is older than the document."""
    known = {"display": vocabulary.word(kind, code, "en")} if code in vocabulary.codes(kind) else {}
    return {"coding": [{"system": system, "code": code, **known}]}
