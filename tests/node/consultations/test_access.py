"""Who reads what of a case: every thing that is kept of one, tried by everybody who is near it."""

from types import SimpleNamespace

import pytest
from django.core import mail
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone
from tests.node.consultations.access_records import attached_to
from tests.node.consultations.scenes import a_clinician, a_draft, a_hospital, answered, ask_for, words

from tocsin.node.alliance.models import Notice, Person
from tocsin.node.alliance.notices import mail_waiting
from tocsin.node.consultations.actions import answering, asking, panels
from tocsin.node.consultations.api.consultations import consultation, consultation_bundle
from tocsin.node.consultations.finding import cases_with
from tocsin.node.consultations.models import Case, ClinicalNote, NoteDraft, PatientIdentity

pytestmark = pytest.mark.django_db

# Of each reader what they are answered, by what they ask for: the case, its file, who the patient is, the draft of
# another case, the outcome on paper, the Bundle, the same two by a program; how many notes they read; whether the case
# stands in their list, a word of it finds it, and there is the draft of an opinion.
THINGS = (
    "case", "file", "identity", "draft", "outcome", "bundle", "API", "bundle by API", "notes", "listed", "found",
    "note draft",
)  # fmt: skip
HAS_IT = {
    "case": 200, "file": 200, "identity": 404, "draft": 404, "outcome": 200, "bundle": 200, "API": 200,
    "bundle by API": 200, "notes": 2, "listed": True, "found": True,
}  # fmt: skip
NOTHING = {
    "case": 404, "file": 404, "identity": 404, "draft": 404, "outcome": 404, "bundle": 404, "API": 404,
    "bundle by API": 404, "notes": 0, "listed": False, "found": False,
}  # fmt: skip
NO_CLINICIAN = {"identity": 403, "draft": 403}  # a page for clinicians alone
READERS = {
    "asker": HAS_IT | {"identity": 200, "draft": 302},
    "colleague of the team": HAS_IT | {"identity": 200},
    "colleague": NOTHING,
    "asker's coordinator": HAS_IT | NO_CLINICIAN,
    "manager": dict.fromkeys(NOTHING, 403)
    | {
        "file": 404,
        "API": 404,
        "bundle by API": 404,
        "notes": 0,
        "listed": False,
        "found": False,
    },
    "expert": HAS_IT | {"note draft": True},
    "expert before re-allocation": NOTHING,
    "other expert of the hospital": NOTHING,
    "member of the panel": HAS_IT,
    "coordinator who is asked": HAS_IT | NO_CLINICIAN,
    "coordinator who declined": NOTHING | NO_CLINICIAN,
    "revoked expert": NOTHING,
    "stranger": NOTHING,
}
WITHDRAWN = {
    "file": 404, "bundle": 404, "bundle by API": 404, "notes": 0, "found": False, "note draft": False,
}  # fmt: skip


@pytest.fixture
def scene(state, joined, hill, river, mira, lin, omar, rosa, anna, person):
    """Asked of two hospitals, of which one declines; given to one expert and then to two, of whom one is revoked."""

    def somebody(where, name):
        return a_clinician(where, person("clinician", name=name, organisation=where.organisation))

    lake = a_hospital(state, "Lake Hospital")
    nora, paul, kim, max_, zoe = (
        somebody(where, name)
        for where, name in ((hill, "Nora"), (hill, "Paul"), (river, "Kim"), (river, "Max"), (river, "Zoe"))
    )
    lea = person("consultation_coordinator", name="Lea", organisation=lake.organisation)
    case = ask_for(mira, [river, lake], by=mira.person)
    draft = a_draft(mira, [river], by=mira.person)
    asking.name_team(case, [mira, nora], by=mira.person)
    answering.decline(case, reason="no_capacity", by=lea)
    answering.allocate(case, [omar], by=rosa)
    answering.allocate(case, [lin, zoe], by=rosa)
    answering.sign(case, words("Meropenem."), by=lin.person)
    panels.convene(case, [lin, kim], chair=lin, quorum=2, by=lin.person)
    NoteDraft.objects.create(case=case, by=lin.person, kind="sign", text="I think")
    zoe.status = "revoked"
    zoe.save()
    readers = {
        "asker": mira.person, "colleague of the team": nora.person, "colleague": paul.person,
        "asker's coordinator": anna,
        "manager": person("hospital_manager", name="Mo", organisation=hill.organisation), "expert": lin.person,
        "expert before re-allocation": omar.person, "other expert of the hospital": max_.person,
        "member of the panel": kim.person, "coordinator who is asked": rosa, "coordinator who declined": lea,
        "revoked expert": zoe.person, "stranger": person("clinician", name="Stranger"),
    }  # fmt: skip
    assert set(readers) == set(READERS)
    return SimpleNamespace(case=case, draft=draft, file=attached_to(case), readers=readers)


