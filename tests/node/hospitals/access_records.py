"""Records of the directory for tests of access: a hospital of the people of every role, and its clinician."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from tests.node.hospitals.scenes import ENTRY, LIN

from tocsin.node.alliance.models import Person
from tocsin.node.hospitals.building.entries import clinician_said, fill_clinician, fill_hospital, hospital_said
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.records import new_id

__all__ = ["hospital_records"]


def hospital_records(people: Mapping[str, Person]) -> dict[str, Any]:
    """By the names that the table of addresses calls them."""
    key, other, now = new_id(), new_id(), timezone.now()
    hospital = Hospital(
        id=key, hospital_id=key, origin="AL", is_ours=True, organisation=people["clinician"].organisation,
        status=Hospital.Status.ACTIVE, verified_at=now,
    )  # fmt: skip
    fill_hospital(hospital, hospital_said(ENTRY))
    hospital.save(force_insert=True)
    clinician = Clinician(
        id=other, clinician_id=other, origin="AL", hospital=hospital, is_ours=True, person=people["clinician"],
        status=Clinician.Status.ACTIVE, activated_at=now,
    )  # fmt: skip
    fill_clinician(clinician, clinician_said(LIN))
    clinician.save(force_insert=True)
    return {"hospital": hospital, "clinician": clinician}
