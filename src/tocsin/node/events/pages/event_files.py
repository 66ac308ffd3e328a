"""What the page of an event's files shows."""

from dataclasses import dataclass

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.files.kinds import KINDS, kind_name
from tocsin.node.events.files.refusals import listed_endings
from tocsin.node.events.models import Event, EventFile
from tocsin.node.language.formats import decimal, whole

__all__ = ["FilesPage", "files_page"]


@dataclass(frozen=True, slots=True)
class FileRow:
    file: EventFile
    kind: str
    size: str


@dataclass(frozen=True, slots=True)
class FilesPage:
    rows: list[FileRow]
    removed: list[FileRow]
    endings: str
    may_write: bool


def files_page(event: Event, person: Person) -> FilesPage:
    """Those that are there, and below them those that were removed, by whom and when."""
    rows = [
        FileRow(file, kind_name(file.kind), _size(file.size))
        for file in EventFile.objects.visible_to(person).filter(event=event).select_related("by", "removed_by")
    ]
    return FilesPage(
        rows=[row for row in rows if row.file.removed_at is None],
        removed=[row for row in rows if row.file.removed_at is not None],
        endings=listed_endings(KINDS.values()),
        may_write=person.may(Ability.WRITE_EVENTS) and event.merged_into_id is None,
    )


def _size(size: int) -> str:
    return f"{decimal(size / 2**20)} MB" if size >= 2**20 else f"{whole(max(1, round(size / 2**10)))} kB"
