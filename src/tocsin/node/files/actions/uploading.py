"""Uploads in ranges: begun, gone on with after a break, finished. What was acknowledged is kept whatever happens.

Each range is one transaction that locks the upload, so that two tabs of one person take turns: whoever comes second
with what is there already is told that it is, and with something else that it does not fit.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.files import limits
from tocsin.node.files.models import Upload, UploadPiece
from tocsin.node.files.refusals import RangeRefused, UploadRefused
from tocsin.node.work.windows import at

__all__ = ["begin", "content_of", "discard", "expire", "finish", "put_range", "sentence_too_large"]

DIGEST = re.compile("[0-9a-f]{64}")
LONGEST_NAME = 200


def begin(
    *,
    name: str,
    size: int,
    by: Person,
    digest: str = "",
    fingerprint: str = "",
    about_kind: str = "",
    about: dict[str, str] | None = None,
) -> Upload:
    """A new upload; or the open one of this person that has the same fingerprint, to be gone on with.

    digest       SHA-256 of the whole, if the browser can tell
    fingerprint  by which a browser knows the same file again: 64 hexadecimal digits of its own making

    Raises UploadRefused for what is too large, empty, or too much at once.
    """
    if size > limits.FILE_BYTES:
        raise UploadRefused(sentence_too_large(), code="too-large", status=413)
    if size <= 0:
        raise UploadRefused(_("The file is empty."), code="empty", status=422)
    digest, fingerprint = _hexadecimal(digest), _hexadecimal(fingerprint)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=by.pk)  # two tabs do not share the last of the room
        mine = Upload.objects.visible_to(by).open()
        if fingerprint and (same := mine.filter(fingerprint=fingerprint, size=size).first()):
            return same
        _require_room(by, size)
        made = Upload.objects.create(
            by=by, name=_kept_name(name), size=size, said_digest=digest, fingerprint=fingerprint,
            about_kind=about_kind if about else "", about_origin=(about or {}).get("origin", ""),
            about_id=(about or {}).get("id", ""),
        )  # fmt: skip
        audit.record("file.begun", made, by=by, size=size)
    return made


def put_range(pk: UUID, first: int, content: bytes, *, total: int, by: Person) -> Upload:
    """Keep one range, which begins at byte `first`. What is there already is not kept twice.

    Raises RangeRefused with the offset to go on from; Upload.DoesNotExist for an upload of somebody else.
    """
    with transaction.atomic():
        upload = Upload.objects.visible_to(by).select_for_update().get(pk=pk)
        _require_fit(upload, first, content, total)
        if first < upload.received:
            _require_same(upload, first, content)
            content, first = content[upload.received - first :], upload.received
        if content:
            UploadPiece.objects.create(upload=upload, first=first, size=len(content), content=content)
            at("file.piece")
            upload.received, upload.changed_at = first + len(content), timezone.now()
            upload.save(update_fields=["received", "changed_at"])
    at("file.range")
    return upload


def finish(pk: UUID, *, digest: str = "", by: Person) -> Upload:
    """All is there: the upload is whole, and is looked at next (checking.py). Again: nothing.

    digest   SHA-256 of the whole, where the browser could tell only now

    Raises RangeRefused where bytes are missing, or where they are not those that the browser has.
    """
    said = _hexadecimal(digest)
    with transaction.atomic():
        upload = Upload.objects.visible_to(by).select_for_update().get(pk=pk)
        if upload.state != Upload.State.ARRIVING:
            return upload
        if upload.received < upload.size:
            missing = _("%(n)d bytes are missing, from byte %(first)d on.") % {
                "n": upload.size - upload.received, "first": upload.received,
            }  # fmt: skip
            raise RangeRefused(upload, missing, code="incomplete")
        found = sha256()
        for piece in content_of(upload):
            found.update(piece)
        is_other = {one for one in (said, upload.said_digest) if one} - {found.hexdigest()}
        if is_other:
            upload.pieces.all().delete()
            upload.received = 0
        else:
            upload.state, upload.digest = Upload.State.UPLOADED, found.hexdigest()
            audit.record("file.uploaded", upload, by=by, size=upload.size, digest=upload.digest)
        upload.changed_at = timezone.now()
        upload.save(update_fields=["received", "state", "digest", "changed_at"])
    if is_other:  # outside of the transaction, or what is said would be undone
        raise RangeRefused(
            upload, _("The file was changed on the way, or while it was sent. Send it once more."), code="digest"
        )
    at("file.uploaded")
    return upload


def discard(pk: UUID, *, by: Person) -> None:
    """Give an upload up: its bytes go. What was made of it and sent stays where it was sent."""
    with transaction.atomic():
        upload = Upload.objects.visible_to(by).select_for_update().get(pk=pk)
        audit.record("file.discarded", upload, by=by, digest=upload.digest)
        clean = upload.clean
        upload.delete()
        if clean is not None and not clean.attached.exists():
            clean.delete()


def expire() -> int:
    """Take away what nobody has gone on with for a week. Returns how many there were."""
    before, gone = timezone.now() - limits.KEPT_OPEN, 0
    for pk in list(Upload.objects.open().filter(changed_at__lt=before).values_list("pk", flat=True)):
        with transaction.atomic():
            if upload := Upload.objects.open().select_for_update().filter(pk=pk, changed_at__lt=before).first():
                audit.record("file.expired", upload, by=None, received=upload.received)
                upload.delete()
                gone += 1
    return gone


def content_of(upload: Upload) -> Iterator[bytes]:
    """Its bytes in their order, a piece at a time."""
    for piece in upload.pieces.order_by("first").iterator(chunk_size=1):
        yield bytes(piece.content)


def sentence_too_large() -> str:
    """Of a file that is."""
    return _("The file is larger than %(size)d MB. Send a part of it, or a smaller picture.") % {
        "size": limits.FILE_BYTES >> 20
    }


def _require_room(by: Person, size: int) -> None:
    mine = Upload.objects.visible_to(by).open()
    begun = mine.aggregate(all=Sum("size"))["all"] or 0
    if begun + size > limits.OPEN_BYTES or mine.count() >= limits.OPEN_UPLOADS:
        raise UploadRefused(
            _("You have begun uploads of more than %(size)d MB. Finish them, or give one up.")
            % {"size": limits.OPEN_BYTES >> 20},
            code="too-much-at-once", status=429,
        )  # fmt: skip


def _require_fit(upload: Upload, first: int, content: bytes, total: int) -> None:
    """A range of this file, that follows what is there or lies in it."""
    last = first + len(content)
    if upload.state != Upload.State.ARRIVING:
        raise RangeRefused(upload, _("This upload is finished already."), code="finished")
    if total != upload.size:
        raise RangeRefused(upload, _("This is a range of a file of another size."), code="other-file")
    if not content or len(content) > limits.PIECE_BYTES:
        raise RangeRefused(
            upload, _("A range has 1 to %(n)d bytes.") % {"n": limits.PIECE_BYTES}, code="range-size", status=413
        )
    if last > upload.size:
        raise RangeRefused(upload, _("The range goes beyond the end of the file."), code="beyond-the-end", status=416)
    if first > upload.received:
        sentence = _("Bytes before this range are missing. Go on from byte %(first)d.") % {"first": upload.received}
        raise RangeRefused(upload, sentence, code="gap")


def _require_same(upload: Upload, first: int, content: bytes) -> None:
    """What comes again is what is there, or two different files are being sent as one."""
    end = min(first + len(content), upload.received)
    pieces = upload.pieces.filter(first__lt=end, first__gt=first - limits.PIECE_BYTES).order_by("first")
    there = b"".join(
        bytes(piece.content)[max(0, first - piece.first) : end - piece.first] for piece in pieces
    )  # fmt: skip
    if there != content[: end - first]:
        raise RangeRefused(upload, _("Other bytes are here already at this place."), code="other-bytes")


def _kept_name(name: str) -> str:
    """Its end, where it says what it is; without what no database takes."""
    return name.encode("utf-8", "replace").decode().replace("\x00", "")[-LONGEST_NAME:]


def _hexadecimal(text: str) -> str:
    """A digest as it is kept; what is none counts as not given."""
    return text.lower() if DIGEST.fullmatch(text.lower()) else ""
