"""What peers said: receipts, how meetings went, what was refused, and evidence against them."""

from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import Count, Window
from django.db.models.functions import RowNumber

from tocsin.exchange import suite
from tocsin.exchange.store import Peer, Reason, Receipt, Refusal
from tocsin.exchange.streams import Stream
from tocsin.node.post import models
from tocsin.node.post.models.hearing import SOURCE
from tocsin.node.post.store.naming import id_of, known_or_new
from tocsin.node.post.store.packing import from_json, to_json

__all__ = ["Hearing"]

REFUSALS_KEPT = 1_000
LARGEST = (1 << 63) - 1


class Hearing:
    """Receipts, refusals, peers, evidence."""

    def put_receipt(self, receipt: Receipt) -> None:
        said = {
            "through": receipt.through,
            "manifest": receipt.manifest,
            "received_at": receipt.received_at,
            "reasons": to_json([[at, reason.code, reason.detail, reason.row] for at, reason in receipt.reasons]),
        }
        with transaction.atomic():
            row = models.Receipt(by=receipt.by, stream=known_or_new(receipt.stream), **said)
            models.Receipt.objects.bulk_create([row], ignore_conflicts=True)
            kept = models.Receipt.objects.filter(by=row.by, stream=row.stream, through__lte=receipt.through)
            kept.update(**said)

    def drop_receipts(self, by: str) -> None:
        models.Receipt.objects.filter(by=by).delete()

    def receipts(self, stream: Stream | None = None) -> list[Receipt]:
        rows = models.Receipt.objects.all()
        if stream is not None:
            rows = rows.filter(stream_id=id_of(stream))
        columns = ("by", "stream__origin", "stream__epoch", "stream__audience", "through", "manifest", "received_at")
        found = [
            Receipt(by, Stream(origin, epoch, audience), through, manifest, received_at, _reasons(reasons))
            for by, origin, epoch, audience, through, manifest, received_at, reasons in rows.values_list(
                *columns, "reasons"
            )
        ]
        return sorted(found, key=lambda receipt: (receipt.by, receipt.stream))

    def put_refusal(self, refusal: Refusal) -> None:
        said = asdict(refusal) | {name: _text(getattr(refusal, name)) for name in ("source", "what", "code", "detail")}
        said["source"] = said["source"][:SOURCE]
        with transaction.atomic():
            models.Refusal.objects.create(**said)
            kept = models.Refusal.objects.filter(source=said["source"])
            one_too_many = kept.order_by("-id").values_list("id", flat=True)[REFUSALS_KEPT : REFUSALS_KEPT + 1]
            if ends := list(one_too_many):
                kept.filter(id__lte=ends[0]).delete()

    def refusals(self, source: str | None = None) -> list[Refusal]:
        rows = models.Refusal.objects.order_by("-at", "-id")
        if source is not None:
            rows = rows.filter(source=_text(source)[:SOURCE])
        return [Refusal(*row) for row in rows.values_list("at", "source", "what", "code", "detail")]

    def refused(self) -> dict[str, tuple[int, Refusal]]:
        rows = models.Refusal.objects.annotate(
            place=Window(RowNumber(), partition_by="source", order_by=("-at", "-id")),
            count=Window(Count("id"), partition_by="source"),
        ).filter(place=1)
        found = rows.order_by().values_list("count", "at", "source", "what", "code", "detail")
        return {said[1]: (count, Refusal(*said)) for count, *said in found}

    def put_peer(self, peer: Peer) -> None:
        said = asdict(peer) | {
            "problem": _text(peer.problem),
            "clock_ahead": _bounded(peer.clock_ahead),
            "behind": _bounded(peer.behind),
            "trust_version": _bounded(peer.trust_version),
            "speaks": to_json(list(peer.speaks)),
            "holds": to_json(dict(peer.holds)),
        }
        models.Peer.objects.update_or_create(node=said.pop("node"), defaults=said)

    def peer(self, node: str) -> Peer:
        row = models.Peer.objects.filter(node=node).values().first()
        return _peer(row) if row else Peer(node)

    def peers(self) -> dict[str, Peer]:
        return {row["node"]: _peer(row) for row in models.Peer.objects.values()}

    def put_evidence(self, origin: str, data: bytes) -> bool:
        found = models.Evidence.objects.get_or_create(origin=origin, digest=suite.digest(data), defaults={"data": data})
        return found[1]

    def evidence(self) -> dict[str, list[bytes]]:
        found: dict[str, list[bytes]] = {}
        for origin, data in models.Evidence.objects.order_by("id").values_list("origin", "data"):
            found.setdefault(origin, []).append(bytes(data))
        return found

    def settle_evidence(self, origin: str) -> None:
        models.Evidence.objects.filter(origin=origin).update(settled=True)

    def stopped(self) -> set[str]:
        return set(models.Evidence.objects.filter(settled=False).values_list("origin", flat=True))


def _peer(row: dict[str, Any]) -> Peer:
    holds = {key: (last, manifest) for key, (last, manifest) in from_json(row["holds"], {}).items()}
    return Peer(**row | {"speaks": tuple(from_json(row["speaks"], ())), "holds": holds})


def _reasons(data: bytes) -> tuple[tuple[int, Reason], ...]:
    return tuple((number, Reason(*reason)) for number, *reason in from_json(data, ()))


def _text(said: str) -> str:
    """What others wrote, as both databases take it: NUL and halves of characters are replaced."""
    return said.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _bounded(number: int) -> int:
    """What others counted, as a column takes it."""
    return max(-LARGEST, min(number, LARGEST))
