"""Receiving tables: what is kept, what is refused, and everything bad that comes in."""

import gzip
import io
import os
import struct
import zipfile

import openpyxl
import polars as pl
import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.urls import reverse
from tests.node.surveillance.tables_given import previewed, sent, table

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.surveillance.actions import uploading
from tocsin.node.surveillance.actions.previewing import problem_rows
from tocsin.node.surveillance.intake import receiving, unpacking
from tocsin.node.surveillance.models import Upload

W1, W2 = "2026-01-05", "2026-01-12"
GOOD = table([(W1, "Region 1", "District 11", "plague", 1), (W2, "Region 1", "District 11", "plague", 2)])


@pytest.fixture(autouse=True)
def unscreened(source):
    source.is_on = False
    source.save()


def files(settings):
    return [path for path in settings.UPLOADS.rglob("*") if path.is_file()]


def test_a_file_is_kept_as_it_came_and_previewed(source, diseases, amina, work, settings):
    upload = sent(source, GOOD, amina)
    assert (settings.UPLOADS / upload.file_path).read_bytes() == GOOD
    assert (upload.size, upload.is_repeat) == (len(GOOD), False)
    assert AuditEntry.objects.get(act="upload.received").by == amina
    work()
    upload.refresh_from_db()
    assert upload.status == "previewed"


def test_the_same_bytes_are_the_same_upload(source, diseases, amina, work, settings):
    first = sent(source, GOOD, amina)
    again = sent(source, GOOD, amina, name="renamed.csv")
    assert (again.pk, again.is_repeat, again.file_name) == (first.pk, True, "week.csv")
    assert len(files(settings)) == 1
    work()
    assert sent(source, GOOD, amina).pk == first.pk
    assert Upload.objects.count() == 1


def test_the_same_bytes_for_another_source_are_another_upload(source, diseases, amina):
    first = sent(source, GOOD, amina)
    source.pk = None
    source.id = uploading.new_id()
    source.save(force_insert=True)
    assert sent(source, GOOD, amina).pk != first.pk


def test_a_table_that_could_not_be_read_may_be_sent_again(source, diseases, amina, work):
    first = previewed(source, b"not,a\ntable,at all\n", amina, work)
    assert first.status == "unreadable"
    assert sent(source, b"not,a\ntable,at all\n", amina).pk != first.pk


def test_too_large_a_file_is_refused_when_it_gets_there(source, amina, settings):
    settings.LARGEST_UPLOAD = 3 << 20
    read = []

    def endless():
        while len(read) < 20:  # a refusal that does not come must not fill the disk of who tests
            read.append(1)
            yield b"x" * (1 << 20)

    with pytest.raises(receiving.TooLarge, match="larger than 3 MB"):
        uploading.receive(source, file=endless(), file_name="a.csv", via="api", by=amina)
    assert len(read) == 4
    assert not files(settings)
    assert not Upload.objects.exists()


def test_an_empty_file_is_refused(source, amina, settings):
    with pytest.raises(receiving.EmptyFile, match=r"week\.csv is empty"):
        sent(source, b"", amina)
    assert not files(settings)


def test_only_who_may_send_counts(source, people):
    with pytest.raises(PermissionDenied):
        sent(source, GOOD, people["clinician"])
    assert sent(source, GOOD, people["laboratory"]).status == "received"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\counts\\week.csv", "week.csv"),
        ("week\n\x00<b>.csv", "week<b>.csv"),
        ("...", "..."),
        ("", "table"),
        ("ж" * 400 + ".xlsx", "ж" * 244 + "…" + ".xlsx"),
    ],
)
def test_a_files_name_is_text_and_never_a_path(source, amina, settings, name, shown):
    upload = sent(source, GOOD, amina, name=name)
    assert upload.file_name == shown
    assert len(files(settings)) == 1
    assert files(settings)[0].name == str(upload.pk)


class Unread(io.RawIOBase):
    """A body that nobody may touch."""

    def readable(self):
        return True

    def readinto(self, buffer):
        raise AssertionError("the body was read")


@pytest.fixture
def form(amina):
    """A form posted to Django, whose body says that it is this long."""

    def post(length, body=None, person=amina, **meta):
        request = RequestFactory().generic("POST", "/", b"x", content_type="multipart/form-data; boundary=xx", **meta)
        request.META["CONTENT_LENGTH"] = str(length)
        request._stream = body or Unread()
        request._read_started = False
        request.user = person
        return request

    return post


