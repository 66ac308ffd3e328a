"""The trust list's files, manifests that ended keys vouch for, nonces that were used."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from tocsin.exchange import suite
from tocsin.exchange.streams import Stream
from tocsin.node.post import models
from tocsin.node.post.store.naming import known_or_new

__all__ = ["Trust"]

PURGED_EVERY = timedelta(minutes=5)


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
        return models.TrustFile.objects.values_list("of", flat=True).first() or ""

    def vouch(self, stream: Stream, manifests: Iterable[str]) -> None:
        if wanted := list(manifests):
            row = known_or_new(stream)
            models.Vouched.objects.bulk_create(
                [models.Vouched(manifest=manifest, stream=row) for manifest in wanted], ignore_conflicts=True
            )

    def vouched(self, manifest: str) -> bool:
        return models.Vouched.objects.filter(manifest=manifest).exists()

    def use_nonce(self, key: str, nonce: str, *, now: datetime, until: datetime) -> bool:
        self._purge(now)
        digest = suite.digest(f"{key}\x00{nonce}".encode())
        with transaction.atomic():
            kept, new = models.Nonce.objects.get_or_create(digest=digest, defaults={"until": until})
            # One that has expired is as good as new, and only one of two who see so will have changed it.
            return new or bool(models.Nonce.objects.filter(digest=kept.digest, until__lte=now).update(until=until))

    def _purge(self, now: datetime) -> None:
        """Remove what has expired, now and then: a request should not wait for others' leftovers."""
        if self._purged_at is None or abs(now - self._purged_at) >= PURGED_EVERY:
            self._purged_at = now
            models.Nonce.objects.filter(until__lte=now).delete()
