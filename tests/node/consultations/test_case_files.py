"""Files of a case: sent without who it is, read by whoever has the case, gone when the patient does not agree."""

from io import BytesIO

import pytest
from PIL import Image
from tests.node.consultations.scenes import a_draft, ask_for, seen, words
from tests.node.files.scenes import a_file, given

from tocsin.node.consultations.actions import answering, asking
from tocsin.node.consultations.actions.drafting import keep
from tocsin.node.consultations.actions.submitting import submit
from tocsin.node.consultations.models import ClinicalNote
from tocsin.node.consultations.refusals import InvalidInput
from tocsin.node.files.models import Attached, Upload

pytestmark = pytest.mark.django_db

COURSE = "Day 9. Иванов П. С. febrile, no allergy.".encode()


def asked_with(mira, river, *uploads: Upload):
    draft = a_draft(mira, [river], by=mira.person)
    draft = keep(draft, {"files": [str(one.pk) for one in uploads]}, version=draft.version, by=mira.person)
    return submit(draft, version=draft.version, by=mira.person)


def test_a_file_goes_with_the_case_and_says_nothing_of_whom(mira, lin, omar, rosa, river, signed_in):
    text = given(mira.person, COURSE, name="Иванов Пётр.txt")
    photo = a_file(mira.person)
    case = asked_with(mira, river, text, photo)
    note = ClinicalNote.objects.about(case).get()
    assert [one["name"] for one in note.files] == ["document-1.txt", "photo-2.jpg"]
    answering.allocate(case, [lin], by=rosa)
    expert = signed_in(lin.person)
    shown = expert.get(f"/consultations/{case.pk}/").content.decode()
    files = {one.name: one for one in Attached.objects.all()}
    for name, row in files.items():
        where = f"/files/{row.pk}/{name}"
        assert where in shown
        content = b"".join(expert.get(where).streaming_content)
        assert "Иванов".encode() not in content
        assert signed_in(omar.person).get(where).status_code == 404
        if name.endswith(".jpg"):
            assert not Image.open(BytesIO(content)).getexif()
        else:
            assert b"febrile, no allergy" in content


def test_a_picture_that_nobody_has_looked_at_does_not_leave(mira, river):
    photo = given(mira.person)
    with pytest.raises(InvalidInput, match="may not leave yet"):
        asked_with(mira, river, photo)
    assert not Attached.objects.exists()


def test_an_expert_answers_with_a_file(mira, lin, rosa, river, signed_in):
    case = ask_for(mira, [river], by=mira.person)
    answering.allocate(case, [lin], by=rosa)
    table = given(lin.person, b"dose,when\n1 g,every 8 h\n", name="plan.csv")
    said = {"text": "See the plan.", "language": "en", "seen": seen(case), "files": str(table.pk)}
    assert signed_in(lin.person).post(f"/consultations/{case.pk}/sign/", said).status_code == 302
    row = Attached.objects.get()
    read = signed_in(mira.person).get(f"/files/{row.pk}/{row.name}")
    assert b"every 8 h" in b"".join(read.streaming_content)


def test_files_go_with_the_consent(mira, lin, rosa, river, signed_in):
    case = asked_with(mira, river, a_file(mira.person))
    answering.allocate(case, [lin], by=rosa)
    row = Attached.objects.get()
    assert signed_in(lin.person).get(f"/files/{row.pk}/{row.name}").status_code == 200
    asking.change_consent(case, "care", given=False, on=None, basis="patient", by=mira.person)
    row.refresh_from_db()
    assert row.state == Attached.State.ERASED
    assert signed_in(lin.person).get(f"/files/{row.pk}/{row.name}").status_code == 404


def test_a_file_of_another_person_is_not_taken(mira, lin, rosa, river):
    case = ask_for(mira, [river], by=mira.person)
    answering.allocate(case, [lin], by=rosa)
    theirs = a_file(mira.person)
    with pytest.raises(InvalidInput, match="not there any more"):
        answering.sign(case, words("With a file.", uploads=(str(theirs.pk),)), by=lin.person)
