"""How much one state may say of one object. Behind that its acts are refused, with the code `too-many`, as all rules
refuse: at every node alike. docs/joint.md.

Acts are counted where the order takes them in, whether they had effect or not. What only takes in acts of others is not
counted. Passing acts are counted apart: they may be erased, and what counts must not hang on what may be gone. So are
the receipts of machines, that no owner who asks for many of them may silence a state.
"""

from collections.abc import Mapping

from tocsin.joint.acts import Act

__all__ = ["MOST_ACTS", "MOST_PASSING", "Counts", "counted", "has_said_all", "is_spent", "is_too_many", "most_of"]

MOST_ACTS = 2_000  # and of receipts as many
MOST_PASSING = 2_000
ACTS, PASSING, RECEIPTS = "acts", "passing", "receipts"
Counts = Mapping[tuple[str, str], int]  # by state, and by what its acts are counted as


def counted(counts: Counts, act: Act) -> Counts:
    """The counts with one act more."""
    if _only_orders(act):
        return counts
    key = act.origin, _sort(act)
    return {**counts, key: counts.get(key, 0) + 1}


def is_too_many(counts: Counts, act: Act) -> bool:
    """Whether its state has said before it all that it may. Who can no longer object gives no receipt either: such a
    state is missing, and never silent.
    """
    if _only_orders(act):
        return False
    sort = _sort(act)
    return _is_full(counts, act.origin, sort) or (sort == RECEIPTS and _is_full(counts, act.origin, ACTS))


def is_spent(counts: Counts, state: str) -> bool:
    """Whether the machine of a state need say nothing more, since it would be refused."""
    return _is_full(counts, state, ACTS) or _is_full(counts, state, RECEIPTS)


def has_said_all(counts: Counts, state: str) -> bool:
    """Whether nothing that a state says from here on has an effect, whatever it is; passing acts have none anyway."""
    return _is_full(counts, state, ACTS)


def most_of(act: Act) -> int:
    """How many acts of its sort a state has."""
    return MOST_PASSING if act.is_passing else MOST_ACTS


def _only_orders(act: Act) -> bool:
    return act.kind == "order" and act.is_owners


def _is_full(counts: Counts, state: str, sort: str) -> bool:
    return counts.get((state, sort), 0) >= (MOST_PASSING if sort == PASSING else MOST_ACTS)


def _sort(act: Act) -> str:
    if act.is_passing:
        return PASSING
    return RECEIPTS if act.kind == "received" else ACTS
