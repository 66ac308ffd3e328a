"""The guided form of a case in the browser: a step a page, kept as it is typed, looked at whole, and asked."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from tests.node.consultations.draft_scenes import QUIET, again, at, seen
from tests.node.consultations.scenes import CONTENT, a_clinician, a_draft, a_hospital, words

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.consultations.actions import answering
from tocsin.node.consultations.actions.drafting import begin_again, keep
from tocsin.node.consultations.actions.submitting import submit
from tocsin.node.consultations.forms.draft_patient import age_of
from tocsin.node.consultations.models import Case, CaseDraft, PatientIdentity
from tocsin.node.consultations.pages.draft_problems import today_of
from tocsin.node.files.models import Upload
from tocsin.node.hospitals.models import Hospital, ServiceLine
from tocsin.node.hospitals.naming import keys_of
from tocsin.node.joint.actions.acting import token

pytestmark = pytest.mark.django_db


# -- begun -------------------------------------------------------------------------------------------------------------


def test_a_case_is_begun_with_the_hospital_of_the_address(browser, mira, river):
    page = browser.get(reverse("consultation_begin"), {"hospital": river.pk})
    assert re.search(rf'value="{river.pk}" checked', page.text)
    answer = browser.post(
        reverse("consultation_begin"),
        {"asked": [river.pk], "specialty": "nephrology", "urgency": "urgent", "languages": ["ru"], "language": "en"},
    )
    draft = CaseDraft.objects.get()
    assert answer.url == at(draft, "patient")
    assert (draft.specialty, draft.urgency, draft.languages, draft.step) == ("nephrology", "urgent", ["ru"], "patient")
    assert list(draft.asked.all()) == [river]
    assert draft.clinician == mira


def test_to_look_at_the_first_step_keeps_nothing(browser, river):
    browser.get(reverse("consultation_begin"), {"hospital": river.pk})
    assert not CaseDraft.objects.exists()


def test_somebody_of_two_hospitals_says_as_whom_they_ask(browser, mira, state, river):
    other = a_clinician(a_hospital(state, "Lake Clinic"), mira.person)
    assert "As whom you ask" in browser.get(reverse("consultation_begin")).text
    browser.post(reverse("consultation_begin"), {"clinician": str(other.pk), "asked": [river.pk], "language": "en"})
    assert CaseDraft.objects.get().clinician == other


def test_somebody_of_no_hospital_is_told_what_to_do(person, signed_in):
    page = signed_in(person("clinician", name="Nobody")).get(reverse("consultation_begin"))
    assert "you answer for no hospital that takes part" in page.text


def test_a_hospital_is_found_in_another_script_and_the_chosen_one_stays(browser, draft, river, state):
    lake = a_hospital(state, "Lake Clinic")
    Hospital.objects.filter(pk=lake.pk).update(names={"en": "Lake Clinic", "ru": "Озёрная клиника", "zh": ""})
    Hospital.objects.filter(pk=lake.pk).update(**keys_of({"en": "Lake Clinic", "ru": "Озёрная клиника", "zh": ""}))
    answer = browser.post(at(draft, "whom"), seen(draft, asked=[river.pk], language="en", search="1", q="озер"))
    page = browser.get(answer.url.partition("#")[0]).text
    assert f'value="{lake.pk}">' in page
    assert f'value="{river.pk}" checked' in page


def test_enter_in_the_field_of_the_search_searches(browser, draft, river):
    typed = seen(draft, asked=[river.pk], language="en", q="lake", q_shown="")
    assert browser.post(at(draft, "whom"), typed).url.endswith("whom/?q=lake#hospitals")
    typed = seen(draft, asked=[river.pk], language="en", q="lake", q_shown="lake")
    assert browser.post(at(draft, "whom"), typed).url == at(draft, "patient")


def test_a_card_says_whether_the_specialty_works_and_not_ones_own_hospital_is_offered(browser, draft, river, hill):
    ServiceLine.objects.create(
        hospital=river, specialty="infectious_diseases", status="partial", reason="two beds closed", since=date.today()
    )
    page = browser.get(at(draft, "whom")).text
    assert "two beds closed" in page
    assert str(hill.pk) not in page


def test_a_hospital_that_the_person_does_not_see_is_not_asked(browser, draft, river, state):
    applied = a_hospital(state, "Applied")
    Hospital.objects.filter(pk=applied.pk).update(status="applied", verified_at=None)
    browser.post(at(draft, "whom"), seen(draft, asked=[river.pk, applied.pk, "no key"], language="en"))
    assert list(draft.asked.all()) == [river]


# -- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["", "whom", "patient", "consent", "course", "question", "look", "give-up"])
def test_a_draft_is_its_authors_and_is_stored_nowhere(step, browser, draft, lin, rosa, signed_in):
    answer = browser.get(at(draft, step))
    assert answer.status_code == (302 if not step else 200)
    assert "no-store" in answer["Cache-Control"]
    assert signed_in(lin.person).get(at(draft, step)).status_code == 404
    assert signed_in(rosa).get(at(draft, step)).status_code == 403


@pytest.mark.parametrize("step", ["whom", "patient", "submit", "place", "give-up"])
def test_nobody_else_writes_in_it(step, draft, lin, signed_in):
    assert signed_in(lin.person).post(at(draft, step), seen(draft)).status_code == 404
    assert again(draft).version == draft.version


def test_no_title_and_no_address_says_who_it_is(browser, draft):
    for step in ("whom", "patient", "consent", "course", "question", "look"):
        page = browser.get(at(draft, step)).text
        assert "Иванов" not in re.search("<title>.*?</title>", page, re.DOTALL)[0]
    typed = seen(draft, names="Сидоров Семён", sex="male", age=54, age_unit="a", more="", age_of="1")
    assert "%" not in browser.post(at(draft, "patient"), typed).url
    kept = [f"{one.target_name} {one.details}" for one in AuditEntry.objects.all()]
    assert not [text for text in kept if "Сидоров" in text or "Иванов" in text]


# -- kept ------------------------------------------------------------------------------------------------------------


def test_each_step_keeps_its_part_and_goes_on(browser, draft):
    typed = seen(
        draft, names="Ван\n王小明\n", birth_date="1972-03-04", age="54", age_unit="a", sex="female", pregnancy="no",
        severity="critical", onset_on="2026-03-01", conditions="Diabetes",
    )  # fmt: skip
    assert browser.post(at(draft, "patient"), typed).url == at(draft, "consent")
    now = again(draft)
    assert now.content["patient"] == {"age": {"value": 54, "unit": "a"}, "sex": "female"}
    assert (now.content["severity"], now.content["onset_on"], now.content["conditions"]) == (
        "critical", "2026-03-01", "Diabetes",
    )  # fmt: skip
    assert now.content["questions"] == CONTENT["questions"]
    identity = PatientIdentity.objects.get(draft=draft)
    assert (identity.names, identity.birth_date) == (["Ван", "王小明"], date(1972, 3, 4))
    typed = seen(draft, **{"care-given": "on", "care-basis": "representative", "care-on": "09.03.2026"})
    assert browser.post(at(draft, "consent"), typed).url == at(draft, "course")
    assert again(draft).consent == {"care": {"given": True, "basis": "representative", "on": "2026-03-09"}}
    typed = seen(draft, question_0="Which dose?", question_3="Dialysis?", text="Two beds only.")
    assert browser.post(at(draft, "question"), typed).url == at(draft, "look")
    assert again(draft).content["questions"] == ["Which dose?", "Dialysis?"]
    assert again(draft).text == "Two beds only."


def test_the_form_is_gone_on_with_where_it_was_left(browser, draft):
    browser.post(at(draft, "question"), seen(draft, question_0="Which dose?", to="consent"))
    assert browser.get(at(draft)).url == at(draft, "consent")


def test_what_cannot_be_read_stays_in_its_field_and_the_rest_is_kept(browser, draft):
    typed = seen(draft, birth_date="31.02.1980", age="about 50", age_unit="mo", sex="female", conditions="Asthma")
    page = browser.post(at(draft, "patient"), typed)
    assert page.status_code == 422
    assert 'value="31.02.1980"' in page.text
    assert 'value="about 50"' in page.text
    assert again(draft).content["conditions"] == "Asthma"
    assert again(draft).content["patient"] == {"age": {"value": 54, "unit": "a"}, "sex": "female"}


def test_what_cannot_be_so_is_shown_once_at_its_field_and_does_not_hold(browser, draft):
    typed = {"birth_date": "2090-01-01", "age": "54", "age_unit": "a", "sex": "male"}
    answer = browser.post(at(draft, "patient"), seen(draft, **typed))
    assert answer.url == at(draft, "patient")
    page = browser.get(answer.url).text
    assert re.search(r'id="id_birth_date-error".*?which is to come', page, re.DOTALL)
    assert 'name="marked"' in page
    assert browser.post(at(draft, "patient"), seen(draft, **typed, marked="1")).url == at(draft, "consent")


def test_what_only_is_missing_is_said_where_somebody_looks_for_it(browser, mira, river):
    draft = a_draft(mira, [river], by=mira.person, content={}, consent={})
    assert "needed before a colleague" not in browser.get(at(draft, "patient")).text
    assert "needed before a colleague" in browser.get(at(draft, "patient"), {"missing": "1"}).text
    assert browser.post(at(draft, "patient"), seen(draft, sex="unknown")).url == at(draft, "consent")


def test_the_age_is_offered_from_the_birth_date(browser, draft):
    born = today_of(draft) - timedelta(days=5)
    typed = {"birth_date": born.isoformat(), "sex": "male"}
    browser.post(at(draft, "patient"), seen(draft, **typed))
    assert "By the birth date: 5 days" in browser.get(at(draft, "patient")).text
    browser.post(at(draft, "patient"), seen(draft, **typed, age_of="1"))
    assert again(draft).content["patient"]["age"] == {"value": 5, "unit": "d"}
    assert "By the birth date" not in browser.get(at(draft, "patient")).text


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (date(2026, 3, 9), (0, "d")), (date(2026, 2, 6), (1, "mo")), (date(2024, 4, 10), (22, "mo")),
        (date(2024, 3, 10), (23, "mo")), (date(2024, 3, 9), (2, "a")), (date(1971, 3, 10), (54, "a")),
        (date(1920, 1, 1), (90, "a")),
    ],
)  # fmt: skip
def test_ages_by_the_birth_date(born, age):
    assert age_of(born, date(2026, 3, 9)) == {"value": age[0], "unit": age[1]}


def test_nobody_has_an_age_before_they_are_born():
    assert age_of(date(2026, 3, 10), date(2026, 3, 9)) is None


# -- two at once -----------------------------------------------------------------------------------------------------


def test_of_two_windows_the_second_sees_both_texts(browser, draft):
    first = draft.version
    browser.post(at(draft, "question"), {"version": first, "question_0": "Mine?", "text": "Mine."})
    page = browser.post(at(draft, "question"), {"version": first, "question_0": "Other?", "text": "Other."})
    assert page.status_code == 409
    assert "saved elsewhere" in page.text
    assert re.search(r"<dd class=\"words\">Mine\.</dd>", page.text)
    assert ">\nOther.</textarea>" in page.text
    assert again(draft).text == "Mine."
    version = re.search(r'name="version" value="(\d+)"', page.text)[1]
    browser.post(at(draft, "question"), {"version": version, "question_0": "Other?", "text": "Other."})
    assert again(draft).text == "Other."


def test_a_page_that_saves_by_itself_is_told_the_version(browser, draft):
    typed = seen(draft, question_0="Half a sent", page="p1")
    said = browser.post(at(draft, "question"), typed, headers=QUIET)
    assert said.json()["version"] == again(draft).version == draft.version + 1
    assert said.json()["kept"].startswith("Kept at")
    assert again(draft).content["questions"] == ["Half a sent"]
    assert again(draft).step == "question"


def test_an_answer_that_was_lost_on_the_line_is_nobodys_change(browser, draft):
    first = draft.version
    typed = {"version": first, "page": "p1"}
    browser.post(at(draft, "question"), typed | {"question_0": "Half a sent"}, headers=QUIET)  # never heard of
    said = browser.post(at(draft, "question"), typed | {"question_0": "Half a sentence?"}, headers=QUIET)
    assert said.status_code == 200
    assert again(draft).content["questions"] == ["Half a sentence?"]
    other = browser.post(at(draft, "question"), {"version": first, "page": "p2", "question_0": "?"}, headers=QUIET)
    assert other.status_code == 409
    assert "saved elsewhere" in other.json()["error"]
    assert again(draft).content["questions"] == ["Half a sentence?"]


def test_what_a_page_saves_by_itself_names_what_cannot_be_read(browser, draft):
    typed = seen(draft, birth_date="31.02.1980", sex="male")
    assert (
        "without what cannot be read: Birth date"
        in browser.post(at(draft, "patient"), typed, headers=QUIET).json()["kept"]
    )


# -- looked at, and asked ----------------------------------------------------------------------------------------------


def test_the_look_shows_what_leaves_and_not_what_stays(browser, draft):
    page = browser.get(at(draft, "look")).text
    for said in ("Man, 54, severe course", "Which antibiotic now?", "What would you do?", "infectious diseases"):
        assert said in page
    assert "River Hospital" in page
    assert "1 name and 1 number" in page
    assert "Иванов" not in page
    assert "1234567" not in page


def test_it_is_asked_from_the_last_step(browser, draft):
    answer = browser.post(at(draft, "submit"), seen(draft))
    case = Case.objects.get()
    assert answer.url == f"/consultations/{case.pk}/"
    assert browser.post(at(draft, "submit"), {"version": draft.version}).url == answer.url
    assert browser.get(at(draft)).url == browser.get(at(draft, "course")).url == answer.url
    assert Case.objects.count() == 1


def test_what_stands_against_it_is_listed_with_its_step(browser, mira, river):
    draft = a_draft(mira, [river], by=mira.person, consent={}, content=CONTENT | {"questions": []})
    page = browser.post(at(draft, "submit"), seen(draft))
    assert page.status_code == 422
    for step in ("consent", "question"):
        assert f'href="{at(draft, step)}?missing=1"' in page.text
    assert f'href="{at(draft, "patient")}?missing=1"' not in page.text
    assert 'action="' + at(draft, "submit") not in page.text
    assert not Case.objects.exists()


@pytest.fixture
def named(mira, river):
    content = CONTENT | {"presentation": "Fever since May. Patient Ivanov P.S. is worse today. No cough."}
    return a_draft(mira, [river], by=mira.person, text="Иванова лечим второй день.", content=content)


def test_a_place_that_names_the_patient_is_shown_in_its_sentence(browser, named):
    page = browser.get(at(named, "look")).text
    assert "2 places seem to say who the patient is" in page
    assert "<mark>Иванова</mark> лечим второй день." in page
    assert re.search(r"Patient <mark>Ivanov P\.S[^<]*</mark>", page)
    assert "Fever since May. Patient <mark>" not in page
    assert browser.post(at(named, "submit"), seen(named)).status_code == 422
    assert not Case.objects.exists()


def test_a_place_is_taken_out_or_left_in_and_then_it_is_asked(browser, named):
    browser.post(at(named, "place"), seen(named, place="0", take_out="1"))
    assert again(named).text == "[removed] лечим второй день."
    assert "1 place seems" in browser.get(at(named, "look")).text
    browser.post(at(named, "place"), seen(named, place="0", leave="1"))
    assert len(again(named).looked_through) == 1
    assert "Ivanov" in again(named).content["presentation"]
    assert browser.post(at(named, "submit"), seen(named)).status_code == 302
    assert Case.objects.count() == 1


def test_a_place_of_a_draft_that_has_changed_is_not_taken_out(browser, named, mira):
    keep(named, {"text": "Ivanov. Иванова лечим."}, version=named.version, by=mira.person)
    page = browser.post(at(named, "place"), {"version": named.version, "place": "0", "take_out": "1"})
    assert page.status_code == 409
    assert again(named).text == "Ivanov. Иванова лечим."


def test_a_draft_that_changed_since_it_was_looked_at_is_not_asked(browser, draft, mira):
    keep(draft, {"text": "Another text."}, version=draft.version, by=mira.person)
    page = browser.post(at(draft, "submit"), {"version": draft.version})
    assert page.status_code == 409
    assert "saved elsewhere" in page.text
    assert not Case.objects.exists()


def test_a_draft_is_given_up_after_its_loss_is_said(browser, draft):
    assert "Destroyed at once" in browser.get(at(draft, "give-up")).text
    assert browser.post(at(draft, "give-up"), {"version": 1}).status_code == 409
    assert PatientIdentity.objects.exists()
    assert browser.post(at(draft, "give-up"), seen(draft)).status_code == 302
    assert not PatientIdentity.objects.exists()
    assert again(draft).content == {}
    quiet = browser.post(at(draft, "course"), seen(draft, presentation="Back again"), headers=QUIET)
    assert quiet.status_code == 409
    assert again(draft).content == {}


def test_a_file_that_nobody_has_looked_at_holds_the_case(browser, draft, mira):
    file = Upload.objects.create(by=mira.person, name="scan of the record.jpg", size=1, received=1, state="uploaded")
    other = Upload.objects.create(by=mira.person, name="x.jpg", size=1, state="arriving")
    browser.post(at(draft, "question"), seen(draft, question_0="?", files=[file.pk, other.pk, "no key"]))
    assert again(draft).files == [str(file.pk), str(other.pk)]
    assert "may not leave yet" in browser.get(at(draft, "look")).text
    assert 'action="' + at(draft, "submit") not in browser.get(at(draft, "look")).text
    Upload.objects.filter(pk=other.pk).delete()
    assert "A file is not there any more" in browser.get(at(draft, "look")).text
    browser.post(at(draft, "question"), seen(draft, question_0="?"))
    assert again(draft).files == []
    assert "Ask River Hospital" in browser.get(at(draft, "look")).text


def test_another_persons_file_is_not_taken_along(browser, draft, lin):
    file = Upload.objects.create(by=lin.person, name="scan.jpg", size=1, received=1, state="uploaded")
    browser.post(at(draft, "question"), seen(draft, question_0="?", files=[file.pk]))
    assert again(draft).files == []
    assert "scan.jpg" not in browser.get(at(draft, "question")).text


def test_a_case_that_was_given_back_is_asked_again(browser, draft, mira, rosa):
    case = submit(draft, version=draft.version, by=mira.person)
    answering.give_back(case, reason="incomplete", words=words(""), seen=token(case.of), by=rosa)
    anew = begin_again(Case.objects.get(pk=case.pk), by=mira.person)
    assert browser.get(at(anew)).url == at(anew, "look")
    page = browser.get(at(anew, "look")).text
    assert f"{case.number}, asked again" in page
    assert "1 name and 1 number" in page
    typed = {"version": anew.version, "question_0": "Which dose?", "text": "Иванову хуже."}
    browser.post(at(anew, "question"), typed)
    assert "<mark>Иванову</mark>" in browser.get(at(anew, "look")).text
    browser.post(at(anew, "question"), seen(anew, question_0="Which dose?", text="Worse."))
    looked = re.search(r'name="seen" value="(\w+)"', browser.get(at(anew, "look")).text)[1]
    assert browser.post(at(anew, "submit"), seen(anew, seen=looked)).url == f"/consultations/{case.pk}/"
    assert Case.objects.get().status == "submitted"


def test_who_the_patient_of_a_sent_case_is_opens_in_its_form_with_a_second_factor_alone(
    browser, draft, mira, rosa, signed_in
):  # fmt: skip
    case = submit(draft, version=draft.version, by=mira.person)
    answering.give_back(case, reason="incomplete", words=words(""), seen=token(case.of), by=rosa)
    anew = begin_again(Case.objects.get(pk=case.pk), by=mira.person)
    (name,) = PatientIdentity.objects.get(case=case).names
    assert browser.get(at(anew, "patient")).url == reverse("mfa_index")
    assert browser.post(at(anew, "patient"), seen(anew, names_0="Somebody Else")).url == reverse("mfa_index")
    assert PatientIdentity.objects.get(case=case).names == [name]
    assert name not in browser.get(at(anew, "question")).text + browser.get(at(anew, "look")).text
    page = signed_in(mira.person, second_factor=True).get(at(anew, "patient"))
    assert page.status_code == 200
    assert name in page.text


def test_a_case_that_was_sent_is_not_written_on(browser, draft, mira):
    case = submit(draft, version=draft.version, by=mira.person)
    assert browser.post(at(draft, "question"), seen(draft, text="More.")).url == f"/consultations/{case.pk}/"
    assert again(draft).text == "What would you do?"
