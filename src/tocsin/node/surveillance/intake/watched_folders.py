"""Folders into which other programs put tables: whatever stands still there is received like any other.

    incoming/table.csv             seen twice with the same size and time: received
    incoming/waiting/<id>__…       being previewed, or a person must answer something at its page
    incoming/taken/table.csv       taken whole
    incoming/refused/table.csv     not taken; refused/table.csv.txt says why

Folders lie below settings.WATCHED, so that nobody can point a source at other files of the machine.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

from tocsin.node.surveillance.actions import taking, uploading
from tocsin.node.surveillance.actions.doors import Refused
from tocsin.node.surveillance.actions.previewing import is_unmatched
from tocsin.node.surveillance.intake.receiving import BLOCK, RefusedFile
from tocsin.node.surveillance.models import Source, Upload

__all__ = ["folder_of", "look", "take_if_nothing_to_ask"]

LOG = logging.getLogger(__name__)
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", ".writing", ".swp", "~")
REMEMBERED_SECONDS = 24 * 3600
MARK = "__"
NEEDS_A_PERSON = {"jump", "future_period"}  # a low last week or many corrections are what nightly tables bring


def look() -> None:
    """One look into every watched folder; a file is received at the second look that finds it unchanged."""
    for source in Source.objects.filter(is_on=True).exclude(watched_folder=""):
        folder = folder_of(source)
        if folder is None or not folder.is_dir():
            LOG.warning("the watched folder of source %s is not there: %s", source.pk, source.watched_folder)
            continue
        _settle(folder)
        for file in _standing_still(source, folder):
            _receive(source, file)


def folder_of(source: Source) -> Path | None:
    """The watched folder of a source, or None where it has none or names one outside settings.WATCHED."""
    root = Path(settings.WATCHED).resolve()
    folder = (root / source.watched_folder).resolve()
    return folder if source.watched_folder and folder != root and folder.is_relative_to(root) else None


def take_if_nothing_to_ask(upload: Upload) -> None:
    """After the preview of a table from a folder: take it whole, unless a person must answer something."""
    upload = Upload.objects.get(pk=upload.pk)
    if upload.via != Upload.Via.FOLDER or upload.status != Upload.Status.PREVIEWED:
        return
    warned = {warning["code"] for warning in upload.preview["warnings"]}
    if is_unmatched(upload) or upload.problems or warned & NEEDS_A_PERSON:
        return
    try:
        taking.take(upload, whole=True, by=None)
    except Refused as refusal:
        LOG.info("upload %s waits for a person: %s", upload.pk, refusal)


def _standing_still(source: Source, folder: Path) -> Iterator[Path]:
    key = f"watched-folder:{source.pk}"
    before = cache.get(key, {})
    now = {}
    for file in sorted(folder.iterdir()):
        if file.is_symlink() or not file.is_file() or _unfinished(file.name):
            continue
        about = file.stat()
        now[file.name] = [about.st_size, about.st_mtime_ns]
    cache.set(key, now, REMEMBERED_SECONDS)
    yield from (folder / name for name, about in now.items() if before.get(name) == about)


def _unfinished(name: str) -> bool:
    return name.startswith((".", "_", "~")) or name.lower().endswith(UNFINISHED)


def _receive(source: Source, file: Path) -> None:
    try:
        with file.open("rb") as stream:
            blocks = iter(lambda: stream.read(BLOCK), b"")
            upload = uploading.receive(source, file=blocks, file_name=file.name, via=Upload.Via.FOLDER, by=None)
    except RefusedFile as refusal:
        _move(file, "refused", file.name, reasons=[str(refusal)])
        return
    except OSError as error:
        LOG.warning("%s cannot be read: %s", file, error)
        return
    _move(file, "waiting", f"{upload.pk}{MARK}{file.name}")


def _settle(folder: Path) -> None:
    """Move on what was decided since the last look."""
    waiting = {file: file.name.partition(MARK) for file in folder.glob(f"waiting/*{MARK}*") if file.is_file()}
    uploads = Upload.objects.in_bulk([UUID(key) for key, _, _ in waiting.values() if _is_key(key)])
    for file, (key, _, name) in waiting.items():
        upload = uploads.get(UUID(key)) if _is_key(key) else None
        if upload is None:
            continue
        if upload.status == Upload.Status.TAKEN:
            _move(file, "../taken", name)
        elif upload.status in (Upload.Status.UNREADABLE, Upload.Status.CANCELLED):
            _move(file, "../refused", name, reasons=[upload.problem.get("text") or upload.get_status_display()])


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _move(file: Path, below: str, name: str, *, reasons: list[str] | None = None) -> None:
    folder = (file.parent / below).resolve()
    folder.mkdir(exist_ok=True)
    target = folder / name
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    if reasons:
        target.with_name(f"{target.name}.txt").write_text("\n".join(str(reason) for reason in reasons) + "\n", "utf-8")
    file.rename(target)
