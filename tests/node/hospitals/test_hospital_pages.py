"""One hospital on its page; applied for, kept, verified; its people invited, checked, activated: in the browser."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.node.hospitals.scenes import LIN, active_clinician, of_bo
from tests.node.notifications.scenes import bring

from tocsin.node.hospitals.actions.clinicians import activate_clinician, check_identity, set_away
from tocsin.node.hospitals.actions.entries import set_service_line
from tocsin.node.hospitals.actions.inviting import invite_clinician
from tocsin.node.hospitals.actions.standing import suspend
from tocsin.node.hospitals.models import Clinician, Hospital, ServiceLine
from tocsin.node.hospitals.pages.presence import hours_in_words, presence
from tocsin.node.hospitals.waiting import count

pytestmark = pytest.mark.django_db
TYPED = {
    "names_en": "City Hospital", "names_ru": "Городская больница", "names_zh": "", "time_zone": "Asia/Almaty",
    "languages": ["ru", "kk"], "place_en": "Altagrad", "address": "1 Hospital Street", "contact": "", "note": "",
}  # fmt: skip
PERSON = {
    "names_en": "Lin Wei", "names_ru": "", "names_zh": "林巍", "role": "consultant",
    "specialties": ["infectious_diseases"], "languages": ["zh-hans"], "time_zone": "Asia/Shanghai",
    "takes_consultations": "on", "lines": "3",
    "hours_1_days": ["1", "2", "3"], "hours_1_from": "08:00", "hours_1_until": "16:00",
}  # fmt: skip


def page_of(browser, row) -> str:
    return browser.get(reverse("hospital", args=[row.pk])).text


def test_a_manager_applies_and_a_verifier_finds_it_waiting(mira, vera, signed_in):
    manager, verifier = signed_in(mira), signed_in(vera)
    form = manager.get(reverse("hospital_apply"))
    assert 'value="市立医院"' in form.text  # as the organisation is called
    assert manager.post(reverse("hospital_apply"), TYPED).status_code == 302
    row = Hospital.objects.get()
    assert (row.status, row.place_names["en"], row.languages) == ("applied", "Altagrad", ["ru", "kk"])
    assert "City Hospital: applied" in page_of(manager, row)
    inbox = verifier.get(reverse("hospitals_waiting")).text
    assert "1 waits to be verified or checked" in inbox
    where = reverse("hospital_verify", args=[row.pk])
    assert where in inbox
    looked = verifier.get(where)
    assert "You say in the state’s name that this is a hospital" in looked.text
    assert verifier.post(where, {"version": row.version}).status_code == 302
    assert Hospital.objects.get().status == "verified"
    assert "Nothing waits to be verified or checked" in verifier.get(reverse("hospitals_waiting")).text


def test_what_cannot_be_kept_is_said_at_its_field_and_what_was_typed_stays(hospital, mira, signed_in):
    typed = {**TYPED, "names_en": "", "names_ru": "", "address": "<b>here</b>", "version": hospital.version}
    answer = signed_in(mira).post(reverse("hospital_entry", args=[hospital.pk]), typed)
    assert answer.status_code == 422
    assert "Give the name in one language at least." in answer.text
    assert "it holds markup" in answer.text
    assert "&lt;b&gt;here&lt;/b&gt;" in answer.text
    assert Hospital.objects.get().address == "1 Hospital Street"


def test_of_two_who_change_the_entry_the_second_is_told(hospital, mira, signed_in):
    where, browser = reverse("hospital_entry", args=[hospital.pk]), signed_in(mira)
    assert browser.post(where, {**TYPED, "version": hospital.version, "contact": "+7 1"}).status_code == 302
    second = browser.post(where, {**TYPED, "version": hospital.version, "contact": "+7 2"})
    assert second.status_code == 409
    assert "Mira changed this on" in second.text
    assert 'value="+7 2"' in second.text
    assert Hospital.objects.get().contact == "+7 1"


def test_the_form_begins_with_what_stands(hospital, mira, signed_in):
    text = signed_in(mira).get(reverse("hospital_entry", args=[hospital.pk])).text
    assert f'name="version" value="{hospital.version}"' in text
    assert 'value="Asia/Almaty" selected' in text
    assert 'value="Алтаград"' in text


def test_a_line_of_service_is_said_shown_and_taken_out(hospital, mira, signed_in):
    browser, where = signed_in(mira), reverse("hospital_line", args=[hospital.pk])
    refused = browser.post(where, {"specialty": "burns", "status": "partial", "reason": ""})
    assert refused.status_code == 422
    assert "Say why it is not in full" in refused.text
    assert browser.post(where, {"specialty": "burns", "status": "partial", "reason": "Six beds."}).status_code == 302
    page = page_of(browser, hospital)
    assert "Six beds." in page
    assert f"{where}?specialty=burns" in page
    begun = browser.get(where, {"specialty": "burns"}).text
    assert "Six beds.</textarea>" in begun
    remove = reverse("hospital_line_remove", args=[hospital.pk])
    assert browser.post(remove, {"specialty": "burns"}).status_code == 302
    assert not ServiceLine.objects.exists()


@pytest.mark.parametrize(
    ("kind", "data", "status"),
    [("suspend", {"reason": "Flood."}, "suspended"), ("leave", {"reason": "Closed."}, "left")],
)
def test_acts_that_need_a_reason_ask_for_it(hospital, mira, signed_in, kind, data, status):
    browser, where = signed_in(mira), reverse(f"hospital_{kind}", args=[hospital.pk])
    assert browser.post(where, {"reason": ""}).status_code == 422
    assert browser.post(where, data).status_code == 302
    assert Hospital.objects.get().status == status
    assert data["reason"] in page_of(browser, hospital)


def test_what_is_no_way_from_here_is_refused_with_409(verified, mira, signed_in):
    browser, where = signed_in(mira), reverse("hospital_activate", args=[verified.pk])
    assert browser.post(where).status_code == 302
    again = browser.post(where)
    assert again.status_code == 409
    assert "only a verified hospital can be activated" in again.text
    suspend(verified, reason="Flood.", by=mira)
    assert browser.post(reverse("hospital_resume", args=[verified.pk])).status_code == 302


def test_the_way_of_a_clinician_through_the_pages(hospital, mira, vera, person, signed_in, client):
    manager = signed_in(mira)
    invited = manager.post(
        reverse("hospital_invite", args=[hospital.pk]), {**PERSON, "email": "new@city.example", "letter": "en"}
    )
    assert invited.status_code == 200
    link = re.search(r"http\S+/invitation/[^<\s]+", invited.text)[0]
    clinician = Clinician.objects.get()
    assert clinician.availability == [{"days": [1, 2, 3], "from": "08:00", "until": "16:00"}]
    assert "has not accepted the invitation yet" in page_of(manager, hospital)
    password = {"password": "a long sentence that nobody knows", "again": "a long sentence that nobody knows"}
    client.post(link[link.index("/invitation") :], password)
    assert count(mira) == count(vera) == 1
    inbox = manager.get(reverse("hospitals_waiting")).text
    check = reverse("clinician_check", args=[clinician.pk])
    assert check in inbox
    assert manager.post(check).status_code == 302
    assert manager.post(reverse("clinician_activate", args=[clinician.pk])).status_code == 302
    assert count(mira) == count(vera) == 0
    clinician.refresh_from_db()
    assert clinician.status == "active"
    themself = signed_in(clinician.person)
    assert themself.get(reverse("my_clinician")).url == reverse("clinician_entry", args=[clinician.pk])
    assert "Your entry in the directory" in themself.get(reverse("clinician_entry", args=[clinician.pk])).text


def test_hours_that_cannot_be_are_said_beside_their_line(hospital, mira, signed_in):
    typed = {**PERSON, "hours_1_until": "07:00", "email": "new@city.example", "letter": "en"}
    answer = signed_in(mira).post(reverse("hospital_invite", args=[hospital.pk]), typed)
    assert answer.status_code == 422
    before, _, after = answer.text.partition("Give a night as two")
    assert before.count('name="hours_1_from"') == 1
    assert 'name="hours_1_until"' in after
    assert not Clinician.objects.exists()


def test_a_clinician_keeps_their_own_entry_without_the_role(hospital, mira, lin, signed_in):
    clinician = active_clinician(hospital, lin, by=mira)
    where, browser = reverse("clinician_entry", args=[clinician.pk]), signed_in(lin)
    assert 'name="role"' not in browser.get(where).text
    changed = {**PERSON, "role": "head_of_department", "specialties": ["burns"], "version": clinician.version}
    assert browser.post(where, changed).status_code == 302
    clinician.refresh_from_db()
    assert (clinician.role, clinician.specialties) == ("consultant", ["burns"])
    assert browser.post(where, changed).status_code == 409
    assert browser.post(reverse("clinician_away", args=[clinician.pk]), {"until": ""}).status_code == 302
    assert browser.post(reverse("clinician_back", args=[clinician.pk])).status_code == 302
    assert browser.post(reverse("clinician_revoke", args=[clinician.pk]), {"reason": "No."}).status_code == 403


def test_others_cannot_tell_that_somebody_is_invited_nor_change_anything(hospital, mira, omar, lin, signed_in):
    clinician, _ = invite_clinician(hospital, lin.email, LIN, by=mira)
    stranger = signed_in(omar)
    assert stranger.get(reverse("clinician_entry", args=[clinician.pk])).status_code == 404
    assert "Lin Wei" not in page_of(stranger, hospital)
    for name in ("hospital_entry", "hospital_line", "hospital_invite", "hospital_suspend", "hospital_leave"):
        assert stranger.get(reverse(name, args=[hospital.pk])).status_code == 403, name
    check_identity(clinician, by=mira), activate_clinician(clinician, by=mira)
    assert stranger.get(reverse("clinician_entry", args=[clinician.pk])).status_code == 403
    assert "Lin Wei" in page_of(stranger, hospital)
    for name in ("clinician_check", "clinician_activate", "clinician_away", "clinician_back", "clinician_revoke"):
        assert stranger.get(reverse(name, args=[clinician.pk])).status_code == 403, name


def test_one_that_applies_does_not_exist_for_others(applied, omar, vera, signed_in):
    assert signed_in(omar).get(reverse("hospital", args=[applied.pk])).status_code == 404
    assert signed_in(vera).get(reverse("hospital", args=[applied.pk])).status_code == 200


def test_a_partners_hospital_is_read_and_nothing_of_it_is_ours_to_change(joined, partner, mira, signed_in):
    bring(partner, joined, of_bo(partner))
    row, browser = Hospital.objects.get(), signed_in(mira)
    page = page_of(browser, row)
    for said in ("Altagrad Hospital No. 1", "Lin Wei", "Ремонт палат.", "there, UTC+8 (Shanghai)", "ECMO: 2."):
        assert said in page, said
    for name in ("hospital_entry", "hospital_suspend", "hospital_leave", "hospital_line"):
        assert reverse(name, args=[row.pk]) not in page
        assert browser.get(reverse(name, args=[row.pk])).status_code == 403


def test_one_without_an_entry_is_told_how_to_have_one(hospital, lin, signed_in):
    page = signed_in(lin).get(reverse("my_clinician")).text
    assert "You are not in the directory of clinicians" in page
    assert reverse("hospital", args=[hospital.pk]) in page


def test_a_hospital_of_many_takes_no_more_queries_than_one_of_few(hospital, mira, ward, person, signed_in):
    browser = signed_in(mira)

    def more(names, specialties):
        for name in names:
            active_clinician(hospital, person("clinician", name=name, organisation=ward), by=mira)
        for one in specialties:
            set_service_line(hospital, one, status="full", by=mira)

    def queries() -> int:
        with CaptureQueriesContext(connection) as done:
            page_of(browser, hospital)
        return len(done)

    more(["Anna"], ["burns"])
    few = queries()
    more(["Boris", "Clara", "Dana"], ["urology", "toxicology", "neurology"])
    assert queries() == few


def test_whether_somebody_is_there_is_said_with_the_time_where_they_are(hospital, mira, lin):
    clinician = active_clinician(hospital, lin, by=mira)
    night, day = datetime(2026, 3, 9, 19, 10, tzinfo=UTC), datetime(2026, 3, 10, 2, 5, tzinfo=UTC)
    assert (presence(clinician, night).state, presence(clinician, night).said) == ("on_hours", "it is 03:10 there")
    assert (presence(clinician, day).state, presence(clinician, day).said) == ("off_hours", "it is 10:05 there")
    assert hours_in_words(clinician) == "Mon–Fri 20:00–24:00; Tue–Sat 00:00–08:00 · UTC+8 (Shanghai)"
    clinician = set_away(clinician, by=lin)
    assert (presence(clinician, night).state, presence(clinician, night).there) == ("clinician_away", False)
    clinician.availability, clinician.status = [], "active"
    assert presence(clinician, night).state == "hours_not_said"


def test_somebody_whose_hours_are_over_is_in_no_title(hospital, mira, lin, signed_in):
    clinician = active_clinician(hospital, lin, by=mira, availability=[])
    assert "City Hospital: nobody is on hours now" in page_of(signed_in(mira), hospital)
    always = [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "until": "24:00"}]
    Clinician.objects.filter(pk=clinician.pk).update(availability=always)
    assert "City Hospital: somebody is there now" in page_of(signed_in(mira), hospital)
