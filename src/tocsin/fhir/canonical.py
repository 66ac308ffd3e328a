"""Addresses that name things in FHIR: the standard's own, and ours. They are names; nothing is fetched from them."""

__all__ = [
    "BASE",
    "CLINICIAN_STATUS",
    "HOSPITAL",
    "HOSPITAL_LANGUAGE",
    "HOSPITAL_NOTE",
    "HOSPITAL_REASON",
    "HOSPITAL_STATUS",
    "LANGUAGE",
    "LANGUAGES",
    "LATITUDE",
    "LINE",
    "LONGITUDE",
    "PLACE",
    "REPRESENTATION",
    "ROLE",
    "SPECIALTY",
    "TAKES_CONSULTATIONS",
    "TIME_ZONE",
    "TRANSLATION",
    "URI",
]

_STANDARD = "http://hl7.org/fhir/StructureDefinition/"
TIME_ZONE = _STANDARD + "timezone"
LANGUAGE = _STANDARD + "language"
TRANSLATION = _STANDARD + "translation"
REPRESENTATION = _STANDARD + "iso21090-EN-representation"
URI = "urn:ietf:rfc:3986"
LANGUAGES = "urn:ietf:bcp:47"

BASE = "https://tocsin.example/fhir/"
"""`.example` belongs to nobody, and never will (RFC 2606)."""
HOSPITAL = BASE + "hospital"
PLACE = BASE + "place"
SPECIALTY = BASE + "specialty"
ROLE = BASE + "clinician-role"

_OURS = BASE + "StructureDefinition/"
HOSPITAL_STATUS = _OURS + "hospital-status"
HOSPITAL_REASON = _OURS + "hospital-reason"
HOSPITAL_NOTE = _OURS + "hospital-note"
HOSPITAL_LANGUAGE = _OURS + "hospital-language"
LINE = _OURS + "service-line"
LATITUDE = _OURS + "latitude"
LONGITUDE = _OURS + "longitude"
CLINICIAN_STATUS = _OURS + "clinician-status"
TAKES_CONSULTATIONS = _OURS + "takes-consultations"
