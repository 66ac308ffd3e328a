"""What a node holds of the exchange, as JSON: `python -m scripts.chaos.holdings` in the node's surroundings."""

import json
import sys
from collections import Counter
from typing import Any

import django


def main() -> None:
    django.setup()
    json.dump(held(), sys.stdout)


def held() -> dict[str, Any]:
    """Every document with its place and digest, what people were told of it, receipts, and what was noted of peers."""
    from tocsin.exchange import suite
    from tocsin.node.alliance.models import Notice, Person
    from tocsin.node.alliance.roles import Ability
    from tocsin.node.post import models
    from tocsin.node.post.here import local_node
    from tocsin.node.post.store.packing import Texts

    store, texts = local_node().store, Texts()
    rows = models.Entry.objects.filter(in_use=True).order_by("stream", "number").values_list(
        "stream__origin", "stream__epoch", "stream__audience", "number", "state", "type", "document_id", "document"
    )  # fmt: skip
    documents = []
    for origin, epoch, audience, number, state, kind, document_id, document in rows.iterator():
        text = texts.read(document)
        digest = suite.digest(text) if text is not None else None
        documents.append([origin, epoch, audience, number, state, kind, document_id, digest])
    links = Notice.objects.filter(kind="message.came").values_list("link", flat=True)
    own = store.own()
    return {
        "documents": documents,
        "messages": {str(pk): ours for pk, ours in models.Message.objects.values_list("pk", "is_ours")},
        "told": Counter(link.rstrip("/").rpartition("/")[2] for link in links),
        "readers": sum(one.may(Ability.WRITE_MESSAGES) for one in Person.objects.filter(is_active=True)),
        "receipts": [[r.by, *_place(r.stream), r.through, len(r.reasons)] for r in store.receipts()],
        "heads": [[*_place(stream), head.last, head.manifest] for stream, head in store.heads().items()],
        "waiting": len(store.outbox(1_000_000)),
        "evidence": sum(map(len, store.evidence().values())),
        "may_sign": own.confirmed,
        "epoch": own.epoch,
        "refused": Counter(f"{refusal.source}: {refusal.code}" for refusal in store.refusals()),
    }


def _place(stream: Any) -> tuple[str, int, str]:
    return stream.origin, stream.epoch, stream.audience


if __name__ == "__main__":
    main()
