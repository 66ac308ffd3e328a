"""Sealing: documents waiting in the outbox are numbered, signed and logged, by one process at a time.

docs/exchange.md, sections 3, 4 and 9.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any

from tocsin.exchange import limits, suite
from tocsin.exchange.bundles import Batch
from tocsin.exchange.documents import Document
from tocsin.exchange.doubting import doubted
from tocsin.exchange.errors import CannotSeal, NotTrusted
from tocsin.exchange.items import packed
from tocsin.exchange.local import LocalNode
from tocsin.exchange.manifests import TYP, Manifest
from tocsin.exchange.parcels import parcel_for
from tocsin.exchange.store import Entry, Outgoing, State
from tocsin.exchange.streams import Stream
from tocsin.exchange.trust.list import Entry as Listed
from tocsin.exchange.trust.list import TrustList

__all__ = ["leaf_of", "may_sign", "parcels", "post", "seal"]


class _Void(Exception):
    """A stream of ours of which nobody takes what would follow."""


def post(here: LocalNode, document: Document) -> None:
    """Queue a document to be sealed; call it in the transaction of the act that the document tells of.

    Raises ValueError for a document of another node or alliance, and for one that stays in its state.
    """
    trust = here.trust()
    if not document.audience:
        raise ValueError("a national document does not travel")
    for name, said, ours in (
        ("origin", document.origin, here.node),
        ("alliance", document.alliance, trust.alliance),
        ("exercise", document.exercise, trust.exercise),
    ):
        if said != ours:
            raise ValueError(f"the document's {name} is {said!r}; this node's is {ours!r}")
    for node in document.addressees:
        if node not in trust.nodes:
            raise ValueError(f"{node} is not in the trust list")
    data = document.encode()
    if len(data) > limits.SEALED_BYTES:
        raise ValueError(f"the document has {len(data)} bytes; at most {limits.SEALED_BYTES} travel: send it in parts")
    here.store.put_out(data, document.audience)


def seal(here: LocalNode, *, most: int = limits.SEALED_DOCUMENTS) -> list[Manifest]:
    """Seal what waits, up to `most` documents, and return the manifests. One transaction: all of it or nothing.

    Raises CannotSeal where this node may not sign now; what waits goes on waiting.
    """
    trust = here.trust()
    keys = may_sign(here, trust)
    try:
        with here.store.atomic():
            waiting = _that_fit(here.store.outbox(most))
            made = [
                _seal_batch(here, trust, keys, audience, list(rows))
                for audience, rows in groupby(
                    sorted(waiting, key=lambda row: (row.audience, row.row)), key=lambda row: row.audience
                )
            ]
            here.window("seal: before the transaction is committed")
    except _Void as void:  # outside the transaction that it undid
        here.store.set_own(replace(here.store.own(), confirmed=False, why=str(void)))
        raise CannotSeal(f"this node may not sign yet: {void}; its documents wait") from None
    if made:
        here.window("seal: after the transaction is committed")
    return made


def _that_fit(rows: list[Outgoing]) -> list[Outgoing]:
    """As many of the oldest as one page carries."""
    size = 0
    for place, row in enumerate(rows):
        size += len(row.document)
        if size > limits.SEALED_BYTES:
            return rows[: max(1, place)]
    return rows


def may_sign(here: LocalNode, trust: TrustList) -> list[suite.Key]:
    """The keys that this node signs with now. Raises CannotSeal."""
    own = here.store.own()
    if not own.confirmed:
        raise CannotSeal(f"this node may not sign yet: {own.why}; its documents wait")
    if asked := doubted(here):
        raise CannotSeal(
            f"this node may not sign before it has asked what {', '.join(asked)} holds of it; its documents wait"
        )
    try:
        entry = trust.entry(here.node)
    except NotTrusted as refusal:
        raise CannotSeal(f"this node may not sign: {refusal.detail}; its documents wait") from None
    live = entry.live("seal")
    keys = [key for key in here.keys.seal if suite.thumbprint(key) in live]
    if len(keys) < entry.signatures:
        raise CannotSeal(
            f"this node has {len(keys)} keys that the trust list lets sign now, and {entry.signatures} must; "
            "list its new keys, or put the listed ones in place"
        )
    return keys


def _seal_batch(
    here: LocalNode, trust: TrustList, keys: list[suite.Key], audience: str, rows: list[Outgoing]
) -> Manifest:
    store, stream = here.store, Stream(here.node, here.store.own().epoch, audience)
    head = store.head(stream)
    if not _goes_on(here, trust, stream):
        raise _Void(f"{stream} goes beyond what its ended key may have signed, and nobody takes what follows there")
    first = head.last + 1 if head else 1
    contents = [packed(row.document, audience) for row in rows]
    manifest = Manifest.make(
        alliance=trust.alliance,
        stream=stream,
        first=first,
        items=[suite.digest(item) for item, _ in contents],
        previous=head.manifest if head else None,
        sealed_at=here.now(),
    )
    signatures = [suite.sign(manifest.data, key, typ=TYP) for key in keys]
    body_keys = {first + place: key for place, (_, key) in enumerate(contents) if key is not None}
    batch = Batch(
        manifest,
        [dict(signature) for signature in signatures],
        [item for item, _ in contents],
        parcels(trust.audience(stream), manifest.digest, body_keys),
    )
    store.append(batch, signers=[suite.thumbprint(key) for key in keys])
    entries = []
    for place, row in enumerate(rows):
        document = Document.read(row.document)
        entries.append(
            Entry(
                stream,
                first + place,
                manifest.digest,
                manifest.items[place],
                State.OWN,
                row.document,
                contents[place][1],
                document.id,
                document.type,
            )
        )
    store.put_entries(entries)
    store.add_leaves(here.node, stream.epoch, store.log_size(here.node, stream.epoch), [leaf_of(manifest)])
    store.take_out(row.row for row in rows)
    return manifest


def _goes_on(here: LocalNode, trust: TrustList, stream: Stream) -> bool:
    """Whether others take what follows in a stream of ours: not where an ended key signed more than its end names.

    Asked of the first manifest behind the last that is named and ours: keys sign one after the other.
    """
    entry, head = trust.entry(here.node), here.store.head(stream)
    ends = entry.ends()
    if head is None or (not ends and entry.signatures == 1):
        return True
    good = 0
    for end in ends.values():
        last, manifest = end.heads.get(head.first_manifest, (0, ""))
        named = here.store.batch_at(stream, last) if last else None
        if named is not None and named.manifest.digest == manifest:
            good = max(good, named.manifest.last)
    if (after := here.store.batch_at(stream, good + 1)) is None:
        return True
    digest = after.manifest.digest
    return len(here.store.signers([digest]).get(digest, frozenset()) - ends.keys()) >= entry.signatures


def leaf_of(manifest: Manifest) -> bytes:
    """What stands for a manifest in the log: the 32 bytes of its digest."""
    return suite.decoded(manifest.digest, code="manifest-invalid", what="a digest")


def parcels(recipients: Iterable[Listed], manifest: str, keys: dict[int, bytes]) -> dict[str, dict[str, Any]]:
    """Parcels of these keys for each node that has a key to be written to."""
    if not keys:
        return {}
    made = {}
    for entry in recipients:
        live = list(entry.live("encrypt").values())
        if live:
            made[entry.node] = parcel_for(live[-1], manifest=manifest, keys=keys)
    return made
