"""Files with letters: only what may leave, in parts before the letter, with the letter and not with its thread."""

from hashlib import sha256

import pytest
from tests.node.correspondence.scenes import answer, write

from tocsin.exchange.documents import Document
from tocsin.node.correspondence.actions.drafting import begin_letter
from tocsin.node.correspondence.models import Letter
from tocsin.node.correspondence.refusals import ActRefused, InvalidInput
from tocsin.node.files.gates import may_see
from tocsin.node.files.models import Attached, CleanFile, CleanPiece, Upload

pytestmark = pytest.mark.django_db
CONTENT = b"what is sent"


def an_upload(person, content: bytes = CONTENT, **more) -> Upload:
    """One that was looked at, and what was made of it."""
    size = len(content)
    clean = CleanFile.objects.create(
        digest=sha256(content).hexdigest(), name="photo-1.jpg", media_type="image/jpeg", size=size
    )
    CleanPiece.objects.create(file=clean, number=1, content=content)
    given = {"name": "Ivanov.jpg", "size": size, "received": size, "state": Upload.State.CHECKED, "clean": clean}
    return Upload.objects.create(by=person, **(given | more))


def types(node) -> list[str]:
    return [Document.read(one.document).type for one in node.store.outbox(100)]


def test_a_file_goes_in_parts_before_its_letter_under_a_name_that_says_nothing(mira, wei, joined):
    letter = write(mira.person, wei, files=[str(an_upload(mira.person).pk)])
    assert types(joined) == ["file-part", "letter"]
    (file,) = letter.files
    assert (file["name"], file["bytes"], file["parts"]) == ("photo-1.jpg", len(CONTENT), 1)
    assert Attached.objects.get().about == letter.key


def test_who_reads_the_letter_opens_its_file_and_nobody_else_of_the_thread_does(mira, lin, omar, signed_in):
    letter = write(mira.person, lin, files=[str(an_upload(mira.person).pk)])
    later = answer(letter, lin.person)
    file = Attached.objects.get()
    assert may_see(file, lin.person)
    assert not may_see(file, omar.person)
    page = signed_in(lin.person).get(f"/letters/{later.thread_id}/").content.decode()
    assert f"/files/{file.pk}/photo-1.jpg" in page


def test_what_may_not_leave_yet_keeps_the_whole_letter_here(mira, wei, joined):
    upload = an_upload(mira.person, flagged=[["page", 1, "name"]])
    with pytest.raises(ActRefused, match="somebody has to look"):
        write(mira.person, wei, files=[str(upload.pk)])
    assert types(joined) == []
    assert not Letter.objects.exists()


def test_a_file_alone_is_a_letter_and_more_than_twenty_are_none(mira, wei):
    assert write(mira.person, wei, text="", files=[str(an_upload(mira.person).pk)]).files
    uploads = [str(an_upload(mira.person, bytes([n])).pk) for n in range(21)]
    with pytest.raises(InvalidInput, match="at most 20 files"):
        write(mira.person, wei, files=uploads)


def test_the_form_offers_ones_own_files_that_may_leave(mira, lin, signed_in):
    mine = an_upload(mira.person)
    an_upload(mira.person, flagged=[["page", 1, "name"]], name="To be looked at.jpg")
    an_upload(lin.person, name="Of Lin.jpg")
    draft = begin_letter(by=mira.person)
    page = signed_in(mira.person).get(f"/letters/drafts/{draft.pk}/")
    assert [key for key, _label in page.context["form"].fields["files"].choices] == [str(mine.pk)]
