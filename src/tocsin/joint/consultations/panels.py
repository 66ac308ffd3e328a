"""Acts of a panel: convened, joined, discussed, an outcome drafted and signed off, with what a minority holds."""

from dataclasses import replace

from tocsin.joint.acts import Applied
from tocsin.joint.consultations.guards import REVIEWABLE, require, speaker_asked
from tocsin.joint.consultations.panel import Draft, Panel, Position, Stance
from tocsin.joint.consultations.state import Case, Note
from tocsin.joint.parties import PartyId, parties, speaker, the_clinician
from tocsin.joint.refusing import NotAllowed

__all__ = ["convene", "dissolve", "draft_outcome", "join", "sign_off", "stand", "state_position"]


def convene(case: Case, applied: Applied) -> Case:
    """An expert who has the case, or a coordinator, calls several together. Members have the case from here on."""
    speaker_asked(case, applied)
    require(case, REVIEWABLE)
    if case.panel is not None and case.panel.is_open:
        raise NotAllowed("panel-is-open")
    said = applied.act.said
    members, chair = parties(said["members"]), PartyId.of(said["chair"])
    states = {one.origin for one in (*case.asked, *((case.asking,) if case.asking else ()))}
    if chair not in members or any(one.origin not in states for one in members):
        raise NotAllowed("not-a-member")
    if said["quorum"] > len(members):
        raise NotAllowed("quorum-too-large", quorum=said["quorum"], members=len(members))
    made = Panel(case.round, members, chair, said["quorum"], applied)
    return replace(case, panels=(*case.panels, made))


def join(case: Case, applied: Applied) -> Case:
    """A member is there."""
    panel, member = _member(case, applied)
    if member in panel.joined:
        raise NotAllowed("nothing-changes")
    return _with(case, replace(panel, joined={**panel.joined, member: applied}))


def state_position(case: Case, applied: Applied) -> Case:
    """A member says what they think, before there is an outcome."""
    panel, member = _joined(case, applied)
    said = Position(member, Note.of(applied, applied.act.said["note"]), applied)
    return _with(case, replace(panel, positions=(*panel.positions, said)))


def draft_outcome(case: Case, applied: Applied) -> Case:
    """The chair proposes an outcome. What members said of the one before, they said of that."""
    panel, member = _joined(case, applied)
    said = applied.act.said
    if member != panel.chair:
        raise NotAllowed("not-the-chair")
    if said["after"] != len(panel.drafts):
        raise NotAllowed("outcome-changed", drafts=len(panel.drafts))
    draft = Draft(Note.of(applied, said["note"]), applied)
    return _with(case, replace(panel, drafts=(*panel.drafts, draft), stances={}))


def stand(case: Case, applied: Applied) -> Case:
    """A member agrees with the outcome as it is drafted, or does not, and says why."""
    panel, member = _joined(case, applied)
    said = applied.act.said
    if not panel.drafts:
        raise NotAllowed("no-outcome")
    if said["draft"] != len(panel.drafts):
        raise NotAllowed("outcome-changed", drafts=len(panel.drafts))
    stance = Stance(said["stance"], Note.of(applied, said["note"]), applied)
    return _with(case, replace(panel, stances={**panel.stances, member: stance}))


def sign_off(case: Case, applied: Applied) -> Case:
    """The chair signs the outcome, once all who are there have spoken and most of them agree."""
    panel, member = _joined(case, applied)
    if member != panel.chair:
        raise NotAllowed("not-the-chair")
    if not panel.drafts:
        raise NotAllowed("no-outcome")
    if applied.act.said["draft"] != len(panel.drafts):
        raise NotAllowed("outcome-changed", drafts=len(panel.drafts))
    if not panel.all_have_spoken:
        raise NotAllowed("members-silent", members=len(set(panel.joined) - set(panel.stances)))
    if not panel.has_majority:
        raise NotAllowed("no-majority", agreeing=panel.agreeing, joined=len(panel.joined))
    changed = _with(case, replace(panel, signed_off=applied))
    return replace(changed, changes=case.changes + 1, first_answer=case.first_answer or applied)


def dissolve(case: Case, applied: Applied) -> Case:
    """The panel ends without an outcome: its chair or a coordinator of a hospital that is asked says so."""
    panel = _panel(case)
    found = speaker(applied)
    if found.clinician is None:
        speaker_asked(case, applied)
    elif found.clinician != panel.chair:
        raise NotAllowed("not-the-chair")
    return _with(case, replace(panel, dissolved=applied))


def _panel(case: Case) -> Panel:
    panel = case.panel
    if panel is None or not panel.is_open:
        raise NotAllowed("no-panel")
    require(case, REVIEWABLE)
    return panel


def _member(case: Case, applied: Applied) -> tuple[Panel, PartyId]:
    panel = _panel(case)
    member = the_clinician(speaker(applied))
    if member not in panel.members:
        raise NotAllowed("not-a-member")
    return panel, member


def _joined(case: Case, applied: Applied) -> tuple[Panel, PartyId]:
    panel, member = _member(case, applied)
    if member not in panel.joined:
        raise NotAllowed("not-joined")
    if not panel.has_quorum:
        raise NotAllowed("no-quorum", joined=len(panel.joined), quorum=panel.quorum)
    return panel, member


def _with(case: Case, panel: Panel) -> Case:
    return replace(case, panels=(*case.panels[:-1], panel))
