"""The entry of a hospital, and that of a clinician, as they are typed; and the rows that they become."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tocsin.node.hospitals.building.texts import Tried
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.hospitals.naming import keys_of
from tocsin.node.hospitals.refusals import InvalidInput, Problem

__all__ = ["CLINICIAN", "HOSPITAL", "clinician_said", "fill_clinician", "fill_hospital", "hospital_said", "said_of"]

HOSPITAL: Mapping[str, Any] = {
    "names": {"en": "", "ru": "", "zh": ""}, "time_zone": "", "languages": [],
    "place": {"code": None, "names": {"en": "", "ru": "", "zh": ""}, "latitude": None, "longitude": None},
    "address": "", "contact": "", "note": "",
}  # fmt: skip
CLINICIAN: Mapping[str, Any] = {
    "names": {"en": "", "ru": "", "zh": ""}, "role": "", "specialties": [], "languages": [], "time_zone": "",
    "availability": [], "takes_consultations": True,
}  # fmt: skip
LONGEST_ADDRESS, LONGEST_CONTACT, LONGEST_NOTE = 300, 200, 5_000


def hospital_said(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, with what it leaves out as HOSPITAL has it. Raises InvalidInput with all that cannot be used."""
    whole, tried = _whole(given, HOSPITAL), Tried()
    said = {
        "names": tried.names(whole["names"]), "time_zone": tried.zone(whole["time_zone"]),
        "languages": tried.languages(whole["languages"]), "place": tried.place(whole["place"]),
        "address": tried.text(whole["address"], "address", _("Address"), longest=LONGEST_ADDRESS),
        "contact": tried.text(whole["contact"], "contact", _("Contact"), longest=LONGEST_CONTACT),
        "note": tried.text(whole["note"], "note", _("Note"), longest=LONGEST_NOTE, paragraphs=True),
    }  # fmt: skip
    tried.done()
    return said


def clinician_said(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed of a clinician, whole as CLINICIAN has it. Raises InvalidInput with all that cannot be used."""
    whole, tried = _whole(given, CLINICIAN), Tried()
    said = {
        "names": tried.names(whole["names"]), "role": tried.role(whole["role"]),
        "specialties": tried.specialties(whole["specialties"]), "languages": tried.languages(whole["languages"]),
        "time_zone": tried.zone(whole["time_zone"]) if whole["time_zone"] else "",
        "availability": tried.availability(whole["availability"]),
        "takes_consultations": bool(whole["takes_consultations"]),
    }  # fmt: skip
    tried.done()
    return said


def said_of(row: Hospital | Clinician) -> dict[str, Any]:
    """A row as somebody would type it."""
    if isinstance(row, Clinician):
        return {name: getattr(row, name) for name in CLINICIAN}
    place = {
        "code": row.place_code or None, "names": dict(row.place_names) or dict(HOSPITAL["names"]),
        "latitude": row.latitude, "longitude": row.longitude,
    }  # fmt: skip
    return {name: getattr(row, name) for name in HOSPITAL if name != "place"} | {"place": place}


def fill_hospital(row: Hospital, said: Mapping[str, Any]) -> None:
    """Put an entry into its row, with the keys by which it is found and sorted."""
    for name in ("names", "time_zone", "languages", "address", "contact", "note"):
        setattr(row, name, said[name])
    place = said["place"]
    row.place_code, row.place_names = place["code"] or "", dict(place["names"])
    row.latitude, row.longitude = place["latitude"], place["longitude"]
    for name, key in keys_of(row.names, *row.place_names.values()).items():
        setattr(row, name, key)


def fill_clinician(row: Clinician, said: Mapping[str, Any]) -> None:
    """Put an entry into its row, with the keys by which it is found and sorted."""
    for name in CLINICIAN:
        setattr(row, name, said[name])
    for name, key in keys_of(row.names).items():
        setattr(row, name, key)


def _whole(given: Mapping[str, Any], shape: Mapping[str, Any]) -> dict[str, Any]:
    if strange := sorted(set(given) - set(shape)):
        said = _("“%(name)s” is not known here. Leave it out.") % {"name": strange[0][:40]}
        raise InvalidInput([Problem(strange[0][:40], said)])
    return {**shape, **given}
