"""Acts of those who ask: submitted, added to, answered, handed over, withdrawn; and what the patient agrees to."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tocsin.joint.acts import Applied
from tocsin.joint.consultations.guards import clinicians_of, require, speaker_asking
from tocsin.joint.consultations.state import CARE, Case, Consent, Ended, Note, Status
from tocsin.joint.parties import PartyId, parties, speaker, the_clinician
from tocsin.joint.refusing import NotAllowed

__all__ = [
    "MOST_DAYS_RETURNED", "WAITS_FOR_ALLOCATION", "consent", "ends_by_itself_at", "expire", "name_team", "passed",
    "reply", "resubmit", "submit", "supplement", "withdraw",
]  # fmt: skip

# A case that nobody gave to an expert is over by itself, so that those who asked ask elsewhere.
WAITS_FOR_ALLOCATION: Mapping[str, timedelta] = {
    "emergency": timedelta(days=1), "urgent": timedelta(days=3), "routine": timedelta(days=14),
}  # fmt: skip
MOST_DAYS_RETURNED = timedelta(days=30)
RUNNING = frozenset(Status) - {Status.NONE, Status.CLOSED, Status.WITHDRAWN, Status.EXPIRED}


def submit(case: Case, applied: Applied) -> Case:
    """A hospital asks one or several others about a patient who agrees to that."""
    act = applied.act
    if case.opened is not None:
        raise NotAllowed("open-already")
    if not act.is_owners or act.id != act.object.id:
        raise NotAllowed("not-open")
    found, said = speaker(applied), act.said
    asker = the_clinician(found)
    consents = {kind: _consent(one, applied) for kind, one in said["consent"].items()}
    if CARE not in consents or not consents[CARE].given:
        raise NotAllowed("consent-missing")
    follows = None if said["follows"] is None else PartyId.of(said["follows"])
    team = dict.fromkeys((asker, *clinicians_of(found.hospital, parties(said["team"]))))
    made = replace(
        case, opened=applied, asking=found.hospital, team=tuple(team), consents=consents, follows=follows, begun=applied
    )
    return _asked(made, applied)


def resubmit(case: Case, applied: Applied) -> Case:
    """What was given back is asked again, with what was missing, of the same states. An open panel has ended."""
    speaker_asking(case, applied)
    require(case, {Status.RETURNED})
    panels = tuple(replace(one, dissolved=applied) if one.is_open else one for one in case.panels)
    return _asked(
        replace(case, returned=None, declined={}, allocations={}, taken={}, panels=panels, begun=applied), applied
    )


def _asked(case: Case, applied: Applied) -> Case:
    said = applied.act.said
    asked = parties(said["asked"])
    if case.asking in asked:
        raise NotAllowed("own-hospital")
    return _with_note(
        replace(
            case, asked=asked, specialty=said["specialty"], urgency=said["urgency"], languages=tuple(said["languages"])
        ),
        applied,
    )


def supplement(case: Case, applied: Applied) -> Case:
    """Something is added that those who are asked should know: a result, a change."""
    speaker_asking(case, applied)
    require(case, RUNNING)
    return _with_note(case, applied)


def reply(case: Case, applied: Applied) -> Case:
    """A question of an expert is answered."""
    speaker_asking(case, applied)
    require(case, RUNNING)
    id = applied.act.said["question"]
    question = case.question(id)
    if question is None:
        raise NotAllowed("no-such-question", question=id)
    if question.reply is not None:
        raise NotAllowed("question-answered", question=id)
    answered = tuple(replace(one, reply=applied) if one.id == id else one for one in case.questions)
    return _with_note(replace(case, questions=answered), applied)


def name_team(case: Case, applied: Applied) -> Case:
    """Who of the hospital that asks has the case: it is handed over, or a colleague takes part."""
    found = speaker_asking(case, applied)
    require(case, RUNNING | {Status.CLOSED})
    team = clinicians_of(found.hospital, parties(applied.act.said["clinicians"]))
    if set(team) == set(case.team):
        raise NotAllowed("nothing-changes")
    return replace(case, team=team)


def consent(case: Case, applied: Applied) -> Case:
    """The patient agrees to a use, or does so no longer. Without consent to care the case is over at once."""
    speaker_asking(case, applied)
    said = applied.act.said
    before = case.consents.get(said["kind"])
    if before is not None and before.given == said["given"]:
        raise NotAllowed("nothing-changes")
    if said["kind"] == CARE and said["given"]:
        raise NotAllowed("case-ended", status=str(case.status))  # what was destroyed is asked anew
    changed = replace(case, consents={**case.consents, said["kind"]: _consent(said, applied)})
    if said["kind"] == CARE:
        return replace(changed, ended=Ended(Status.WITHDRAWN, "consent", applied))
    return changed


def withdraw(case: Case, applied: Applied) -> Case:
    """Those who asked need no answer any more."""
    speaker_asking(case, applied)
    require(case, RUNNING)
    return replace(case, ended=Ended(Status.WITHDRAWN, applied.act.said["reason"], applied))


def ends_by_itself_at(case: Case) -> datetime | None:
    """When the case is over unless somebody does something: nobody took it, or nobody came back to it."""
    if case.ended is not None:
        return None
    if case.returned is not None:
        return case.returned.applied.at + MOST_DAYS_RETURNED
    waits = WAITS_FOR_ALLOCATION.get(case.urgency)
    return None if waits is None or case.untaken is None else case.untaken.at + waits


def passed(case: Case, applied: Applied) -> Case:
    """What the time of an order alone has brought: the case is over."""
    until = ends_by_itself_at(case)
    if until is None or applied.at < until:
        return case
    return replace(case, ended=Ended(Status.EXPIRED, "", applied))


def expire(case: Case, applied: Applied) -> Case:
    """The node of those who ask says that it is over. The order's time has ended it already, or it stands."""
    if not applied.act.is_owners:
        raise NotAllowed("hospital-not-asking")
    if case.ended is None:
        raise NotAllowed("not-yet")
    if case.ended.status is not Status.EXPIRED:
        raise NotAllowed("case-ended", status=str(case.ended.status))
    return case


def _consent(said: Mapping[str, Any], applied: Applied) -> Consent:
    return Consent(said["given"], said["on"], said["basis"], applied)


def _with_note(case: Case, applied: Applied) -> Case:
    note = Note.of(applied, applied.act.said["note"])
    return case if note is None else replace(case, notes=case.notes.with_(note))
