"""The record of a session: every act in its order, who did it in which capacity, and what had no effect."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tocsin.joint.acts import Act
from tocsin.joint.ordering import Arrangement
from tocsin.joint.sessions.state import Session
from tocsin.node.alliance.naming import names
from tocsin.node.council.pages.decision_words import role_word
from tocsin.node.council.session_wording import session_refused
from tocsin.node.events.vocabulary import word
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.language.formats import enumerated

__all__ = ["Line", "record"]


@dataclass(frozen=True, slots=True)
class Line:
    """One act. chip: empty for what took effect; why: why it changed nothing, or counts for nothing yet."""

    number: int | None
    at: datetime
    state: str
    who: str
    capacity: str
    act: str
    about: str
    chip: str = ""
    why: str = ""


def record(of: JointObject, arrangement: Arrangement, session: Session) -> list[Line]:
    """What the order has, then what is sent and in no order yet, then what is void."""
    refused = {one.applied.act.id: one for one in session.refused}
    void = list(JointAct.objects.filter(of=of).exclude(withdrawn_at=None))
    origins = {one.act.origin for one in arrangement.applied} | {act.origin for act in arrangement.proposals}
    known = names(origins | {row.origin for row in void} | {of.origin, session.chair or of.origin})
    lines = []
    for one in arrangement.applied:
        if one.act.kind == "order":
            continue  # the machine took in what stands above it
        refusal = refused.get(one.act.id)
        why = session_refused(refusal.code, refusal.values) if refusal else ""
        lines.append(
            _line(one.act, session, known, number=one.number, at=one.at, chip="act_refused" if refusal else "", why=why)
        )
    sent = _("It counts once it is in the order of %(state)s.") % {"state": known[of.origin]}
    for act in arrangement.proposals:
        lines.append(_line(act, session, known, at=act.recorded_at, chip="act_sent", why=sent))
    gone = _("Signed with a key that had ended by then. It counts for nothing.")
    return lines + [_line(row.act, session, known, at=row.recorded_at, chip="void", why=gone) for row in void]


def _line(
    act: Act,
    session: Session,
    known: Mapping[str, str],
    *,
    at: datetime,
    number: int | None = None,
    chip: str = "",
    why: str = "",
) -> Line:
    return Line(
        number=number, at=at, state=known[act.origin], who=act.name, capacity=role_word(act.role),
        act=word("session_act", act.kind), about=_about(act.kind, act.said, session, known), chip=chip, why=why,
    )  # fmt: skip


def _about(kind: str, said: Mapping[str, Any], session: Session, known: Mapping[str, str]) -> str:
    """What the act names: people, an item, a state, a reason."""
    if kind == "delegation":
        return enumerated(one["name"] for one in said["delegates"])
    if kind == "attend":
        return enumerated(_delegate_name(session, id) for id in said["present"])
    if kind in ("take_up", "conclude", "speak") and said.get("item"):
        numbers = {item.id: at for at, item in enumerate(session.agenda, 1)}
        return _("item %(n)s") % {"n": numbers[said["item"]]} if said["item"] in numbers else ""
    if kind == "set_chair":
        return known.get(said["chair"], said["chair"])
    return str(said.get("reason", ""))


def _delegate_name(session: Session, id: str) -> str:
    """By any delegation that had somebody of this name; its own states' alone use it."""
    every = (one for all_of in session.delegations.values() for one in all_of)
    found = [delegate.name for one in every if (delegate := one.delegate(id)) is not None]
    return found[-1] if found else id
