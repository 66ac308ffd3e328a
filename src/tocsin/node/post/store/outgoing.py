"""Documents that wait to be sealed, and whether this node may."""

from collections.abc import Iterable
from dataclasses import asdict

from tocsin.exchange.store import Outgoing, Own
from tocsin.node.post import models
from tocsin.node.post.store.packing import by_hundreds

__all__ = ["Outbox"]


class Outbox:
    """What is to be said."""

    def put_out(self, document: bytes, audience: str) -> None:
        models.Outgoing.objects.create(audience=audience, document=document)

    def outbox(self, most: int) -> list[Outgoing]:
        rows = models.Outgoing.objects.order_by("id").values_list("id", "audience", "document")[:most]
        return [Outgoing(row, audience, bytes(document)) for row, audience, document in rows]

    def take_out(self, rows: Iterable[int]) -> None:
        for some in by_hundreds(rows):
            models.Outgoing.objects.filter(id__in=some).delete()

    def own(self) -> Own:
        row = models.Signing.objects.first()
        return Own(row.epoch, row.confirmed, row.why, row.recovering, row.doubted_at) if row else Own()

    def set_own(self, own: Own) -> None:
        models.Signing.objects.update_or_create(id=1, defaults=asdict(own))
