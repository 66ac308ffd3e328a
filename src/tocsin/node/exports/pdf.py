"""Documents as PDF, set by Typst from `document.typ`; the words go in as JSON and are never read as markup."""

import json
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tocsin.node.exports import fonts
from tocsin.node.exports.columns import ExportRefused, Kind, Table, Value, reader
from tocsin.node.exports.typesetting import Job, NotSet, typeset
from tocsin.node.language import formats

__all__ = [
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Facts",
    "Heading",
    "Page",
    "Picture",
    "page_pdf",
    "picture_png",
    "pictures_png",
    "shown",
    "table_pdf",
]

MOST_ROWS, MOST_COLUMNS = 2_000, 16
PORTRAIT_COLUMNS = 6
_log = logging.getLogger(__name__)
_DOCUMENT = Path(__file__).with_name("document.typ")
_PICTURE = """#set page(width: auto, height: auto, margin: 0pt)
#set text(font: json(bytes(sys.inputs.fonts)))
#image(bytes(sys.inputs.svg), format: "svg", width: float(sys.inputs.width) * 1pt)"""
_LONG_RUN = re.compile("[^\\s\u2e80-\U0010ffff]{30,}")
_LANGUAGES = {"en": ("en", "gb"), "ru": ("ru", "ru"), "zh-hans": ("zh", "cn")}


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """(name, value) pairs, as under the title; two of them side by side where they are short."""

    pairs: Sequence[tuple[str, str]]
    two_abreast: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG made by the node itself; `description` is read to those who cannot see it."""

    svg: str
    caption: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A document of A4 pages in the active language.

    facts     (name, value) pairs under the title
    parts     in their order: a str is a paragraph
    exercise  the words of the striped band, or "" outside exercises
    foot      words of the footer in place of who made it and when
    compact   in smaller letters: as much as can be on a sheet
    """

    title: str
    classification: str = ""
    facts: Sequence[tuple[str, str]] = ()
    parts: Sequence[str | Facts | Heading | Picture | Table] = field(default=())
    notes: Sequence[str] = ()
    made_at: datetime | None = None
    made_by: str = ""
    exercise: str = ""
    foot: str = ""
    compact: bool = False


def table_pdf(table: Table) -> bytes:
    """The table as a document of its own: across the page if it has more than PORTRAIT_COLUMNS columns.

    Raises ExportRefused if it has more than MOST_ROWS rows or MOST_COLUMNS columns.
    """
    page = Page(
        title=table.title,
        classification=table.classification,
        parts=[table],
        notes=table.notes,
        made_at=table.made_at,
        made_by=table.made_by,
        exercise=table.exercise,
    )
    return _set(page, captions=False)


def page_pdf(page: Page) -> bytes:
    """The page as PDF. Raises ExportRefused as `table_pdf` does, or if a script has no font here."""
    return _set(page, captions=True)


def picture_png(svg: str, *, width: float = 480, ppi: float = 200) -> bytes:
    """The picture as PNG, `width` points wide (1/72 inch); for programs that show no SVG."""
    (png,) = pictures_png([svg], width=width, ppi=ppi)
    return png


def pictures_png(svgs: Sequence[str], *, width: float = 480, ppi: float = 200) -> list[bytes]:
    """Several pictures as PNG in one go, which costs little more than one."""
    fonts.refuse_if_illegible(*svgs)
    same = {"fonts": json.dumps(fonts.families()), "width": repr(float(width))}
    return _typeset([Job(_PICTURE, {**same, "svg": svg}, "png", ppi) for svg in svgs])


def shown(value: Value, kind: Kind) -> str:
    """A value as people read it, in the active language and time zone; nothing is an empty cell."""
    if value is None:
        return ""
    return _SHOWN[kind](value)


_SHOWN = {
    Kind.TEXT: lambda value: value,
    Kind.WHOLE: formats.whole,
    Kind.DECIMAL: formats.figure,
    Kind.SHARE: lambda value: formats.share(value, 1),
    Kind.DATE: formats.short_date,
    Kind.MOMENT: formats.short_moment,
}


