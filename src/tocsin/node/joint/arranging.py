"""The order of one object, from the acts that this node has."""

from collections.abc import Collection, Iterable

from tocsin.exchange.documents import NATIONAL
from tocsin.exchange.local import LocalNode
from tocsin.exchange.streams import Stream, audience_of
from tocsin.exchange.void import is_gone, stands_through
from tocsin.joint.acts import PASSING, Reference
from tocsin.joint.ordering import Arrangement, arranged
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.post.here import local_node
from tocsin.node.post.store import DjangoStore

__all__ = ["arrangement_of"]

Key = tuple[str, str]


def arrangement_of(of: JointObject) -> Arrangement:
    """Its acts in order, as far as they are here; and the same for every node that has the same documents."""
    known = list(JointAct.objects.filter(of=of, is_astray=False))
    rows = [row for row in known if row.withdrawn_at is None and row.erased_at is None]
    if of.classification != NATIONAL:  # which is never sealed, and has no place in a stream
        _find_places(row for row in rows if row.is_ours and row.number is None)
    for row in rows:
        row.of = of
    without = {_key(row) for row in known if row.withdrawn_at is not None or row.erased_at is not None}
    void = without | _void_of_ours(of, rows)
    acts = [row.act for row in rows]
    owned = [act for act in acts if act.is_owners and (act.origin, act.id) not in void]
    others = {(act.origin, act.id): act for act in acts if not act.is_owners}
    wanted = [reference for act in owned if act.order for reference in act.order.includes]
    absent = [one for one in wanted if (one.origin, one.id) not in others]
    return arranged(owned, others, void=void | _gone(of, absent))


def _key(row: JointAct) -> Key:
    return row.origin, str(row.document_id)


def _void_of_ours(of: JointObject, rows: Iterable[JointAct]) -> set[Key]:
    """Acts of this node that nobody takes: the key that signed them had ended."""
    ours = [row for row in rows if row.is_ours and row.epoch is not None]
    if not ours:
        return set()
    here = local_node()
    bounds = {epoch: stands_through(here, _stream(of, here.node, epoch)) for epoch in {row.epoch for row in ours}}
    return {_key(row) for row in ours if row.number > bounds[row.epoch]}


def _find_places(rows: Iterable[JointAct]) -> None:
    """Of our own acts: they are numbered when they are sealed, by another process."""
    unplaced = {str(row.document_id): row for row in rows}
    if not unplaced:
        return
    origin = next(iter(unplaced.values())).origin
    found = DjangoStore().known(origin, list(unplaced))
    for id, entry in found.items():
        unplaced[id].epoch, unplaced[id].number = entry.stream.epoch, entry.number
    JointAct.objects.bulk_update([unplaced[id] for id in found], ["epoch", "number"], batch_size=500)


def _gone(of: JointObject, absent: Collection[Reference]) -> set[Key]:
    """Acts that the order includes and that will never be here."""
    here = local_node()
    return {(one.origin, one.id) for one in absent if _is_gone(here, of, one)}


def _is_gone(here: LocalNode, of: JointObject, one: Reference) -> bool:
    passing = one.kind in PASSING[of.noun]
    return is_gone(here, _stream(of, one.origin, one.epoch), one.number, one.id, may_be_erased=passing)


def _stream(of: JointObject, origin: str, epoch: int) -> Stream:
    """That in which this node's acts on the object travel."""
    return Stream(
        origin, epoch, audience_of(of.classification, tuple(sorted(of.states - {origin})) if of.addressees else ())
    )
