"""Streams, and the batches they consist of."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction

from tocsin.exchange.bundles import Batch
from tocsin.exchange.manifests import Manifest
from tocsin.exchange.store import Entry, Head, State
from tocsin.exchange.streams import PUBLIC, Stream
from tocsin.node.post import models
from tocsin.node.post.store.entries import read_entries
from tocsin.node.post.store.naming import id_of, known_or_new
from tocsin.node.post.store.packing import by_hundreds, from_json, packed, runs, to_json, unpacked

__all__ = ["Streams"]

MANIFESTS_A_QUERY = 100


class Streams:
    """Streams and batches. Entries follow what becomes of their batch."""

    def heads(self) -> dict[Stream, Head]:
        rows = models.Stream.objects.filter(last__gt=0)
        columns = ("origin", "epoch", "audience", "last", "manifest", "first_manifest")
        return {Stream(*row[:3]): Head(*row[3:]) for row in rows.values_list(*columns)}

    def head(self, stream: Stream) -> Head | None:
        rows = models.Stream.objects.filter(**stream._asdict(), last__gt=0)
        found = rows.values_list("last", "manifest", "first_manifest").first()
        return Head(*found) if found else None

    def append(self, batch: Batch, *, signers: Iterable[str]) -> None:
        manifest = batch.manifest
        with transaction.atomic():
            stream = _extended(manifest)
            row = models.Batch(
                digest=manifest.digest,
                stream_id=stream,
                first=manifest.first,
                last=manifest.last,
                in_use=True,
                size=batch.size,
                signers=sorted(signers),
                signatures=to_json(batch.signatures),
                manifest=manifest.data,
                parcels=to_json(dict(batch.parcels)),
            )
            if set_aside := models.Batch.objects.filter(digest=manifest.digest).values_list("id", flat=True).first():
                row.id = set_aside
                models.Items.objects.filter(batch_id=row.id).delete()
                row.save(force_update=True)
                models.Entry.objects.filter(batch_id=row.id).update(in_use=True)
            else:
                row.save(force_insert=True)
            _write_items(row.id, manifest.first, batch.items)

    def batches(self, stream: Stream, *, after: int, documents: int, size: int) -> list[Batch]:
        chosen = []
        rows = _in_use(stream, after).values_list("id", "first", "last", "size")
        for row, first, last, weight in rows[: max(1, documents)]:
            chosen.append(row)
            documents -= last - first + 1
            size -= weight
            if documents <= 0 or size <= 0:
                break
        return _whole(chosen)

    def manifests(self, stream: Stream, *, after: int = 0) -> Iterator[Batch]:
        # Asked for again and again, not held open: who walks along may cut the stream meanwhile.
        while rows := list(_in_use(stream, after).values_list("last", "manifest", "signatures")[:MANIFESTS_A_QUERY]):
            for _, manifest, signatures in rows:
                yield _bare(manifest, signatures)
            after = rows[-1][0]

    def batch_of(self, manifest: str) -> Batch | None:
        found = models.Batch.objects.filter(digest=manifest, in_use=True).values_list("id", flat=True).first()
        return _whole([found])[0] if found else None

    def batch_set_aside(self, manifest: str) -> Batch | None:
        found = models.Batch.objects.filter(digest=manifest, in_use=False).values_list("id", flat=True).first()
        return _whole([found])[0] if found else None

    def ends(self, manifests: Sequence[str]) -> dict[str, tuple[Stream, int]]:
        columns = ("digest", "last", "stream__origin", "stream__epoch", "stream__audience")
        found: dict[str, tuple[Stream, int]] = {}
        for some in by_hundreds(dict.fromkeys(manifests)):
            rows = models.Batch.objects.filter(digest__in=some, in_use=True).values_list(*columns)
            found |= {digest: (Stream(*stream), last) for digest, last, *stream in rows}
        return found

    def batch_at(self, stream: Stream, number: int) -> Batch | None:
        found = _in_use(stream, number - 1).values_list("first", "manifest", "signatures").first()
        return _bare(*found[1:]) if found and found[0] <= number else None

    def signers(self, manifests: Sequence[str]) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for some in by_hundreds(dict.fromkeys(manifests)):
            rows = models.Batch.objects.filter(digest__in=some).values_list("digest", "signers")
            found |= {digest: frozenset(signers) for digest, signers in rows}
        return found

    def complete(self, manifest: str, items: Mapping[int, bytes], parcels: Mapping[str, Any]) -> None:
        with transaction.atomic():
            row = _locked(digest=manifest)
            if row is None:
                raise KeyError(manifest)
            before = _items([row.id])[row.id]
            after = [items.get(row.first + at, item) if item is None else item for at, item in enumerate(before)]
            if after != before:
                models.Items.objects.filter(batch_id=row.id).delete()
                _write_items(row.id, row.first, after)
                row.size += sum(len(new or b"") - len(old or b"") for new, old in zip(after, before, strict=True))
            row.parcels = to_json({**from_json(row.parcels, {}), **parcels})
            row.save(update_fields=("size", "parcels"))

    def drop_item(self, stream: Stream, number: int) -> None:
        with transaction.atomic():
            row = _in_use(stream, number - 1).select_for_update().only("id", "first", "size").first()
            if row is None or row.first > number:
                return
            _erase(row, number, stream.audience)

    def drop_set_aside(self, origin: str, audience: str, document_ids: Sequence[str]) -> None:
        with transaction.atomic():
            for some in by_hundreds(document_ids):
                of_it = {"stream__origin": origin, "stream__audience": audience}
                gone = models.Entry.objects.filter(in_use=False, document_id__in=some, **of_it)
                for batch_id, number in list(gone.values_list("batch_id", "number")):
                    row = models.Batch.objects.select_for_update().only("id", "first", "size").get(id=batch_id)
                    _erase(row, number, audience)

    def cut(self, stream: Stream, *, after: int) -> list[Entry]:
        with transaction.atomic():
            gone = _in_use(stream, after).select_for_update()
            if (begin := gone.values_list("first", flat=True).first()) is None:
                return []
            entries = models.Entry.objects.filter(stream_id=id_of(stream), in_use=True, number__gte=begin)
            withdrawn = read_entries(entries.order_by("number"))
            entries.update(state=State.WITHDRAWN, in_use=False, stands=False)
            gone.update(in_use=False)
            left = _in_use(stream, 0).values_list("last", "digest").last()
            head = {"last": left[0], "manifest": left[1]} if left else {"last": 0, "manifest": "", "first_manifest": ""}
            models.Stream.objects.filter(**stream._asdict()).update(**head)
        return withdrawn


def _extended(manifest: Manifest) -> int:
    """Move the stream's head over this manifest. The stream's row. ValueError if the head is elsewhere."""
    stream = manifest.stream
    head = {"last": manifest.last, "manifest": manifest.digest}
    if manifest.first == 1:
        known_or_new(stream)
        head["first_manifest"] = manifest.digest
    rows = models.Stream.objects.filter(**stream._asdict())
    if not rows.filter(last=manifest.first - 1, manifest=manifest.previous or "").update(**head):
        last = rows.values_list("last", flat=True).first() or 0
        raise ValueError(f"{manifest} does not follow document {last} of its stream")
    return rows.values_list("id", flat=True).get()


def _in_use(stream: Stream, after: int) -> Any:
    """Rows of the batches that end after a document, in order."""
    return models.Batch.objects.filter(stream_id=id_of(stream), in_use=True, last__gt=after).order_by("last")


def _locked(**which: Any) -> models.Batch | None:
    return models.Batch.objects.select_for_update().only("id", "first", "size", "parcels").filter(**which).first()


def _bare(manifest: bytes, signatures: bytes) -> Batch:
    read = Manifest.read(bytes(manifest))
    return Batch(read, from_json(signatures, []), [None] * len(read.items), {})


def _whole(ids: Sequence[int]) -> list[Batch]:
    """Batches with all that belongs to them, in the order of their numbers; two queries however many."""
    items = _items(ids)
    rows = models.Batch.objects.filter(id__in=ids).order_by("last")
    return [
        Batch(Manifest.read(bytes(manifest)), from_json(signatures, []), items[row], from_json(parcels, {}))
        for row, manifest, signatures, parcels in rows.values_list("id", "manifest", "signatures", "parcels")
    ]


def _items(ids: Sequence[int]) -> dict[int, list[bytes | None]]:
    found: dict[int, list[bytes | None]] = {row: [] for row in ids}
    rows = models.Items.objects.filter(batch_id__in=ids).order_by("batch_id", "first")
    for batch, data in rows.values_list("batch_id", "packed"):
        found[batch] += unpacked(bytes(data))
    return found


def _write_items(batch: int, first: int, items: Sequence[bytes | None]) -> None:
    models.Items.objects.bulk_create(
        models.Items(batch_id=batch, first=first + place, packed=packed(run)) for place, run in runs(items)
    )


def _erase(batch: models.Batch, number: int, audience: str) -> None:
    models.Batch.objects.filter(id=batch.id).exclude(parcels=b"").update(parcels=b"")
    if audience == PUBLIC:  # no key keeps it closed
        _withhold(batch, number)
    erased = {"state": State.ERASED, "document": None, "key": None}
    models.Entry.objects.filter(batch_id=batch.id, number=number).update(**erased)


def _withhold(batch: models.Batch, number: int) -> None:
    run = models.Items.objects.filter(batch_id=batch.id, first__lte=number).order_by("first").last()
    items = unpacked(bytes(run.packed))
    batch.size -= len(items[number - run.first] or b"")
    items[number - run.first] = None
    run.packed = packed(items)
    run.save(update_fields=("packed",))
    batch.save(update_fields=("size",))
