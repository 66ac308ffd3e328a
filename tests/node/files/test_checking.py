"""What was given is looked at, and made anew; the original stays at the hospital."""

import pytest
from tests.clinical.files.specimens import SECRET, docx, pdf
from tests.node.files.scenes import ABOUT, given

from tocsin.clinical.files import refusals as clinical
from tocsin.clinical.files.deidentifying import Place
from tocsin.clinical.identifiers.identity import Identity
from tocsin.clinical.identifiers.identity import Kind as Identifier
from tocsin.node.files import gates, limits, words
from tocsin.node.files.actions import checking
from tocsin.node.files.models import CleanFile, Upload, UploadPiece
from tocsin.node.files.refusals import NotSent

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.node.files.addresses")]


@pytest.fixture
def clinician(person):
    return person("clinician", name="Clara")


def test_a_photograph_is_made_anew_under_a_name_that_says_nothing(clinician):
    upload = given(clinician)
    assert (upload.state, upload.clean.name, upload.clean.media_type) == ("checked", "photo-1.jpg", "image/jpeg")
    content = b"".join(bytes(piece.content) for piece in upload.clean.pieces.all())
    assert SECRET not in content
    assert len(content) == upload.clean.size
    assert not upload.may_leave
    assert checking.accept(upload.pk, by=clinician).may_leave


def test_what_is_refused_says_why_and_makes_nothing(clinician):
    upload = given(clinician, b"GIF89a.........", name="x.gif")
    assert (upload.state, upload.reason) == ("refused", "gif")
    assert words.refusal(upload) == "It is a GIF. Save the picture as PNG."
    assert not CleanFile.objects.exists()
    with pytest.raises(NotSent):
        checking.accept(upload.pk, by=clinician)


def test_texts_are_searched_for_the_patient_of_the_object(clinician, monkeypatch):
    monkeypatch.setattr(gates, "_identities", {"case": lambda about: Identity(names=("Иванов Пётр",))})
    upload = given(clinician, docx("Боль", "Иванова осмотрели"), name="x.docx", about_kind="case", about=ABOUT)
    assert upload.flagged == [["paragraph", 2, "name"]]
    assert words.found_at(upload) == ["a name in paragraph 2"]
    assert not upload.may_leave
    told = given(clinician, "Иванов, темп. 38".encode(), name="x.txt", about_kind="case", about=ABOUT)
    assert bytes(told.clean.pieces.get().content).decode() == "[removed], темп. 38"
    assert told.may_leave


def test_a_large_file_is_looked_at_by_a_task(clinician, monkeypatch, settings):
    settings.TASKS = {
        "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "people", "night"]}
    }
    monkeypatch.setattr(limits, "AT_ONCE", 10)
    upload = given(clinician, check=False)
    assert checking.ask_to_check(upload).state == "uploaded"
    from django_tasks_db.models import DBTaskResult

    assert DBTaskResult.objects.get().args_kwargs["args"] == [str(upload.pk)]
    assert checking.sweep() == 1
    from tocsin.node.files.tasks import check_upload

    assert check_upload.func(str(upload.pk)) == "checked"
    assert check_upload.func(str(upload.pk)) == "checked"
    assert CleanFile.objects.count() == 1
    assert check_upload.func("0197c2aa-0000-7000-8000-000000000000") == ""


def test_the_original_is_destroyed_when_its_person_says_so(clinician, signed_in):
    upload = given(clinician, pdf(), name="Ivanov.pdf")
    browser = signed_in(clinician, second_factor=True)
    assert b"".join(browser.get(f"/files/uploads/{upload.pk}/original/").streaming_content) == pdf()
    assert browser.post(f"/files/uploads/{upload.pk}/destroy-original/").status_code == 302
    assert not UploadPiece.objects.exists()
    assert Upload.objects.get().name == ""
    assert browser.get(f"/files/uploads/{upload.pk}/original/").status_code == 410
    assert b"".join(browser.get(f"/files/uploads/{upload.pk}/clean/").streaming_content)


def test_the_page_says_how_each_stands(clinician, signed_in):
    given(clinician)
    given(clinician, b"GIF89a.........", name="x.gif")
    page = signed_in(clinician).get("/files/").content.decode()
    assert "photo-1.jpg" in page
    assert "It is a GIF" in page
    assert "where it was taken" in page
    assert "nothing in it says who the patient is" in page


def test_every_code_has_words():
    assert set(words.REFUSALS) == set(clinical.SENTENCES)
    for code, sentence in clinical.SENTENCES.items():
        plain = str(words.REFUSALS[code]).replace("%(", "{").replace(")s", "}")
        assert plain == sentence
    assert set(words.KINDS) == {one.value for one in Identifier}
    upload = Upload(flagged=[list(Place("page", 3, "name"))], left_away=["exif", "xmp", "photoshop"])
    assert words.found_at(upload) == ["a name on page 3"]
    assert words.left_away(upload) == ["what the camera wrote", "notes of programs"]


def test_what_is_left_away_has_words():
    from tocsin.clinical.files import pictures, portable, word

    said = {*pictures.BESIDE.values(), *portable.OUTSIDE.values(), *portable.SAYS.values(), *word.GONE.values()}
    said |= {
        *word.UNWRAPPED.values(),
        *word.BESIDE.values(),
        "position",
        "text",
        "behind-the-end",
        "comments",
        "thumbnail",
    }
    said |= {"earlier-revisions", "links", "hidden-text", "picture-names", "identifiers", "metadata"}
    assert said - {""} <= set(words.LEFT_AWAY)
