"""The rapid risk assessment of an event, for each level: drafted, looked at by another, final."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.changing import lock, note
from tocsin.node.events.instruments import risk
from tocsin.node.events.models import Event, RiskAssessment
from tocsin.node.events.refusals import ActRefused, Replaced
from tocsin.node.events.texts import checked

__all__ = ["draft_risk", "finish_risk", "review_risk"]

Status = RiskAssessment.Status


@transaction.atomic
def draft_risk(
    event: Event,
    *,
    level: str,
    likelihood: str,
    impact: str,
    confidence: str,
    text: str,
    recommended: str = "",
    by: Person,
    version: int,
) -> RiskAssessment:
    """Write the next version of the assessment of one level. The last final one counts until this one is final.

    version  of this level, that the person saw; 0 if there was none
    """
    event = lock(event, by=by, ability=Ability.ASSESS_EVENTS)
    if level not in RiskAssessment.Level.values:
        raise ActRefused(_("Choose whose risk it is: national, of the neighbours, of the alliance."))
    for name, value, known in (
        (_("Likelihood"), likelihood, risk.LIKELIHOODS),
        (_("Impact"), impact, risk.IMPACTS),
        (_("Confidence"), confidence, risk.CONFIDENCES),
    ):
        if value and value not in known:
            raise ActRefused(_("%(name)s: choose one of the list.") % {"name": name})
    current = _current(event, level, version)
    if current is not None:
        status = Status.SUPERSEDED if current.status in (Status.DRAFT, Status.REVIEW) else current.status
        RiskAssessment.objects.filter(pk=current.pk).update(is_current=False, status=status)
    made = RiskAssessment.objects.create(
        event=event, level=level, version=version + 1, episode=event.episode, likelihood=likelihood, impact=impact,
        risk=risk.level(likelihood, impact, alliance().rules.risk_matrix) if likelihood and impact else "",
        confidence=confidence, by=by,
        text=checked(text, name=_("What it rests on")), recommended=checked(recommended, name=_("What is recommended")),
        language=get_language() or "",
    )  # fmt: skip
    _note(event, made, by=by)
    return made


@transaction.atomic
def review_risk(assessment: RiskAssessment, *, by: Person, version: int) -> RiskAssessment:
    """Ask another person to look at a draft."""
    event = lock(assessment.event, by=by, ability=Ability.ASSESS_EVENTS)
    return _move(event, assessment, Status.REVIEW, {Status.DRAFT}, by=by, version=version)


@transaction.atomic
def finish_risk(assessment: RiskAssessment, *, by: Person, version: int) -> RiskAssessment:
    """Make it final. By another person than its author it is reviewed; by the author alone it is not, and says so."""
    event = lock(assessment.event, by=by, ability=Ability.ASSESS_EVENTS)
    if not (assessment.risk and assessment.confidence and assessment.text):
        raise ActRefused(_("A final assessment has a likelihood, an impact, a confidence, and what it rests on."))
    older = RiskAssessment.objects.filter(event=event, level=assessment.level, status=Status.FINAL)
    older.exclude(pk=assessment.pk).update(status=Status.SUPERSEDED)
    reviewer = by if by.pk != assessment.by_id else None
    fields = {"reviewed_by": reviewer, "reviewed_at": timezone.now() if reviewer else None}
    return _move(event, assessment, Status.FINAL, {Status.DRAFT, Status.REVIEW}, by=by, version=version, **fields)


def _current(event: Event, level: str, version: int) -> RiskAssessment | None:
    current = event.riskassessments.filter(level=level, is_current=True).select_related("by").first()
    if (current.version if current else 0) != version:
        raise Replaced(current)
    return current


def _move(
    event: Event,
    assessment: RiskAssessment,
    status: str,
    among: set[Status],
    *,
    by: Person,
    version: int,
    **fields: Any,
) -> RiskAssessment:
    current = _current(event, assessment.level, version)
    if current is None or current.pk != assessment.pk:
        raise Replaced(current)
    if current.status not in among:
        raise ActRefused(
            _("It is %(status)s; write the next version first.") % {"status": current.get_status_display()}
        )
    for name, value in {"status": status, **fields}.items():
        setattr(current, name, value)
    current.save(update_fields=["status", *fields])
    _note(event, current, by=by)
    return current


def _note(event: Event, made: RiskAssessment, *, by: Person) -> None:
    values = {"level": made.level, "risk": made.risk or "–", "status": str(made.status)}
    note(event, "risk" if made.status == Status.FINAL else "risk_status", by=by, values=values)
