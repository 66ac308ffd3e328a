"""Acts of the requester on the request itself: opened, amended, renewed, ended."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tocsin.joint.acts import Applied
from tocsin.joint.assistance.catalogue import OTHER, Words
from tocsin.joint.assistance.guards import asked_of, day, owner_only, shown, today, unique
from tocsin.joint.assistance.places import Place
from tocsin.joint.assistance.state import Asked, Ended, Item, Request, RequestStatus
from tocsin.joint.assistance.units import UNITS, Packing
from tocsin.joint.refusing import NotAllowed

__all__ = ["MOST_DAYS", "amend", "cancel", "close", "lapse", "opened", "passed", "renew"]

MOST_DAYS = 90  # a request ends by itself unless it is renewed


def opened(request: Request, applied: Applied) -> Request:
    """A request begins. Its first document is its owner's, and gives it its name."""
    act = applied.act
    if request.opened is not None:
        raise NotAllowed("already-open")
    owner_only(applied)
    if act.id != act.object.id:
        raise NotAllowed("not-open-yet")
    asked, lapses_on = _asked(act.said), _lapses_on(act.said["lapses_on"], applied)
    return replace(request, opened=applied, asked=asked, lapses_on=lapses_on)


def passed(request: Request, applied: Applied) -> Request:
    """What the time of an order alone has brought: the request has lapsed."""
    if request.ended is None and request.lapses_on is not None and today(applied) > request.lapses_on:
        return replace(request, ended=Ended(RequestStatus.LAPSED, "", applied))
    return request


def amend(request: Request, applied: Applied) -> Request:
    """What is asked for changes, but nothing that somebody relies on."""
    owner_only(applied)
    before, after = asked_of(request), _asked(applied.act.said)
    changed = {item.id: item for item in after.items}
    for item in before.items:
        _check_kept(request, item, changed.get(item.id))
    return replace(request, asked=after)


def _check_kept(request: Request, before: Item, after: Item | None) -> None:
    same = after is not None and (after.code, after.packing) == (before.code, before.packing)
    if not same and (relied_on := {offer.key.origin for offer in request.offers.binding(before.id)}):
        raise NotAllowed("item-is-offered", item=before.id, states=",".join(sorted(relied_on)))
    accepted = request.accepted(before.id)
    if after is not None and after.quantity < accepted:
        raise NotAllowed("below-accepted", item=before.id, quantity=after.quantity, accepted=shown(accepted))


def renew(request: Request, applied: Applied) -> Request:
    """The request stands longer: again 90 days at most from the time of the order."""
    owner_only(applied)
    asked_of(request)
    until = _lapses_on(applied.act.said["lapses_on"], applied)
    assert request.lapses_on is not None
    if until <= request.lapses_on:
        raise NotAllowed("not-later", day=until.isoformat(), before=request.lapses_on.isoformat())
    return replace(request, lapses_on=until)


def cancel(request: Request, applied: Applied) -> Request:
    """The request is withdrawn."""
    return _ended(request, applied, RequestStatus.CANCELLED)


def close(request: Request, applied: Applied) -> Request:
    """The request has done what it was for."""
    return _ended(request, applied, RequestStatus.CLOSED)


def lapse(request: Request, applied: Applied) -> Request:
    """The requester's node says that the day is over. The order's time has ended the request already, or it stands."""
    owner_only(applied)
    if request.ended is None:
        assert request.lapses_on is not None
        raise NotAllowed("not-yet-lapsed", day=request.lapses_on.isoformat())
    if request.ended.status != RequestStatus.LAPSED:
        raise NotAllowed("request-ended", status=str(request.ended.status))
    return request


def _ended(request: Request, applied: Applied, status: RequestStatus) -> Request:
    owner_only(applied)
    asked_of(request)
    return replace(request, ended=Ended(status, applied.act.said["reason"], applied))


def _lapses_on(text: str, applied: Applied) -> date:
    on, now = day(text, "lapses_on"), today(applied)
    assert on is not None
    if on < now:
        raise NotAllowed("day-over", field="lapses_on", day=text, today=now.isoformat())
    if on - now > timedelta(days=MOST_DAYS):
        latest = (now + timedelta(days=MOST_DAYS)).isoformat()
        raise NotAllowed("lapses-too-late", day=text, latest=latest, days=MOST_DAYS)
    return on


def _asked(said: Mapping[str, Any]) -> Asked:
    needed_by = day(said["needed_by"], "needed_by")
    assert needed_by is not None
    unique(one["id"] for one in said["items"])
    return Asked(
        title=said["title"], event=said["event"], items=tuple(_item(one) for one in said["items"]),
        needed_by=needed_by, place=Place.of(said["place"]), consignee=said["consignee"],
        import_permits=said["import_permits"], languages=tuple(said["languages"]), note=said["note"],
    )  # fmt: skip


def _item(said: Mapping[str, Any]) -> Item:
    called = None if said["called"] is None else Words(**said["called"])
    if said["item"] == OTHER and not (called and any(called)):
        raise NotAllowed("name-missing", item=said["id"])
    packing = Packing(said["unit"], said["pack_size"])
    if UNITS[packing.unit].holds is not None and packing.size is None:
        raise NotAllowed("pack-size-missing", item=said["id"], unit=packing.unit)
    return Item(
        id=said["id"], code=said["item"], called=called, quantity=said["quantity"], packing=packing,
        specification=said["specification"], cold_chain=said["cold_chain"], un2814=said["un2814"],
        un3373=said["un3373"], regulatory=tuple(said["regulatory"]), need=said["need"], basis=said["basis"],
    )  # fmt: skip
