"""What people's assessments of an event come to: the instruments, over the rows that stand."""

from collections.abc import Mapping
from typing import NamedTuple

from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.events.instruments import criteria
from tocsin.node.events.instruments.annex2 import Agreement, Conclusion, Outcome, agreement, assess
from tocsin.node.events.instruments.answers import Answer
from tocsin.node.events.models import Annex2Assessment, CriteriaAssessment, Event, RiskAssessment
from tocsin.node.events.standing import today_there

__all__ = ["Answers", "Assessed", "assessed", "concluded_by", "criteria_outcome", "outcome_of", "risks_that_count"]

Answers = Mapping[str, Mapping[str, str]]


class Assessed(NamedTuple):
    """The assessments that stand: each assessor's row with what the instrument says of it, and both together."""

    first: Annex2Assessment | None
    second: Annex2Assessment | None
    together: Agreement | None
    criteria: CriteriaAssessment | None


def outcome_of(event: Event, answers: Answers, as_listed: str = Answer.YES) -> Outcome:
    """What Annex 2 says today of the event's disease with these answers."""
    said = {question: one.get("answer", "unknown") for question, one in answers.items()}
    annex2 = event.disease.annex2 if event.disease else ""
    return assess(event.disease_id, said, today_there(), annex2=annex2, as_listed=as_listed)


def criteria_outcome(answers: Answers) -> criteria.CriteriaOutcome:
    """What the alliance's criteria say with these answers, by the groups that its file sets."""
    said = {code: one.get("answer", "unknown") for code, one in answers.items()}
    decided = alliance().rules.criteria
    return criteria.evaluate(said, decided.groups if decided else None)


def assessed(event: Event) -> Assessed:
    """What stands of the episode that runs; put through the instrument anew, since the disease may have changed."""
    rows = event.annex2assessments.filter(is_current=True, episode=event.episode).select_related("by")
    by_assessor = {row.assessor: row for row in rows}
    first = by_assessor.get(Annex2Assessment.Assessor.FIRST)
    second = by_assessor.get(Annex2Assessment.Assessor.SECOND)
    together = None
    if first is not None:
        other = outcome_of(event, second.answers, second.as_listed) if second is not None else None
        together = agreement(outcome_of(event, first.answers, first.as_listed), other)
    rows = event.criteriaassessments.filter(is_current=True, episode=event.episode).select_related("by")
    return Assessed(first, second, together, rows.first())


def concluded_by(event: Event) -> Event.Assessment:
    """NOTIFIABLE if either instrument says so; monitored if none leaves anything open; else under assessment."""
    found = assessed(event)
    if found.first is None and found.criteria is None:
        return Event.Assessment.NONE
    conclusion = found.together.conclusion if found.together else None
    met = found.criteria.outcome if found.criteria else None
    if conclusion is Conclusion.NOTIFY or met == Answer.YES:
        return Event.Assessment.NOTIFIABLE
    if conclusion is Conclusion.MONITOR and met in (None, Answer.NO):
        return Event.Assessment.MONITORING
    return Event.Assessment.UNDER_ASSESSMENT


def risks_that_count(event: Event) -> dict[str, RiskAssessment]:
    """The final assessment of each level, if there is one."""
    rows = event.riskassessments.filter(status=RiskAssessment.Status.FINAL, episode=event.episode)
    return {row.level: row for row in rows.select_related("by", "reviewed_by")}
