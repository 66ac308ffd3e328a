"""Parts of files as they come from other states: in any order, twice, void, erased. `post.reading.TypeReader`."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.exchange.store import Entry
from tocsin.node.files.models import Attached, CleanFile, Part
from tocsin.node.files.reading import settle, size_of
from tocsin.node.post.actions.destroying import destroy_documents
from tocsin.node.post.here import local_node
from tocsin.node.post.models.documents import row_id

__all__ = ["FilePartReader"]

Told = Sequence[tuple[Document, Entry]]


class FilePartReader:
    """Keeps where each part lies; the bytes stay in the documents."""

    def accepted(self, documents: Told) -> None:
        """Keep each, once; what was void stands again."""
        self._keep(documents, is_ours=False)

    def returned(self, documents: Told) -> None:
        """Our own that this node had forgotten: readable again from the documents. Who sent them is lost."""
        self._keep(documents, is_ours=True)

    def withdrawn(self, entries: Sequence[Entry]) -> None:
        """A part that is void counts for nothing: its file is not whole."""
        rows = [row for row in _known(_keys(entries)).values() if not row.is_ours]
        Part.objects.filter(pk__in=[row.pk for row in rows]).update(withdrawn_at=timezone.now())
        settle({row.of_id for row in rows})

    def erased(self, entries: Sequence[Entry]) -> None:
        """The bytes went with the documents; of a file of which a part is gone, all that is left is no file."""
        rows = list(_known(_keys(entries)).values())
        now = timezone.now()
        Part.objects.filter(pk__in=[row.pk for row in rows]).update(erased_at=now)
        of = {row.of_id for row in rows}
        clean = CleanFile.objects.filter(attached__in=of)
        alone = [one.pk for one in clean if not one.attached.exclude(pk__in=of).exists()]
        Attached.objects.filter(pk__in=of).update(erased_at=now, clean=None)
        CleanFile.objects.filter(pk__in=alone).delete()
        settle(of)

    def _keep(self, told: Told, *, is_ours: bool) -> None:
        once = {(document.origin, document.id): document for document, _ in told}
        known = _known(once)
        back = [row.pk for row in known.values() if row.withdrawn_at is not None]
        Part.objects.filter(pk__in=back).update(withdrawn_at=None)
        taken = set(Part.objects.filter(pk__in=[key for _, key in once]).values_list("pk", flat=True))
        new = []
        for key, document in once.items():
            if key not in known:
                row = _row(document, is_ours=is_ours, taken=taken)
                taken.add(row.pk)
                new.append(row)
        Part.objects.bulk_create(new)
        settle({row.of_id for row in (*new, *known.values())})
        # What comes of a file that was erased meanwhile is not kept either.
        late = Part.objects.filter(pk__in=[row.pk for row in new], is_ours=False, of__state=Attached.State.ERASED)
        for row in late:
            destroy_documents(local_node(), row.origin, row.audience, [str(row.document_id)], reason="other")


def _row(document: Document, *, is_ours: bool, taken: set[UUID]) -> Part:
    body = document.body
    of, _ = Attached.objects.get_or_create(
        about_origin=body["about"]["origin"], about_id=body["about"]["id"], origin=document.origin, digest=body["file"]
    )
    return Part(
        id=row_id(document, taken), document_id=document.id, origin=document.origin, is_ours=is_ours, of=of,
        language=document.language or "", is_exercise=document.exercise, recorded_at=document.recorded_at,
        number=body["number"], parts=body["parts"], size=size_of(body["bytes"]), audience=document.audience,
    )  # fmt: skip


def _known(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Part]:
    wanted = set(keys)
    rows = Part.objects.filter(document_id__in={key for _, key in wanted})
    return {key: row for row in rows if (key := (row.origin, str(row.document_id))) in wanted}


def _keys(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    return [(entry.stream.origin, entry.document_id) for entry in entries if entry.document_id is not None]
