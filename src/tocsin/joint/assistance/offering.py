"""Acts on offers: those of the state that offers, and the requester's answers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from tocsin.joint.acts import Applied
from tocsin.joint.assistance.guards import (
    asked_of,
    day,
    owner_only,
    shown,
    the_offer,
    today,
    unique,
    with_offer,
)
from tocsin.joint.assistance.offers import Key, Offer, OfferLine, OfferStatus
from tocsin.joint.assistance.places import Place
from tocsin.joint.assistance.state import Request
from tocsin.joint.assistance.units import UNITS, Inconvertible, Packing, converted
from tocsin.joint.refusing import NotAllowed

__all__ = ["MOST_OFFERS", "accept", "change", "confirm", "decline", "expired", "offer", "release", "withdraw"]

MOST_OFFERS = 100  # of one state to one request that stand and could still be accepted


def expired(request: Request, applied: Applied) -> Request:
    """What the time of an order alone has brought: the day of an offer is over, and no more of it can be accepted."""
    request.offers.end_over(today(applied))
    return request


def offer(request: Request, applied: Applied) -> Request:
    """Another state pledges, or offers firmly."""
    act = applied.act
    asked_of(request)
    if act.is_owners:
        raise NotAllowed("own-request", state=act.origin)
    key = Key(act.origin, act.said["id"])
    if request.offer(key) is not None:
        raise NotAllowed("offer-exists", offer=key.id)
    if request.offers.open_of(key.origin) >= MOST_OFFERS:
        raise NotAllowed("too-many", state=key.origin, what="offers", most=MOST_OFFERS)
    return with_offer(request, _made(request, applied, key))


def confirm(request: Request, applied: Applied) -> Request:
    """A pledge becomes firm: it may be accepted."""
    asked_of(request)
    one = _standing(request, applied)
    if one.confirmed:
        raise NotAllowed("nothing-changes", offer=one.key.id)
    return with_offer(request, replace(one, confirmed=True))


def change(request: Request, applied: Applied) -> Request:
    """An offer says something else; of what was accepted it keeps quantity, unit and pack size."""
    asked_of(request)
    before = _standing(request, applied)
    after = _made(request, applied, before.key)
    lines = {line.item: line for line in after.lines}
    for line in before.lines:
        if line.accepted:
            lines[line.item] = _kept(line, lines.get(line.item))
    made = replace(after, made=before.made, confirmed=before.confirmed or after.confirmed, lines=tuple(lines.values()))
    return with_offer(request, made)


def _kept(before: OfferLine, after: OfferLine | None) -> OfferLine:
    quantity = 0 if after is None else after.quantity
    if after is None or after.packing != before.packing or quantity < before.accepted:
        raise NotAllowed("below-accepted", item=before.item, quantity=quantity, accepted=before.accepted)
    return replace(after, accepted=before.accepted, rate=before.rate)


def withdraw(request: Request, applied: Applied) -> Request:
    """A state takes back what was not accepted yet. What was, stands."""
    one = _standing(request, applied)
    return with_offer(request, replace(one, ended=OfferStatus.WITHDRAWN, reason=applied.act.said["reason"]))


def decline(request: Request, applied: Applied) -> Request:
    """The requester does not need an offer, of which nothing was accepted."""
    owner_only(applied)
    one = the_offer(request, applied.act.said["offer"])
    _check_stands(one)
    if any(line.accepted for line in one.lines):
        raise NotAllowed("offer-accepted", offer=one.key.id)
    return with_offer(request, replace(one, ended=OfferStatus.DECLINED, reason=applied.act.said["reason"]))


def accept(request: Request, applied: Applied) -> Request:
    """The requester accepts a firm offer, or a part; never more than is offered, nor than is asked for."""
    owner_only(applied)
    asked_of(request)
    said = applied.act.said
    one = the_offer(request, said["offer"])
    _check_stands(one)
    if not one.confirmed:
        raise NotAllowed("offer-not-confirmed", offer=one.key.id)
    for line, more in _named(one, said["lines"]):
        if line.accepted + more > line.quantity:
            raise NotAllowed("above-offered", item=line.item, quantity=line.accepted + more, offered=line.quantity)
        wanted = request.item(line.item)
        assert wanted is not None  # an item that an offer binds to cannot be taken away
        total = request.accepted(line.item) + more * line.rate
        if total > wanted.quantity:
            raise NotAllowed("above-requested", item=line.item, quantity=shown(total), requested=wanted.quantity)
    return with_offer(request, _with_more(one, said["lines"], 1))


def release(request: Request, applied: Applied) -> Request:
    """The requester gives up what it had accepted and what is not sent, so that others may cover it."""
    owner_only(applied)
    said = applied.act.said
    one = the_offer(request, said["offer"])
    for line, less in _named(one, said["lines"]):
        shipped = request.shipped_of(one.key, line.item)
        if line.accepted - less < shipped:
            raise NotAllowed("below-shipped", item=line.item, quantity=line.accepted - less, shipped=shipped)
    return with_offer(request, _with_more(one, said["lines"], -1))


def _with_more(one: Offer, said: Sequence[Mapping[str, Any]], sign: int) -> Offer:
    more = {line["item"]: sign * line["quantity"] for line in said}
    lines = tuple(replace(line, accepted=line.accepted + more.get(line.item, 0)) for line in one.lines)
    return replace(one, lines=lines)


def _named(one: Offer, said: Sequence[Mapping[str, Any]]) -> list[tuple[OfferLine, int]]:
    """Lines of an offer that an act names, with the quantity that it gives."""
    unique(line["item"] for line in said)
    found = []
    for given in said:
        line = one.line(given["item"])
        if line is None:
            raise NotAllowed("no-such-line", item=given["item"])
        found.append((line, int(given["quantity"])))
    return found


def _standing(request: Request, applied: Applied) -> Offer:
    """The offer that its own state speaks of, and that has not ended."""
    one = the_offer(request, applied.act.said["offer"], by=applied.act.origin)
    _check_stands(one)
    return one


def _check_stands(one: Offer) -> None:
    if one.ended is not None:
        raise NotAllowed("offer-ended", offer=one.key.id, status=str(one.ended))


def _made(request: Request, applied: Applied, key: Key) -> Offer:
    said = applied.act.said
    unique(line["item"] for line in said["lines"])
    available_from = day(said["available_from"], "available_from")
    assert available_from is not None
    return Offer(
        key=key, made=applied, lines=tuple(_line(request, line) for line in said["lines"]),
        confirmed=said["confirmed"], available_from=available_from, expires_on=_expires_on(said, applied),
        from_place=Place.of(said["from_place"]), languages=tuple(said["languages"]), conditions=said["conditions"],
        costs=said["costs"], team=said["team"],
    )  # fmt: skip


def _expires_on(said: Mapping[str, Any], applied: Applied) -> date | None:
    on, now = day(said["expires_on"], "expires_on"), today(applied)
    if on is not None and on < now:
        raise NotAllowed("day-over", field="expires_on", day=on.isoformat(), today=now.isoformat())
    return on


def _line(request: Request, said: Mapping[str, Any]) -> OfferLine:
    wanted = request.item(said["item"])
    if wanted is None:
        raise NotAllowed("no-such-item", item=said["item"])
    given = Packing(said["unit"], said["pack_size"])
    if UNITS[given.unit].holds is not None and given.size is None:
        raise NotAllowed("pack-size-missing", item=wanted.id, unit=given.unit)
    try:
        rate = converted(1, given.unit, wanted.packing.unit, pack_size=given.size, to_pack_size=wanted.packing.size)
    except Inconvertible as problem:
        raise NotAllowed(
            "unit-not-convertible",
            item=wanted.id,
            given=str(given),
            wanted=str(wanted.packing),
            missing=problem.missing,
        ) from None
    return OfferLine(
        item=wanted.id, quantity=said["quantity"], packing=given, rate=rate, regulatory=said["regulatory"],
        best_before=said["best_before"], note=said["note"],
    )  # fmt: skip
