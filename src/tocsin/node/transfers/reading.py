"""A transfer as its acts make it, here and now."""

from tocsin.joint.acts import Applied
from tocsin.joint.ordering import Arrangement
from tocsin.joint.transfers import Transfer, transfer_of
from tocsin.node.alliance.alliance_file import here
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.joint.models import JointObject

__all__ = ["transfer_ahead", "transfer_here"]


def transfer_here(of: JointObject, arrangement: Arrangement | None = None) -> Transfer:
    """As far as its order is followed here: what every node with the same documents sees."""
    return (arrangement or arrangement_of(of)).folded(transfer_of)


def transfer_ahead(of: JointObject, arrangement: Arrangement | None = None) -> Transfer:
    """With what this state has said and no order has yet: people here go on working while the other node is away."""
    known = arrangement or arrangement_of(of)
    said = [act for act in known.proposals if act.origin == here().code]
    if not known.applied or not said:
        return known.folded(transfer_of)
    at = max(known.applied[-1].at, *(act.recorded_at for act in said))
    return transfer_of((*known.applied, *(Applied(act, known.through + 1, at) for act in said)))
