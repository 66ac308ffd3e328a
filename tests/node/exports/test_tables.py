"""A table as a download."""

from datetime import UTC, datetime
from types import SimpleNamespace

import openpyxl
import pytest
from django.test import RequestFactory
from django.utils import timezone, translation
from django.utils.translation import get_language

from tocsin.node.exports import typesetting
from tocsin.node.exports.tables import Column, Table, respond


class Person(SimpleNamespace):
    def __str__(self):
        return "Amina Test"


def request():
    made = RequestFactory().get("/signals/export")
    made.user = Person(is_authenticated=True)
    return made


def table(rows=(("霍乱",),), **more):
    return Table(
        **{"title": "Threads", "columns": [Column("d", "Disease")], "rows": rows, "filename": "сигналы 信号", **more}
    )


@pytest.mark.parametrize(
    ("format", "content_type", "magic"),
    [
        ("csv", "text/csv; charset=utf-8", b"\xef\xbb\xbfDisease\r\n"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
        ("pdf", "application/pdf", b"%PDF-"),
    ],
)
def test_each_format_says_what_it_is_and_has_a_name_in_any_script(format, content_type, magic):
    response = respond(request(), table(), format)
    assert response.status_code == 200
    assert response.streaming
    assert response["Content-Type"] == content_type
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == (
        f'attachment; filename="_______ __.{format}"; '
        "filename*=UTF-8''%D1%81%D0%B8%D0%B3%D0%BD%D0%B0%D0%BB%D1%8B%20%E4%BF%A1%E5%8F%B7." + format
    )
    assert b"".join(response).startswith(magic)


@pytest.mark.parametrize("format", ["exe", "", "CSV", "docx"])
def test_other_formats_are_refused_with_the_ones_there_are(format):
    response = respond(request(), table(), format)
    assert response.status_code == 400
    assert response.content.decode() == f"Tables are exported as CSV, XLSX, PDF; “{format}” is none of these."
    assert response["Content-Type"].startswith("text/plain")


def test_a_table_too_long_for_a_pdf_is_refused_with_what_to_take():
    response = respond(request(), table(rows=((str(i),) for i in range(2001))), "pdf")
    assert response.status_code == 400
    assert "at most 2000 rows" in response.content.decode()
    assert "Take CSV or XLSX" in response.content.decode()


def test_a_document_that_cannot_be_set_is_a_sentence_and_a_line_in_the_log(monkeypatch, caplog):
    monkeypatch.setattr(typesetting, "SECONDS", 0.01)
    response = respond(request(), table(), "pdf")
    assert response.status_code == 400
    assert "Take CSV or XLSX" in response.content.decode()
    assert "not set within 0.01 seconds" in caplog.text


@pytest.mark.parametrize("filename", ['a"; x=y\r\nSet-Cookie: z', "../../etc/passwd", "", "\u202etxt.exe", "a" * 500])
def test_no_name_breaks_out_of_the_header_or_the_folder(filename):
    sent = respond(request(), table(filename=filename), "csv")["Content-Disposition"]
    name = sent.split('filename="')[1].split('"')[0]
    assert sent.count('"') == 2
    assert not set("\r\n/\\;\u202e") & set(name)
    assert name.endswith(".csv")
    assert 4 < len(name) <= 84


def test_who_asked_and_when_is_in_the_file(tmp_path):
    with timezone.override("Asia/Almaty"):
        data = b"".join(respond(request(), table(), "xlsx"))
    path = tmp_path / "x.xlsx"
    path.write_bytes(data)
    notes = {row[0].value: row[1].value for row in openpyxl.load_workbook(path)["Notes"].rows}
    assert notes["Made by"] == "Amina Test"
    assert notes["Made at"].endswith("+05:00")


def test_what_the_table_says_of_its_making_stands(tmp_path):
    said = table(made_by="Night screening", made_at=datetime(2026, 3, 1, tzinfo=UTC))
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"".join(respond(request(), said, "xlsx")))
    properties = openpyxl.load_workbook(path).properties
    assert (properties.creator, properties.created) == ("Night screening", datetime(2026, 3, 1))


def test_rows_are_made_in_the_requests_language_and_zone_after_it_is_over():
    def rows():
        for _ in range(3000):
            yield (f"{get_language()} {timezone.get_current_timezone_name()}",)

    with translation.override("ru"), timezone.override("Asia/Almaty"):
        response = respond(request(), table(rows=rows()), "csv")
    with translation.override("zh-hans"):
        lines = b"".join(response).decode().split("\r\n")[1:-1]
        assert get_language() == "zh-hans"
    assert set(lines) == {"ru Asia/Almaty"}


def test_a_failure_while_rows_come_is_not_hidden():
    def rows():
        yield ("a",)
        raise ConnectionError("the database went away")

    with pytest.raises(ConnectionError):
        b"".join(respond(request(), table(rows=rows()), "csv"))
