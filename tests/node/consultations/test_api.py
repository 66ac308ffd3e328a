"""Programs read the cases of whoever made their token, one whole or as a Bundle. They say nothing."""

import json

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone
from tests.node.consultations.scenes import answered, ask_for, closed

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.consultations.actions import asking
from tocsin.node.consultations.api.consultations import (
    ConsultationsAsked,
    consultation,
    consultation_bundle,
    consultations,
    router,
)
from tocsin.node.consultations.api.schemas import ConsultationsSaid, ConsultationWhole

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(mira, river):
    return ask_for(mira, [river], by=mira.person)


def asks(person):
    request = RequestFactory().get("/")
    request.user = person
    return request


def listed(person, limit: int = 100, **asked) -> ConsultationsSaid:
    return ConsultationsSaid(**consultations(asks(person), ConsultationsAsked(**asked), limit))


def test_the_list_has_ones_own_cases_by_filters_and_by_pages(case, mira, lin, rosa, river):
    before = timezone.now()
    other = ask_for(mira, [river], by=mira.person, specialty="burns")
    assert [one.id for one in listed(mira.person).items] == [other.pk, case.pk]
    assert [one.id for one in listed(rosa).items] == [other.pk, case.pk]
    assert listed(lin.person).items == []
    assert [one.id for one in listed(mira.person, specialty="burns").items] == [other.pk]
    assert listed(mira.person, status="closed").items == []
    assert [one.id for one in listed(mira.person, since=before).items] == [other.pk]
    first = listed(mira.person, limit=1)
    rest = listed(mira.person, limit=1, after=first.next)
    assert [one.id for one in (*first.items, *rest.items)] == [other.pk, case.pk]
    assert rest.next is None


def test_one_is_read_with_those_who_have_it_and_nobody_elses_is_there(case, mira, lin, omar, rosa):
    answered(case, coordinator=rosa, expert=lin)
    whole = ConsultationWhole(**consultation(asks(lin.person), case.pk))
    assert (whole.number, whole.status, whole.waits_for) == (case.number, "answered", "asking")
    assert whole.summary["en"].startswith("Man, 54")
    assert {(one.part, str(one.key)) for one in whole.clinicians} == {
        ("asking", str(mira.clinician_id)), ("expert", str(lin.clinician_id)),
    }  # fmt: skip
    assert {one.part for one in whole.hospitals} == {"asking", "asked"}
    assert "Иванов" not in whole.model_dump_json()
    for call in (consultation, consultation_bundle):
        with pytest.raises(Http404):
            call(asks(omar.person), case.pk)


def test_a_bundle_is_read_and_that_is_on_record(case, mira):
    response = consultation_bundle(asks(mira.person), case.pk)
    assert response["Content-Type"].startswith("application/fhir+json")
    assert json.loads(response.content)["resourceType"] == "Bundle"
    entry = AuditEntry.objects.get(act="consultation.exported")
    assert (entry.by, entry.details) == (mira.person, {"format": "fhir"})


def test_once_consent_has_ended_the_case_is_listed_without_the_patient_and_has_no_bundle(case, mira):
    asking.change_consent(case, "care", given=False, on=None, basis="patient", by=mira.person)
    (one,) = listed(mira.person).items
    assert (one.status, one.may_be_told, one.summary, one.severity) == ("withdrawn", False, {}, "")
    with pytest.raises(Http404):
        consultation_bundle(asks(mira.person), case.pk)


def test_what_became_of_the_patient_goes_with_the_consent(case, mira, lin, rosa):
    case = closed(answered(case, coordinator=rosa, expert=lin), by=mira.person)
    assert consultation(asks(lin.person), case.pk)["outcome"] == "recovered"
    asking.change_consent(case, "care", given=False, on=None, basis="patient", by=mira.person)
    assert consultation(asks(lin.person), case.pk)["outcome"] == ""


def test_every_way_in_asks_for_a_part_in_cases_and_only_reads():
    for path, operations in router.path_operations.items():
        for one in operations.operations:
            assert one.methods == ["GET"], path
            assert [callback.any_of for callback in one.auth_callbacks or [one.auth_param]] == [
                ("consult", "coordinate")
            ], path
