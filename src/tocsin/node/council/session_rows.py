"""The row of a session, from what its acts have made of it."""

from tocsin.joint.sessions.state import Session, Status
from tocsin.node.alliance.alliance_file import here
from tocsin.node.council.models import Session as Row
from tocsin.node.joint.models import JointObject
from tocsin.node.language.keys import search_key

__all__ = ["write"]

VOID = "none"  # as `Status.NONE`: what convened it does not stand


def write(of: JointObject, session: Session) -> Row | None:
    """Bring it up to date; None where the rules did not let it be convened, or what convened it is void since."""
    if session.status is Status.NONE:
        Row.objects.filter(of=of).update(status=VOID, is_named=False)
        return None
    row, _ = Row.objects.update_or_create(
        of=of,
        defaults={
            "body": session.body, "title": dict(session.title), "status": session.status.lower(),
            "starts_at": session.starts_at, "chair": session.chair, "rule": session.rule,
            "event_origin": session.event.origin if session.event else "",
            "event_id": session.event.id if session.event else None, "invited": list(session.invited),
            "is_named": _is_named(session),
            "search_key": search_key(*session.title.values(), session.owner), "changed_at": of.changed_at,
        },
    )  # fmt: skip
    return row


def _is_named(session: Session) -> bool:
    delegation = session.delegation(here().code)
    return bool(delegation and delegation.delegates)
