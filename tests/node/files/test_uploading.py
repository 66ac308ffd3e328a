"""Uploads in ranges: nothing acknowledged is lost, and whatever does not fit is answered clearly."""

from datetime import timedelta
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.files.scenes import JSON, put

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.files import limits
from tocsin.node.files.actions import uploading
from tocsin.node.files.models import Upload
from tocsin.node.files.refusals import RangeRefused, UploadRefused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.node.files.addresses")]
CONTENT = bytes(range(256)) * 40


@pytest.fixture
def clinician(person):
    return person("clinician", name="Clara")


def begun(browser, content: bytes = CONTENT, **more):
    asked = {"name": "Ivanov.txt", "size": len(content), **more}
    answer = browser.post("/files/begin/", asked, **JSON)
    assert answer.status_code in (200, 201), answer.content
    return answer.json()


def test_a_broken_upload_goes_on_where_it_stopped_in_another_session(clinician, signed_in):
    first, second = signed_in(clinician), signed_in(clinician)
    upload = begun(first)
    answer = put(first, upload["url"], 0, CONTENT[:4000], len(CONTENT))
    assert (answer.status_code, answer["Upload-Offset"]) == (200, "4000")
    assert second.head(upload["url"])["Upload-Offset"] == "4000"
    assert put(second, upload["url"], 4000, CONTENT[4000:], len(CONTENT)).json()["offset"] == len(CONTENT)
    told = second.post(upload["finish"], {"digest": sha256(CONTENT).hexdigest()}, **JSON)
    assert told.json()["state"] == "refused"  # its bytes are no text
    assert b"".join(uploading.content_of(Upload.objects.get())) == CONTENT


def test_the_same_file_chosen_again_goes_on(clinician, signed_in):
    browser = signed_in(clinician)
    mark = "ab" * 32
    upload = begun(browser, fingerprint=mark)
    put(browser, upload["url"], 0, CONTENT[:3000], len(CONTENT))
    again = begun(browser, fingerprint=mark)
    assert (again["id"], again["offset"]) == (upload["id"], 3000)
    assert begun(browser, fingerprint="cd" * 32)["id"] != upload["id"]


@pytest.mark.parametrize(
    ("first", "content", "total", "status", "code"),
    [(6000, CONTENT[6000:7000], None, 409, "gap"), (10000, CONTENT[:300], None, 416, "beyond-the-end"),
     (4000, CONTENT[:10], 99, 409, "other-file"), (1000, b"other bytes", None, 409, "other-bytes"),
     (2_000_000, b"x", None, 416, "beyond-the-end")],
)  # fmt: skip
def test_what_does_not_fit_is_said_with_where_to_go_on(clinician, signed_in, first, content, total, status, code):
    browser = signed_in(clinician)
    upload = begun(browser)
    put(browser, upload["url"], 0, CONTENT[:4000], len(CONTENT))
    answer = put(browser, upload["url"], first, content, total or len(CONTENT))
    assert (answer.status_code, answer.json()["code"], answer.json()["offset"]) == (status, code, 4000)
    assert Upload.objects.get().received == 4000


def test_the_same_range_twice_is_kept_once(clinician, signed_in):
    browser = signed_in(clinician)
    upload = begun(browser)
    for _ in range(2):
        answer = put(browser, upload["url"], 0, CONTENT[:4000], len(CONTENT))
        assert (answer.status_code, answer.json()["offset"]) == (200, 4000)
    assert put(browser, upload["url"], 3000, CONTENT[3000:5000], len(CONTENT)).json()["offset"] == 5000
    assert [piece.size for piece in Upload.objects.get().pieces.all()] == [4000, 1000]


def test_a_range_cut_off_on_the_way_is_not_kept(clinician, signed_in):
    browser = signed_in(clinician)
    upload = begun(browser)
    answer = put(browser, upload["url"], 0, CONTENT[:100], len(CONTENT), HTTP_CONTENT_RANGE="bytes 0-199/10240")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-range")
    assert put(browser, upload["url"], 0, b"x", 1, HTTP_CONTENT_RANGE="bytes */3").status_code == 400
    assert Upload.objects.get().received == 0


def test_a_range_that_is_too_long_is_refused_before_it_is_read(clinician, signed_in):
    browser = signed_in(clinician)
    upload = begun(browser)
    answer = put(browser, upload["url"], 0, b"0" * (limits.PIECE_BYTES + 1), len(CONTENT))
    assert (answer.status_code, answer.json()["code"]) == (413, "range-size")


def test_what_is_missing_is_said_at_the_end(clinician, signed_in):
    browser = signed_in(clinician)
    upload = begun(browser)
    put(browser, upload["url"], 0, CONTENT[:4000], len(CONTENT))
    answer = browser.post(upload["finish"], {}, **JSON)
    assert answer.status_code == 409
    assert answer.json() == {
        "error": "6240 bytes are missing, from byte 4000 on.",
        "code": "incomplete",
        "offset": 4000,
    }


@pytest.mark.parametrize("told_at", ["begin", "finish"])
def test_a_file_that_was_changed_on_the_way_begins_anew(clinician, signed_in, told_at):
    browser = signed_in(clinician)
    other = sha256(b"other").hexdigest()
    upload = begun(browser, **({"digest": other} if told_at == "begin" else {}))
    put(browser, upload["url"], 0, CONTENT, len(CONTENT))
    answer = browser.post(upload["finish"], {"digest": other} if told_at == "finish" else {}, **JSON)
    assert (answer.status_code, answer.json()["code"], answer.json()["offset"]) == (409, "digest", 0)
    assert Upload.objects.get().state == "arriving"


