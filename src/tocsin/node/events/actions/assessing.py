"""Assessing an event: IHR Annex 2, the alliance's criteria, and what becomes of the event by both.

Each assessment is a row of its own. Whoever changes one says which version they saw, 0 if there was none: two people
who assess at once never overwrite each other. What the event's assessment is, follows from the rows.
"""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.changing import changed, lock, note
from tocsin.node.events.assessment import Answers, concluded_by, criteria_outcome, outcome_of
from tocsin.node.events.instruments import annex2, criteria
from tocsin.node.events.instruments.answers import Answer
from tocsin.node.events.models import Annex2Assessment, CriteriaAssessment, Event
from tocsin.node.events.refusals import ActRefused, Replaced
from tocsin.node.events.texts import checked

__all__ = ["assess_annex2", "assess_criteria"]

LONGEST_REASON = 2_000
Assessor = Annex2Assessment.Assessor


@transaction.atomic
def assess_annex2(
    event: Event,
    *,
    answers: Answers,
    as_listed: str = Answer.YES,
    assessor: str = Assessor.FIRST,
    note_text: str = "",
    by: Person,
    version: int,
) -> Annex2Assessment:
    """Answer the four questions of IHR Annex 2 as one of two assessors.

    answers   {"serious": {"answer": "yes", "reason": "…"}, …}; a question left out is unknown
    as_listed yes, no or unknown: whether the disease is what the list means, where the list has a condition
    version   of this assessor's assessment, that the person saw; 0 if there was none
    The second assessor is another person than the first, and nothing waits for them.
    """
    event = lock(event, by=by, ability=Ability.ASSESS_EVENTS)
    if assessor not in Assessor.values:
        raise ActRefused(_("Choose whether you are the first or the second assessor."))
    others = event.annex2assessments.filter(is_current=True, episode=event.episode).exclude(assessor=assessor)
    if assessor == Assessor.SECOND and not others.exists():
        raise ActRefused(_("Nobody has assessed it yet: you are the first assessor."))
    if others.filter(by=by).exists():
        raise ActRefused(_("You have assessed it already, as the other assessor. A second look is another person’s."))
    if as_listed not in tuple(Answer):
        raise ActRefused(_("An answer is yes, no or unknown."))
    given = _answers(answers, annex2.QUESTIONS)
    outcome = outcome_of(event, given, as_listed)
    kept = _supersede(event.annex2assessments.filter(assessor=assessor), version)
    made = Annex2Assessment.objects.create(
        event=event, assessor=assessor, version=kept + 1, episode=event.episode, listed=str(outcome.listed),
        as_listed=str(as_listed), answers=given, outcome=str(outcome.conclusion), by=by,
        note=checked(note_text, name=_("Note")), language=get_language() or "",
    )  # fmt: skip
    note(event, "annex2", by=by, values={"assessor": str(assessor), "outcome": made.outcome})
    _conclude(event, by=by)
    return made


@transaction.atomic
def assess_criteria(event: Event, *, answers: Answers, by: Person, version: int) -> CriteriaAssessment:
    """Answer the alliance's own criteria. `version` as of `assess_annex2`."""
    event = lock(event, by=by, ability=Ability.ASSESS_EVENTS)
    given = _answers(answers, criteria.CRITERIA)
    outcome = criteria_outcome(given)
    kept = _supersede(event.criteriaassessments.all(), version)
    made = CriteriaAssessment.objects.create(
        event=event, version=kept + 1, episode=event.episode, answers=given, outcome=str(outcome.met), by=by,
        language=get_language() or "",
    )  # fmt: skip
    note(event, "criteria", by=by, values={"outcome": made.outcome})
    _conclude(event, by=by)
    return made


def _conclude(event: Event, *, by: Person) -> None:
    """The event's assessment follows from what was assessed; it is a line of its own where it changes."""
    state = concluded_by(event)
    if state != event.assessment:
        changed(event, "assessment", by=by, fields={"assessment": state}, values={"state": str(state)})


def _answers(answers: Answers, questions: tuple[str, ...]) -> dict[str, dict[str, str]]:
    if strange := sorted(set(answers) - set(questions)):
        raise ActRefused(_("There is no question “%(code)s”.") % {"code": strange[0]})
    given = {}
    for question in questions:
        one: Mapping[str, str] = answers.get(question, {})
        answer = one.get("answer", "unknown")
        if answer not in tuple(Answer):
            raise ActRefused(_("An answer is yes, no or unknown."))
        reason = checked(one.get("reason", ""), longest=LONGEST_REASON, name=_("Reason"))
        if answer != "unknown" and not reason:
            raise ActRefused(_("Give the reason for each yes and each no: others must be able to follow it."))
        given[question] = {"answer": answer, "reason": reason}
    return given


def _supersede(rows: models.QuerySet[Any], version: int) -> int:
    """The version that stood, now no longer current. Raises Replaced if it is not the one that the person saw."""
    current = rows.filter(is_current=True).select_related("by").first()
    if (current.version if current else 0) != version:
        raise Replaced(current)
    rows.filter(is_current=True).update(is_current=False)
    return rows.order_by("-version").values_list("version", flat=True).first() or 0
