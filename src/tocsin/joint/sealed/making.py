"""A sealed decision made: from what a node has in its store, the bytes of the file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.exchange.bundles import Batch
from tocsin.exchange.documents import Document
from tocsin.exchange.manifests import Manifest, counted_signers
from tocsin.exchange.moments import moment
from tocsin.exchange.store import Entry, Store
from tocsin.exchange.trust.list import TrustList
from tocsin.joint.acts import Act, Applied, ObjectId
from tocsin.joint.decisions.carried import rules_carried
from tocsin.joint.decisions.folding import decision_of
from tocsin.joint.decisions.state import Decision
from tocsin.joint.ordering import arranged
from tocsin.joint.sealed.form import FORMAT, VERSION, binary, text_as_said, with_digest
from tocsin.joint.sealed.verifying import verify_sealed

__all__ = ["REASONS", "NotSealable", "sealed_decision"]

REASONS = {
    "unknown-object": "Nothing is known here of the decision, or nothing that was sealed.",
    "not-adopted": "The decision is not adopted.",
    "act-missing": "An act that the order takes in is not here, or does not stand.",
    "not-readable": "The words of an act are not here any more: they were erased, or its key has not come.",
    "not-provable": "What is here would not verify by this trust list.",
}


class NotSealable(ValueError):
    """No file can be made of a decision now. `code` is one of `REASONS`; `values` say of what."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(f"{REASONS[code]} {', '.join(f'{name} {value}' for name, value in values.items())}".strip())
        self.code, self.values = code, values


@dataclass(frozen=True)
class _Kept:
    """A document as the store has it, and the batch that it came in."""

    entry: Entry
    document: Document
    act: Act
    batch: Batch

    def as_json(self) -> dict[str, Any]:
        """As the file has it."""
        stream, number = self.entry.stream, self.entry.number
        item = self.batch.items[number - self.batch.manifest.first]
        assert item is not None
        return {
            "act": self.act.kind,
            "from": {
                "epoch": stream.epoch, "number": number, "origin": stream.origin, "stream": stream.audience,
            },
            "item": binary(item),
            "key": binary(self.entry.key) if self.entry.key is not None else None,
            "manifest": self.entry.manifest,
        }  # fmt: skip


def sealed_decision(
    store: Store,
    trust: TrustList,
    *,
    object: ObjectId,
    documents: Iterable[tuple[str, str]],
    made_by: str,
    now: datetime,
) -> bytes:
    """The file of an adopted decision: every act of its order, opened, with all that proves it to others.

    documents   acts on the decision that are known here, by node and identifier; what no order takes in is left out
    made_by     the node that makes it

    The keys of its documents stand in it, so whoever has the file can read them, whomever they were for. It was
    verified before it is given out. Raises NotSealable.
    """
    kept = _kept(store, documents)
    owned = [one.act for one in kept.values() if one.act.is_owners]
    others = {key: one.act for key, one in kept.items() if not one.act.is_owners}
    order = arranged(owned, others)
    if not order.applied:
        raise NotSealable("unknown-object", origin=object.origin, id=object.id)
    if order.waiting_for is not None:
        raise NotSealable("act-missing", origin=order.waiting_for.origin, id=order.waiting_for.id)
    decision = decision_of(order.applied, rules=rules_carried(order.applied[0].act))
    if decision.adopted is None:
        raise NotSealable("not-adopted", status=str(decision.status))
    said = _said(store, trust, object, decision, _in_order(kept, order.applied))
    said |= {"made_at": moment(now), "made_by": made_by}
    data = with_digest(said)
    verified = verify_sealed(data, trust, now=now)
    if verified.unreadable:
        raise NotSealable("not-provable", what=verified.unreadable)
    if not verified.holds:
        raise NotSealable("not-provable", where=verified.faults[0].where, what=verified.faults[0].what)
    return data


def _kept(store: Store, documents: Iterable[tuple[str, str]]) -> dict[tuple[str, str], _Kept]:
    """What the store has of these, each with its batch; what is only queued here, or was cut, is not among it."""
    wanted: dict[str, list[str]] = {}
    for origin, id in documents:
        wanted.setdefault(origin, []).append(id)
    batches: dict[str, Batch | None] = {}
    kept: dict[tuple[str, str], _Kept] = {}
    for origin, ids in sorted(wanted.items()):
        for id, entry in sorted(store.known(origin, ids).items()):
            if entry.manifest not in batches:
                batches[entry.manifest] = store.batch_of(entry.manifest)
            batch = batches[entry.manifest]
            if batch is None or entry.document is None or batch.items[entry.number - batch.manifest.first] is None:
                raise NotSealable("not-readable", origin=origin, id=id)
            document = Document.read(entry.document)
            act = Act.of(document, place=(entry.stream.epoch, entry.number))
            kept[origin, id] = _Kept(entry, document, act, batch)
    return kept


def _in_order(kept: Mapping[tuple[str, str], _Kept], applied: Sequence[Applied]) -> list[_Kept]:
    return [kept[one.act.origin, one.act.id] for one in applied]


def _said(
    store: Store, trust: TrustList, object: ObjectId, decision: Decision, documents: Sequence[_Kept]
) -> dict[str, Any]:
    """All that the file says but who made it when."""
    return {
        "format": FORMAT, "version": VERSION, "alliance": trust.alliance, "object": object.as_json(),
        "title": dict(decision.title),
        "texts": {language: text_as_said(decision.text, language) for language in decision.text.languages},
        "documents": [one.as_json() for one in documents],
        "manifests": [
            {"digest": manifest.digest, "manifest": binary(manifest.data), "signatures": signatures}
            for manifest, signatures in _manifests(store, trust, documents)
        ],
    }  # fmt: skip


def _manifests(
    store: Store, trust: TrustList, documents: Sequence[_Kept]
) -> list[tuple[Manifest, list[dict[str, Any]]]]:
    """The manifests of the documents with their signatures; where a key has ended, those that lead to its end too."""
    needed = {one.batch.manifest.digest: one.batch for one in documents}
    found = {digest: (batch.manifest, list(batch.signatures)) for digest, batch in needed.items()}
    for batch in needed.values():
        for manifest in _chain(store, trust, batch):
            found.setdefault(manifest.digest, (manifest, []))
    return sorted(found.values(), key=lambda one: (one[0].stream, one[0].first))


def _chain(store: Store, trust: TrustList, batch: Batch) -> list[Manifest]:
    """The manifests behind a batch, to where an ended key of its origin ends; none where live keys speak for it."""
    manifest, entry = batch.manifest, trust.nodes.get(batch.manifest.stream.origin)
    if entry is None:
        return []
    live = entry.live("seal")
    if len(counted_signers(manifest.data, batch.signatures, live)) >= entry.signatures:
        return []
    chain = [one.manifest for one in store.manifests(manifest.stream, after=manifest.last)]
    ends = {head for end in entry.ends().values() for head in end.heads.values()}
    at = next((at for at, one in enumerate(chain) if (one.last, one.digest) in ends), None)
    return chain[: at + 1] if at is not None else []
