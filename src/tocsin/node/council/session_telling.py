"""Who is called or told of sessions.

Called, until a person acknowledges: that a session was called to which this state is invited, since there may be an
hour left. The rest are notices to the delegates.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from tocsin.joint.sessions.state import Session, Status
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Notice, Person
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability
from tocsin.node.council import links
from tocsin.node.council.models import Session as Row
from tocsin.node.council.reading import body_named
from tocsin.node.duty.actions.alerts import raise_alert
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.language.each import in_each_language
from tocsin.node.language.formats import long_moment
from tocsin.node.post.telling import names_of, people_who

__all__ = ["CALLED", "SOON", "body_names", "of_convening", "of_session", "tell_of_beginnings"]

CALLED = "session.called"
SOON = timedelta(minutes=15)
# What is told of what others do, by act.
TOLD = {"postpone": "session.postponed", "cancel": "session.cancelled", "minutes": "session.minutes"}


def of_session(of: JointObject, session: Session, new: Sequence[JointAct]) -> None:
    """Call people to a session that has not begun; tell delegates what else became of it."""
    if session.status is Status.NONE or here().code not in session.invited:
        return
    refused = {one.applied.act.id for one in session.refused}
    said = {row.kind for row in new if not row.is_ours and str(row.document_id) not in refused}
    values = _values(session)
    if "convene" in said and session.status is Status.CONVENED:
        raise_alert(
            kind=CALLED, subject_type="session", subject_id=of.pk, link=links.session(of.pk), values=values,
            is_exercise=of.is_exercise or here().is_exercise,
        )  # fmt: skip
        notify(people_who(Ability.DECIDE), CALLED, link=links.session(of.pk), **values)
    for kind in sorted(TOLD[act] for act in said if act in TOLD):
        notify(people_who(Ability.DECIDE), kind, link=links.session(of.pk), **values)


def of_convening(of: JointObject, session: Session, *, by: Person) -> None:
    """Tell our own delegates of a session that this state has called."""
    others = [person for person in people_who(Ability.DECIDE) if person != by]
    notify(others, CALLED, link=links.session(of.pk), **_values(session))


def tell_of_beginnings(now: datetime | None = None) -> int:
    """Tell delegates of sessions that begin within a quarter of an hour, each once. Returns of how many."""
    now = now or timezone.now()
    rows = Row.objects.filter(status="convened", starts_at__gt=now, starts_at__lte=now + SOON)
    told = 0
    for row in rows:
        if here().code not in row.invited or _is_told(row):
            continue
        values = {"body": body_names(row.body), "when": _when(row.starts_at), "at": row.starts_at.isoformat()}
        notify(people_who(Ability.PREPARE_COUNCIL), "session.starts", link=links.session(row.pk), **values)
        told += 1
    return told


def _is_told(row: Row) -> bool:
    """Of this beginning: one that is postponed is told of anew."""
    found = Notice.objects.filter(kind="session.starts", link=links.session(row.pk))
    return found.filter(values__at=row.starts_at.isoformat()).exists()


def body_names(code: str) -> dict[str, str]:
    """What a body is called, in each language of the interface; its code where the file here has no such body."""
    body = body_named(code)
    if body is None:
        return dict.fromkeys(("en", "ru", "zh-hans"), code)
    return {"en": body.name.en, "ru": body.name.ru, "zh-hans": body.name.zh}


def _values(session: Session) -> dict[str, Any]:
    assert session.starts_at is not None, "it was convened"
    state: Mapping[str, str] = names_of([session.owner])[session.owner]
    return {"body": body_names(session.body), "when": _when(session.starts_at), "state": dict(state)}


def _when(at: datetime) -> dict[str, str]:
    return in_each_language(lambda: long_moment(at))
