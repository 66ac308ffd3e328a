"""What a person may do with a session now: the one act that is asked of them, and the others."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.joint.sessions.state import Session, Status
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.joint.models import JointObject

__all__ = ["Offer", "Offers", "offers"]


@dataclass(frozen=True, slots=True)
class Offer:
    """An act: the name of its address, its word, and whether a button does it at once or a page asks more."""

    name: str
    label: str
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Offers:
    """primary: the one thing asked of the reader now; others in a menu. The rest is offered where it belongs.

    draft: where a decision is begun that comes of it; nothing for who prepares none
    """

    primary: Offer | None
    others: list[Offer]
    may_delegate: bool
    may_attend: bool
    may_speak: bool
    may_keep: bool
    draft: str


def offers(of: JointObject, session: Session, person: Person) -> Offers:
    """By role and situation, as the rules of sessions have it (joint/sessions/folding.py)."""
    own = here().code
    prepares, decides = person.may(Ability.PREPARE_COUNCIL), person.may(Ability.DECIDE)
    is_invited, keeps = own in session.invited, of.is_ours and prepares
    found = [*_of_owner(session, keeps=keeps, decides=of.is_ours and decides)]
    found += _of_invited(session, own, prepares=prepares and is_invited, decides=decides and is_invited)
    wanted = next((one for one in found if one.name in _wanted(session, own)), None)
    return Offers(
        primary=wanted,
        others=[one for one in found if one is not wanted],
        may_delegate=prepares and is_invited and session.status in (Status.CONVENED, Status.OPEN),
        may_attend=prepares and is_invited and session.status in (Status.OPEN, Status.CLOSED) and not session.minutes,
        may_speak=decides and is_invited and session.status in (Status.OPEN, Status.CLOSED) and not session.minutes,
        may_keep=keeps and session.status is Status.OPEN,
        draft=_draft(of, session) if prepares and session.status is not Status.CANCELLED else "",
    )


def _draft(of: JointObject, session: Session) -> str:
    about = {"body": session.body, "session": f"{of.origin} {of.object_id}"}
    if session.event is not None:
        about["event"] = f"{session.event.origin} {session.event.id}"
    return f"{reverse('begin_council_draft')}?{urlencode(about)}"


def _wanted(session: Session, own: str) -> tuple[str, ...]:
    """What is asked first, by how far it is."""
    delegation = session.delegation(own)
    named = bool(delegation and delegation.delegates)
    return {
        Status.CONVENED: ("session_open",) if named else ("session_delegation",),
        Status.OPEN: ("session_close",) if all(item.concluded for item in session.agenda) else (),
        Status.CLOSED: ("session_approve",) if session.minutes else ("session_minutes",),
    }.get(session.status, ())


def _of_owner(session: Session, *, keeps: bool, decides: bool) -> list[Offer]:
    found: list[Offer] = []
    if keeps and session.status is Status.CONVENED:
        found += [Offer("session_open", _("Open the session"), at_once=True)]
    if keeps and session.status in (Status.CONVENED, Status.OPEN):
        found += [Offer("session_agenda", _("Change the agenda")), Offer("session_chair", _("Change the chair"))]
    if decides and session.status is Status.CONVENED:
        found += [
            Offer("session_postpone", _("Postpone the session")),
            Offer("session_cancel", _("Cancel the session")),
        ]
    if keeps and session.status is Status.OPEN:
        found += [Offer("session_close", _("Close the session"), at_once=True)]
    if keeps and session.status is Status.CLOSED:
        label = _("Write other minutes") if session.minutes else _("Write the minutes")
        found += [Offer("session_minutes", label)]
    return found


def _of_invited(session: Session, own: str, *, prepares: bool, decides: bool) -> list[Offer]:
    found: list[Offer] = []
    if prepares and session.status in (Status.CONVENED, Status.OPEN):
        delegation = session.delegation(own)
        named = bool(delegation and delegation.delegates)
        found.append(Offer("session_delegation", _("Replace who comes") if named else _("Say who comes")))
    if decides and session.status is Status.CLOSED and session.minutes and own in session.not_approved:
        found.append(Offer("session_approve", _("Approve the minutes"), at_once=True))
    return found
