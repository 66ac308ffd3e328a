"""What follows from acts: the order of each object, its noun's rows, and what this node's machine owes.

Told again whenever anything of an object has changed: new acts, void ones, ones that stand again.
"""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from tocsin.exchange.local import LocalNode
from tocsin.joint.acts import Applied
from tocsin.joint.ordering import Arrangement
from tocsin.node.alliance import audit
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.joint.documents import said_next, send
from tocsin.node.joint.models import SKEW, JointAct, JointObject
from tocsin.node.joint.nouns import noun_of
from tocsin.node.joint.refusals import ActRefused
from tocsin.node.post.here import local_node
from tocsin.node.work.windows import at

__all__ = ["AGAIN", "settle", "tend"]

log = logging.getLogger(__name__)
AGAIN = timedelta(hours=1)  # what could not be said now is tried again
ROUNDS = 8  # that what is owed may lead to more that is owed; behind them the next call goes on


def settle(objects: Iterable[UUID], *, is_news: bool = True) -> None:
    """Bring these objects up to date, take in what came of ours, and say what the machine owes. In a transaction."""
    rows = JointObject.objects.filter(pk__in=set(objects)).select_for_update(of=("self",)).order_by("pk")
    for of in rows:
        if of.classification:  # else its opening is not here yet
            tend(of, is_news=is_news)


def tend(of: JointObject, *, is_news: bool = False) -> Arrangement:
    """One object, whose row is locked."""
    here = local_node()
    arrangement, unsaid = arrangement_of(of), False
    for _ in range(ROUNDS):
        try:
            said = _owed(here, of, arrangement)
        except ActRefused as refusal:  # what came is kept all the same, and what cannot be said now is said later
            log.warning("nothing can be said now of the joint object %s: %s", of.pk, refusal)
            said, unsaid = (), True
        if not said:
            break
        arrangement = arrangement_of(of)
        is_news = True
    if is_news:
        of.changed_at = timezone.now()
    of.due_at = noun_of(of).settle(of, arrangement)
    if unsaid or _is_ahead(of, arrangement, here.now()):
        of.due_at = here.now() + AGAIN
    elif of.is_ours and arrangement.is_whole and _to_take_in(arrangement):
        of.due_at = here.now()  # more than fits into so many orders: the next go on
    _write(of, arrangement)
    at("joint.settled")
    return arrangement


def _owed(here: LocalNode, of: JointObject, arrangement: Arrangement) -> Collection[JointAct]:
    """Say what is owed now. Of our own object: to take in what others said, before anything that follows from it.

    Nothing of one whose order has come to a time that is not yet: all that followed would be of that time, too.
    """
    if not arrangement.is_whole or _is_ahead(of, arrangement, here.now()):
        return ()
    if of.is_ours and _to_take_in(arrangement):
        return [send(here, said_next(here, of, arrangement, "order", {}), of, by=None)]
    said = []
    for due in noun_of(of).due(of, arrangement, at=now_in(of, arrangement, here.now())):
        draft = said_next(here, of, arrangement, due.kind, due.said)
        said.append(send(here, draft, of, by=None))
        audit.record(f"{of.noun}.{due.kind}", of, by=None)
        if of.is_ours:
            break  # the next has to follow this one in the order
    return said


def _is_ahead(of: JointObject, arrangement: Arrangement, now: datetime) -> bool:
    """Whether the clock here was wrong when it last gave the order of an object of ours."""
    last = _last_at(arrangement.applied)
    return of.is_ours and last is not None and last > now + SKEW


def _to_take_in(arrangement: Arrangement) -> bool:
    return any(act.place is not None for act in arrangement.proposals)


def now_in(of: JointObject, arrangement: Arrangement, now: datetime) -> datetime:
    """The owner's time, as far as it is known here: its clock at the owner, else not before its last order."""
    last = _last_at(arrangement.applied)
    return max(now, last) if last is not None else now


def _last_at(applied: Collection[Applied]) -> datetime | None:
    return max((one.at for one in applied), default=None)


def _write(of: JointObject, arrangement: Arrangement) -> None:
    known = JointAct.objects.filter(of=of, withdrawn_at=None).exclude(order_number=None)
    of.number = known.order_by("-order_number").values_list("order_number", flat=True).first() or 0
    of.through, of.ordered_at = arrangement.through, _last_at(arrangement.applied)
    of.waiting_for = _waits_for(of, arrangement)
    of.proposals = len(arrangement.proposals)
    of.save(update_fields=["number", "through", "waiting_for", "proposals", "due_at", "ordered_at", "changed_at"])


def _waits_for(of: JointObject, arrangement: Arrangement) -> dict[str, Any] | None:
    """The act of another node, or only the owner where it is a document of its own: nobody knows that one's name."""
    if arrangement.waiting_for is not None:
        return arrangement.waiting_for.as_json()
    return {"origin": of.origin} if arrangement.is_broken else None
