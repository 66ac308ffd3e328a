"""Who is called or told of sessions.

Called, until a person acknowledges: that a session was called to which this state is invited, since there may be an
hour left. The rest are notices to the delegates.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from tocsin.joint.sessions.state import Session, Status
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability
from tocsin.node.council import links
from tocsin.node.council.held_back import call, no_more, tell
from tocsin.node.council.models import GivenWarning
from tocsin.node.council.models import Session as Row
from tocsin.node.council.reading import body_named
from tocsin.node.duty.models import Alert
from tocsin.node.joint.models import JointObject
from tocsin.node.joint.news import news_of
from tocsin.node.language.each import in_each_language
from tocsin.node.language.formats import long_moment
from tocsin.node.post.telling import names_of, people_who

__all__ = ["CALLED", "SOON", "body_names", "call_off", "of_convening", "of_session", "tell_of_beginnings"]

CALLED, STARTS = "session.called", "session.starts"
SOON = timedelta(minutes=15)
# What is told of what others do, by act.
TOLD = {"postpone": "session.postponed", "cancel": "session.cancelled", "minutes": "session.minutes"}


def of_session(of: JointObject, session: Session) -> None:
    """Call people to a session that has not begun; tell delegates what else became of it."""
    if session.status is Status.NONE or here().code not in session.invited:
        return
    news = news_of(of, (step.applied for step in session.history), session.refused)
    said = {row.kind for row in news.said if not row.is_ours}
    values = _values(session)
    link = links.session(of.pk)
    if session.status is Status.CONVENED and ("convene" in said or _is_called_to(of)):
        subject = _subject(of, session)
        no_more(CALLED, about=str(of.pk), but=subject)
        call(CALLED, of, subject=subject, link=link, **values)
    if session.status is Status.CONVENED and "convene" in said:
        tell(people_who(Ability.DECIDE), CALLED, link=link, by=of.origin, **values)
    for kind in sorted(TOLD[act] for act in said if act in TOLD):
        tell(people_who(Ability.DECIDE), kind, link=link, by=of.origin, **values)


def _subject(of: JointObject, session: Session) -> str:
    """One that is postponed is another to be called to, while nobody has taken the call."""
    return f"{of.pk} {session.starts_at:%Y-%m-%dT%H:%M:%SZ}"


def _is_called_to(of: JointObject) -> bool:
    return Alert.objects.open().filter(kind=CALLED, subject_id__startswith=str(of.pk)).exists()


def call_off(of: JointObject, session: Session) -> None:
    """Nobody need be called any more to a session that is over, or was cancelled."""
    if session.status not in (Status.CONVENED, Status.OPEN):
        no_more(CALLED, about=str(of.pk))


def of_convening(of: JointObject, session: Session, *, by: Person) -> None:
    """Tell our own delegates of a session that this state has called."""
    others = [person for person in people_who(Ability.DECIDE) if person != by]
    notify(others, CALLED, link=links.session(of.pk), **_values(session))


def tell_of_beginnings(now: datetime | None = None) -> int:
    """Tell delegates of sessions that begin within a quarter of an hour, each once. Returns of how many."""
    now = now or timezone.now()
    rows = Row.objects.filter(status="convened", starts_at__gt=now, starts_at__lte=now + SOON)
    return sum(_tell_of_beginning(row) for row in rows if here().code in row.invited)


@transaction.atomic
def _tell_of_beginning(row: Row) -> bool:
    """Of this beginning: one that is postponed is told of anew."""
    if not GivenWarning.is_first(STARTS, row.pk, row.starts_at.isoformat()):
        return False
    values = {"body": body_names(row.body), "when": _when(row.starts_at), "at": row.starts_at.isoformat()}
    notify(people_who(Ability.PREPARE_COUNCIL), STARTS, link=links.session(row.pk), **values)
    return True


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
