"""The trust list's files, manifests that ended keys vouch for, nonces that were used."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from tocsin.exchange import suite
from tocsin.exchange.streams import Stream
from tocsin.node.post import models
from tocsin.node.post.store.naming import known_or_new
from tocsin.node.post.store.packing import by_hundreds

__all__ = ["Trust"]

PURGED_EVERY = timedelta(minutes=5)

_VERSION = f'SELECT "of" FROM {models.TrustFile._meta.db_table} LIMIT 1'
_NONCES = models.Nonce._meta.db_table
_USED = (
    f"INSERT INTO {_NONCES} (digest, until) VALUES (%s, %s) "
    f"ON CONFLICT (digest) DO UPDATE SET until = excluded.until WHERE {_NONCES}.until <= %s"
)


class Trust:
    """Whom this node trusts."""

    _purged_at: datetime | None = None

    def trust_files(self) -> dict[str, bytes]:
        return {name: bytes(data) for name, data in models.TrustFile.objects.values_list("name", "data")}

    def put_trust_files(self, files: Mapping[str, bytes]) -> None:
        of = hashlib.sha256()
        for name, data in sorted(files.items()):
            of.update(f"{name}\x00{len(data)}\x00".encode() + data)
        digest = suite.encoded(of.digest())
        with transaction.atomic():
            models.TrustFile.objects.all().delete()
            models.TrustFile.objects.bulk_create(
                models.TrustFile(name=name, of=digest, data=data) for name, data in files.items()
            )

    def trust_version(self) -> str:
        # In SQL, and not from memory: it is asked before every decision, and a new list counts for the very next one.
        with connection.cursor() as cursor:
            cursor.execute(_VERSION)
            found = cursor.fetchone()
        return found[0] if found else ""

    def vouch(self, stream: Stream, manifests: Iterable[str]) -> None:
        if wanted := list(manifests):
            row = known_or_new(stream)
            models.Vouched.objects.bulk_create(
                [models.Vouched(manifest=manifest, stream=row) for manifest in wanted], ignore_conflicts=True
            )

    def unvouch(self, origin: str) -> None:
        models.Vouched.objects.filter(stream__origin=origin).delete()

    def vouched(self, manifests: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for some in by_hundreds(dict.fromkeys(manifests)):
            found.update(models.Vouched.objects.filter(manifest__in=some).values_list("manifest", flat=True))
        return found

    def use_nonce(self, key: str, nonce: str, *, now: datetime, until: datetime) -> bool:
        self._purge(now)
        digest = suite.digest(f"{key}\x00{nonce}".encode())
        # In one statement, since every request costs one: where it is there and has not expired, no row is written.
        moments = [connection.ops.adapt_datetimefield_value(moment) for moment in (until, now)]
        with connection.cursor() as cursor:
            cursor.execute(_USED, [digest, *moments])
            return bool(cursor.rowcount > 0)

    def _purge(self, now: datetime) -> None:
        """Remove what has expired, now and then: a request should not wait for others' leftovers."""
        if self._purged_at is None or abs(now - self._purged_at) >= PURGED_EVERY:
            self._purged_at = now
            models.Nonce.objects.filter(until__lte=now).delete()
