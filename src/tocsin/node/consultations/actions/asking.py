"""Acts of those who asked: answering questions, adding, acknowledging, telling how it went, closing, opening again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from tocsin.node.alliance.models import Person
from tocsin.node.consultations.actions.noting import Words
from tocsin.node.consultations.actions.saying import say
from tocsin.node.consultations.models import Case
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.speaking import voice_in
from tocsin.node.events.texts import checked
from tocsin.node.hospitals.models import Clinician
from tocsin.node.joint.models import JointAct

__all__ = [
    "acknowledge", "change_consent", "close", "follow_up", "name_team", "reopen", "reply", "supplement", "withdraw",
]  # fmt: skip

LONGEST_REASON = 500


def _say(case: Case, kind: str, said: Mapping[str, Any], *, by: Person, **more: Any) -> JointAct:
    return say(case, kind, said, voice=voice_in(case, by, Part.ASKING), by=by, **more)


def reply(
    case: Case,
    question: str,
    words: Words,
    *,
    looked_through: Collection[str] = (),
    seen: str | None = None,
    by: Person,
) -> JointAct:
    """Answer a question of an expert. Raises as `saying.say`."""
    return _say(
        case, "reply", {"question": question}, words=words, note="reply", is_needed=True,
        looked_through=looked_through, seen=seen, by=by,
    )  # fmt: skip


def supplement(
    case: Case, words: Words, *, looked_through: Collection[str] = (), seen: str | None = None, by: Person
) -> JointAct:
    """Add a result, or what has changed. Raises as `saying.say`."""
    return _say(
        case, "supplement", {}, words=words, note="supplement", is_needed=True, looked_through=looked_through,
        seen=seen, by=by,
    )  # fmt: skip


def acknowledge(case: Case, *, follow_up_on: date, rating: int | None = None, seen: str | None, by: Person) -> JointAct:
    """Say that all that was signed has been read, and when it will be told how it went. Raises as `saying.say`."""
    said = {"follow_up_on": follow_up_on.isoformat(), "rating": rating}
    return _say(case, "acknowledge", said, seen=seen, by=by)


def follow_up(
    case: Case,
    words: Words | None = None,
    *,
    outcome: str,
    advice_followed: str,
    rating: int | None = None,
    looked_through: Collection[str] = (),
    seen: str | None = None,
    by: Person,
) -> JointAct:
    """Tell what became of the patient, and of the advice. Raises as `saying.say`."""
    said = {"outcome": outcome, "advice_followed": advice_followed, "rating": rating}
    return _say(
        case, "follow_up", said, words=words, note="follow_up", looked_through=looked_through, seen=seen, by=by
    )  # fmt: skip


def close(case: Case, *, reason: str = "", seen: str | None = None, by: Person) -> JointAct:
    """Be done with a case that was followed up. Raises as `saying.say`."""
    reason = checked(reason, longest=LONGEST_REASON)
    return _say(case, "close", {"reason": reason}, seen=seen, by=by)


def reopen(
    case: Case, words: Words, *, looked_through: Collection[str] = (), seen: str | None = None, by: Person
) -> JointAct:
    """Ask the same experts again, for something has changed. Raises as `saying.say`."""
    return _say(
        case, "reopen", {}, words=words, note="supplement", is_needed=True, looked_through=looked_through, seen=seen,
        by=by,
    )  # fmt: skip


def withdraw(case: Case, *, reason: str, seen: str | None = None, by: Person) -> JointAct:
    """Need no answer any more. Raises as `saying.say`."""
    return _say(case, "withdraw", {"reason": checked(reason, longest=LONGEST_REASON)}, seen=seen, by=by)


def change_consent(
    case: Case, kind: str, *, given: bool, on: date | None, basis: str, seen: str | None = None, by: Person
) -> JointAct:
    """The patient agrees to a use, or does so no longer. Without consent to care, all that was said of them is
    destroyed at both hospitals. Raises as `saying.say`.
    """
    said = {"kind": kind, "given": given, "on": on.isoformat() if on else None, "basis": basis}
    return _say(case, "consent", said, seen=seen, by=by)


def name_team(case: Case, clinicians: Sequence[Clinician], *, seen: str | None = None, by: Person) -> JointAct:
    """Have these colleagues of one's own hospital have the case, and nobody else. Raises as `saying.say`."""
    return _say(case, "name_team", {"clinicians": [one.key for one in clinicians]}, seen=seen, by=by)