def test_five_gigabytes_are_refused_before_a_byte_is_read(form):
    with pytest.raises(receiving.TooLargeBody, match="larger than 1024 MB"):
        form(5 << 30).FILES  # noqa: B018
    with pytest.raises(receiving.TooLarge):
        next(receiving.body(form(5 << 30)))


def test_a_page_says_that_a_file_is_too_large(amina, signed_in):
    browser = signed_in(amina, enforce_csrf_checks=True)
    browser.cookies["csrftoken"] = "a" * 32
    kind = "multipart/form-data; boundary=xx"
    answer = browser.generic("POST", reverse("sources"), b"x", content_type=kind, CONTENT_LENGTH=str(5 << 30))
    assert answer.status_code == 413


def test_who_may_not_send_counts_cannot_fill_the_disk(form, person, settings):
    with pytest.raises(receiving.TooLargeBody):
        form(50 << 20, person=person("clinician")).FILES  # noqa: B018
    assert not files(settings)


def test_a_form_brings_its_file_to_the_nodes_own_disk(source, amina, signed_in, settings, rf):
    part = (
        b'--xx\r\nContent-Disposition: form-data; name="file"; filename="week.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\n" + GOOD + b"\r\n--xx--\r\n"
    )
    request = rf.generic("POST", "/", part, content_type="multipart/form-data; boundary=xx")
    request.user = amina
    file = request.FILES["file"]
    assert settings.UPLOADS in type(settings.UPLOADS)(file.file.name).parents
    upload = uploading.receive(source, file=file.chunks(), file_name=file.name, via="page", by=amina)
    assert (settings.UPLOADS / upload.file_path).read_bytes() == GOOD
    request.close()
    assert len(files(settings)) == 1


def test_what_a_crash_left_behind_is_cleared_after_a_day(source, amina, settings):
    upload = sent(source, GOOD, amina)
    kept = settings.UPLOADS / upload.file_path
    beside = kept.with_name(kept.name + ".problems.csv")
    orphan = kept.with_name("0190-orphan")
    arriving = settings.UPLOADS / "arriving" / "half"
    fresh = settings.UPLOADS / "arriving" / "fresh"
    for path in (beside, orphan, arriving, fresh):
        path.write_bytes(b"x")
    for path in (kept, beside, orphan, arriving):
        os.utime(path, (0, 0))
    assert receiving.clear_left_behind({upload.file_path}) == 2
    assert sorted(path.name for path in files(settings)) == sorted([kept.name, beside.name, "fresh"])


def workbook(**cells):
    book = openpyxl.Workbook()
    for place, value in cells.items():
        book.active[place] = value
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def zipped(name, content, times=1):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts, parts.open(name, "w") as part:
        for _ in range(times):
            part.write(content)
    return out.getvalue()


def lying(content):
    """The same zip, whose directory says that its part unpacks to ten bytes."""
    at = content.rindex(b"PK\x01\x02") + 24
    return content[:at] + struct.pack("<I", 10) + content[at + 4 :]


BOMB = zipped("xl/worksheets/sheet1.xml", b"\0" * (1 << 20), times=60)
HEAD = b"week,region,district,disease,cases\n"
MANY_FORMATS = [b"2026-01-05", b"2026-01-12", b"19.01.2026", b"26.01.2026", b"02/20/2026", b"02/27/2026"]
ROW = b"2026-01-05,Region 1,District 11,plague,"


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (BOMB, "NotATable", "would unpack to"),
        (lying(BOMB), "NotATable", "would unpack to"),
        (gzip.compress(b"\0" * (40 << 20)), "NotATable", "would unpack to"),
        (workbook(A1="week", XFD1048576=1), "NotATable", "has more than"),
        (zipped("word/document.xml", b"<w/>"), "NotATable", "cannot be opened"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "NotATable", ""),
        (HEAD, "EmptyTable", ""),
        (b"region,district,disease,cases\nRegion 1,District 11,plague,1\n", "UnknownColumn", "week"),
        (HEAD + ROW + b"many\n" + ROW + b"few\n", "BadRows", "none of 2 rows"),
        (HEAD + ROW + b"3000000000\n", "NotATable", "more than 2147483646"),
        (HEAD + b"".join(day + ROW[10:] + b"1\n" for day in MANY_FORMATS), "MixedDates", ""),
        (gzip.compress(GOOD, mtime=0)[:-12], "NotATable", "cut off"),
    ],
)
def test_what_cannot_be_read_says_why(source, diseases, amina, work, monkeypatch, content, code, said):
    monkeypatch.setattr(unpacking, "MOST_BYTES", 30 << 20)
    upload = previewed(source, content, amina, work, name="from Karsu.csv")
    assert (upload.status, upload.problem.get("code")) == ("unreadable", code), upload.problem
    assert said in upload.problem["text"]
    assert str(upload.pk) not in upload.problem["text"]


