"""A page as the download that was asked for: PDF or Word."""

from django.http import HttpResponse

from tocsin.node.exports.page_docx import CONTENT_TYPE, page_docx
from tocsin.node.exports.pdf import Page, page_pdf
from tocsin.node.exports.tables import attachment

__all__ = ["FORMATS", "download"]

FORMATS = ("pdf", "docx")


def download(page: Page, format: str, *, language: str, name: str) -> HttpResponse:
    """With its name, without its ending. Raises exports.ExportRefused where a script has no font here."""
    made = page_pdf(page) if format == "pdf" else page_docx(page, language)
    kind = "application/pdf" if format == "pdf" else CONTENT_TYPE
    return attachment(HttpResponse(made, content_type=kind), f"{name}.{format}")
