"""Files of an object: sent in parts to other states, or put with it inside this one; and destroyed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from tocsin.exchange.sealing import post
from tocsin.exchange.suite import encoded
from tocsin.node.alliance import audit
from tocsin.node.alliance.alliance_file import here as here_file
from tocsin.node.alliance.models import Person
from tocsin.node.files.models import Attached, CleanFile, Part, Upload
from tocsin.node.files.reading import settle
from tocsin.node.files.refusals import NotSent
from tocsin.node.post.actions.destroying import destroy_documents
from tocsin.node.post.actions.making import make, node_here
from tocsin.node.post.here import local_node
from tocsin.node.post.models.documents import row_id
from tocsin.node.post.store import DjangoStore
from tocsin.node.work.windows import at

__all__ = ["attach", "erase", "send_file"]


def send_file(
    upload: Upload, *, kind: str, about: Mapping[str, str], to: Sequence[str], by: Person, language: str = "en"
) -> dict[str, Any]:
    """Put the de-identified form of an upload with an object, and send it to these states. Returns the file's JSON.

    kind   of the object: whose gate (gates.py) lets people see it
    to     other states; nobody where all who take part are of this one: no document is made, and nothing travels

    To be called in the transaction of the act that names the file, within `DjangoStore().atomic()`. The same file with
    the same object again sends nothing. Raises NotSent, ActRefused.
    """
    with DjangoStore().atomic():
        upload = Upload.objects.visible_to(by).select_for_update().get(pk=upload.pk)
        if not upload.may_leave or upload.clean is None:
            raise NotSent
        clean = upload.clean
        parts = clean.pieces.count()
        row, is_new = Attached.objects.get_or_create(
            about_origin=about["origin"], about_id=about["id"], origin=here_file().code, digest=clean.digest,
            defaults={
                "kind": kind, "name": clean.name, "media_type": clean.media_type, "size": clean.size, "parts": parts,
                "clean": clean, "by": by, "state": Attached.State.WHOLE,
            },
        )  # fmt: skip
        if not is_new and row.state == Attached.State.ERASED:
            raise NotSent
        sent = {one.audience for one in row.documents.all()}
        if others := sorted(set(to) - {row.origin}):
            _send_parts(row, others, sent, by=by, language=language)
        if not upload.about_id:
            upload.about_kind, upload.about_origin, upload.about_id = kind, about["origin"], about["id"]
            upload.save(update_fields=["about_kind", "about_origin", "about_id"])
        audit.record("file.sent", row, by=by, digest=row.digest, about=dict(about), to=others)
    return row.as_json()


def attach(file: Mapping[str, Any], *, kind: str, about: Mapping[str, str], origin: str) -> Attached:
    """Know a file by what an object's document says of it. Its parts may be here already, or come later.

    To be called by whoever reads such documents, however often; what was said first stands.
    """
    row, _ = Attached.objects.get_or_create(
        about_origin=about["origin"], about_id=about["id"], origin=origin, digest=file["digest"]
    )
    if not row.kind:
        row.kind, row.name, row.media_type = kind, file["name"][:120], file["media_type"][:100]
        row.size, row.parts = file["bytes"], file["parts"]
        row.save(update_fields=["kind", "name", "media_type", "size", "parts"])
        settle([row.pk])
    return row


def erase(row: Attached, *, reason: str = "sent-in-error", by: Person | None) -> None:
    """Destroy the bytes of a file: here, and of one of ours in every state that it went to. Again: nothing.

    reason   of `exchange.erasing.REASONS`
    """
    with DjangoStore().atomic():
        row = Attached.objects.select_for_update().get(pk=row.pk)
        if row.state == Attached.State.ERASED:
            return
        clean = row.clean
        for audience in sorted({one.audience for one in row.documents.all()}):
            ids = {str(one.document_id) for one in row.documents.filter(audience=audience)}
            destroy_documents(local_node(), row.origin, audience, ids, reason=reason)
        row.clean = None
        row.state, row.erased_at = Attached.State.ERASED, timezone.now()
        row.save(update_fields=["clean", "state", "erased_at"])
        row.documents.update(erased_at=row.erased_at)
        if clean is not None and not clean.attached.exists():
            CleanFile.objects.filter(pk=clean.pk).delete()  # mostly gone already, with its documents (reader.py)
        audit.record("file.erased", row, by=by, digest=row.digest, reason=reason)


def _send_parts(row: Attached, to: Sequence[str], sent: set[str], *, by: Person, language: str) -> None:
    here = node_here()
    assert row.clean is not None
    for piece in row.clean.pieces.order_by("number").iterator(chunk_size=1):
        body = {
            "about": row.about, "file": row.digest, "number": piece.number, "parts": row.parts,
            "bytes": encoded(bytes(piece.content)),
        }  # fmt: skip
        document = make(here, "file-part", body, to=to, language=language, no_onward_sharing=True)
        if document.audience in sent:
            return
        Part.objects.create(
            id=row_id(document), document_id=document.id, origin=document.origin, is_ours=True, by=by, of=row,
            language=language, is_exercise=document.exercise, recorded_at=document.recorded_at, number=piece.number,
            parts=row.parts, size=len(piece.content), audience=document.audience,
        )  # fmt: skip
        post(here, document)
        at("file.part")
