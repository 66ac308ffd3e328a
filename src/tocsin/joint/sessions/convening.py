"""Acts of the owner on a session: convened, prepared, opened, closed or cancelled."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tocsin.exchange.errors import Malformed
from tocsin.exchange.moments import read_moment
from tocsin.joint.acts import Applied, ObjectId
from tocsin.joint.bodies import BodyRules
from tocsin.joint.refusing import NotAllowed
from tocsin.joint.sessions.state import Item, Place, Session, Status

__all__ = ["cancel", "close", "convene", "open_session", "postpone", "set_agenda", "set_chair"]


def convene(session: Session, applied: Applied, rules: BodyRules) -> Session:
    """Convene a session of the body, by a state that it lets decide. Any state may be invited."""
    said, origin = applied.act.said, applied.act.origin
    if said["body"] != rules.code:
        raise NotAllowed("other-body", body=said["body"], expected=rules.code)
    if origin not in rules.members:
        raise NotAllowed("owner-not-entitled", state=origin)
    _check_chair(said["chair"], said["invited"], origin)
    return Session(
        object=applied.act.object, opening=applied, status=Status.CONVENED, body=said["body"],
        title=dict(said["title"]), starts_at=_moment(said["starts_at"]),
        place=Place(said["place"]["kind"], said["place"]["text"]), languages=tuple(said["languages"]),
        rule=said["rule"], event=_elsewhere(said["event"]), chair=said["chair"], invited=tuple(said["invited"]),
        agenda=_items(said["agenda"]), brief=dict(said["brief"]), refused=session.refused,
    )  # fmt: skip


def _check_chair(chair: str, invited: Iterable[str], owner: str) -> None:
    if chair not in {owner, *invited}:
        raise NotAllowed("chair-not-invited", state=chair)


def _moment(text: str) -> datetime:
    try:
        return read_moment(text, code="schema", what="starts_at")
    except Malformed:
        raise NotAllowed("no-such-moment", moment=text) from None


def _elsewhere(said: Mapping[str, Any] | None) -> ObjectId | None:
    return ObjectId.of(said) if said is not None else None


def _items(said: Iterable[Mapping[str, Any]]) -> tuple[Item, ...]:
    found: dict[str, Item] = {}
    for one in said:
        if one["id"] in found:
            raise NotAllowed("item-twice", item=one["id"])
        found[one["id"]] = Item(one["id"], dict(one["title"]), _elsewhere(one["decision"]))
    return tuple(found.values())


def set_agenda(session: Session, applied: Applied, rules: BodyRules) -> Session:
    """Give another agenda. Items that were taken up stay in it, with what became of them."""
    given = _items(applied.act.said["agenda"])
    names = {one.id for one in given}
    if dropped := [one.id for one in session.agenda if one.taken_up and one.id not in names]:
        raise NotAllowed("item-taken-up", items=dropped)
    return replace(session, agenda=tuple(_kept(one, session.item(one.id)) for one in given))


def _kept(given: Item, was: Item | None) -> Item:
    return replace(was, title=given.title) if was is not None and was.taken_up else given


def set_chair(session: Session, applied: Applied, rules: BodyRules) -> Session:
    """Another state presides."""
    chair = applied.act.said["chair"]
    _check_chair(chair, session.invited, session.owner)
    return replace(session, chair=chair)


def postpone(session: Session, applied: Applied, rules: BodyRules) -> Session:
    """It begins at another time."""
    return replace(session, starts_at=_moment(applied.act.said["starts_at"]))


def open_session(session: Session, applied: Applied, rules: BodyRules) -> Session:
    """It is open."""
    return replace(session, status=Status.OPEN, opened=applied)


def close(session: Session, applied: Applied, rules: BodyRules) -> Session:
    """It is over. What was on its way is still taken until the minutes are out."""
    return replace(session, status=Status.CLOSED, ended=applied)


def cancel(session: Session, applied: Applied, rules: BodyRules) -> Session:
    """It will not take place."""
    return replace(session, status=Status.CANCELLED, ended=applied)