def _set(page: Page, *, captions: bool) -> bytes:
    data = json.dumps(_data(page, captions=captions), ensure_ascii=False)
    fonts.refuse_if_illegible(data)
    made = page.made_at or datetime(1980, 1, 1, tzinfo=UTC)
    job = Job(_DOCUMENT.read_text(encoding="utf-8"), {"data": data}, timestamp=int(made.timestamp()))
    (document,) = _typeset([job])
    return document


def _typeset(jobs: Sequence[Job]) -> list[bytes]:
    try:
        return typeset(jobs, fonts=fonts.folders())
    except NotSet as failure:
        _log.error("a document could not be set: %s", failure)
        raise ExportRefused(
            _("The document could not be made. Take CSV or XLSX; the administrator finds the reason in the log.")
        ) from failure


def _data(page: Page, *, captions: bool) -> dict:
    language, region = _LANGUAGES.get(get_language() or "en", _LANGUAGES["en"])
    parts = [_part(part, captions=captions) for part in page.parts]
    made = {"date": formats.long_moment(page.made_at) if page.made_at else "", "person": page.made_by}
    signed = _("Made %(date)s by %(person)s") if page.made_by else _("Made %(date)s")
    return {
        "title": str(page.title),
        "author": str(page.made_by),
        "language": language,
        "region": region,
        "fonts": fonts.families(),
        "classification": str(page.classification),
        "exercise": str(page.exercise),
        "compact": page.compact,
        "made": page.foot or (signed % made if page.made_at else ""),
        "page": _("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        "landscape": any(part["kind"] == "table" and len(part["columns"]) > PORTRAIT_COLUMNS for part in parts),
        "facts": [[str(name), str(value)] for name, value in page.facts],
        "parts": parts,
        "notes": [str(note) for note in page.notes],
    }


def _part(part: str | Facts | Heading | Picture | Table, *, captions: bool) -> dict:
    if isinstance(part, Table):
        return _table(part, caption=str(part.title) if captions else "")
    if isinstance(part, Picture):
        texts = {"caption": str(part.caption), "description": str(part.description or part.caption)}
        return {"kind": "picture", "svg": part.svg, **texts}
    if isinstance(part, Facts):
        pairs = [[str(name), _broken(str(value))] for name, value in part.pairs]
        return {"kind": "facts", "pairs": pairs, "two": part.two_abreast}
    if isinstance(part, Heading):
        return {"kind": "heading", "text": str(part.text)}
    return {"kind": "paragraph", "text": str(part)}


def _table(table: Table, *, caption: str) -> dict:
    if len(table.columns) > MOST_COLUMNS:
        raise ExportRefused(
            _("%(columns)d columns are too many for a page, which holds %(most)d. Take CSV or XLSX, or fewer columns.")
            % {"columns": len(table.columns), "most": MOST_COLUMNS}
        )
    return {
        "kind": "table",
        "caption": caption,
        "columns": [
            {"heading": _broken(str(column.heading)), "number": column.kind.is_number} for column in table.columns
        ],
        "rows": list(_shown_rows(table)),
    }


def _shown_rows(table: Table) -> Iterator[list[str]]:
    read, rows = reader(table.columns), iter(table.rows)
    kinds = [column.kind for column in table.columns]
    for number, row in enumerate(islice(rows, MOST_ROWS), 1):
        yield [_broken(shown(value, kind)) for value, kind in zip(read(row, number), kinds, strict=True)]
    if next(rows, None) is not None:
        raise ExportRefused(
            ngettext(
                "A PDF holds at most %(most)d row of a table, and there are more. Take CSV or XLSX, or filter first.",
                "A PDF holds at most %(most)d rows of a table, and there are more. Take CSV or XLSX, or filter first.",
                MOST_ROWS,
            )
            % {"most": MOST_ROWS}
        )


def _broken(words: str) -> str:
    """A long run without a space may break anywhere, so that it stays within its column."""
    return _LONG_RUN.sub(lambda run: "\u200b".join(run[0]), words)
