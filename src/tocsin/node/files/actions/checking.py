"""Looking at what was uploaded: what it is, and what of it may leave the hospital.

A small file is looked at while its person waits, a larger one by a task: making a picture anew takes seconds, and a
document of a hundred pages longer. Whichever it is may be killed at any moment, and is done again.
"""

from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tocsin.clinical.files.deidentifying import Deidentified, deidentified
from tocsin.clinical.files.kinds import MEDIA_TYPES, PICTURES, Kind, checked, neutral_name
from tocsin.clinical.files.refusals import RefusedFile
from tocsin.clinical.identifiers.identity import Identity
from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.files import limits, tasks
from tocsin.node.files.actions.uploading import content_of
from tocsin.node.files.gates import identity_of
from tocsin.node.files.models import CleanFile, CleanPiece, Upload
from tocsin.node.files.refusals import NotSent
from tocsin.node.work.windows import at

__all__ = ["accept", "ask_to_check", "check", "destroy_original", "look_for", "sweep"]

_KINDS = {media_type: kind for kind, media_type in MEDIA_TYPES.items()}
TEXTS = frozenset({Kind.TXT, Kind.CSV})


def ask_to_check(upload: Upload) -> Upload:
    """Look at it now, or have it looked at."""
    if upload.state != Upload.State.UPLOADED:
        return upload
    if upload.size <= limits.AT_ONCE:
        return check(upload.pk)
    tasks.check_upload.using(queue_name="people").enqueue(str(upload.pk))
    return upload


def check(pk: UUID) -> Upload:
    """Look at an upload that is whole; once, however often it is asked for."""
    upload = Upload.objects.get(pk=pk)
    if upload.state != Upload.State.UPLOADED:
        return upload
    content = b"".join(content_of(upload))
    changed: dict[str, Any]
    made: Deidentified | None = None
    try:
        kind = checked(content, upload.name)
        made = deidentified(content, kind, identity_of(upload), language=upload.by.language or "en")
    except RefusedFile as refused:
        changed = {"state": Upload.State.REFUSED, "reason": refused.code, "values": refused.values}
    else:
        changed = {
            "state": Upload.State.CHECKED, "left_away": list(made.left_away),
            "flagged": [list(one) for one in made.flagged], "to_be_looked_at": list(made.to_be_looked_at),
        }  # fmt: skip
    at("file.looked-at")
    with transaction.atomic():
        upload = Upload.objects.select_for_update().get(pk=pk)
        if upload.state != Upload.State.UPLOADED:  # another was faster
            return upload
        if made is not None:
            changed["clean"] = _kept(upload, made, kind)
        for name, value in changed.items():
            setattr(upload, name, value)
        upload.changed_at = timezone.now()
        upload.save(update_fields=[*changed, "changed_at"])
        audit.record(
            "file.refused" if made is None else "file.checked",
            upload,
            by=None,
            reason=upload.reason,
            left_away=upload.left_away,
        )
    return upload


def accept(pk: UUID, *, by: Person) -> Upload:
    """Somebody has looked at it, and says that it may leave as it is. Raises NotSent where there is nothing to say."""
    with transaction.atomic():
        upload = Upload.objects.visible_to(by).select_for_update().get(pk=pk)
        if upload.state != Upload.State.CHECKED:
            raise NotSent
        if upload.accepted_at is None:
            upload.accepted_at = timezone.now()
            upload.save(update_fields=["accepted_at"])
            audit.record("file.accepted", upload, by=by, flagged=len(upload.flagged))
    return upload


def look_for(pk: UUID, identity: Identity, *, by: Person) -> Upload:
    """Search what was made of an upload for somebody whom it turns out to be about. Again: nothing new.

    In a plain text what says who it is is taken out. In a paper it stays, and somebody has to look at it, again if they
    have looked before: `may_leave` is False until they accept. What a picture shows no program reads.
    """
    with transaction.atomic():
        upload = Upload.objects.visible_to(by).select_for_update().get(pk=pk)
        kind = _KINDS.get(upload.clean.media_type) if upload.clean is not None else None
        if upload.clean is None or kind is None or kind in PICTURES:
            return upload
        content = b"".join(bytes(piece.content) for piece in upload.clean.pieces.all())
        made = deidentified(content, kind, identity, language=by.language or "en")
        flagged = [list(one) for one in made.flagged]
        new = [one for one in flagged if one not in upload.flagged]
        if new:
            upload.flagged, upload.accepted_at = [*upload.flagged, *new], None
        if made.content != content and kind in TEXTS:
            before, upload.clean = upload.clean, _kept(upload, made, kind, name=upload.clean.name)
            if not before.attached.exists():
                CleanFile.objects.filter(pk=before.pk).delete()
        upload.save(update_fields=["flagged", "accepted_at", "clean"])
    return upload


def destroy_original(pk: UUID, *, by: Person) -> Upload:
    """The original's bytes go, and its name; what was made of it stays. Again: nothing."""
    with transaction.atomic():
        upload = Upload.objects.visible_to(by).select_for_update().get(pk=pk)
        if upload.state in {Upload.State.ARRIVING, Upload.State.UPLOADED}:
            raise NotSent
        if upload.original_destroyed_at is None:
            upload.pieces.all().delete()
            upload.name, upload.original_destroyed_at = "", timezone.now()
            upload.save(update_fields=["name", "original_destroyed_at"])
            audit.record("file.original-destroyed", upload, by=by, digest=upload.digest)
    return upload


def sweep() -> int:
    """Ask again for what a kill kept from being looked at. Returns how many there were."""
    waiting = list(Upload.objects.filter(state=Upload.State.UPLOADED).values_list("pk", flat=True))
    for pk in waiting:
        tasks.check_upload.using(queue_name="people").enqueue(str(pk))
    return len(waiting)


def _kept(upload: Upload, made: Deidentified, kind: Kind, *, name: str = "") -> CleanFile:
    before = Upload.objects.filter(by=upload.by_id, about_kind=upload.about_kind, about_id=upload.about_id)
    number = before.exclude(clean=None).count() + 1
    clean = CleanFile.objects.create(
        digest=sha256(made.content).hexdigest(), name=name or neutral_name(kind, number), media_type=MEDIA_TYPES[kind],
        size=len(made.content),
    )  # fmt: skip
    for number, first in enumerate(range(0, len(made.content), limits.PIECE_BYTES), 1):
        CleanPiece.objects.create(file=clean, number=number, content=made.content[first : first + limits.PIECE_BYTES])
    return clean