def read(scene, reader, browser):
    """What somebody is answered."""
    of = f"/consultations/{scene.case.pk}/"
    addresses = {
        "case": of, "file": f"/files/{scene.file.pk}/text-1.txt", "identity": f"{of}identity/",
        "draft": f"/consultations/drafts/{scene.draft.pk}/", "outcome": f"{of}outcome/en/docx/",
        "bundle": f"{of}fhir/",
    }  # fmt: skip
    found = {}
    for name, address in addresses.items():
        response = browser.get(address)
        if response.streaming:
            response.getvalue()
        found[name] = response.status_code
    for name, ask in (("API", consultation), ("bundle by API", consultation_bundle)):
        found[name] = by_program(ask, reader, scene.case.pk)
    page = browser.get("/consultations/", {"box": "all"})
    found["listed"] = page.status_code == 200 and scene.case.number in page.text
    found["found"] = scene.case.pk in cases_with("dyspnoea", reader)
    found["notes"] = ClinicalNote.objects.visible_to(reader).about(scene.case).readable().count()
    found["note draft"] = NoteDraft.objects.visible_to(reader).exists()
    assert Case.objects.visible_to(reader).exists() == (found["case"] == 200)
    assert PatientIdentity.objects.visible_to(reader).filter(case=scene.case).exists() == (found["identity"] == 200)
    return found


def by_program(ask, reader, key):
    """What a program of theirs is answered; that its token has the ability is asked before."""
    request = RequestFactory().get("/")
    request.user = reader
    try:
        ask(request, key)
    except Http404:
        return 404
    return 200


def told_and_mailed(scene):
    """Of whatever waits to be told: by whom it is read, by name, and to which of them letters go."""
    told = set(Notice.objects.filter(seen_at=None).values_list("person__name", flat=True))
    mail_waiting()
    by_address = {one.email: who for who, one in scene.readers.items()}
    mailed = {by_address[one.to[0]] for one in mail.outbox}
    Notice.objects.update(seen_at=timezone.now())
    mail.outbox.clear()
    return {who for who, one in scene.readers.items() if one.name in told}, mailed


def as_table(rows):
    return {who: {name: row.get(name, False) for name in THINGS} for who, row in rows.items()}


def test_each_reader_reads_what_belongs_to_their_part_and_nothing_else(scene, signed_in):
    found = {who: read(scene, person, signed_in(person, second_factor=True)) for who, person in scene.readers.items()}
    assert as_table(found) == as_table(READERS)


def test_once_the_patient_does_not_agree_nothing_of_them_is_read_by_anybody(scene, mira, signed_in):
    asking.change_consent(scene.case, "care", given=False, on=None, basis="patient", by=mira.person)
    found = {who: read(scene, person, signed_in(person, second_factor=True)) for who, person in scene.readers.items()}
    expected = {}
    for who, row in READERS.items():
        expected[who] = row | ({} if row["case"] != 200 else WITHDRAWN)
    assert as_table(found) == as_table(expected)


def test_only_who_has_the_case_is_told_of_it_and_gets_letters(scene, mira):
    """The revoked expert, those before, and a hospital that declined hear nothing more, not even that it goes on."""
    Notice.objects.all().delete()
    answering.send_message(scene.case, words("May we call?"), by=mira.person)
    concerned = {"colleague of the team", "expert", "member of the panel"}
    assert told_and_mailed(scene) == (concerned, concerned)
    asking.change_consent(scene.case, "care", given=False, on=None, basis="patient", by=mira.person)
    concerned |= {"coordinator who is asked"}
    assert told_and_mailed(scene) == (concerned, concerned)


def test_of_a_hospital_that_was_suspended_nobody_is_told(scene, mira, river):
    river.status = "suspended"
    river.save()
    Notice.objects.all().delete()
    answering.send_message(scene.case, words("May we call?"), by=mira.person)
    assert told_and_mailed(scene)[0] == {"colleague of the team"}


def test_who_is_in_no_role_of_a_clinician_any_more_has_no_case(scene, signed_in):
    """Their row in the case is there still; what opens it is the role."""
    expert = scene.readers["expert"]
    expert.roles = ["border_post"]
    expert.save()
    expert = Person.objects.get(pk=expert.pk)
    found = read(scene, expert, signed_in(expert, second_factor=True))
    assert {found[name] for name in ("case", "identity", "draft", "outcome", "bundle", "file")} == {403}


def test_a_hospital_that_was_suspended_has_no_case_any_more(scene, river, signed_in):
    river.status = "suspended"
    river.save()
    for who in ("expert", "member of the panel", "coordinator who is asked"):
        found = read(scene, scene.readers[who], signed_in(scene.readers[who], second_factor=True))
        assert {found["case"], found["file"], found["bundle"]} == {404}, who
    asker = scene.readers["asker"]
    assert read(scene, asker, signed_in(asker, second_factor=True))["case"] == 200


def test_an_answered_case_is_as_closed_to_others_as_one_that_waits(mira, lin, omar, rosa, river, signed_in):
    case = answered(ask_for(mira, [river], by=mira.person), coordinator=rosa, expert=lin)
    browser = signed_in(omar.person, second_factor=True)
    for part in ("", "identity/", "fhir/", "outcome/en/docx/", "sign/", "amend/o1/", "retract/o1/", "reply/q1/"):
        assert browser.get(f"/consultations/{case.pk}/{part}").status_code == 404, part
