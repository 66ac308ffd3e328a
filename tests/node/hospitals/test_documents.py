"""The directory over the exchange: ours leaves by itself, those of partners follow their documents."""

import pytest
from tests.exchange.types.hospitals import ACTIVE
from tests.node.hospitals.scenes import ENTRY, LIN, active_clinician, of_bo, told
from tests.node.notifications.scenes import bring, delivered

from tocsin.exchange.documents import Document
from tocsin.exchange.sealing import seal
from tocsin.node.hospitals.actions.clinicians import (
    activate_clinician,
    check_identity,
    keep_clinician,
    revoke_clinician,
    set_away,
)
from tocsin.node.hospitals.actions.entries import apply_hospital, keep_hospital, set_service_line
from tocsin.node.hospitals.actions.inviting import invite_clinician
from tocsin.node.hospitals.actions.standing import leave, suspend, verify_hospital
from tocsin.node.hospitals.models import Clinician, Hospital, HospitalVersion, ServiceLine
from tocsin.node.hospitals.readers.hospitals import HospitalReader
from tocsin.node.hospitals.reading import clinician_of, hospital_of

pytestmark = pytest.mark.django_db
READER = HospitalReader()
ANNA = "0197c2aa-0000-7000-8000-0000000000c9"


def entry_of(node, document, origin="BO"):
    return node.store.known(origin, [document.id])[document.id]


def test_nothing_leaves_before_the_state_has_verified_it(joined, mira, vera):
    row = apply_hospital(ENTRY, by=mira)
    row = keep_hospital(row, ENTRY | {"address": "2 Hospital Street"}, version=row.version, by=mira)
    assert told(joined) == []
    verify_hospital(row, by=vera)
    (document,) = told(joined)
    assert (document.version, document.supersedes, document.classification) == (1, None, "MEMBERS")
    assert (document.body["status"], document.body["hospital"]) == ("verified", str(row.pk))
    assert document.body["address"] == "2 Hospital Street"


def test_one_that_withdraws_before_it_is_verified_was_never_there_for_partners(joined, mira):
    leave(apply_hospital(ENTRY, by=mira), reason="Not yet.", by=mira)
    assert told(joined) == []


def test_every_act_is_one_version_and_what_partners_would_not_notice_is_none(joined, hospital, mira, lin, vera):
    assert [one.version for one in told(joined)] == [1, 2]  # verified, active
    clinician, _ = invite_clinician(hospital, lin.email, LIN, by=mira)
    check_identity(clinician, by=vera)
    assert len(told(joined)) == 2  # nobody hears of somebody who is not active
    activate_clinician(clinician, by=mira)
    set_service_line(hospital, "burns", status="full", by=mira)
    set_service_line(hospital, "burns", status="full", by=mira)
    set_away(clinician, by=lin)
    revoke_clinician(clinician, reason="Gone, under suspicion.", by=mira)
    suspend(hospital, reason="Flood.", by=mira)
    documents = told(joined)
    assert [one.version for one in documents] == [1, 2, 3, 4, 5, 6, 7]
    assert [one.supersedes for one in documents] == [None, *(one.id for one in documents[:-1])]
    people = [[one["status"] for one in document.body["clinicians"]] for document in documents[2:]]
    assert people == [["active"], ["active"], ["away"], ["revoked"], ["revoked"]]
    assert documents[-1].body["reason"] == "Flood."
    assert HospitalVersion.objects.filter(is_ours=True).count() == 7


def test_partners_hear_of_nobody_who_was_never_active(joined, hospital, mira, lin):
    clinician, _ = invite_clinician(hospital, lin.email, LIN, by=mira)
    set_service_line(hospital, "burns", status="full", by=mira)
    check_identity(clinician, by=mira)
    set_service_line(hospital, "urology", status="full", by=mira)
    revoke_clinician(clinician, reason="A mistake.", by=mira)
    set_service_line(hospital, "toxicology", status="full", by=mira)
    assert [document.body["clinicians"] for document in told(joined)] == [[]] * 5


