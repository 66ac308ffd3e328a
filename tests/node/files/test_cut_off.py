"""An upload that is cut at nine tenths goes on there: its bytes are those of the file, and none is sent again."""

from hashlib import sha256

import pytest
from tests.node.files.cut_off import CUT, RANGES, SIZE, choose, content

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.files.limits import PIECE_BYTES
from tocsin.node.files.models import Upload

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.node.files.addresses")]


@pytest.mark.parametrize(("line", "at"), [("before", CUT), ("within", CUT), ("after", CUT - PIECE_BYTES)])
def test_cut_at_nine_tenths_only_the_last_tenth_is_sent_when_the_file_is_chosen_again(
    person, signed_in, work, line, at
):
    clinician = person("clinician", name="Clara")
    broken, sent = choose(signed_in(clinician), lambda first: line if first == at else "")
    assert sent[:9] == [n * PIECE_BYTES for n in range(9)]
    again = signed_in(clinician, second_factor=True)  # the page is opened anew, on another computer
    there = again.head(broken["url"])
    assert (there["Upload-Offset"], CUT / SIZE) == (str(CUT), 0.9)
    said, resumed = choose(again)
    assert (said["id"], said["state"], resumed) == (broken["id"], "uploaded", [CUT])
    upload = Upload.objects.get()
    kept = list(upload.pieces.order_by("first").values_list("first", "size"))
    assert kept == [(n * PIECE_BYTES, PIECE_BYTES) for n in range(RANGES)]
    assert upload.digest == upload.said_digest == sha256(content()).hexdigest()
    original = again.get(f"/files/uploads/{upload.pk}/original/")
    assert b"".join(original.streaming_content) == content()
    assert work() == 1
    assert Upload.objects.get().state == "checked"
    assert AuditEntry.objects.filter(act__in=["file.begun", "file.uploaded", "file.checked"]).count() == 3
