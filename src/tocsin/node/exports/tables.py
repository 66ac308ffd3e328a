"""Any table as a file: `respond` is what a view returns."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal, TypeVar
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tocsin.node.exports.columns import Column, ExportRefused, Kind, Table
from tocsin.node.exports.delimited import csv_stream
from tocsin.node.exports.workbook import xlsx_stream

__all__ = [
    "FORMATS",
    "Column",
    "ExportRefused",
    "Kind",
    "Table",
    "attachment",
    "csv_stream",
    "refusal",
    "respond",
    "signed",
    "xlsx_stream",
]

Made = TypeVar("Made")  # a Table, or a pdf.Page
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOT_IN_NAMES = str.maketrans(dict.fromkeys('\\/:;*?"<>|', "_"))
_LONGEST_NAME = 80


def _pdf_stream(table: Table) -> Iterator[bytes]:
    from tocsin.node.exports.pdf import table_pdf

    return iter([table_pdf(table)])


FORMATS: dict[str, tuple[str, Callable[[Table], Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", csv_stream),
    "xlsx": (XLSX, xlsx_stream),
    "pdf": ("application/pdf", _pdf_stream),
}


def respond(request: HttpRequest, table: Table, format: Literal["csv", "xlsx", "pdf"] | str) -> HttpResponse:
    """The table as a download; CSV and XLSX go out row by row, as the table's rows are asked for.

    A format that is none of FORMATS, and a table that does not fit a PDF, are answered with 400 and a sentence
    that says what to take instead. Who asks and when is written into the file unless the table says it.
    """
    if format not in FORMATS:
        return refusal(
            _("Tables are exported as %(formats)s; “%(format)s” is none of these.")
            % {"formats": ", ".join(name.upper() for name in FORMATS), "format": str(format)[:20]}
        )
    content_type, stream = FORMATS[format]
    try:
        chunks = stream(signed(request, table))
    except ExportRefused as refused:
        return refusal(str(refused))
    response = StreamingHttpResponse(_as_now(chunks), content_type=content_type)
    return attachment(response, f"{table.filename}.{format}")


def attachment(response: HttpResponse, filename: str) -> HttpResponse:
    """Give a download its name, in any script (RFC 6266), and keep browsers from guessing what it is."""
    stem, dot, ending = filename.translate(_NOT_IN_NAMES).rpartition(".")
    printable = "".join(character for character in stem if character.isprintable()).strip(". ")[:_LONGEST_NAME]
    name = (printable or "tocsin") + dot + ending
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace("%", "_")
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def signed(request: HttpRequest, made: Made) -> Made:
    """The table or page with who asks for it and when, unless it says so itself."""
    person = getattr(request, "user", None)
    known = person is not None and person.is_authenticated
    return replace(
        made,
        made_at=made.made_at or timezone.localtime(),
        made_by=made.made_by or (str(person) if known else ""),
    )


def _as_now(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks, each made in the language and zone of the request, which is over when a server asks for them."""
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def made() -> Iterator[bytes]:
        while True:
            with translation.override(language), timezone.override(zone):
                chunk = next(chunks, None)
            if chunk is None:
                return
            yield chunk

    return made()


def refusal(sentence: str) -> HttpResponse:
    """What is answered where a file cannot be made."""
    response = HttpResponse(sentence, status=400, content_type="text/plain; charset=utf-8")
    response["X-Content-Type-Options"] = "nosniff"
    return response