def test_no_document_has_how_to_reach_a_person_nor_why_somebody_was_revoked(joined, hospital, mira, lin):
    lin.telephone = "+7 000 777 77 77"
    lin.save()
    clinician = active_clinician(hospital, lin, by=mira)
    revoke_clinician(clinician, reason="Gone, under suspicion.", by=mira)
    for document in told(joined):
        said = document.encode().decode()
        assert "suspicion" not in said
        assert lin.email not in said
        assert lin.telephone not in said


def test_partners_take_it(joined, partner, hospital, mira, lin):
    active_clinician(hospital, lin, by=mira)
    last = told(joined)[-1]
    delivered(joined, partner)
    assert partner.nodes["BO"].store.known("AL", [last.id])


def test_a_node_alone_keeps_a_directory_and_sends_nothing(hospital, mira, lin):
    active_clinician(hospital, lin, by=mira)
    assert not HospitalVersion.objects.exists()


def test_a_partners_hospital_is_here_with_its_lines_and_people(joined, partner):
    document = of_bo(partner)
    bring(partner, joined, document)
    row = hospital_of({"origin": "BO", "id": document.body["hospital"]})
    assert (row.origin, row.is_ours, row.status, row.names["zh"]) == ("BO", False, "active", "阿尔塔格勒第一医院")
    assert list(row.lines.values_list("specialty", "status")) == [
        ("infectious_diseases", "full"),
        ("intensive_care", "partial"),
    ]
    lin = clinician_of({"origin": "BO", "id": ACTIVE["id"]})
    assert (lin.hospital, lin.person, lin.role, lin.availability) == (row, None, "consultant", ACTIVE["availability"])


def test_a_later_version_takes_the_place_of_the_one_before_whatever_comes_first(joined, partner):
    first = of_bo(partner)
    anna = ACTIVE | {"id": ANNA, "names": {"en": "Anna", "ru": "", "zh": ""}}
    second = of_bo(
        partner, version=2, before=first.id, status="suspended", reason="Flood.", lines=[], clinicians=[anna]
    )
    bring(partner, joined, second, first)
    row = Hospital.objects.get()
    assert (row.status, row.status_reason) == ("suspended", "Flood.")
    assert not ServiceLine.objects.exists()
    assert [str(one) for one in Clinician.objects.all()] == ["Anna"]
    assert HospitalVersion.objects.count() == 2


def test_whoever_a_later_version_leaves_out_is_revoked_and_keeps_row_and_name(joined, partner):
    first = of_bo(partner)
    bring(partner, joined, first)
    hospital, lin = Hospital.objects.get(), Clinician.objects.get()
    second = of_bo(partner, version=2, before=first.id, clinicians=[])
    bring(partner, joined, second)
    lin.refresh_from_db()
    assert (lin.status, str(lin), lin.hospital_id) == ("revoked", "Lin Wei", Hospital.objects.get().pk)
    assert Hospital.objects.get().pk == hospital.pk
    bring(partner, joined, of_bo(partner, version=3, before=second.id))
    lin.refresh_from_db()
    assert lin.status == "active"


def test_a_void_version_gives_way_to_the_one_before_and_the_only_one_to_nothing(joined, partner, vera):
    first = of_bo(partner)
    second = of_bo(partner, version=2, before=first.id, status="left", reason="Closed.")
    bring(partner, joined, first, second)
    READER.withdrawn([entry_of(joined, second)])
    assert Hospital.objects.get().status == "active"
    READER.withdrawn([entry_of(joined, first)])
    assert hospital_of({"origin": "BO", "id": first.body["hospital"]}) is None
    assert clinician_of({"origin": "BO", "id": ACTIVE["id"]}) is None
    assert not Hospital.objects.visible_to(vera).exists()
    READER.accepted([(second, entry_of(joined, second))])
    assert hospital_of({"origin": "BO", "id": first.body["hospital"]}).status == "left"


