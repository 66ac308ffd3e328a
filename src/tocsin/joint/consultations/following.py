"""What follows an answer: acknowledged, asked how it went, told, closed, opened again."""

from dataclasses import replace
from datetime import timedelta

from tocsin.joint.acts import Applied
from tocsin.joint.consultations.guards import day, require, speaker_asking, today
from tocsin.joint.consultations.state import Acknowledgement, Case, Ended, FollowUp, Note, Status
from tocsin.joint.refusing import NotAllowed

__all__ = ["MOST_DAYS_TO_FOLLOW_UP", "acknowledge", "ask_follow_up", "close", "follow_up", "passed", "reopen"]

MOST_DAYS_TO_FOLLOW_UP = 90
AFTER_ANSWER = frozenset({Status.ACKNOWLEDGED, Status.FOLLOW_UP_DUE, Status.FOLLOWED_UP})


def acknowledge(case: Case, applied: Applied) -> Case:
    """Those who asked have read all that was signed, and say when they will tell how it went."""
    speaker_asking(case, applied)
    if case.status is not Status.CLOSED:
        require(case, {Status.ANSWERED})
    elif not case.has_unread_change:
        raise NotAllowed("nothing-new")
    said, now = applied.act.said, today(applied)
    on = day(said["follow_up_on"], "follow_up_on")
    if on < now:
        raise NotAllowed("day-over", field="follow_up_on", day=on.isoformat(), today=now.isoformat())
    latest = now + timedelta(days=MOST_DAYS_TO_FOLLOW_UP)
    if on > latest:
        raise NotAllowed(
            "follow-up-too-late", day=on.isoformat(), latest=latest.isoformat(), days=MOST_DAYS_TO_FOLLOW_UP
        )
    acknowledged = Acknowledgement(applied, case.changes, on, said["rating"])
    return replace(case, acknowledged=acknowledged, follow_up_due=False)  # another day may have been named


def passed(case: Case, applied: Applied) -> Case:
    """What the time of an order alone has brought: it is the day to tell how it went."""
    if case.acknowledged is None or case.follow_up_due or case.followed_up is not None or case.ended is not None:
        return case
    return replace(case, follow_up_due=True) if today(applied) >= case.acknowledged.follow_up_on else case


def ask_follow_up(case: Case, applied: Applied) -> Case:
    """The node of those who asked says that the day has come. The order's time has done so already, or it has not."""
    if not applied.act.is_owners:
        raise NotAllowed("hospital-not-asking")
    if not case.follow_up_due:
        raise NotAllowed("not-yet")
    return case


def follow_up(case: Case, applied: Applied) -> Case:
    """What became of the patient, and of the advice."""
    speaker_asking(case, applied)
    require(case, AFTER_ANSWER)
    said = applied.act.said
    note = Note.of(applied, said["note"])
    told = FollowUp(said["outcome"], said["advice_followed"], said["rating"], note, applied)
    notes = case.notes if note is None else case.notes.with_(note)
    return replace(case, followed_up=told, notes=notes)


def close(case: Case, applied: Applied) -> Case:
    """Those who asked are done with it: it was followed up."""
    speaker_asking(case, applied)
    require(case, {Status.FOLLOWED_UP})
    return replace(case, ended=Ended(Status.CLOSED, applied.act.said["reason"], applied))


def reopen(case: Case, applied: Applied) -> Case:
    """Something has changed: the same experts are asked again, in another round."""
    speaker_asking(case, applied)
    if case.ended is None or case.ended.status is not Status.CLOSED:
        raise NotAllowed("not-now" if case.ended is None else "case-ended", status=str(case.status))
    note = Note.of(applied, applied.act.said["note"])
    return replace(
        case, ended=None, acknowledged=None, follow_up_due=False, followed_up=None, first_answer=None, begun=applied,
        taken={}, questions=tuple(one for one in case.questions if one.reply is not None), round=case.round + 1,
        notes=case.notes if note is None else case.notes.with_(note),
    )  # fmt: skip
