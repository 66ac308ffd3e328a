"""DOCX, made anew of the parts that are seen: no properties, comments, earlier wordings, thumbnails, hidden text.

What was inserted stands as if it had always been there; what was struck is gone. The marks by which Word tells who
typed what in which sitting go as well. A picture in it is made anew like every picture.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree  # type: ignore[import-untyped, unused-ignore]

from tocsin.clinical.files import pictures
from tocsin.clinical.files.archives import packed, unpacked
from tocsin.clinical.files.refusals import RefusedFile

__all__ = ["anew", "paragraphs_of", "require_docx"]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TYPES, ROOT_RELATIONS = "[Content_Types].xml", "_rels/.rels"
MAIN = re.compile(rb'"application/vnd\.openxmlformats-officedocument\.wordprocessingml\.document\.main\+xml"')
OTHER = re.compile(rb"openxmlformats-officedocument\.(?:spreadsheetml|presentationml)|opendocument|vnd\.ms-excel")
RUNS = re.compile(r"vbaproject|vbadata|activex/|embeddings/|\.(?:bin|exe|dll|js|vbs|docm)$", re.IGNORECASE)
TEXTS = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")
KEPT = re.compile(
    r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|styles|stylesWithEffects|numbering|fontTable|settings"
    r"|webSettings|theme/theme\d*)\.xml"
)
PICTURES = re.compile(r"word/media/[^/]+\.(?P<ending>jpe?g|png)", re.IGNORECASE)
RELATIONS = re.compile(r"(?P<folder>.*/)?_rels/(?P<name>[^/]*)\.rels")
GONE = {
    "del": "changes", "moveFrom": "changes", "rPrChange": "changes", "pPrChange": "changes", "tblPrChange": "changes",
    "tcPrChange": "changes", "trPrChange": "changes", "sectPrChange": "changes", "numberingChange": "changes",
    "tblGridChange": "changes", "cellIns": "changes", "cellDel": "changes", "cellMerge": "changes",
    "moveFromRangeStart": "changes", "moveFromRangeEnd": "changes", "moveToRangeStart": "changes",
    "moveToRangeEnd": "changes", "commentRangeStart": "comments", "commentRangeEnd": "comments",
    "commentReference": "comments", "annotationRef": "comments", "rsids": "", "rsid": "", "docVars": "variables",
    "attachedTemplate": "template", "mailMerge": "mail-merge", "dataBinding": "", "proofErr": "", "permStart": "",
    "permEnd": "", "embedRegular": "", "embedBold": "", "embedItalic": "", "embedBoldItalic": "",
    "placeholder": "", "documentProtection": "", "writeProtection": "", "saveThroughXslt": "",
     "altChunk": "attachments",
}  # fmt: skip
UNWRAPPED = {"ins": "changes", "moveTo": "changes"}
DRAWN = ("word/media/", "word/charts/", "word/diagrams/")
BESIDE = {"docProps/": "properties", "customXml/": "custom-data", "word/comments": "comments",
 "word/people": "comments",
          "word/glossary/": "building-blocks", "docMetadata/": "properties"}  # fmt: skip


def require_docx(content: bytes) -> None:
    """Raises RefusedFile for whatever else, and for macros, programs and documents in it."""
    parts = unpacked(content)
    said = parts.get(TYPES, b"")
    if b"macroEnabled" in said or any(RUNS.search(name) for name in parts):
        raise RefusedFile("macros")
    if not MAIN.search(said) or "word/document.xml" not in parts:
        raise RefusedFile("office-other" if OTHER.search(said) or "mimetype" in parts else "archive")
    if any(name.startswith(DRAWN) and not PICTURES.fullmatch(name) for name in parts):
        raise RefusedFile("docx-picture")


def paragraphs_of(content: bytes) -> Iterator[tuple[int, str]]:
    """Each paragraph with its number, those of notes, heads and feet behind the others."""
    parts = unpacked(content)
    number = 0
    for name in sorted(
        (name for name in parts if TEXTS.fullmatch(name)), key=lambda name: ("document" not in name, name)
    ):
        for paragraph in _tree(parts[name]).iter(f"{W}p"):
            number += 1
            yield number, "".join(_letters(paragraph))


def anew(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The document of what is seen in it, and what was left away. Raises RefusedFile."""
    parts = unpacked(content)
    left = {word for name in parts for begin, word in BESIDE.items() if name.startswith(begin)}
    kept: dict[str, bytes] = {}
    for name, part in parts.items():
        if match := PICTURES.fullmatch(name):
            kind = "png" if match["ending"].lower() == "png" else "jpeg"
            kept[name], beside = pictures.anew(part, kind)
            left.update(beside)
        elif KEPT.fullmatch(name):
            tree = _tree(part)
            left |= _clean(tree)
            kept[name] = _written(tree)
    relations, linked = _relations(parts, kept)
    left |= linked
    made = {TYPES: _types(parts[TYPES], kept), **relations, **kept}
    return packed(made), tuple(sorted(left - {""}))


