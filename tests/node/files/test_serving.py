"""Files are handed back to whom the gate of their object lets in, in ranges, never as a page."""

import pytest
from tests.clinical.files.specimens import pdf
from tests.node.files.scenes import ABOUT, a_file, given, opened, parts_of
from tests.node.notifications.scenes import bring

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.files.actions.sending import attach, erase, send_file
from tocsin.node.files.models import Attached
from tocsin.node.files.reading import pieces
from tocsin.node.files.views.ranges import Sent, asked_range, wanted_range

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.node.files.addresses")]


@pytest.fixture
def clinician(person):
    return person("clinician", name="Clara")


@pytest.fixture
def picture(clinician, state, monkeypatch):
    opened(monkeypatch, clinician)
    send_file(a_file(clinician), kind="case", about=ABOUT, to=(), by=clinician)
    return Attached.objects.get()


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def address(row) -> str:
    return f"/files/{row.pk}/{row.name}"


def test_a_picture_is_shown_and_on_record(clinician, picture, signed_in):
    answer = signed_in(clinician).get(address(picture))
    assert body(answer) == b"".join(pieces(picture))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith('inline; filename="photo-1.jpg"')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert AuditEntry.objects.filter(act="file.read", by=clinician).count() == 1


def test_everything_else_is_a_download(clinician, state, monkeypatch, signed_in):
    opened(monkeypatch, clinician)
    send_file(a_file(clinician, pdf(), name="x.pdf"), kind="case", about=ABOUT, to=(), by=clinician)
    answer = signed_in(clinician).get(address(Attached.objects.get()))
    assert answer["Content-Disposition"].startswith('attachment; filename="document-1.pdf"')
    assert answer["Content-Type"] == "application/pdf"


def test_a_type_that_is_not_ours_is_never_believed(clinician, partner, joined, monkeypatch, signed_in):
    opened(monkeypatch, clinician)
    parts, digest = parts_of(partner, b"<script>alert(1)</script>")
    bring(partner, joined, *parts)
    told = {"digest": digest, "name": "a.html", "media_type": "text/html", "bytes": 25, "parts": 1}
    row = attach(told, kind="case", about=ABOUT, origin="BO")
    answer = signed_in(clinician).get(address(row))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


def test_only_those_of_the_object_see_it(clinician, picture, person, signed_in, monkeypatch):
    other = person("clinician", name="Other")
    assert signed_in(other).get(address(picture)).status_code == 404
    opened(monkeypatch, other)
    assert signed_in(other).get(address(picture)).status_code == 200
    assert signed_in(clinician).get(address(picture)).status_code == 404
    opened(monkeypatch, other, kind="another")
    assert signed_in(other).get(address(picture)).status_code == 404
    assert signed_in(person("epidemiologist")).get(address(picture)).status_code == 403


def test_parts_that_no_object_names_are_seen_by_nobody(clinician, partner, joined, monkeypatch, signed_in):
    opened(monkeypatch, clinician, kind="")
    bring(partner, joined, *parts_of(partner, b"abc")[0])
    row = Attached.objects.get()
    assert signed_in(clinician).get(f"/files/{row.pk}/x").status_code == 404


def test_an_original_is_seen_through_the_gate_of_its_object(clinician, picture, person, signed_in, monkeypatch):
    other = person("clinician", name="Other")
    url = f"/files/uploads/{picture.clean.uploads.get().pk}/original/"
    assert signed_in(clinician).get(url)["Location"] == "/account/2fa/", "nobody without a second factor has it"
    assert signed_in(other, second_factor=True).get(url).status_code == 404
    opened(monkeypatch, other)
    assert signed_in(other).get(url).status_code == 200
    assert signed_in(clinician, second_factor=True).get(url)["Content-Type"] == "application/octet-stream"
    assert AuditEntry.objects.filter(act="file.original-read").count() == 2


def test_what_would_be_sent_is_seen_by_who_gave_it_alone(clinician, person, signed_in):
    upload = given(clinician)
    url = f"/files/uploads/{upload.pk}/clean/"
    assert body(signed_in(clinician).get(url))
    assert signed_in(person("clinician", name="Other")).get(url).status_code == 404


def test_a_slow_line_goes_on_where_it_broke(clinician, picture, signed_in):
    browser, whole = signed_in(clinician), b"".join(pieces(picture))
    answer = browser.get(address(picture), HTTP_RANGE="bytes=100-")
    assert (answer.status_code, answer["Content-Range"]) == (206, f"bytes 100-{len(whole) - 1}/{len(whole)}")
    assert body(answer) == whole[100:]
    assert body(browser.get(address(picture), HTTP_RANGE="bytes=-10")) == whole[-10:]
    assert body(browser.get(address(picture), HTTP_RANGE="bytes=5-9")) == whole[5:10]
    assert browser.get(address(picture), HTTP_RANGE=f"bytes={len(whole)}-").status_code == 416
    assert browser.get(address(picture), HTTP_RANGE="bytes=1-2,5-6").status_code == 200
    changed = browser.get(address(picture), HTTP_RANGE="bytes=5-9", HTTP_IF_RANGE='"another"')
    assert (changed.status_code, body(changed)) == (200, whole)
    same = browser.get(address(picture), HTTP_RANGE="bytes=5-9", HTTP_IF_RANGE=f'"{picture.digest}"')
    assert same.status_code == 206


def test_what_is_not_whole_or_no_more_is_said(clinician, picture, signed_in):
    browser = signed_in(clinician)
    Attached.objects.update(state="arriving")
    assert browser.get(address(picture)).status_code == 409
    Attached.objects.update(state="whole")
    erase(Attached.objects.get(), by=clinician)
    assert browser.get(address(picture)).status_code == 410


@pytest.mark.parametrize(
    ("header", "wanted"),
    [("", None), ("bytes=0-0", (0, 1)), ("bytes=0-", (0, 9)), ("bytes=-3", (6, 9)), ("bytes=4-99", (4, 9)),
     ("bytes=-", None),
     ("lines=1-2", None), ("bytes=a-b", None), ("bytes=-99", (0, 9))],
)  # fmt: skip
def test_ranges_that_are_asked_for(header, wanted):
    assert wanted_range(header, 9) == wanted


@pytest.mark.parametrize("header", ["bytes=9-", "bytes=5-4", "bytes=-0"])
def test_ranges_beyond_the_end(header):
    with pytest.raises(ValueError, match="of 9"):
        wanted_range(header, 9)


def test_ranges_that_are_sent():
    assert asked_range("bytes 0-9/10") == Sent(0, 9, 10)
    assert [asked_range(one) for one in ("", "bytes 9-0/10", "bytes */10", "bytes 0-9/*")] == [None] * 4
