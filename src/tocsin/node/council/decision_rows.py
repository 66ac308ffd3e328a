"""The rows of a decision and of its measures, from what its acts have made of it."""

from typing import Any

from tocsin.joint.decisions.measures import MeasureState
from tocsin.joint.decisions.state import OPEN, STANDS, Decision, Status
from tocsin.node.alliance.alliance_file import here
from tocsin.node.council.models import Decision as Row
from tocsin.node.council.models import Measure
from tocsin.node.council.reading import answers_anew
from tocsin.node.joint.models import JointObject
from tocsin.node.language.keys import search_key

__all__ = ["write"]

DONE = frozenset({"DONE", "VERIFIED", "DECLINED"})
VOID = "none"  # as `Status.NONE`: what opened it does not stand
MEASURE_FIELDS = (
    "title", "state", "verifier", "status", "deadline", "links", "is_ours", "reported_at", "place", "paragraph",
    "search_key",
)  # fmt: skip


def write(of: JointObject, decision: Decision) -> Row | None:
    """Bring them up to date; None for a decision that nothing has opened, or whose opening is void since."""
    if not decision.versions:
        Row.objects.filter(of=of).update(status=VOID, needs_us=False, silence_until=None, outstanding=[], objecting=[])
        return None
    row, _ = Row.objects.update_or_create(of=of, defaults=_said(of, decision))
    _write_measures(row, decision)
    return row


def _said(of: JointObject, decision: Decision) -> dict[str, Any]:
    own = here().code
    is_open = decision.status in OPEN
    outstanding = [state for state in decision.waited_for if decision.standing(state).kind == "outstanding"]
    standing = decision.standing(own).kind if own in decision.concerned else ""
    silence = decision.silence
    open_measures = [one for one in decision.measures if one.status not in DONE]
    return {
        "body": decision.body, "kind": decision.kind, "title": dict(decision.title), "status": decision.status.lower(),
        "version": decision.version.number, "concerned": list(decision.concerned),
        "outstanding": outstanding if is_open else [], "objecting": list(decision.objecting) if is_open else [],
        "own_standing": standing, "needs_us": needs_us(decision, own),
        "event_origin": decision.event.origin if decision.event else "",
        "event_id": decision.event.id if decision.event else None,
        "session_origin": decision.session.origin if decision.session else "",
        "session_id": decision.session.id if decision.session else None, "year": decision.year,
        "silence_until": max((one.until for one in silence.states.values()), default=None) if silence else None,
        "adopted_at": decision.adopted.at if decision.adopted else None,
        "measures_open": len(open_measures), "measures_all": len(decision.measures),
        "next_deadline": min((one.measure.deadline for one in open_measures), default=None),
        "search_key": search_key(*decision.title.values(), of.origin), "changed_at": of.changed_at,
    }  # fmt: skip


def needs_us(decision: Decision, own: str) -> bool:
    """Whether this state has still to say something of it."""
    if decision.status in OPEN:
        is_asked = decision.status is not Status.PROPOSED and own in decision.waited_for
        is_silent = decision.standing(own).kind in ("outstanding", "silent")
        return is_asked and (is_silent or answers_anew(decision, own))
    if decision.status not in STANDS:
        return False
    measures = any(one.measure.state == own and one.status == "ASSIGNED" for one in decision.measures)
    verifying = any(one.measure.verifier == own and one.status == "DONE" for one in decision.measures)
    return measures or verifying or own in decision.not_cleared


def _write_measures(row: Row, decision: Decision) -> None:
    made = [_measure(row, one, place) for place, one in enumerate(decision.measures)]
    Measure.objects.filter(decision=row).exclude(measure__in=[one.measure for one in made]).delete()
    Measure.objects.bulk_create(
        made, update_conflicts=True, unique_fields=["decision", "measure"], update_fields=MEASURE_FIELDS
    )


def _measure(row: Row, state: MeasureState, place: int) -> Measure:
    one = state.measure
    return Measure(
        decision=row, measure=one.id, title=dict(one.title), state=one.state, verifier=one.verifier,
        status=state.status.lower(), deadline=one.deadline,
        links=[{"kind": link.kind, "origin": link.origin, "id": link.id, "text": link.text} for link in one.links],
        is_ours=one.state == here().code, reported_at=state.reports[-1].applied.at if state.reports else None,
        place=place, paragraph=one.paragraph or "", search_key=search_key(*one.title.values(), one.evidence),
    )  # fmt: skip
