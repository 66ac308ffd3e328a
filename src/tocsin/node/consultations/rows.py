"""The rows of a case, from what its acts have made of it: for lists, gates and deadlines."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tocsin.clinical.vocabulary import codes, hours_to_answer
from tocsin.joint.consultations import Case, Status
from tocsin.joint.parties import PartyId
from tocsin.node.consultations import models
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.summaries import summary_of
from tocsin.node.consultations.telling import new_part
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.joint.models import JointAct, JointObject

__all__ = ["facts_of", "parts_of", "times_of", "waits_for", "write"]

DEFAULT_HOURS = 24  # of an urgency that a later release may have
# Who has to do something, by how far a case is.
ASKING = {Status.RETURNED, Status.INFO_REQUESTED, Status.ANSWERED, Status.FOLLOW_UP_DUE, Status.FOLLOWED_UP}
ASKED = {Status.SUBMITTED, Status.ALLOCATED, Status.IN_REVIEW}


def write(of: JointObject, case: Case) -> models.Case | None:
    """Bring them up to date; None for a case whose opening has no effect, or is void since.

    case  with what this state has said and no order has yet
    """
    if case.opened is None or case.begun is None:
        models.Case.objects.filter(of=of).update(
            status=models.Case.Status.VOID, waits_for="", summary={}, severity=""
        )  # fmt: skip
        models.CaseClinician.objects.filter(case=of.pk).delete()
        return None
    said = _said(of, case)
    before = models.Case.objects.filter(of=of).values_list("begun_at", flat=True).first()
    if before is not None and before != said["begun_at"]:
        said["warned"] = 0  # it was asked anew or opened again, and its time with it
    row, is_new = models.Case.objects.update_or_create(of=of, defaults=said)
    _write_hospitals(row, case)
    gained = _write_clinicians(row, case)
    # Whoever has just asked knows of it.
    new_part(row, [one for one in gained if not (is_new and one.part == Part.ASKING)])
    return row


def waits_for(case: Case) -> str:
    """Which side has to do something; empty where time alone goes on."""
    if case.status in ASKING or (case.has_unread_change and case.ended is not None):
        return str(Part.ASKING)
    return str(Part.ASKED) if case.status in ASKED else ""


def _said(of: JointObject, case: Case) -> dict[str, Any]:
    """With what is here besides the acts: the line of the patient."""
    summary, severity = summary_of(of, case) if case.may_be_told else ({}, "")
    return facts_of(of, case) | {
        "summary": summary, "severity": severity, "changed_at": _changed_at(of, case),
    }  # fmt: skip


def facts_of(of: JointObject, case: Case) -> dict[str, Any]:
    """What the acts alone say of a case that was opened."""
    assert case.opened is not None
    assert case.begun is not None
    allocated = min((at for one in times_of(case).values() if (at := one["allocated_at"]) is not None), default=None)
    hours = hours_to_answer(case.urgency) if case.urgency in codes("urgency") else DEFAULT_HOURS
    told = case.acknowledged
    return {
        "origin": of.origin, "is_ours": of.is_ours, "status": str(case.status), "round": case.round,
        "specialty": case.specialty, "urgency": case.urgency, "languages": list(case.languages),
        "may_be_told": case.may_be_told,
        "follows": case.follows.as_json() if case.follows is not None else None,
        "submitted_at": case.opened.at, "begun_at": case.begun.at,
        "answer_by": case.begun.at + timedelta(hours=hours), "allocated_at": allocated,
        "first_answer_at": case.first_answer.at if case.first_answer is not None else None,
        "acknowledged_at": told.applied.at if told is not None else None,
        "follow_up_on": told.follow_up_on if told is not None else None,
        "followed_up_at": case.followed_up.applied.at if case.followed_up is not None else None,
        "outcome": case.followed_up.outcome if case.followed_up is not None else "",
        "rating": _rating(case),
        "ended_at": case.ended.applied.at if case.ended is not None else None, "waits_for": waits_for(case),
        "questions_open": len(case.open_questions), "opinions": sum(one.stands for one in case.opinions),
    }  # fmt: skip


def _rating(case: Case) -> int | None:
    """What those who asked said last of how they were helped."""
    if case.followed_up is not None and case.followed_up.rating is not None:
        return case.followed_up.rating
    return case.acknowledged.rating if case.acknowledged is not None else None


def _changed_at(of: JointObject, case: Case) -> Any:
    """When a person last did something of it, as it was known here: by it lists are sorted."""
    last = JointAct.objects.filter(of=of, withdrawn_at=None).exclude(kind="order").order_by("-came_at").first()
    return last.came_at if last is not None else case.history[-1].at


def parts_of(case: Case) -> tuple[dict[PartyId, Part], list[tuple[PartyId, Part]]]:
    """The hospitals of a case, and the clinicians who have it now, each with what they have to do with it."""
    hospitals = {one: Part.DECLINED if one in case.declined else Part.ASKED for one in case.asked}
    if case.asking is not None:
        hospitals[case.asking] = Part.ASKING
    panel = case.panel
    clinicians = (
        [(one, Part.ASKING) for one in case.team]
        + [(one, Part.EXPERT) for one in sorted(case.experts)]
        + [(one, Part.MEMBER) for one in (panel.members if panel is not None else ())]
    )
    return hospitals, clinicians


def times_of(case: Case) -> dict[PartyId, dict[str, datetime | None]]:
    """Of each hospital that was asked, when in this round it first gave the case to an expert, and first answered.

    Whoever has the case still when it is asked anew or opened again has it from that moment on. An outcome of a panel
    is the answer of all who were asked and did not decline.
    """
    assert case.begun is not None
    begun = case.begun
    given = [(at, max(one.applied.at, begun.at)) for at, one in case.allocations.items()]
    given += [
        (PartyId.of(one.act.said["as"]["hospital"]), one.at)
        for one in case.history if one.act.kind == "allocate" and one.number >= begun.number
    ]  # fmt: skip
    signed = [(one.hospital, one.revisions[0].applied.at) for one in case.opinions if one.round == case.round]
    signed += [
        (hospital, one.signed_off.at)
        for one in case.panels if one.signed_off is not None and one.round == case.round
        for hospital in case.asked if hospital not in case.declined
    ]  # fmt: skip
    return {
        one: {
            "allocated_at": min((at for hospital, at in given if hospital == one), default=None),
            "first_answer_at": min((at for hospital, at in signed if hospital == one), default=None),
        }
        for one in case.asked
    }  # fmt: skip


def _write_hospitals(row: models.Case, case: Case) -> None:
    parts, times = parts_of(case)[0], times_of(case)
    known = _known(Hospital, "hospital_id", parts)
    made = [
        models.CaseHospital(
            case=row, hospital_id=known.get(one), origin=one.origin, key=UUID(one.id), part=part, **times.get(one, {})
        )
        for one, part in parts.items()
    ]  # fmt: skip
    _replace(models.CaseHospital, row, made)


def _write_clinicians(row: models.Case, case: Case) -> list[Any]:
    """Returns those who have not had the case before."""
    parts = parts_of(case)[1]
    known = _known(Clinician, "clinician_id", [one for one, _ in parts])
    made = [
        models.CaseClinician(case=row, clinician_id=known.get(one), origin=one.origin, key=UUID(one.id), part=part)
        for one, part in parts
    ]
    return _replace(models.CaseClinician, row, made)


def _known(model: Any, field: str, parties: Iterable[PartyId]) -> Mapping[PartyId, UUID]:
    """The rows of the directory that these are, as far as they are here."""
    wanted = {one.id for one in parties}
    rows = model.objects.filter(**{f"{field}__in": wanted}).values_list("origin", field, "pk")
    return {PartyId(origin, str(key)): pk for origin, key, pk in rows}


def _replace(model: Any, row: models.Case, made: list[Any]) -> list[Any]:
    """These in the place of those before; returns what is new. Rows that stay as they were are left alone."""
    wanted = {_name(one): one for one in made}
    for one in model.objects.filter(case=row):
        same = wanted.pop(_name(one), None)
        if same is None:
            one.delete()
    new: list[Any] = model.objects.bulk_create(wanted.values())
    return new


def _name(one: Any) -> tuple[Any, ...]:
    if isinstance(one, models.CaseHospital):
        return one.origin, one.key, str(one.part), one.hospital_id, one.allocated_at, one.first_answer_at
    return one.origin, one.key, str(one.part), one.clinician_id
