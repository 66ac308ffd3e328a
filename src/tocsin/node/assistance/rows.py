"""The rows of a request, of its items, offers and shipments, from what its acts have made of it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from math import floor
from typing import Any

from django.db.models import Max

from tocsin.joint.assistance import Item, Offer, OfferStatus, Request, Shipment
from tocsin.joint.assistance.catalogue import Words, catalogue
from tocsin.joint.assistance.places import Place
from tocsin.joint.assistance.state import ON_ITS_WAY
from tocsin.node.alliance.alliance_file import here
from tocsin.node.assistance import models
from tocsin.node.assistance.models.requests import STANDING, VOID
from tocsin.node.assistance.needing import short_items, waits_for_answer
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.language.keys import search_key

__all__ = ["names_of_item", "status_on", "write"]

NOWHERE = Words("", "", "")
COUNTS = (
    "items_all", "items_short", "covered", "covered_least", "delivered", "offers_all", "offers_waiting",
    "shipments_all", "shipments_moving",
)  # fmt: skip
SMALLEST, LARGEST = Decimal("0.0001"), Fraction(10**22)


def write(of: JointObject, request: Request, *, needs: list[str], we_offered: bool, on: date) -> models.Request | None:
    """Bring them up to date, as of a day; None for a request whose opening has no effect, or is void since.

    needs, we_offered   with what we have said and no order has taken in yet
    """
    if request.asked is None or request.lapses_on is None:
        _make_void(of)
        return None
    said = _request(of, request, needs, on) | {"we_offered": we_offered}
    row, _ = models.Request.objects.update_or_create(of=of, defaults=said)
    is_standing = said["status"] in STANDING
    _replace(
        models.RequestItem, row, ("item",), [_item(row, request, at, is_standing) for at in range(len(request.items))]
    )
    _replace(models.Offer, row, ("origin", "offer"), [_offer(row, request, one, on) for one in request.offers])
    _replace(models.Shipment, row, ("origin", "shipment"), [_shipment(row, request, one) for one in request.shipments])
    return row


def status_on(offer: Offer, day: date) -> OfferStatus:
    """How far an offer is on a day: the day of one may be over though no order has said so yet."""
    if offer.ended is None and offer.expires_on is not None and day > offer.expires_on:
        return replace(offer, ended=OfferStatus.EXPIRED).status
    return offer.status


def names_of_item(item: Item) -> dict[str, str]:
    """What an item is called: by its own name, or by that of the catalogue; else by its code."""
    entry = catalogue().get(item.code)
    names = item.called if item.called is not None and any(item.called) else entry.name if entry else None
    if names is None:
        return dict.fromkeys(("en", "ru", "zh"), item.code)
    known = next(name for name in names if name)
    return {language: name or known for language, name in names._asdict().items()}


def _make_void(of: JointObject) -> None:
    """Its row stays, for those who have its address; nothing of it is asked for, offered or on its way."""
    if not models.Request.objects.filter(of=of).opened().exists():
        return
    for model in (models.RequestItem, models.Offer, models.Shipment):
        model.objects.filter(request=of.pk).delete()
    counts = dict.fromkeys(COUNTS, 0)
    models.Request.objects.filter(of=of).update(status=VOID, needs_us=False, needs=[], we_offered=False, **counts)


def _replace(model: type[Any], row: models.Request, key: tuple[str, ...], made: list[Any]) -> None:
    """Rows of a request as they are now: those that it no longer has go, all others keep their keys. What is as it was
    is not written.
    """
    fields = [one.attname for one in model._meta.concrete_fields if one.name not in ("id", "request", *key)]
    there = {_values(one, key): one for one in model.objects.filter(request=row)}
    kept = {_values(one, key) for one in made}
    if gone := [one.pk for name, one in there.items() if name not in kept]:
        model.objects.filter(pk__in=gone).delete()
    changed = [
        one for one in made
        if (before := there.get(_values(one, key))) is None or _values(before, fields) != _values(one, fields)
    ]  # fmt: skip
    model.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["request", *key], update_fields=fields, batch_size=200
    )  # fmt: skip


def _values(row: Any, names: Iterable[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)


def _request(of: JointObject, request: Request, needs: list[str], on: date) -> dict[str, Any]:
    asked = request.asked
    assert asked is not None
    short = short_items(request)
    items, shares = request.items, [request.coverage(item.id) for item in request.items]
    delivered = [request.delivered(item.id) / item.quantity for item in items]
    is_standing = request.status in STANDING
    moving = [one for one in request.shipments if one.status in ON_ITS_WAY]
    event = asked.event
    return {
        "origin": of.origin, "is_ours": of.is_ours, "title": dict(asked.title), "status": str(request.status),
        "needed_by": asked.needed_by, "lapses_on": request.lapses_on, "place_code": asked.place.code or "",
        "place_names": asked.place.names._asdict(), "latitude": asked.place.latitude,
        "longitude": asked.place.longitude, "event_origin": event["origin"] if event else "",
        "event_id": event["id"] if event else None, "items_all": len(items),
        "items_short": sum(share < 1 for share in shares) if is_standing else 0, "covered": _percent(_mean(shares)),
        "covered_least": _percent(min(shares)), "delivered": _percent(_mean(delivered)),
        "offers_all": len(request.offers),
        "offers_waiting": sum(waits_for_answer(offer, short=short, on=on) for offer in request.offers),
        "shipments_all": len(request.shipments), "shipments_moving": len(moving),
        "needs_us": bool(needs), "needs": needs, "changed_at": _last_said(of),
        "search_key": search_key(*asked.title.values(), *asked.place.names, *_names(items), of.origin),
    }  # fmt: skip


def _last_said(of: JointObject) -> datetime:
    """When anything of it came, but for what its owner's machine says of the order alone."""
    said = JointAct.objects.filter(of=of).exclude(kind="order")
    return said.aggregate(last=Max("came_at"))["last"] or of.changed_at