def test_merged_headers_are_refused_by_name(source, diseases, amina, work):
    book = openpyxl.Workbook()
    for row in ([*HEAD.decode().strip().split(",")], [W1, "Region 1", "District 11", "plague", 1]):
        book.active.append(row)
    book.active.merge_cells("A1:B1")
    content = io.BytesIO()
    book.save(content)
    upload = previewed(source, content.getvalue(), amina, work)
    assert upload.problem["code"] == "MergedCells"


def rows(*counts, day=W1):
    return [(day, "Region 1", "District 11", "plague", count) for count in counts]


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        (rows("many"), "not_a_number"),
        (rows("2.5"), "fractional"),
        (rows(-3), "negative"),
        (rows(1, day="2026-02-30"), "impossible_date"),
        (rows(5, 5), "repeated_row"),
        (rows(5, 6), "same_key_again"),
        (rows("=1+1"), "not_a_number"),
        (rows("<script>alert(1)</script>"), "not_a_number"),
    ],
)
def test_bad_rows_are_listed_and_the_rest_can_be_taken(source, diseases, amina, work, given, rule):
    good = [(f"2025-03-{day:02}", "Region 1", "District 11", "plague", 3) for day in (3, 10, 17, 24)]
    upload = previewed(source, table([*good, *given]), amina, work)
    assert upload.status == "previewed", upload.problem
    assert rule in {row["rule"] for row in problem_rows(upload)}
    assert rule in {one["rule"] for one in upload.preview["problems"]["by_rule"]}


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", '=HYPERLINK("http://x")', "Қарасу 卡拉苏", "a\x07b"])
def test_names_of_any_kind_are_asked_about_as_they_are(source, diseases, amina, work, name):
    upload = previewed(source, table([(W1, "Region 1", name, "plague", 1)]), amina, work)
    assert upload.preview["unmatched"]["places"][0]["path"] == ["Region 1", name]


def test_names_with_nul_are_kept_in_any_database(source, diseases, amina, work, tmp_path):
    frame = pl.DataFrame(
        {"week": [W1], "region": ["Region\x001"], "district": ["x"], "disease": ["plague"], "cases": ["\x00"]}
    )
    frame = pl.concat([frame, frame.with_columns(cases=pl.lit("1"))])
    frame.write_parquet(tmp_path / "nul.parquet")
    upload = previewed(source, (tmp_path / "nul.parquet").read_bytes(), amina, work)
    assert upload.status == "previewed", upload.problem
    assert upload.preview["unmatched"]["places"][0]["path"] == ["Region\ufffd1", "x"]


def test_encodings_and_scripts_of_the_services(source, diseases, places, amina, work):
    russian = "week;region;district;disease;cases\n2026-01-05;Область 1;РАЙОН 11;чума;4\n".encode("cp1251")
    chinese = "week,region,district,disease,cases\n2026-01-05,第1州,第12县,鼠疫,4\n".encode("gb18030")
    for content, place in ((russian, "XX-11"), (chinese, "XX-12")):
        upload = previewed(source, content, amina, work)
        assert upload.preview["unmatched"] == {"places": [], "diseases": []}, place
        assert upload.preview["changes"]["new"] == 1


def test_one_week_and_week_53_are_taken_for_what_they_are(source, diseases, amina, work):
    upload = previewed(source, table(rows(3, day="2020-W53")), amina, work)
    assert upload.preview["periods"]["first"] == upload.preview["periods"]["last"] == "2020-12-28"


def test_a_file_that_is_gone_when_it_is_read(source, diseases, amina, work, settings):
    upload = sent(source, GOOD, amina)
    (settings.UPLOADS / upload.file_path).unlink()
    work()
    upload.refresh_from_db()
    assert (upload.status, upload.problem["code"]) == ("unreadable", "SourceNotFound")
