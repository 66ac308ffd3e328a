"""A request for assistance as its acts make it, here and now."""

from datetime import UTC, date, datetime

from tocsin.joint.acts import Applied
from tocsin.joint.assistance import Request, request_of
from tocsin.joint.ordering import Arrangement
from tocsin.node.alliance.alliance_file import here
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.joint.models import JointObject

__all__ = ["day_in", "request_ahead", "request_here"]


def request_here(of: JointObject, arrangement: Arrangement | None = None) -> Request:
    """As far as its order is followed here: what every node with the same documents sees."""
    return (arrangement or arrangement_of(of)).folded(request_of)


def request_ahead(arrangement: Arrangement) -> Request:
    """With what this state has said and no order has yet: for what this state has still to do, and nothing else."""
    own = here().code
    applied = arrangement.applied
    said = [act for act in arrangement.proposals if act.origin == own]
    if not applied or not said:
        return arrangement.folded(request_of)
    at = applied[-1].at
    return request_of((*applied, *(Applied(act, arrangement.through + 1, at) for act in said)))


def day_in(moment: datetime) -> date:
    """The day by which deadlines of requests are kept: that of UTC."""
    return moment.astimezone(UTC).date()
