"""Acts on opinions: signed by one expert, amended by the same, retracted. Nothing that was signed is ever lost."""

from dataclasses import replace

from tocsin.joint.acts import Applied
from tocsin.joint.consultations.answering import ANSWERABLE
from tocsin.joint.consultations.guards import expert_of, require, speaker_asked, the_opinion
from tocsin.joint.consultations.state import Case, Note, Opinion, Revision, Status
from tocsin.joint.refusing import NotAllowed

__all__ = ["amend", "retract", "sign"]

# A wrong advice is put right also where nobody waits for it any more. Of a case that was withdrawn nothing is said.
MENDABLE = ANSWERABLE | {Status.CLOSED}


def sign(case: Case, applied: Applied) -> Case:
    """An expert signs an opinion: from here on those who asked see it."""
    expert, hospital = expert_of(case, applied)
    require(case, ANSWERABLE)
    said = applied.act.said
    if case.opinion(said["id"]) is not None:
        raise NotAllowed("name-taken", what="opinion", id=said["id"])
    signed = Opinion(said["id"], expert, hospital, case.round, (Revision(Note.of(applied, said["note"]), "", applied),))
    taken = case.taken if expert in case.taken else {**case.taken, expert: applied}
    return replace(
        case, opinions=(*case.opinions, signed), taken=taken, changes=case.changes + 1,
        first_answer=case.first_answer or applied,
    )  # fmt: skip


def amend(case: Case, applied: Applied) -> Case:
    """Its author signs it anew. `after`: how many revisions the author saw, so that of two at once one is refused."""
    expert, _ = expert_of(case, applied)
    require(case, MENDABLE)
    said = applied.act.said
    opinion = the_opinion(case, said["opinion"])
    if opinion.by != expert:
        raise NotAllowed("not-the-author", opinion=opinion.id)
    if said["after"] != len(opinion.revisions):
        raise NotAllowed("changed-meanwhile", revisions=len(opinion.revisions))
    revision = Revision(Note.of(applied, said["note"]), said["reason"], applied)
    return _with(case, replace(opinion, revisions=(*opinion.revisions, revision)))


def retract(case: Case, applied: Applied) -> Case:
    """Its author, or the coordinator of the author's hospital, takes it back. It stays to be read, as retracted."""
    found = speaker_asked(case, applied)
    require(case, MENDABLE)
    opinion = the_opinion(case, applied.act.said["opinion"])
    if opinion.hospital != found.hospital or found.clinician not in (None, opinion.by):
        raise NotAllowed("not-the-author", opinion=opinion.id)
    return _with(case, replace(opinion, retracted=applied))


def _with(case: Case, opinion: Opinion) -> Case:
    opinions = tuple(opinion if one.id == opinion.id else one for one in case.opinions)
    return replace(case, opinions=opinions, changes=case.changes + 1)