def _tree(part: bytes) -> Any:
    """Raises RefusedFile for a part that declares anything: documents have no need to, and bombs do."""
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise RefusedFile("damaged")
    try:
        return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError):
        raise RefusedFile("damaged") from None


def _written(tree: Any) -> bytes:
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


def _letters(paragraph: Any) -> Iterator[str]:
    for one in paragraph.iter():
        if one.tag == f"{W}t":
            yield one.text or ""
        elif one.tag in {f"{W}tab", f"{W}br", f"{W}cr"}:
            yield " "
        elif one.tag == f"{W}noBreakHyphen":
            yield "-"


def _clean(tree: Any) -> set[str]:
    left = set()
    for one in list(tree.iter()):
        if not isinstance(one.tag, str):  # a comment of XML, or an instruction
            _take_out(one)
            continue
        name = one.tag.rpartition("}")[2]
        if one.tag.startswith(W) and name in GONE:
            left.add(GONE[name])
            _take_out(one)
        elif one.tag.startswith(W) and name in UNWRAPPED:
            left.add(UNWRAPPED[name])
            _unwrap(one)
        elif one.tag == f"{W}hyperlink":
            one.attrib.pop(f"{R}id", None)
        elif one.tag == f"{W}r" and _is_hidden(one):
            left.add("hidden-text")
            _take_out(one)
        else:
            left |= _without_names(one, name)
    return left


def _without_names(one: Any, name: str) -> set[str]:
    """Attributes that say who typed, and what a picture was called or described as."""
    left = set()
    for key in list(one.attrib):
        plain = key.rpartition("}")[2]
        if plain.startswith("rsid") or plain in {"paraId", "textId", "author", "initials"}:
            del one.attrib[key]
    if name in {"docPr", "cNvPr"}:
        for key, value in (("name", "picture"), ("descr", None), ("title", None)):
            if key in one.attrib:
                left.add("picture-names" if one.attrib[key] else "")
                if value is None:
                    del one.attrib[key]
                else:
                    one.attrib[key] = value
    return left


def _is_hidden(run: Any) -> bool:
    mark = run.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(f"{W}val", "true") not in {"0", "false", "off"}


def _take_out(one: Any) -> None:
    above = one.getparent()
    if above is not None:
        above.remove(one)


def _unwrap(one: Any) -> None:
    above = one.getparent()
    if above is not None:
        at = above.index(one)
        above[at : at + 1] = list(one)


def _relations(parts: Mapping[str, bytes], kept: Mapping[str, bytes]) -> tuple[dict[str, bytes], set[str]]:
    """What parts say of one another, as far as both are kept; addresses outside are left away with their links."""
    found, left = {}, set()
    for name, part in parts.items():
        match = RELATIONS.fullmatch(name)
        if match is None or (name != ROOT_RELATIONS and f"{match['folder'] or ''}{match['name']}" not in kept):
            continue
        tree = _tree(part)
        for one in list(tree):
            target = one.get("Target", "") if isinstance(one.tag, str) else ""
            folder = match["folder"] or ""
            path = target[1:] if target.startswith("/") else folder + target
            if one.get("TargetMode") == "External" or path not in kept:
                left.add("links" if one.get("TargetMode") == "External" else "")
                _take_out(one)
        found[name] = _written(tree)
    return found, left


def _types(part: bytes, kept: Mapping[str, bytes]) -> bytes:
    tree = _tree(part)
    for one in list(tree):
        name = one.get("PartName") if isinstance(one.tag, str) else None
        if name is not None and name.lstrip("/") not in kept:
            _take_out(one)
    return _written(tree)
