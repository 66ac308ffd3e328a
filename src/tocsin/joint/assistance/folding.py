"""The state of a request: a function of its acts in order, and of nothing else. docs/assistance.md.

It is total: an act that the rules do not allow where it stands changes nothing and is kept with its reason. Every node
that has the same acts in the same order comes to the same state.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

from tocsin.joint.acts import Act, Applied
from tocsin.joint.assistance import asking, handing_over, offering, shipping
from tocsin.joint.assistance.books import Offers, Shipments
from tocsin.joint.assistance.state import Request
from tocsin.joint.limits import counted, is_too_many, most_of
from tocsin.joint.refusing import NotAllowed, Refused

__all__ = ["ACTS", "advanced", "next_machine_act", "request_of", "try_act"]

OPENING, ORDER = "request", "order"
Step = Callable[[Request, Applied], Request]

ACTS: Mapping[str, Step] = {
    OPENING: asking.opened,
    ORDER: lambda request, applied: request,
    "amend_request": asking.amend,
    "renew": asking.renew,
    "cancel": asking.cancel,
    "lapse": asking.lapse,
    "close": asking.close,
    "offer": offering.offer,
    "confirm_offer": offering.confirm,
    "change_offer": offering.change,
    "withdraw_offer": offering.withdraw,
    "accept": offering.accept,
    "release": offering.release,
    "decline_offer": offering.decline,
    "plan_shipment": shipping.plan,
    "call_off_shipment": shipping.call_off,
    "clear_shipment": shipping.clear,
    "dispatch": shipping.dispatch,
    "in_transit": shipping.in_transit,
    "delay": shipping.delay,
    "damage": shipping.damage,
    "divert": shipping.divert,
    "arrive": shipping.arrive,
    "hand_over": handing_over.hand_over,
    "return_shipment": handing_over.send_back,
    "donate": handing_over.donate,
    "demobilise": handing_over.demobilise,
    "cost": handing_over.cost,
    "after_action": handing_over.after_action,
}


def request_of(applied: Iterable[Applied]) -> Request:
    """The request after all these acts, in this order."""
    request = Request()
    for one in applied:
        request = _advanced(request, one)
    return request


def advanced(request: Request, applied: Applied) -> Request:
    """The request after one act more, beside the one before. Of many acts `request_of` alone takes no copy each."""
    apart = replace(request, offers=Offers(request.offers), shipments=Shipments(request.shipments))
    return _advanced(apart, applied)


def _advanced(request: Request, applied: Applied) -> Request:
    """The time of the order of an act counts even where the act itself is refused. Keeps the books of `request`."""
    request = offering.expired(asking.passed(request, applied), applied)
    counts = counted(request.counts, applied.act)
    try:
        changed = _step(request, applied)
    except NotAllowed as no:
        refused = Refused(applied, no.code, MappingProxyType(no.values))
        return replace(request, refused=request.refused.with_(refused), counts=counts)
    return replace(changed, history=request.history.with_(applied), counts=counts)


def _step(request: Request, applied: Applied) -> Request:
    act = applied.act
    if is_too_many(request.counts, act):
        raise NotAllowed("too-many", state=act.origin, what="passing" if act.is_passing else "acts", most=most_of(act))
    step = ACTS.get(applied.act.kind)
    if step is None:
        raise NotAllowed("act-unknown", act=applied.act.kind)
    if request.opened is None and applied.act.kind != OPENING:
        raise NotAllowed("not-open-yet")
    return step(request, applied)


def try_act(applied: Sequence[Applied], act: Act, *, at: datetime) -> Refused | None:
    """Whether `act` would be refused if the next order included it now; None if it would have effect."""
    last = applied[-1] if applied else None
    following = Applied(act, last.number + 1 if last else 1, max(at, last.at) if last else at)
    before = request_of(applied)
    already = len(before.refused)
    after = _advanced(before, following)
    return after.refused[-1] if len(after.refused) > already else None


def next_machine_act(request: Request, *, at: datetime) -> str | None:
    """What the owner's machine is to say now by itself: `lapse` when the last day is over, so that all nodes know."""
    ended = request.ended is None and request.lapses_on is not None and at.astimezone(UTC).date() > request.lapses_on
    return "lapse" if ended else None
