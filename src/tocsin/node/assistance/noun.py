"""Requests for assistance among joint objects: `joint.nouns.Noun`."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from tocsin.joint.acts import Act, Applied
from tocsin.joint.assistance import Request, try_act
from tocsin.joint.ordering import Arrangement
from tocsin.joint.refusing import Refused
from tocsin.node.alliance.alliance_file import here
from tocsin.node.assistance import rows, telling
from tocsin.node.assistance.needing import needs_of
from tocsin.node.assistance.reading import day_in, request_ahead, request_here
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.nouns import Due
from tocsin.node.post.here import local_node

__all__ = ["Assistance"]


class Assistance:
    """See `joint.nouns.Noun`."""

    def try_act(self, applied: Sequence[Applied], act: Act, *, at: datetime) -> Refused | None:
        """By the rules of `joint.assistance`, which are the same in every alliance."""
        return try_act(applied, act, at=at)

    def settle(self, of: JointObject, arrangement: Arrangement) -> datetime | None:
        """Its rows. Of ours again when a day is over: that of an offer, or its own."""
        request, today, own = request_here(of, arrangement), day_in(local_node().now()), here().code
        ahead = request_ahead(arrangement)  # with what we have said and no order has taken in yet
        we_offered = ahead.offers.has_of(own)
        row = rows.write(of, request, needs=needs_of(ahead, own, on=today), we_offered=we_offered, on=today)
        if row is None:
            telling.call_off(of)
        return _due_at(request, today) if of.is_ours else None

    def due(self, of: JointObject, arrangement: Arrangement, *, at: datetime) -> Sequence[Due]:
        """That a request of ours has lapsed, once its last day is over. Nothing has to be said for an offer's day."""
        request = request_here(of, arrangement)
        is_over = request.ended is None and request.lapses_on is not None and day_in(at) > request.lapses_on
        return [Due("lapse")] if of.is_ours and is_over else []

    def tell(self, of: JointObject, arrangement: Arrangement, new: Sequence[JointAct]) -> None:
        """People learn of what asks something of this state, or changes what it relies on."""
        telling.of_request(of, request_here(of, arrangement))


def _due_at(request: Request, today: date) -> datetime | None:
    """When the next day that something ends on is over."""
    if request.ended is not None or request.lapses_on is None:
        return None
    days = [offer.expires_on for offer in request.offers if offer.ended is None and offer.expires_on is not None]
    ahead = [day for day in days if day >= today]
    return datetime.combine(min([request.lapses_on, *ahead]) + timedelta(days=1), time(), tzinfo=UTC)
