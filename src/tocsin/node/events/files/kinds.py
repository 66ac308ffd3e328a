"""What a file is, by its bytes; its name only says what somebody calls it, and must not say anything else.

Few kinds are taken: what a report, a table or a picture needs, in forms that run nothing. Whatever is two things at
once is refused, for whoever opens it decides which of them it is. Libraries that name a file by its first bytes
(`filetype`, `puremagic`) know hundreds of kinds and none of these refusals: each is a look at the whole file here.

Nothing is opened or rendered on the node beyond what is read below; files are only handed back.
"""

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.node.events.files import office, pictures, portable, texts
from tocsin.node.events.files.refusals import RefusedContent, foreign, listed_endings

__all__ = ["KINDS", "Kind", "kind_name", "kind_of", "require_kind"]

HEAD = 4_096


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind that is taken: what people call it, how its names end, and as what it is handed back."""

    code: str
    name: Any
    endings: tuple[str, ...]
    content_type: str


OOXML = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        one.code: one
        for one in (
            Kind("pdf", gettext_lazy("PDF"), ("pdf",), "application/pdf"),
            Kind("docx", gettext_lazy("Word document"), ("docx",), f"{OOXML}.wordprocessingml.document"),
            Kind("xlsx", gettext_lazy("Excel workbook"), ("xlsx",), f"{OOXML}.spreadsheetml.sheet"),
            Kind("pptx", gettext_lazy("PowerPoint slides"), ("pptx",), f"{OOXML}.presentationml.presentation"),
            Kind("odt", gettext_lazy("OpenDocument text"), ("odt",), f"{ODF}.text"),
            Kind("ods", gettext_lazy("OpenDocument table"), ("ods",), f"{ODF}.spreadsheet"),
            Kind("odp", gettext_lazy("OpenDocument slides"), ("odp",), f"{ODF}.presentation"),
            Kind("png", gettext_lazy("picture (PNG)"), ("png",), "image/png"),
            Kind("jpeg", gettext_lazy("picture (JPEG)"), ("jpg", "jpeg"), "image/jpeg"),
            Kind("text", gettext_lazy("plain text or table of text"), ("txt", "csv", "tsv"), "text/plain"),
        )
    }
)


def kind_name(code: str) -> str:
    """What people call a kind."""
    return str(KINDS[code].name)


def kind_of(file: BinaryIO) -> Kind:
    """What the bytes are. Raises RefusedContent for what is not taken, naming what it seems to be."""
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise RefusedContent(_("It is empty."))
    for begins, look in _LOOKS:
        if head.startswith(begins):
            code = look(file)
            _require_one_thing(file, head, code)
            return KINDS[code]
    if said := foreign(head):
        raise RefusedContent(said)
    texts.require_text(file)
    return KINDS["text"]


def require_kind(file: BinaryIO, name: str) -> Kind:
    """The kind of a file whose name says the same. Raises RefusedContent."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    known = [one for one in KINDS.values() if ending in one.endings]
    if not known:
        raise RefusedContent(
            _("Files whose names end in “.%(ending)s” are not taken. Taken are %(endings)s.")
            % {"ending": ending[:20], "endings": listed_endings(KINDS.values())}
        )
    kind = kind_of(file)
    if kind not in known:
        raise RefusedContent(
            _("By its bytes it is: %(kind)s; its name says “.%(ending)s”. Give it the name of what it is.")
            % {"kind": kind.name, "ending": ending}
        )
    return kind


def _require_one_thing(file: BinaryIO, head: bytes, code: str) -> None:
    """Readers of PDF look for its beginning within the first bytes, those of ZIP for its end within the last."""
    if code != "pdf" and b"%PDF-" in head[:1_100]:
        raise RefusedContent(_("It is two kinds of file at once: a PDF is hidden in it."))
    if code not in office.CODES and zipfile.is_zipfile(file):
        raise RefusedContent(_("It is two kinds of file at once: an archive is hidden in it."))


_LOOKS: tuple[tuple[bytes, Callable[[BinaryIO], str]], ...] = (
    (b"%PDF-", portable.require_pdf),
    (b"\x89PNG\r\n\x1a\n", pictures.require_png),
    (b"\xff\xd8\xff", pictures.require_jpeg),
    (b"PK\x03\x04", office.require_office),
)
