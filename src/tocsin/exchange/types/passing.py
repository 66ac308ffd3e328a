"""Acts on joint objects that may be erased, since no outcome rests on them; and those that bind."""

from collections.abc import Mapping

from tocsin.exchange.documents import Document

__all__ = ["PASSING", "binds"]

# Said beside what is done, by states that do not own the object: nothing is adopted, accepted or ended by it.
PASSING: Mapping[str, frozenset[str]] = {
    "decision": frozenset({"comment", "position"}),
    "session": frozenset({"speak"}),
    "assistance": frozenset({"after_action"}),
    "consultation": frozenset({"message"}),
    "transfer": frozenset({"message"}),
}


def binds(document: Document) -> bool:
    """Whether other states have built on it: an act of a joint object that is not passing, or one that gives an order.

    Who destroyed it would have nodes that come late see another outcome than those that had it.
    """
    kinds = PASSING.get(document.type)
    return kinds is not None and (document.body.get("order") is not None or document.body.get("act") not in kinds)
