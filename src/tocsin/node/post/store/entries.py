"""Documents at their places."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import connection, transaction
from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Collate

from tocsin.exchange.manifests import Manifest
from tocsin.exchange.store import Entry, State
from tocsin.exchange.streams import Stream
from tocsin.node.post import models
from tocsin.node.post.store.naming import id_of
from tocsin.node.post.store.packing import Texts, by_hundreds, kept_reasons, read_reasons

__all__ = ["Entries", "read_entries"]

STANDING = (State.OWN, State.ACCEPTED)
READ = ("stream__origin", "stream__epoch", "stream__audience", "number", "batch__digest", "digest", "state",
        "document", "key", "document_id", "type", "reasons")  # fmt: skip
WRITTEN = ("batch_id", "number", "stream_id", "origin", "in_use", "digest", "document_id", "state", "stands", "type",
           "key", "reasons", "has_reasons", "document")  # fmt: skip
CHANGED = WRITTEN[WRITTEN.index("digest") :]

Place = tuple[str, int]  # manifest, number


class Entries:
    """What became of documents here."""

    def put_entries(self, entries: Sequence[Entry]) -> None:
        latest = {(entry.manifest, entry.number): entry for entry in entries}
        if not latest:
            return
        batches = _batches(manifest for manifest, _ in latest)
        standing = {
            (entry.stream.origin, entry.document_id): (entry.manifest, entry.number)
            for entry in entries
            if entry.state in STANDING and entry.document_id is not None
        }
        with transaction.atomic():
            _unseat(standing)
            _write(latest, batches, set(standing.values()))

    def entry(self, stream: Stream, number: int) -> Entry | None:
        rows = models.Entry.objects.filter(stream_id=id_of(stream), number=number, in_use=True)
        return next(iter(read_entries(rows)), None)

    def entries(
        self, *, stream: Stream | None = None, state: State | None = None, after: int = 0, most: int = 1_000
    ) -> list[Entry]:
        rows = models.Entry.objects.filter(in_use=True, number__gt=after)
        if state is not None:
            rows = rows.filter(state=state)
        if stream is not None:
            return read_entries(rows.filter(stream_id=id_of(stream)).order_by("number")[:most])
        # By code points, in whatever language the database sorts.
        by = {"postgresql": "C"}.get(connection.vendor, "BINARY")
        streams = (Collate("stream__origin", by), "stream__epoch", Collate("stream__audience", by))
        return read_entries(rows.order_by(*streams, "number")[:most])

    def counted(self, states: Sequence[State]) -> dict[tuple[Stream, State], int]:
        rows = models.Entry.objects.filter(in_use=True, state__in=[state.value for state in states])
        columns = ("stream__origin", "stream__epoch", "stream__audience", "state")
        found = rows.order_by().values_list(*columns).annotate(count=Count("id"))
        return {(Stream(*stream), State(state)): count for *stream, state, count in found}

    def following(self, places: Sequence[tuple[Stream, int]]) -> dict[tuple[Stream, int], tuple[int, datetime | None]]:
        streams = _rows_of({stream for stream, _ in places})
        behind = {
            f"{what}{at}": made("number", filter=Q(stream_id=streams.get(stream), number__gt=after))
            for at, (stream, after) in enumerate(places)
            for what, made in (("count", Count), ("first", Min))
        }
        if not behind:
            return {}
        nearest: dict[int | None, int] = {}
        for stream, after in places:
            nearest[streams.get(stream)] = min(after, nearest.get(streams.get(stream), after))
        any_of = reduce(or_, (Q(stream_id=row, number__gt=after) for row, after in nearest.items()))
        rows = models.Entry.objects.filter(any_of, in_use=True).exclude(type="receipt")
        found = rows.aggregate(**behind)
        first = {place: found[f"first{at}"] for at, place in enumerate(places) if found[f"first{at}"] is not None}
        sealed = _sealed_at({(streams[stream], number) for (stream, _), number in first.items()})
        return {
            place: (found[f"count{at}"], sealed.get((streams[place[0]], first[place])) if place in first else None)
            for at, place in enumerate(places)
        }

    def known(self, origin: str, document_ids: Sequence[str]) -> dict[str, Entry]:
        found = {}
        for some in by_hundreds(document_ids):
            rows = models.Entry.objects.filter(origin=origin, document_id__in=some, stands=True)
            found.update({entry.document_id: entry for entry in read_entries(rows)})
        return found

    def set_aside(self, origin: str, document_ids: Sequence[str]) -> dict[str, Entry]:
        found = {}
        for some in by_hundreds(document_ids):
            rows = models.Entry.objects.filter(origin=origin, document_id__in=some, in_use=False)
            found.update({entry.document_id: entry for entry in read_entries(rows.order_by("pk"))})
        return found


def read_entries(rows: "QuerySet[models.Entry]") -> list[Entry]:
    """The entries of these rows, in one query."""
    texts, found = Texts(), []
    for (
        origin,
        epoch,
        audience,
        number,
        manifest,
        digest,
        state,
        document,
        key,
        identifier,
        type_,
        reasons,
    ) in rows.values_list(*READ):
        found.append(
            Entry(
                Stream(origin, epoch, audience),
                number,
                manifest,
                digest,
                State(state),
                texts.read(document),
                None if key is None else bytes(key),
                identifier,
                type_,
                read_reasons(reasons),
            )
        )
    return found


def _rows_of(streams: Iterable[Stream]) -> dict[Stream, int]:
    """Rows of these streams; read whole, since a node has few."""
    wanted = set(streams)
    rows = models.Stream.objects.filter(origin__in={stream.origin for stream in wanted})
    found = {Stream(*stream): row for row, *stream in rows.values_list("id", "origin", "epoch", "audience")}
    return {stream: row for stream, row in found.items() if stream in wanted}


def _sealed_at(places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], datetime]:
    """When the documents at these places (row of a stream, number) were sealed."""
    found: dict[tuple[int, int], datetime] = {}
    for some in by_hundreds(places):
        any_of = reduce(or_, (Q(stream_id=stream, first__lte=number, last__gte=number) for stream, number in some))
        rows = models.Batch.objects.filter(any_of, in_use=True).values_list("stream_id", "first", "last", "manifest")
        for of, first, last, manifest in rows:
            inside = [(stream, number) for stream, number in some if stream == of and first <= number <= last]
            found |= dict.fromkeys(inside, Manifest.read(bytes(manifest)).sealed_at)
    return found


def _batches(manifests: Iterable[str]) -> dict[str, tuple[int, int, bool]]:
    """By manifest: the rows of the batch and of its stream, and whether it is in use."""
    found = {}
    for some in by_hundreds(dict.fromkeys(manifests)):
        rows = models.Batch.objects.filter(digest__in=some).values_list("digest", "id", "stream_id", "in_use")
        found.update({digest: rest for digest, *rest in rows})
    return found


def _unseat(standing: dict[tuple[str, str], Place]) -> None:
    """What these identifiers meant before, they mean no longer."""
    by_origin: dict[str, list[str]] = {}
    for origin, identifier in standing:
        by_origin.setdefault(origin, []).append(identifier)
    for origin, identifiers in by_origin.items():
        for some in by_hundreds(identifiers):
            models.Entry.objects.filter(origin=origin, document_id__in=some, stands=True).update(stands=False)


def _write(latest: dict[Place, Entry], batches: dict[str, tuple[int, int, bool]], standing: set[Place]) -> None:
    """Insert, or change where there is one. In SQL, since Django takes three times as long over so many rows."""
    texts, rows = Texts(), []
    for place, entry in latest.items():
        batch, stream, in_use = batches[entry.manifest]
        reasons = kept_reasons(entry.reasons)
        where = (batch, entry.number, stream, entry.stream.origin, in_use, entry.digest, entry.document_id)
        what = (
            entry.state.value,
            place in standing,
            entry.type,
            entry.key,
            reasons,
            bool(entry.reasons),
            texts.kept(entry.document),
        )
        rows.append(where + what)
    with connection.cursor() as cursor:
        cursor.executemany(_upsert(), rows)


def _upsert() -> str:
    table = connection.ops.quote_name(models.Entry._meta.db_table)
    kept = {"stands": f"{table}.stands OR excluded.stands"}  # only another document takes an identifier's meaning away
    change = ", ".join(f"{column} = {kept.get(column, f'excluded.{column}')}" for column in CHANGED)
    places = ", ".join(["%s"] * len(WRITTEN))
    columns = ", ".join(WRITTEN)
    return f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT (batch_id, number) DO UPDATE SET {change}"