def test_a_file_of_two_gigabytes_is_refused_at_the_beginning_and_when_it_lied(clinician, signed_in):
    browser = signed_in(clinician)
    answer = browser.post("/files/begin/", {"name": "x.pdf", "size": 2 << 30}, **JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert not Upload.objects.exists()
    upload = begun(browser, b"123")
    assert put(browser, upload["url"], 0, b"1234", 3).status_code == 416
    assert put(browser, upload["url"], 0, b"1234", 2 << 30).json()["code"] == "other-file"


class NeverRead:
    """What stands behind a line over which two gigabytes would come."""

    def read(self, *_size: int) -> bytes:
        raise AssertionError("it is to be refused before anything of it is read")

    readline = read


def test_a_form_with_two_gigabytes_is_refused_before_it_is_read(clinician, signed_in):
    answer = signed_in(clinician).generic(
        "POST", "/files/", b"x", content_type="multipart/form-data; boundary=b",
        **{"CONTENT_LENGTH": str(2 << 30), "wsgi.input": NeverRead()},
    )  # fmt: skip
    assert answer.status_code == 413
    assert not Upload.objects.exists()


def test_a_range_of_two_gigabytes_is_refused_before_it_is_read(clinician, signed_in):
    browser = signed_in(clinician)
    upload = begun(browser, b"123")
    answer = browser.generic(
        "PUT", upload["url"], b"x", content_type="application/octet-stream",
        **{"CONTENT_LENGTH": str(2 << 30), "wsgi.input": NeverRead()},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (413, "range-size")
    assert Upload.objects.get().received == 0


def test_a_person_has_room_for_one_gigabyte_of_open_uploads(clinician, monkeypatch):
    monkeypatch.setattr(limits, "OPEN_BYTES", 250)
    uploading.begin(name="a.txt", size=100, by=clinician)
    done = uploading.begin(name="b.txt", size=100, by=clinician)
    with pytest.raises(UploadRefused) as refused:
        uploading.begin(name="c.txt", size=100, by=clinician)
    assert refused.value.status == 429
    uploading.discard(done.pk, by=clinician)
    assert uploading.begin(name="c.txt", size=100, by=clinician)


def test_an_upload_is_its_persons_alone(clinician, person, signed_in):
    upload = begun(signed_in(clinician))
    other = signed_in(person("clinician", name="Other"))
    assert other.get(upload["url"]).status_code == 404
    assert put(other, upload["url"], 0, CONTENT[:10], len(CONTENT)).status_code == 404
    assert other.post(upload["finish"]).status_code == 404
    assert signed_in(person("epidemiologist")).post("/files/begin/", {}, **JSON).status_code == 403


def test_uploads_that_nobody_goes_on_with_expire_after_a_week(clinician):
    old, new = (uploading.begin(name="x.txt", size=10, by=clinician) for _ in range(2))
    uploading.put_range(old.pk, 0, b"12345", total=10, by=clinician)
    Upload.objects.filter(pk=old.pk).update(changed_at=old.begun_at - timedelta(days=8))
    assert uploading.expire() == 1
    assert Upload.objects.get() == new


def test_no_name_of_a_file_is_in_the_audit(clinician, signed_in):
    browser = signed_in(clinician)
    upload = begun(browser)
    put(browser, upload["url"], 0, CONTENT, len(CONTENT))
    browser.post(upload["finish"], {}, **JSON)
    said = [f"{one.target_name} {one.details}" for one in AuditEntry.objects.filter(act__startswith="file.")]
    assert len(said) == 3
    assert not any("Ivanov" in one for one in said)


@pytest.mark.parametrize(
    "asked",
    [b"", b"[]", b"{}", b'{"name": 1}', b'{"name": "x", "size": "many"}', b'{"name": "x", "size": 1e999}', b"\xff"],
)
def test_nonsense_is_answered(clinician, signed_in, asked):
    answer = signed_in(clinician).generic("POST", "/files/begin/", asked, **JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


def test_without_a_script_a_small_file_is_given_whole(clinician, signed_in):
    from django.core.files.uploadedfile import SimpleUploadedFile

    browser = signed_in(clinician)
    answer = browser.post("/files/", {"file": SimpleUploadedFile("x.txt", "температура 38".encode())}, follow=True)
    assert answer.status_code == 200
    assert "It may be sent." in answer.content.decode()
    assert browser.post("/files/", {}).status_code == 422
    assert "is empty" in browser.post("/files/", {"file": SimpleUploadedFile("x.txt", b"")}).content.decode()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.sets(st.integers(1, 299), max_size=8), data=st.data())
def test_whatever_comes_in_whatever_order_what_is_acknowledged_is_there(clinician, cuts, data):
    content = bytes(i % 251 for i in range(300))
    places = [*pairwise([0, *sorted(cuts), 300])]
    upload = uploading.begin(name="x.txt", size=300, by=clinician)
    reached = 0
    for start, end in [*data.draw(st.lists(st.sampled_from(places), max_size=12)), *places]:
        try:
            reached = uploading.put_range(upload.pk, start, content[start:end], total=300, by=clinician).received
        except RangeRefused as refused:
            is_a_gap = start > reached == refused.offset
        else:
            is_a_gap = False
        assert is_a_gap == (start > reached)
        assert b"".join(uploading.content_of(upload)) == content[:reached]
    assert reached == 300
    assert uploading.finish(upload.pk, by=clinician).digest == sha256(content).hexdigest()