def _names(items: tuple[Item, ...]) -> list[str]:
    return [name for item in items for name in names_of_item(item).values()]


def _item(row: models.Request, request: Request, position: int, is_standing: bool) -> models.RequestItem:
    item = request.items[position]
    share = request.coverage(item.id)
    return models.RequestItem(
        request=row, item=item.id, position=position, code=item.code, names=names_of_item(item),
        unit=item.packing.unit, pack_size=item.packing.size, requested=item.quantity,
        offered=_decimal(request.offered(item.id)), accepted=_decimal(request.accepted(item.id)),
        moving=_decimal(request.on_its_way(item.id)), delivered=_decimal(request.delivered(item.id)),
        covered=_percent(share), cold_chain=item.cold_chain, un2814=item.un2814,
        is_short=is_standing and share < 1,
    )  # fmt: skip


def _offer(row: models.Request, request: Request, offer: Offer, on: date) -> models.Offer:
    status = status_on(offer, on)
    lines = [
        {
            "item": line.item, "quantity": line.quantity, "unit": line.packing.unit, "pack_size": line.packing.size,
            "accepted": line.accepted, "shipped": request.shipped_of(offer.key, line.item),
        }
        for line in offer.lines
    ]  # fmt: skip
    stands = offer.ended is None and not (offer.expires_on is not None and on > offer.expires_on)
    return models.Offer(
        request=row, origin=offer.key.origin, offer=offer.key.id, is_ours=offer.key.origin == here().code,
        status=str(status), is_confirmed=offer.confirmed,
        takes_more=stands and any(line.accepted < line.quantity for line in offer.lines), lines=lines,
        available_from=offer.available_from, expires_on=offer.expires_on, costs=offer.costs,
        place_names=offer.from_place.names._asdict(), latitude=offer.from_place.latitude,
        longitude=offer.from_place.longitude, made_at=offer.made.at,
    )  # fmt: skip


def _shipment(row: models.Request, request: Request, shipment: Shipment) -> models.Shipment:
    offer = request.offer(shipment.offer)
    origin: Place = offer.from_place if offer else Place(None, NOWHERE)
    assert request.asked is not None
    to = shipment.place or request.asked.place
    told = shipment.met("in_transit")
    return models.Shipment(
        request=row, origin=shipment.key.origin, shipment=shipment.key.id, offer=shipment.offer.id,
        is_ours=shipment.key.origin == here().code, status=str(shipment.status),
        is_moving=shipment.status in ON_ITS_WAY, is_late=bool(shipment.met("delay")),
        lines=[_shipment_line(offer, shipment, line.item) for line in shipment.lines],
        signed_by=[one.by for one in shipment.signed], where=told[-1].act.said["where"] if told else "",
        expected_on=shipment.expected_on, from_names=origin.names._asdict(), from_latitude=origin.latitude,
        from_longitude=origin.longitude, to_names=to.names._asdict(), to_latitude=to.latitude,
        to_longitude=to.longitude, moved_at=shipment.steps[-1].at,
    )  # fmt: skip


def _shipment_line(offer: Offer | None, shipment: Shipment, item: str) -> Mapping[str, Any]:
    line, offered = shipment.line(item), offer.line(item) if offer else None
    assert line is not None
    return {
        "item": item, "quantity": line.quantity, "damaged": line.damaged,
        "handed": None if shipment.handed is None else shipment.handed.get(item, 0),
        "unit": offered.packing.unit if offered else "", "pack_size": offered.packing.size if offered else None,
    }  # fmt: skip


def _mean(shares: list[Fraction]) -> Fraction:
    return sum(shares, Fraction()) / len(shares) if shares else Fraction()


def _percent(share: Fraction) -> int:
    """Rounded down: 100 means wholly."""
    return floor(share * 100)


def _decimal(quantity: Fraction) -> Decimal:
    """Rounded down, so that no row says more than there is; and what a column can hold, whatever anybody offers."""
    shown = min(quantity, LARGEST)
    return (Decimal(shown.numerator) / Decimal(shown.denominator)).quantize(SMALLEST, rounding=ROUND_DOWN)
