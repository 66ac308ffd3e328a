"""Every origin's log and its checkpoints."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import F, QuerySet

from tocsin.exchange.merkle import WIDTH, Node, root_at
from tocsin.node.post import models
from tocsin.node.post.store.packing import by_hundreds
from tocsin.node.post.store.tiles import SPAN, Place, grown, node_of, wanted

__all__ = ["Logs"]

T = TypeVar("T")

_TILE = (
    f'SELECT level, "index", hashes FROM {models.Tile._meta.db_table} WHERE log_id = '
    f'(SELECT id FROM {models.Log._meta.db_table} WHERE origin = %s AND epoch = %s) AND level = %s AND "index" = %s'
)


class Logs:
    """Logs in tiles. A root or a proof costs one query, of some tiles for each 256 times that the log is larger."""

    def log_size(self, origin: str, epoch: int) -> int:
        return _log(origin, epoch).values_list("size", flat=True).first() or 0

    def leaves(self, origin: str, epoch: int, start: int, stop: int) -> list[bytes]:
        span = {"index__gte": start // SPAN, "index__lt": -(-stop // SPAN)}
        rows = models.Tile.objects.filter(log__origin=origin, log__epoch=epoch, level=0, **span).order_by("index")
        data = b"".join(rows.values_list("hashes", flat=True))
        skipped = start // SPAN * SPAN
        data = data[WIDTH * (start - skipped) : WIDTH * (stop - skipped)]
        return [data[at : at + WIDTH] for at in range(0, len(data), WIDTH)]

    def add_leaves(self, origin: str, epoch: int, start: int, leaves: Sequence[bytes]) -> None:
        if odd := next((leaf for leaf in leaves if len(leaf) != WIDTH), None):
            raise ValueError(f"a leaf has {WIDTH} bytes; one has {len(odd)}")
        with transaction.atomic():
            log = _known_or_new(origin, epoch)
            if not models.Log.objects.filter(id=log.id, size=start).update(size=F("size") + len(leaves)):
                raise ValueError(f"the log of {log} has another number of leaves than {start}")
            changed = grown(start, leaves, partial(_tile, log.id))
            models.Tile.objects.bulk_create(
                [models.Tile(log_id=log.id, level=at[0], index=at[1], hashes=tile) for at, tile in changed.items()],
                update_conflicts=True,
                unique_fields=("log", "level", "index"),
                update_fields=("hashes",),
            )

    def drop_log(self, origin: str, epoch: int) -> None:
        with transaction.atomic():
            models.Checkpoint.objects.filter(log__origin=origin, log__epoch=epoch).delete()
            models.Tile.objects.filter(log__origin=origin, log__epoch=epoch).delete()
            _log(origin, epoch).update(size=0)

    def root(self, origin: str, epoch: int, size: int) -> bytes:
        had = self.log_size(origin, epoch)
        if not 0 <= size <= had:
            raise ValueError(f"the log of {origin}/{epoch} has {had} leaves and never had {size}")
        return self.prove(origin, epoch, partial(root_at, size))

    def prove(self, origin: str, epoch: int, make: Callable[[Node], T]) -> T:
        """What `make` makes of a log's subtrees, all read at once: `lambda node: inclusion_proof(index, size, node)`.

        Raises LookupError where it asks for what is not complete yet.
        """
        return make(node_of(_tiles(origin, epoch, wanted(make))))

    def put_checkpoint(self, origin: str, epoch: int, size: int, data: bytes) -> None:
        with transaction.atomic():
            row = models.Checkpoint(log=_known_or_new(origin, epoch), size=size, data=data)
            models.Checkpoint.objects.bulk_create([row], ignore_conflicts=True)
            models.Checkpoint.objects.filter(log=row.log, size__lte=size).update(size=size, data=data)

    def checkpoint(self, origin: str, epoch: int) -> bytes | None:
        rows = models.Checkpoint.objects.filter(log__origin=origin, log__epoch=epoch)
        found = rows.values_list("data", flat=True).first()
        return None if found is None else bytes(found)

    def checkpoints(self) -> dict[tuple[str, int], bytes]:
        rows = models.Checkpoint.objects.values_list("log__origin", "log__epoch", "data")
        return {(origin, epoch): bytes(data) for origin, epoch, data in rows}


def _log(origin: str, epoch: int) -> "QuerySet[models.Log]":
    return models.Log.objects.filter(origin=origin, epoch=epoch)


def _known_or_new(origin: str, epoch: int) -> models.Log:
    return models.Log.objects.get_or_create(origin=origin, epoch=epoch)[0]


def _tile(log: int, level: int, index: int) -> bytes:
    return bytes(models.Tile.objects.values_list("hashes", flat=True).get(log_id=log, level=level, index=index))


def _tiles(origin: str, epoch: int, places: Iterable[Place]) -> dict[Place, bytes]:
    """Each looked up by itself: asked for by OR, SQLite would walk over all tiles of the log, from a cold disk too."""
    found: dict[Place, bytes] = {}
    for some in by_hundreds(places):
        with connection.cursor() as cursor:
            cursor.execute(
                " UNION ALL ".join([_TILE] * len(some)), [one for at in some for one in (origin, epoch, *at)]
            )
            found |= {(level, index): bytes(hashes) for level, index, hashes in cursor.fetchall()}
    return found
