"""A hospital's way: applied, verified in the state's name, active, suspended, gone; and its entry, which it keeps."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from tests.node.hospitals.scenes import ENTRY, active_clinician

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.hospitals.actions.entries import (
    apply_hospital,
    keep_hospital,
    remove_service_line,
    set_service_line,
)
from tocsin.node.hospitals.actions.standing import activate, leave, resume, suspend, verify_hospital
from tocsin.node.hospitals.models import Clinician, Hospital, ServiceLine
from tocsin.node.hospitals.reading import hospital_of, hospital_where
from tocsin.node.hospitals.refusals import ActRefused, Changed, InvalidInput, Oneself, WrongStatus

pytestmark = pytest.mark.django_db


def fields(refusal) -> list[str]:
    return [one.field for one in refusal.value.problems]


def test_a_manager_applies_and_the_state_verifies(applied, mira, vera):
    assert (applied.status, applied.origin, applied.hospital_id) == ("applied", "AL", applied.pk)
    row = activate(verify_hospital(applied, by=vera), by=mira)
    assert row.status == "active"
    assert row.verified_by == vera
    acts = list(AuditEntry.objects.filter(act__startswith="hospital.").order_by("number").values_list("act", flat=True))
    assert acts == ["hospital.applied", "hospital.verified", "hospital.activated"]
    assert hospital_of(row.key) == row == hospital_where(mira)


def test_a_service_that_is_no_hospital_cannot_apply(person):
    boss = person("hospital_manager")
    with pytest.raises(ActRefused, match="Sanitary Service is no hospital"):
        apply_hospital(ENTRY, by=boss)
    assert not Hospital.objects.exists()


def test_an_organisation_has_one_hospital(applied, mira):
    with pytest.raises(ActRefused, match="in the directory already: it is applied"):
        apply_hospital(ENTRY, by=mira)


@pytest.mark.parametrize("role", ["clinician", "duty_officer", "consultation_coordinator", "epidemiologist"])
def test_only_managers_apply(person, ward, role):
    with pytest.raises(PermissionDenied):
        apply_hospital(ENTRY, by=person(role, organisation=ward))


def test_names_that_are_left_out_are_those_of_the_organisation(mira):
    row = apply_hospital({"time_zone": "Asia/Almaty"}, by=mira)
    assert row.names == {"en": "City Hospital", "ru": "Городская больница", "zh": "市立医院"}


def test_whoever_applied_does_not_verify(person, ward, state):
    both = person("hospital_manager", "administrator", name="Both", organisation=ward)
    row = apply_hospital(ENTRY, by=both)
    with pytest.raises(Oneself):
        verify_hospital(row, by=both)
    assert Hospital.objects.get().status == "applied"


def test_managers_do_not_verify_and_only_what_is_applied_for_is_verified(applied, verified, mira, vera):
    with pytest.raises(PermissionDenied):
        verify_hospital(applied, by=mira)
    with pytest.raises(WrongStatus, match="City Hospital does not wait to be verified: it is verified"):
        verify_hospital(applied, by=vera)


def test_what_changed_since_the_verifier_looked_is_not_verified(applied, mira, vera):
    keep_hospital(applied, ENTRY | {"address": "Nowhere"}, version=applied.version, by=mira)
    with pytest.raises(Changed):
        verify_hospital(applied, version=applied.version, by=vera)


@pytest.mark.parametrize("act", [activate, resume])
def test_one_that_is_not_verified_does_not_take_part(applied, mira, act):
    with pytest.raises(WrongStatus):
        act(applied, by=mira)


def test_its_own_people_suspend_and_resume_it(hospital, mira):
    row = suspend(hospital, reason="  Flood in the cellar.  ", by=mira)
    assert (row.status, row.status_reason) == ("suspended", "Flood in the cellar.")
    row = resume(row, by=mira)
    assert (row.status, row.status_reason) == ("active", "")


def test_what_the_state_suspends_only_the_state_lets_go_on(hospital, mira, vera):
    row = suspend(hospital, reason="Licence under review.", by=vera)
    with pytest.raises(ActRefused, match="in the state’s name"):
        resume(row, by=mira)
    assert resume(row, by=vera).status == "active"
    row = suspend(row, reason="Water.", by=mira)
    assert resume(row, by=mira).status == "active"


@pytest.mark.parametrize("act", [suspend, leave])
def test_a_reason_is_needed(hospital, mira, act):
    with pytest.raises(InvalidInput) as refusal:
        act(hospital, reason="   ", by=mira)
    assert fields(refusal) == ["reason"]
    with pytest.raises(InvalidInput, match="501"):
        act(hospital, reason="x" * 501, by=mira)
    assert Hospital.objects.get().status == "active"


def test_one_that_leaves_takes_its_clinicians_with_it_and_may_apply_anew(hospital, mira, lin, vera):
    clinician = active_clinician(hospital, lin, by=mira)
    row = leave(hospital, reason="Merged with another.", by=mira)
    assert row.status == "left"
    assert Clinician.objects.get(pk=clinician.pk).status == "revoked"
    with pytest.raises(WrongStatus):
        leave(row, reason="Again.", by=mira)
    with pytest.raises(WrongStatus):
        keep_hospital(row, ENTRY, version=row.version, by=mira)
    again = apply_hospital(ENTRY, by=mira)
    assert (again.pk, again.status, again.verified_at) == (hospital.pk, "applied", None)
    assert verify_hospital(again, by=vera).status == "verified"


@pytest.mark.parametrize("act", [activate, resume])
def test_managers_of_others_decide_nothing(hospital, omar, act):
    with pytest.raises(PermissionDenied):
        act(hospital, by=omar)
    for other in (suspend, leave):
        with pytest.raises(PermissionDenied):
            other(hospital, reason="No.", by=omar)
    with pytest.raises(PermissionDenied):
        keep_hospital(hospital, ENTRY, version=hospital.version, by=omar)
    with pytest.raises(PermissionDenied):
        set_service_line(hospital, "burns", status="full", by=omar)


def test_of_two_who_write_the_entry_at_once_the_second_is_told(hospital, mira, person, ward):
    nadia = person("hospital_manager", name="Nadia", organisation=ward)
    keep_hospital(hospital, ENTRY | {"address": "2 Hospital Street"}, version=hospital.version, by=nadia)
    with pytest.raises(Changed, match="Nadia changed this on"):
        keep_hospital(hospital, ENTRY | {"address": "3 Hospital Street"}, version=hospital.version, by=mira)
    assert Hospital.objects.get().address == "2 Hospital Street"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"names": {"en": "", "ru": " ", "zh": ""}}, "names.en"),
        ({"names": {"en": "x" * 161, "ru": "", "zh": ""}}, "names.en"),
        ({"names": {"en": "City\u202eHospital", "ru": "", "zh": ""}}, "names.en"),
        ({"time_zone": "Asia/Altagrad"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"languages": ["xx"]}, "languages"),
        ({"address": "<b>here</b>"}, "address"),
        ({"contact": "x" * 201}, "contact"),
        ({"place": ENTRY["place"] | {"latitude": 1}}, "place.longitude"),
        ({"place": ENTRY["place"] | {"latitude": 91_000_000, "longitude": 0}}, "place.latitude"),
        ({"beds": 40}, "beds"),
    ],
)
def test_bad_entries_are_refused_by_field(applied, mira, given, field):
    with pytest.raises(InvalidInput) as refusal:
        keep_hospital(applied, ENTRY | given, version=applied.version, by=mira)
    assert fields(refusal) == [field]
    assert Hospital.objects.get().version == applied.version


def test_a_line_of_service_says_why_it_is_not_in_full(hospital, mira):
    with pytest.raises(InvalidInput) as refusal:
        set_service_line(hospital, "intensive_care", status="partial", by=mira)
    assert fields(refusal) == ["reason"]
    line = set_service_line(hospital, "intensive_care", status="partial", reason="Six beds of ten.", by=mira)
    assert (line.status, line.reason, line.changed_by) == ("partial", "Six beds of ten.", mira)
    set_service_line(hospital, "intensive_care", status="full", by=mira)
    assert list(ServiceLine.objects.values_list("specialty", "status", "reason")) == [("intensive_care", "full", "")]
    remove_service_line(hospital, "intensive_care", by=mira)
    assert not ServiceLine.objects.exists()
    with pytest.raises(ActRefused, match="Somebody has removed this line"):
        remove_service_line(hospital, "intensive_care", by=mira)


@pytest.mark.parametrize(
    ("change", "field"), [({"specialty": "magic"}, "specialty"), ({"status": "good"}, "status"), ({}, "since")]
)
def test_a_line_that_cannot_be_is_refused(hospital, mira, change, field):
    in_two_days = timezone.now().date() + timedelta(days=2)
    given = {"specialty": "burns", "status": "full", **change}
    with pytest.raises(InvalidInput) as refusal:
        set_service_line(hospital, **given, since=None if change else in_two_days, by=mira)
    assert fields(refusal) == [field]


def test_who_sees_one_that_only_applies(applied, mira, omar, vera, lin, amina):
    seen = {one.name: Hospital.objects.visible_to(one).exists() for one in (mira, omar, vera, lin, amina)}
    assert seen == {"Mira": True, "Omar": False, "Vera": True, "Lin Wei": False, "Amina": False}
    verify_hospital(applied, by=vera)
    seen = {one.name: Hospital.objects.visible_to(one).exists() for one in (mira, omar, vera, lin, amina)}
    assert seen == {"Mira": True, "Omar": True, "Vera": True, "Lin Wei": True, "Amina": False}
