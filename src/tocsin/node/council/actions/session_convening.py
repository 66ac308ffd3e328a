"""Calling a session, and what its owner does with it. Each is one signed act in the state's name.

`seen` is `joint.actions.acting.token` of the session as the person saw it. All raise Changed, NotAllowed, Waiting,
ActRefused, PermissionDenied, as `acting.act` does.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tocsin.exchange.moments import moment
from tocsin.joint.acts import ObjectId
from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import named
from tocsin.node.alliance.roles import Ability
from tocsin.node.alliances.bodies import Body
from tocsin.node.council.actions.calling import no_more_to_call
from tocsin.node.council.onward import record_leave, require_told, told_further
from tocsin.node.council.reading import body_named
from tocsin.node.council.session_reading import may_convene, session_here
from tocsin.node.council.session_telling import of_convening
from tocsin.node.joint.actions.acting import act, open_object
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.refusals import ActRefused
from tocsin.node.post.here import now
from tocsin.node.post.store import DjangoStore

__all__ = [
    "cancel", "close", "conclude", "convene", "give_minutes", "open_session", "postpone", "set_agenda", "set_chair",
    "take_up",
]  # fmt: skip

Titles = Mapping[str, str]
JUST_PAST = timedelta(minutes=10)  # a session that begins now is called while one still types


def convene(
    *,
    body: str,
    title: Titles,
    starts_at: datetime,
    place: Mapping[str, str],
    languages: Sequence[str],
    invited: Sequence[str],
    chair: str,
    agenda: Sequence[Mapping[str, Any]] = (),
    brief: Titles | None = None,
    rule: str = "",
    event: ObjectId | None = None,
    classification: str = "MEMBERS",
    allowed: bool = False,
    language: str,
    by: Person,
) -> JointObject:
    """Call a session of a body, in this state's name.

    rule            code of the body's rule that calls it; empty: a delegate does
    event           that it is about, ours or a partner's
    invited         states, this one among them where it takes part
    classification  MEMBERS, FAMILY, or SELECTIVE: then nobody reads of it but those who are invited
    allowed         that the state whose event it is lets others read of it than it has told
    """
    found = _body(body)
    _require_time(starts_at)
    _require_readers(invited, classification)
    said = {
        "body": found.code, "title": dict(title), "starts_at": moment(starts_at), "place": dict(place),
        "languages": list(languages), "rule": rule, "event": event.as_json() if event else None, "chair": chair,
        "invited": list(invited), "agenda": [dict(item) for item in agenda], "brief": dict(brief or {}),
    }  # fmt: skip
    addressees = sorted({*invited} - {here().code}) if classification == "SELECTIVE" else ()
    further = told_further([event], classification, addressees)
    require_told(further, allowed=allowed)
    with DjangoStore().atomic():
        of = open_object(
            "session", "convene", said, needs=Ability.DECIDE, classification=classification, addressees=addressees,
            language=language, by=by,
        )  # fmt: skip
        record_leave(of, further, by=by)
        of_convening(of, session_here(of), by=by)
        if event is not None and event.origin == here().code:
            no_more_to_call(event.id, body=found.code)
    return of


def _body(code: str) -> Body:
    body = body_named(code)
    if body is None:
        raise ActRefused(_("The alliance’s file names no such body. Choose another."))
    if not may_convene(body):
        raise ActRefused(_("The rules of this body do not let this state convene it."))
    return body


def _require_time(starts_at: datetime) -> None:
    if starts_at < now() - JUST_PAST:
        raise ActRefused(_("The session would begin in the past. Give a time to come."))


def _require_readers(invited: Sequence[str], classification: str) -> None:
    """Whoever is invited reads of it."""
    if not invited:
        raise ActRefused(_("Nobody is invited. Choose at least one state."))
    known = {one.code: one.tier for one in alliance().seats}
    if strangers := [code for code in invited if code not in known]:
        raise ActRefused(_("The alliance’s file names no state %(code)s.") % {"code": strangers[0]})
    guests = [code for code in invited if known[code] not in ("member", "secretariat")]
    if guests and classification == "MEMBERS":
        said = _("%(states)s would not read of it: what is for members alone goes to members. Choose who reads of it.")
        raise ActRefused(said % {"states": named(guests)})


def set_agenda(
    of: JointObject, *, agenda: Sequence[Mapping[str, Any]], language: str, seen: str | None = None, by: Person
) -> JointAct:
    """Give another agenda; items that were taken up stay in it."""
    said = {"agenda": [dict(item) for item in agenda]}
    return act(of, "set_agenda", said, needs=Ability.PREPARE_COUNCIL, seen=seen, language=language, by=by)


def set_chair(of: JointObject, *, chair: str, seen: str | None = None, by: Person) -> JointAct:
    """Another state presides."""
    return act(of, "set_chair", {"chair": chair}, needs=Ability.PREPARE_COUNCIL, seen=seen, by=by)


def postpone(of: JointObject, *, starts_at: datetime, seen: str | None = None, by: Person) -> JointAct:
    """It begins at another time."""
    _require_time(starts_at)
    return act(of, "postpone", {"starts_at": moment(starts_at)}, needs=Ability.DECIDE, seen=seen, by=by)


def open_session(of: JointObject, *, seen: str | None = None, by: Person) -> JointAct:
    """It is open: items may be taken up."""
    return act(of, "open", needs=Ability.PREPARE_COUNCIL, seen=seen, by=by)


def take_up(of: JointObject, *, item: str, seen: str | None = None, by: Person) -> JointAct:
    """Turn to an item."""
    return act(of, "take_up", {"item": item}, needs=Ability.PREPARE_COUNCIL, seen=seen, by=by)


def conclude(
    of: JointObject,
    *,
    item: str,
    outcome: Titles,
    decision: ObjectId | None = None,
    language: str,
    seen: str | None = None,
    by: Person,
) -> JointAct:
    """Conclude an item that was taken up, with what came of it and the decision it led to."""
    said = {"item": item, "outcome": dict(outcome), "decision": decision.as_json() if decision else None}
    return act(of, "conclude", said, needs=Ability.PREPARE_COUNCIL, seen=seen, language=language, by=by)


def close(of: JointObject, *, seen: str | None = None, by: Person) -> JointAct:
    """It is over. Statements that were on their way are still taken until the minutes are out."""
    return act(of, "close", needs=Ability.PREPARE_COUNCIL, seen=seen, by=by)


def cancel(of: JointObject, *, reason: str, language: str, seen: str | None = None, by: Person) -> JointAct:
    """It will not take place."""
    return act(of, "cancel", {"reason": reason}, needs=Ability.DECIDE, seen=seen, language=language, by=by)


def give_minutes(
    of: JointObject, *, text: Mapping[str, Any], language: str, seen: str | None = None, by: Person
) -> JointAct:
    """Give the minutes, in the place of those before: states approve them anew."""
    return act(of, "minutes", {"text": dict(text)}, needs=Ability.PREPARE_COUNCIL, seen=seen, language=language, by=by)
