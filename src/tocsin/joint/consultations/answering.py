"""Acts of the hospitals that are asked: who gets the case, takes it, asks back, gives it back, declines."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from tocsin.joint.acts import Applied
from tocsin.joint.consultations.guards import REVIEWABLE, clinicians_of, expert_of, require, speaker_asked
from tocsin.joint.consultations.state import Allocation, Case, Note, Question, Returned, Status
from tocsin.joint.parties import PartyId, parties, speaker
from tocsin.joint.refusing import NotAllowed

__all__ = ["DECLINED", "allocate", "ask", "decline", "give_back", "hand_back", "message", "take"]

DECLINED = "declined"  # why a case is with those who ask again: nobody who was asked takes it
ANSWERABLE = REVIEWABLE | {Status.ACKNOWLEDGED, Status.FOLLOW_UP_DUE, Status.FOLLOWED_UP}
UNANSWERED = REVIEWABLE - {Status.ANSWERED}


def allocate(case: Case, applied: Applied) -> Case:
    """A hospital gives the case to experts of its own, in the place of those who had it: their access ends."""
    found = speaker_asked(case, applied)
    require(case, ANSWERABLE)
    experts = clinicians_of(found.hospital, parties(applied.act.said["experts"]))
    before = case.allocations.get(found.hospital)
    if before is not None and set(before.experts) == set(experts):
        raise NotAllowed("nothing-changes")
    allocations = {**case.allocations, found.hospital: Allocation(experts, applied)}
    return _with_experts(case, allocations)


def take(case: Case, applied: Applied) -> Case:
    """An expert has begun."""
    expert, _ = expert_of(case, applied)
    require(case, ANSWERABLE)
    if expert in case.taken:
        raise NotAllowed("nothing-changes")
    return replace(case, taken={**case.taken, expert: applied})


def hand_back(case: Case, applied: Applied) -> Case:
    """An expert cannot: their hospital gives the case to another."""
    expert, hospital = expert_of(case, applied)
    require(case, REVIEWABLE)
    allocation = case.allocations[hospital]
    left = tuple(one for one in allocation.experts if one != expert)
    others = {at: one for at, one in case.allocations.items() if at != hospital}
    allocations = {**others, hospital: replace(allocation, experts=left)} if left else others
    return _with_experts(case, allocations)


def decline(case: Case, applied: Applied) -> Case:
    """A hospital cannot answer. Once all that were asked have declined, the case is with those who asked."""
    found = speaker_asked(case, applied)
    require(case, UNANSWERED)
    declined = {**case.declined, found.hospital: applied}
    allocations = {at: one for at, one in case.allocations.items() if at != found.hospital}
    changed = _with_experts(replace(case, declined=declined), allocations)
    if set(case.asked) <= set(declined):
        return replace(changed, returned=Returned(DECLINED, Note.of(applied, applied.act.said["note"]), applied))
    return changed


def give_back(case: Case, applied: Applied) -> Case:
    """Something is missing without which nobody can answer; not while another hospital works on it."""
    found = speaker_asked(case, applied)
    require(case, UNANSWERED)
    if any(hospital != found.hospital for hospital in case.allocations):
        raise NotAllowed("others-work-on-it")
    said = applied.act.said
    changed = _with_experts(case, {})
    return replace(changed, returned=Returned(said["reason"], Note.of(applied, said["note"]), applied))


def ask(case: Case, applied: Applied) -> Case:
    """An expert wants to know something."""
    expert, _ = expert_of(case, applied)
    require(case, ANSWERABLE)
    said = applied.act.said
    if case.question(said["id"]) is not None:
        raise NotAllowed("name-taken", what="question", id=said["id"])
    asked = Question(said["id"], expert, applied, Note.of(applied, said["note"]))
    return replace(_taken(case, expert, applied), questions=(*case.questions, asked))


def message(case: Case, applied: Applied) -> Case:
    """Whoever has the case says something to the others who have it, that is neither question nor opinion."""
    found = speaker(applied)
    in_case = found.hospital in case.hospitals if found.clinician is None else found.clinician in case.readers
    if not in_case:
        raise NotAllowed("not-on-the-case")
    require(case, frozenset(Status) - {Status.NONE, Status.WITHDRAWN, Status.EXPIRED})
    return case


def _with_experts(case: Case, allocations: Mapping[PartyId, Allocation]) -> Case:
    """The case with these allocations. Who has it no longer has not begun either."""
    experts: Collection[PartyId] = {expert for one in allocations.values() for expert in one.experts}
    taken = {expert: since for expert, since in case.taken.items() if expert in experts}
    return replace(case, allocations=allocations, taken=taken)


def _taken(case: Case, expert: PartyId, applied: Applied) -> Case:
    """Who asks or signs has begun, whether they said so or not."""
    return case if expert in case.taken else replace(case, taken={**case.taken, expert: applied})
