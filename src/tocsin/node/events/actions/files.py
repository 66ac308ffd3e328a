"""Files of an event: added, handed back, removed. They never leave the node: no document carries one."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.changing import lock, note
from tocsin.node.events.files import keeping
from tocsin.node.events.files.kinds import require_kind
from tocsin.node.events.models import Event, EventFile
from tocsin.node.events.refusals import ActRefused
from tocsin.node.events.texts import checked

__all__ = ["add_file", "hand_back", "remove_file"]

MOST_FILES = 500
LONGEST_NAME, LONGEST_NOTE = 200, 300
FORBIDDEN = '/\\:*?"<>|'


def add_file(event: Event, chunks: Iterable[bytes], *, name: str, note_text: str = "", by: Person) -> EventFile:
    """Put a file with an event. Raises ActRefused for a name that deceives, and RefusedContent for its bytes.

    Not one transaction: the bytes are on the disk before the row that names them, and whatever happens in between
    leaves bytes that no row names.
    """
    check(by, Ability.WRITE_EVENTS)
    name = _require_name(name)
    note_text = checked(note_text, longest=LONGEST_NOTE, name=_("Note"), paragraphs=False)
    with keeping.arriving(chunks) as arrived:
        with arrived.path.open("rb") as file:
            kind = require_kind(file, name)
        with keeping.alone():
            keeping.keep(arrived)
            with transaction.atomic():
                locked = lock(event, by=by, ability=Ability.WRITE_EVENTS)
                _require_room(locked, arrived.digest)
                made = EventFile.objects.create(
                    event=locked, name=name, kind=kind.code, size=arrived.size, digest=arrived.digest, by=by,
                    note=note_text, language=(get_language() or "") if note_text else "",
                )  # fmt: skip
                note(locked, "file_added", by=by, values={"kind": kind.code, "file": str(made.pk)})
    return made


@transaction.atomic
def hand_back(file: EventFile, *, by: Person) -> Path:
    """Where the bytes of a file lie, for somebody who downloads it, which is put on record."""
    found = EventFile.objects.visible_to(by).select_related("event").get(pk=file.pk)
    if found.removed_at is not None:
        raise ActRefused(_("The file was removed; its bytes are no more."))
    path = keeping.path_of(found.digest)
    if not path.is_file():
        raise ActRefused(
            _("The bytes of the file are missing on this node’s disk. If it was put back from a copy, look there.")
        )
    audit.record("event-file.downloaded", found, by=by, event=found.event_id, digest=found.digest)
    return path


@transaction.atomic
def remove_file(file: EventFile, *, reason: str, by: Person) -> EventFile:
    """Take a file away: its row stays and says who did, its bytes go unless another file has the same."""
    event = lock(file.event_id, by=by, ability=Ability.WRITE_EVENTS)
    found = EventFile.objects.visible_to(by).select_for_update(of=("self",)).get(pk=file.pk, event=event)
    if found.removed_at is not None:
        raise ActRefused(_("The file was removed already."))
    if not reason.strip():
        raise ActRefused(_("Say why the file is removed."))
    found.removed_at, found.removed_by = timezone.now(), by
    found.save(update_fields=["removed_at", "removed_by"])
    note(event, "file_removed", by=by, text=reason, values={"kind": found.kind, "file": str(found.pk)})
    transaction.on_commit(partial(keeping.forget, found.digest))
    return found


def _require_room(event: Event, digest: str) -> None:
    there = event.files.filter(removed_at=None)
    if same := there.filter(digest=digest).first():
        raise ActRefused(_("The same file is here already, as “%(name)s”.") % {"name": same.name})
    if there.count() >= MOST_FILES:
        raise ActRefused(
            _("An event has at most %(n)d files; remove one that is no longer needed.") % {"n": MOST_FILES}
        )


def _require_name(name: str) -> str:
    """What people read is what the file is called: nothing invisible, no folder, no sign that a system takes otherwise.

    Raises ActRefused.
    """
    name = checked(name, longest=LONGEST_NAME, name=_("The name of the file"), paragraphs=False)
    if sign := next((sign for sign in name if sign in FORBIDDEN), ""):
        raise ActRefused(
            _("The name of the file holds “%(sign)s”. Give it a name without folders and signs.") % {"sign": sign}
        )
    if name.strip(". ") != name or not name.rpartition(".")[0]:
        raise ActRefused(_("Give the file a name that begins with a letter or a number, and ends with what it is."))
    return name
