"""A sealed decision made: from what a node has in its store, the bytes of the file."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from tocsin.exchange.moments import moment
from tocsin.exchange.store import Store
from tocsin.exchange.trust.list import TrustList
from tocsin.joint.acts import PASSING, Act, Applied, ObjectId
from tocsin.joint.decisions.carried import rules_carried
from tocsin.joint.decisions.folding import decision_of
from tocsin.joint.decisions.state import Decision
from tocsin.joint.ordering import arranged
from tocsin.joint.sealed.bringing import carried_manifests
from tocsin.joint.sealed.form import ANY_FILE, FILE_BYTES, FORMAT, VERSION, binary, text_as_said, with_digest
from tocsin.joint.sealed.judging import said_all_at
from tocsin.joint.sealed.stored import Key, Stored, cut_here, stored_acts
from tocsin.joint.sealed.verifying import Verified, verify_sealed

__all__ = ["REASONS", "NotSealable", "sealed_decision"]

REASONS = {
    "unknown-object": "Nothing is known here of the decision, or nothing that was sealed.",
    "not-adopted": "The decision is not adopted.",
    "act-missing": "An act that the order takes in is not here, or does not stand.",
    "not-readable": "The words of an act are not here any more: they were erased, or its key has not come.",
    "too-large": "With all that its states have said of it, the file would be larger than any that is read.",
    "void-not-shown": "The key of an act had ended, and nothing here shows yet that it counts for nobody.",
    "not-provable": "What is here would not verify by this trust list.",
}


class NotSealable(ValueError):
    """No file can be made of a decision now. `code` is one of `REASONS`; `values` say of what."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(f"{REASONS[code]} {', '.join(f'{name} {value}' for name, value in values.items())}".strip())
        self.code, self.values = code, values


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

    The keys of its documents stand in it, so whoever has the file can read them, whomever they were for. Comments and
    positions that were erased are not in it. Where it would be too large, none is, nor what states said when they had
    said all that the rules allow them: nothing rests on those. It was verified before it is given out.

    Raises NotSealable.
    """
    kept, unreadable = stored_acts(store, documents)
    if gone := sorted(id for origin, id in unreadable if origin == object.origin):
        raise NotSealable("not-readable", origin=object.origin, id=gone[0])
    owned = [one.act for one in kept.values() if one.act.is_owners]
    others = {key: one.act for key, one in kept.items() if not one.act.is_owners}
    void, over = _without(store, owned, others, unreadable)
    order = arranged(owned, others, void=over | void.keys())
    if not order.applied:
        raise NotSealable("unknown-object", origin=object.origin, id=object.id)
    if order.waiting_for is not None:
        raise NotSealable("act-missing", origin=order.waiting_for.origin, id=order.waiting_for.id)
    decision = decision_of(order.applied, rules=rules_carried(order.applied[0].act))
    if decision.adopted is None:
        raise NotSealable("not-adopted", status=str(decision.status))
    carried = _in_order(kept | void, order.applied, void.keys())
    own = {"made_at": moment(now), "made_by": made_by}
    data = _written(store, trust, object, decision, carried, own)
    if data is None:
        bare = _without_effect(carried, order.applied)
        data = _written(store, trust, object, decision, bare, own)
    if data is None:
        raise NotSealable("too-large", origin=object.origin, id=object.id)
    verified = verify_sealed(data, trust, now=now)
    if not verified.holds:
        raise _why_not(verified, void.values())
    return data


def _why_not(verified: Verified, void: Iterable[Stored]) -> NotSealable:
    if verified.unreadable:
        return NotSealable("not-provable", what=verified.unreadable)
    first = verified.faults[0]
    of = {str(one.batch.manifest): one.act for one in void}
    if first.code == "key-ended" and (act := of.get(first.where)) is not None:
        return NotSealable("void-not-shown", origin=act.origin, id=act.id)
    return NotSealable("not-provable", where=first.where, what=first.what)


def _without(
    store: Store, owned: Sequence[Act], others: Mapping[Key, Act], unreadable: Collection[Key]
) -> tuple[dict[Key, Stored], set[Key]]:
    """What orders take in and counts nowhere, as the file is to show; and what is not here and need not be.

    Raises NotSealable for an act whose words are gone and on which the outcome rests.
    """
    void: dict[Key, Stored] = {}
    over: set[Key] = set()
    for one in (one for act in owned if act.order for one in act.order.includes):
        key = (one.origin, one.id)
        if key in others:
            continue
        if one.kind in PASSING["decision"]:
            over.add(key)
        elif key in unreadable:
            raise NotSealable("not-readable", origin=one.origin, id=one.id)
        elif (cut := cut_here(store, one)) is not None:
            void[key] = cut
    return void, over


def _in_order(kept: Mapping[Key, Stored], applied: Sequence[Applied], void: Collection[Key]) -> list[Stored]:
    """Acts in their order, and before the owner's document that takes it in, what is void."""
    found: dict[Key, Stored] = {}
    for act in (one.act for one in applied):
        taken = [(one.origin, one.id) for one in act.order.includes] if act.order else []
        for key in (*(one for one in taken if one in void), (act.origin, act.id)):
            found.setdefault(key, kept[key])
    return list(found.values())


def _without_effect(documents: Sequence[Stored], applied: Sequence[Applied]) -> list[Stored]:
    """The documents without which nothing comes out otherwise left out: a file has an end, and members may say much."""
    all_said, number = said_all_at(applied), {one.act.id: one.number for one in applied}

    def has_effect(one: Stored) -> bool:
        act = one.act
        said_all = not act.is_owners and act.origin in all_said and number.get(act.id, 0) > all_said[act.origin]
        return not act.is_passing and not said_all

    return [one for one in documents if has_effect(one)]


def _written(
    store: Store,
    trust: TrustList,
    object: ObjectId,
    decision: Decision,
    documents: Sequence[Stored],
    own: Mapping[str, str],
) -> bytes | None:
    """The file: all that was signed, and its `own` word of who made it when. None for one that nobody would read."""
    if len(documents) > ANY_FILE.documents or sum(len(one.item) for one in documents) > FILE_BYTES:
        return None
    said = {
        "format": FORMAT, "version": VERSION, "alliance": trust.alliance, "object": object.as_json(),
        "title": dict(decision.title),
        "texts": {language: text_as_said(decision.text, language) for language in decision.text.languages},
        "documents": [one.as_json() for one in documents],
        "manifests": [
            {"digest": manifest.digest, "manifest": binary(manifest.data), "signatures": signatures}
            for manifest, signatures in carried_manifests(store, trust, [(one.entry, one.batch) for one in documents])
        ],
    }  # fmt: skip
    data = with_digest({**said, **own})
    return data if len(data) <= FILE_BYTES else None