def test_of_an_erased_one_no_word_stays(joined, partner):
    document = of_bo(partner)
    bring(partner, joined, document)
    READER.erased([entry_of(joined, document)])
    row, lin, version = Hospital.objects.get(), Clinician.objects.get(), HospitalVersion.objects.get()
    assert (row.is_gone, row.names, row.search_key, row.address, row.contact) == (True, {}, "", "", "")
    assert (lin.names, lin.search_key, version.body) == ({}, "", {})
    assert not ServiceLine.objects.exists()
    READER.accepted([(document, entry_of(joined, document))])
    assert (str(Hospital.objects.get()), str(Clinician.objects.get())) == ("Altagrad Hospital No. 1", "Lin Wei")


def test_two_states_may_use_one_identifier(joined, partner, hospital):
    body = {"hospital": str(hospital.pk)}
    bring(partner, joined, of_bo(partner, **body, clinicians=[]))
    bring(partner, joined, of_bo(partner, origin="CE", **body, clinicians=[]), name="CE")
    assert sorted(Hospital.objects.values_list("origin", flat=True)) == ["AL", "BO", "CE"]
    hospital.refresh_from_db()
    assert (hospital.names["en"], hospital.is_ours) == ("City Hospital", True)


def test_a_clinician_of_another_state_is_not_touched_by_a_document_that_names_them(
    joined, partner, hospital, lin, mira
):
    clinician = active_clinician(hospital, lin, by=mira)
    stolen = ACTIVE | {"id": str(clinician.clinician_id), "names": {"en": "Thief", "ru": "", "zh": ""}}
    bring(partner, joined, of_bo(partner, clinicians=[stolen]))
    clinician.refresh_from_db()
    assert (str(clinician), clinician.hospital_id) == ("Lin Wei", hospital.pk)
    assert Clinician.objects.count() == 2


def test_a_restored_node_that_lost_its_hospital_has_it_from_what_it_said(joined, hospital, mira, lin):
    active_clinician(hospital, lin, by=mira)
    seal(joined)
    (row,) = HospitalVersion.objects.order_by("-version")[:1]
    (entry,) = joined.store.known("AL", [str(row.document_id)]).values()
    for model in (HospitalVersion, Clinician, ServiceLine, Hospital):
        model.objects.all().delete()
    READER.returned([(Document.read(entry.document), entry)])
    back = Hospital.objects.get()
    assert (back.pk, back.is_ours, back.organisation, back.status) == (hospital.pk, True, mira.organisation, "active")
    assert [str(one) for one in Clinician.objects.filter(is_ours=True)] == ["Lin Wei"]
    keep_hospital(back, ENTRY | {"address": "9 Hospital Street"}, version=back.version, by=mira)
    assert [one.version for one in told(joined)] == [row.version + 1]
    anew, _ = invite_clinician(back, lin.email, LIN, by=mira)
    assert (anew.clinician_id, anew.person, anew.status) == (Clinician.objects.get().pk, lin, "invited")


def test_what_we_keep_is_not_changed_by_what_comes_back(joined, hospital, mira, lin):
    clinician, _ = invite_clinician(hospital, lin.email, LIN, by=mira)
    seal(joined)
    first = HospitalVersion.objects.get(version=1)
    entry = joined.store.known("AL", [str(first.document_id)])[str(first.document_id)]
    first.delete()
    READER.returned([(Document.read(entry.document), entry)])
    assert Hospital.objects.get().status == "active"
    clinician.refresh_from_db()
    assert clinician.status == "invited"


def test_an_act_that_partners_would_not_take_is_not_done(joined, hospital, mira, lin, monkeypatch):
    from tocsin.node.hospitals.actions import telling
    from tocsin.node.hospitals.refusals import ActRefused

    clinician = active_clinician(hospital, lin, by=mira)
    before = len(told(joined))
    monkeypatch.setattr(telling, "body_of", lambda *args: {"hospital": "nonsense"})
    with pytest.raises(ActRefused):
        keep_clinician(clinician, LIN | {"specialties": ["burns"]}, version=clinician.version, by=mira)
    assert Clinician.objects.get().specialties == LIN["specialties"]
    assert len(told(joined)) == before
