"""What goes on in a session: delegations, who is there, what is said and concluded, the minutes."""

from dataclasses import replace

from tocsin.joint.acts import Applied, ObjectId
from tocsin.joint.bodies import BodyRules
from tocsin.joint.refusing import NotAllowed
from tocsin.joint.sessions.state import Attendance, Delegate, Delegation, Item, Minutes, Session, Statement
from tocsin.joint.texts.findings import TextError
from tocsin.joint.texts.paragraphs import read_text

__all__ = ["approve_minutes", "attend", "conclude", "delegate", "give_minutes", "speak", "take_up"]


def delegate(session: Session, applied: Applied, rules: BodyRules) -> Session:
    """A state names its delegation, in the place of the one it named before."""
    state, found = applied.act.origin, dict[str, Delegate]()
    for one in applied.act.said["delegates"]:
        if one["id"] in found:
            raise NotAllowed("delegate-twice", delegate=one["id"])
        found[one["id"]] = Delegate(one["id"], one["name"], one["title"], one["part"], tuple(one["languages"]))
    made = Delegation(applied, tuple(found.values()))
    return replace(
        session, delegations={**session.delegations, state: (*session.delegations.get(state, ()), made)}
    )  # fmt: skip


def attend(session: Session, applied: Applied, rules: BodyRules) -> Session:
    """A state says which of its delegates are there."""
    state = applied.act.origin
    present = tuple(_delegate(session, state, id) for id in applied.act.said["present"])
    made = Attendance(applied, present)
    return replace(
        session, attendances={**session.attendances, state: (*session.attendances.get(state, ()), made)}
    )  # fmt: skip


def speak(session: Session, applied: Applied, rules: BodyRules) -> Session:
    """A state has a statement placed on record, on an item or in general."""
    said, state = applied.act.said, applied.act.origin
    if said["item"] is not None:
        _item(session, said["item"])
    who = _delegate(session, state, said["delegate"]) if said["delegate"] is not None else None
    made = Statement(applied, said["item"], who, said["text"])
    return replace(session, statements=session.statements.with_(made))


def _delegate(session: Session, state: str, id: str) -> Delegate:
    """Of the delegation that stands at this place of the order."""
    delegation = session.delegation(state)
    found = delegation.delegate(id) if delegation else None
    if found is None:
        before = [one.delegate(id) for one in session.delegations.get(state, ())]
        names = [one.name for one in before if one is not None]
        raise NotAllowed("delegate-replaced" if names else "no-such-delegate", delegate=id, name=(names or [""])[-1])
    return found


def _item(session: Session, id: str) -> Item:
    found = session.item(id)
    if found is None:
        raise NotAllowed("no-such-item", item=id)
    return found


def take_up(session: Session, applied: Applied, rules: BodyRules) -> Session:
    """The session turns to an item; it may turn to one again."""
    item = _item(session, applied.act.said["item"])
    if item.concluded:
        raise NotAllowed("item-concluded", item=item.id)
    return _with(session, replace(item, taken_up=item.taken_up or applied))


def conclude(session: Session, applied: Applied, rules: BodyRules) -> Session:
    """An item that was taken up is concluded, once."""
    said = applied.act.said
    item = _item(session, said["item"])
    if item.concluded:
        raise NotAllowed("item-concluded", item=item.id)
    if item.taken_up is None:
        raise NotAllowed("item-not-taken-up", item=item.id)
    decision = ObjectId.of(said["decision"]) if said["decision"] is not None else item.decision
    return _with(session, replace(item, concluded=applied, outcome=dict(said["outcome"]), decision=decision))


def _with(session: Session, item: Item) -> Session:
    return replace(session, agenda=tuple(item if one.id == item.id else one for one in session.agenda))


def give_minutes(session: Session, applied: Applied, rules: BodyRules) -> Session:
    """The owner gives minutes, in the place of those before, whose approvals do not count for them."""
    try:
        text = read_text(applied.act.said["text"], version=len(session.minutes) + 1)
    except TextError as problem:
        raise NotAllowed(problem.code, **problem.values) from None
    return replace(session, minutes=(*session.minutes, Minutes(applied, text, {})))


def approve_minutes(session: Session, applied: Applied, rules: BodyRules) -> Session:
    """A state approves the last minutes, which it names by the number of their order."""
    if not session.minutes:
        raise NotAllowed("no-minutes")
    last, number, state = session.minutes[-1], applied.act.said["number"], applied.act.origin
    if number != last.number:
        raise NotAllowed("minutes-not-current", number=number, current=last.number)
    if state in last.approvals:
        raise NotAllowed("approved-already")
    approved = replace(last, approvals={**last.approvals, state: applied})
    return replace(session, minutes=(*session.minutes[:-1], approved))
