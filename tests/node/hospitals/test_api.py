"""Programs read the directory: the list by the same filters as the page, one hospital whole."""

import pytest
from django.http import Http404
from django.test import RequestFactory
from tests.node.hospitals.scenes import active_clinician, of_bo
from tests.node.notifications.scenes import bring

from tocsin.node.hospitals.actions.entries import set_service_line
from tocsin.node.hospitals.actions.inviting import invite_clinician
from tocsin.node.hospitals.api.hospitals import HospitalsAsked, hospital, hospitals, router
from tocsin.node.hospitals.api.schemas import HospitalsSaid, HospitalWhole
from tocsin.node.hospitals.models import Hospital

pytestmark = pytest.mark.django_db
ALWAYS = [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "until": "24:00"}]


def asks(person):
    request = RequestFactory().get("/")
    request.user = person
    return request


def listed(person, limit: int = 100, **asked) -> HospitalsSaid:
    return HospitalsSaid(**hospitals(asks(person), HospitalsAsked(**asked), limit))


def test_the_list_goes_by_the_filters_of_the_page_and_by_pages(joined, partner, hospital, mira, lin):
    bring(partner, joined, of_bo(partner))
    active_clinician(hospital, lin, by=mira, availability=ALWAYS)
    everybody = listed(mira)
    assert [one.origin for one in everybody.items] == ["BO", "AL"]
    assert [one.names["en"] for one in listed(mira, state="AL").items] == ["City Hospital"]
    assert [one.origin for one in listed(mira, now=True, state="AL").items] == ["AL"]
    assert listed(mira, q="第一").items[0].origin == "BO"
    assert listed(mira, status="left").items == []
    first = listed(mira, limit=1)
    rest = listed(mira, limit=1, after=first.next)
    assert [one.id for one in (*first.items, *rest.items)] == [one.id for one in everybody.items]
    assert rest.next is None


def test_one_is_read_with_lines_and_people_and_no_address_of_anybody(hospital, mira, lin, person, ward):
    clinician = active_clinician(hospital, lin, by=mira, availability=ALWAYS, time_zone="")
    set_service_line(hospital, "burns", status="none", reason="Fire.", by=mira)
    row = Hospital.objects.get()
    whole = HospitalWhole(**_hospital(mira, row))
    assert (whole.hospital_id, whole.status, whole.lines[0].reason) == (row.pk, "active", "Fire.")
    (one,) = whole.clinicians
    assert (one.clinician_id, one.is_available, one.time_zone) == (clinician.pk, True, "Asia/Almaty")
    assert lin.email not in whole.model_dump_json()


def _hospital(person, row):
    return hospital(asks(person), row.pk)


def test_what_a_person_may_not_see_is_not_there_for_their_programs(applied, mira, omar):
    assert listed(omar).items == []
    with pytest.raises(Http404):
        _hospital(omar, applied)
    assert HospitalWhole(**_hospital(mira, applied)).status == "applied"


def test_who_is_only_invited_is_not_told_to_others(hospital, mira, omar, lin):
    invite_clinician(hospital, lin.email, {"names": {"en": "Lin"}, "role": "consultant"}, by=mira)
    row = Hospital.objects.get()
    assert len(HospitalWhole(**_hospital(mira, row)).clinicians) == 1
    assert HospitalWhole(**_hospital(omar, row)).clinicians == []


def test_every_way_in_asks_for_the_ability_to_read_the_directory():
    for path, operations in router.path_operations.items():
        for one in operations.operations:
            assert [callback.any_of for callback in one.auth_callbacks or [one.auth_param]] == [("read_hospitals",)], (
                path
            )
