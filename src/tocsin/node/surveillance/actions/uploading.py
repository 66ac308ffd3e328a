"""Receiving a table: the file first, then its row and the task that previews it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.records import new_id
from tocsin.node.surveillance import tasks
from tocsin.node.surveillance.actions.doors import demand, require_own
from tocsin.node.surveillance.intake import receiving
from tocsin.node.surveillance.models import Source, Upload
from tocsin.node.work.windows import at

__all__ = ["receive"]

STANDING = (*Upload.OPEN, Upload.Status.TAKEN)


def receive(
    source: Source,
    *,
    file: Iterable[bytes],
    file_name: str,
    via: str,
    by: Person | None,
    options: Mapping[str, Any] | None = None,
) -> Upload:
    """Keep a file and have it previewed. The same bytes for the same source give the upload that is there already.

    file       chunks of bytes; read once, never held as a whole
    options    of reading, for this table alone
    returns    the upload; its `is_repeat` says that it was there before
    raises     receiving.TooLarge, receiving.EmptyFile, PermissionDenied, doors.Refused
    """
    demand(by, Ability.UPLOAD_COUNTS)
    require_own(source)
    key = new_id()
    stored = receiving.store(file, key=key, name=file_name)
    at("receiving.stored")
    upload = Upload(
        id=key,
        source=source,
        by=by,
        via=via,
        file_name=receiving.shown_name(file_name),
        file_path=stored.path,
        sha256=stored.sha256,
        size=stored.size,
        options=dict(options or {}),
    )
    kept = _earlier(source, stored.sha256) or _kept(upload)
    if kept.pk != key:
        receiving.path_of(stored.path).unlink(missing_ok=True)
    kept.is_repeat = kept.pk != key
    return kept


def _kept(upload: Upload) -> Upload:
    try:
        _record(upload)
    except IntegrityError:
        # Somebody sent the same bytes at the same moment.
        earlier = _earlier(upload.source, upload.sha256)
        if earlier is None:
            raise
        return earlier
    return upload


@transaction.atomic
def _record(upload: Upload) -> None:
    upload.save(force_insert=True)
    audit.record(
        "upload.received", upload, by=upload.by, source=str(upload.source), size=upload.size, sha256=upload.sha256
    )
    tasks.preview_upload.enqueue(str(upload.pk))


def _earlier(source: Source, sha256: str) -> Upload | None:
    return Upload.objects.filter(source=source, sha256=sha256, status__in=STANDING, undoes=None).first()
