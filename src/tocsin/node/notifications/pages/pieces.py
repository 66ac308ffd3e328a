"""What a reader is shown of a document: sections of labelled values, tables and texts, alike for pages and PDF."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tocsin.node.language import formats
from tocsin.node.language.formats import colon

__all__ = ["Cell", "FreeText", "Line", "Piece", "Row", "Section", "Table", "joined", "language_name", "listed"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words. language: theirs, where it is not the reader's."""

    text: str
    language: str = ""

    @property
    def html(self) -> SafeString:
        if self.language:
            return format_html('<span lang="{}">{}</span>', self.language, self.text)
        return format_html("{}", self.text)


@dataclass(frozen=True, slots=True)
class Line:
    """One member of a document. key: its path in the body, by which two versions are compared."""

    key: str
    label: str
    value: str
    html: SafeString | str


def joined(key: str, label: str, *pieces: Piece, between: str = " · ") -> Line:
    """A line of several pieces side by side."""
    html = mark_safe(between.join(piece.html for piece in pieces))
    return Line(key, str(label), between.join(piece.text for piece in pieces), html)


def listed(key: str, label: str, pieces: Sequence[Piece]) -> Line:
    """A line that lists: a, b and c."""
    html = mark_safe(formats.listing(piece.html for piece in pieces))
    return Line(key, str(label), formats.listing(piece.text for piece in pieces), html)


@dataclass(frozen=True, slots=True)
class Cell:
    """kind: withheld or missing, of a count that is not told."""

    text: str
    html: SafeString | str = ""
    kind: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; the first cell names it."""

    key: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """columns: heading, and whether there are numbers under it. notes: sentences under the table."""

    key: str
    heading: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FreeText:
    """One text: as it was written, and what the reader is shown of it.

    standing  original, human_checked or machine; `who` is the state that translated it
    """

    key: str
    label: str
    text: str
    language: str
    standing: str
    who: str
    original: str
    original_language: str

    @property
    def is_translated(self) -> bool:
        return self.standing != "original"

    @property
    def mark(self) -> str:
        """What it is, in a sentence that stands beside it."""
        values = {"who": self.who, "language": language_name(self.language)}
        if self.standing == "original":
            return _("original (%(language)s)") % values
        if self.standing == "human_checked":
            return _("translation, checked by a person: %(who)s") % values
        return _("machine translation, not checked: %(who)s") % values

    @property
    def original_mark(self) -> str:
        return _("original (%(language)s)") % {"language": language_name(self.original_language)}

    @property
    def paragraphs(self) -> list[str]:
        return [one.strip() for one in self.text.split("\n\n") if one.strip()]


def language_name(code: str) -> str:
    """What the language of a text is called; its tag where it is none of the three."""
    names = {"en": _("English"), "ru": _("Russian"), "zh": _("Chinese")}
    return names.get(code.partition("-")[0], code)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document under its heading, in the order: texts, lines, tables, notes."""

    key: str
    heading: str
    texts: list[FreeText] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.texts or self.lines or self.tables or self.notes)

    def entries(self) -> Iterator[tuple[str, str, Any, str]]:
        """Everything that is said, a member each: key, label, what two versions are compared by, what is shown."""
        for text in self.texts:
            yield f"texts/{text.key}", text.label, text.original, text.text
        for line in self.lines:
            yield line.key, line.label, line.value, line.value
        for table in self.tables:
            for row in table.rows:
                name, *rest = (cell.text for cell in row.cells)
                said = " · ".join(filter(None, rest))
                yield f"{table.key}/{row.key}", f"{table.heading}{colon()}{name}", said, said
