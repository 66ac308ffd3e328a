"""Between a hospital as its document says it and its rows."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.exchange.types.days import day_of
from tocsin.node.hospitals.building.entries import fill_clinician, fill_hospital
from tocsin.node.hospitals.models import Clinician, Hospital, HospitalVersion, ServiceLine
from tocsin.node.post.models.documents import row_id

__all__ = ["body_of", "lines_of", "take_clinician", "take_hospital", "version_of"]

TOLD = (Clinician.Status.ACTIVE, Clinician.Status.AWAY, Clinician.Status.REVOKED)


def body_of(hospital: Hospital, lines: Iterable[ServiceLine], clinicians: Iterable[Clinician]) -> dict[str, Any]:
    """What the document says: the whole hospital. Of people who are invited, or were never active, nothing."""
    told = [one for one in clinicians if one.status in TOLD and one.activated_at is not None]
    return {
        "hospital": str(hospital.hospital_id), "names": _names(hospital.names), "status": hospital.status,
        "reason": hospital.status_reason, "address": hospital.address, "time_zone": hospital.time_zone,
        "place": {
            "code": hospital.place_code or None, "names": _names(hospital.place_names),
            "latitude": hospital.latitude, "longitude": hospital.longitude,
        },
        "languages": list(hospital.languages), "contact": hospital.contact, "note": hospital.note,
        "lines": [
            {"specialty": one.specialty, "status": one.status, "reason": one.reason, "since": one.since.isoformat()}
            for one in lines
        ],
        "clinicians": [_clinician(one, hospital) for one in told],
    }  # fmt: skip


def _clinician(one: Clinician, hospital: Hospital) -> dict[str, Any]:
    until = one.away_until if one.status == Clinician.Status.AWAY else None
    return {
        "id": str(one.clinician_id), "names": _names(one.names), "role": one.role,
        "specialties": list(one.specialties), "languages": list(one.languages),
        "time_zone": one.time_zone or hospital.time_zone, "availability": list(one.availability),
        "status": one.status, "away_until": until.isoformat() if until else None,
        "takes_consultations": one.takes_consultations,
    }  # fmt: skip


def version_of(document: Document, *, is_ours: bool) -> HospitalVersion:
    """The row of one document, not saved."""
    return HospitalVersion(
        id=row_id(document), document_id=UUID(document.id), origin=document.origin, is_ours=is_ours,
        language=document.language, is_exercise=document.exercise, recorded_at=document.recorded_at,
        version=document.version, supersedes=UUID(document.supersedes) if document.supersedes else None,
        classification=document.classification, addressees=list(document.addressees),
        hospital_id=UUID(document.body["hospital"]), body=dict(document.body),
    )  # fmt: skip


def take_hospital(row: Hospital, version: HospitalVersion) -> None:
    """Put what a document says of a hospital into its row, not saved."""
    body = version.body
    fill_hospital(row, body)
    if row.status != body["status"] or row.status_reason != body["reason"]:
        row.status_since = version.recorded_at
    row.status, row.status_reason = body["status"], body["reason"]
    row.is_gone, row.changed_at = False, version.recorded_at


def lines_of(row: Hospital, body: Mapping[str, Any]) -> list[ServiceLine]:
    """Rows of what the hospital can do, not saved."""
    return [
        ServiceLine(
            hospital=row, specialty=one["specialty"], status=one["status"], reason=one["reason"],
            since=_day(one["since"]),
        )
        for one in body["lines"]
    ]  # fmt: skip


def take_clinician(row: Clinician, said: Mapping[str, Any], version: HospitalVersion) -> None:
    """Put what a document says of a clinician into their row, not saved."""
    fill_clinician(row, said)
    if row.status != said["status"]:
        row.status_since = version.recorded_at
    row.status = said["status"]
    row.away_until = _day(said["away_until"]) if said["away_until"] else None
    row.activated_at = row.activated_at or version.recorded_at
    row.changed_at = version.recorded_at


def _names(names: Mapping[str, str]) -> dict[str, str]:
    return {short: names.get(short, "") for short in ("en", "ru", "zh")}


def _day(text: str) -> date:
    return day_of(text) or timezone.now().date()  # its rules were examined when it came
