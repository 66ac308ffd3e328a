"""What the page of assessments shows: each instrument with its questions, what was answered, and what follows."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tocsin.node.events.assessment import assessed, criteria_outcome, outcome_of, risks_that_count
from tocsin.node.events.instruments import annex2, criteria
from tocsin.node.events.instruments.annex2_lists import read_annex2
from tocsin.node.events.models import Annex2Assessment, Event, RiskAssessment
from tocsin.node.events.vocabulary import word
from tocsin.node.events.words import in_language

__all__ = [
    "AnnexPage", "CriteriaPage", "RiskRow", "annex_page", "annex_questions", "condition_question", "criteria_page",
    "criteria_questions", "guidance", "risk_rows",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """One assessor's answers beside the questions."""

    row: Annex2Assessment
    who: str
    outcome: str
    answers: list[tuple[str, str, str]]  # question, answer, reason


@dataclass(frozen=True, slots=True)
class AnnexPage:
    listed: str
    condition: str
    conclusion: str
    why: str
    consult: bool
    agreement: str
    differing: list[str]
    said: list[Said]
    articles: str
    history: list[Annex2Assessment]


def annex_questions() -> list[tuple[str, str]]:
    """The four questions in the reader's language."""
    return [(one.code, in_language(one.text)) for one in read_annex2().questions]


def condition_question(event: Event) -> str:
    """What the list asks of the event's disease besides its name; empty where it asks nothing."""
    condition = outcome_of(event, {}).condition
    return in_language(condition) if condition else ""


def criteria_questions() -> list[tuple[str, str]]:
    """The alliance's criteria in the reader's language."""
    return [(one.code, in_language(one.text)) for one in criteria.read_criteria().criteria]


AGREED = {
    annex2.AgreementState.AWAITED: "",
    annex2.AgreementState.AGREED: "agreed",
    annex2.AgreementState.DISAGREED: "disagreed",
}


def annex_page(event: Event) -> AnnexPage:
    found = assessed(event)
    first = found.first
    outcome = outcome_of(event, first.answers, first.as_listed) if first else outcome_of(event, {})
    together = found.together
    texts = dict(annex_questions())
    return AnnexPage(
        listed=word("annex2_list", str(outcome.listed)),
        condition=in_language(outcome.condition) if outcome.condition else "",
        conclusion=str(together.conclusion) if together else "",
        why=in_language(outcome.why) if found.first else "",
        consult=outcome.consult and found.first is not None,
        agreement=AGREED[together.state] if together else "",
        differing=[texts[code] for code in together.differing] if together else [],
        said=[_said(row, texts, event) for row in (found.first, found.second) if row is not None],
        articles=", ".join(annex2.articles(outcome)) if found.first else "",
        history=list(event.annex2assessments.filter(is_current=False).select_related("by")[:20]),
    )


def _said(row: Annex2Assessment, texts: dict[str, str], event: Event) -> Said:
    answers = [
        (texts[code], word("answer", one["answer"]), one["reason"])
        for code, one in row.answers.items()
        if code in texts
    ]  # fmt: skip
    return Said(row, row.get_assessor_display(), str(outcome_of(event, row.answers, row.as_listed).conclusion), answers)


@dataclass(frozen=True, slots=True)
class CriteriaPage:
    met: str
    answers: list[tuple[str, str, str]]
    row: Any
    open_questions: list[str]


def criteria_page(event: Event) -> CriteriaPage:
    row = assessed(event).criteria
    texts = dict(criteria_questions())
    if row is None:
        return CriteriaPage("", [], None, [])
    outcome = criteria_outcome(row.answers)
    answers = [(texts[code], word("answer", one["answer"]), one["reason"]) for code, one in row.answers.items()]
    return CriteriaPage(str(outcome.met), answers, row, [texts[code] for code in outcome.open_questions])


@dataclass(frozen=True, slots=True)
class RiskRow:
    """One level: the version in work, and the final one that counts, if they are not the same."""

    level: str
    name: str
    row: RiskAssessment | None
    counts: RiskAssessment | None
    risk: str
    likelihood: str
    impact: str
    confidence: str


def risk_rows(event: Event) -> list[RiskRow]:
    final = risks_that_count(event)
    current = {
        row.level: row for row in event.riskassessments.filter(is_current=True).select_related("by", "reviewed_by")
    }
    return [
        _risk_row(level, str(name), current.get(level), final.get(level))
        for level, name in RiskAssessment.Level.choices
    ]


def _risk_row(level: str, name: str, row: RiskAssessment | None, counts: RiskAssessment | None) -> RiskRow:
    shown = row or counts
    return RiskRow(
        level=level,
        name=name,
        row=row,
        counts=counts if counts is not None and counts != row else None,
        risk=word("risk_level", shown.risk) if shown and shown.risk else _("not assessed"),
        likelihood=word("likelihood", shown.likelihood) if shown and shown.likelihood else "",
        impact=word("impact", shown.impact) if shown and shown.impact else "",
        confidence=word("confidence", shown.confidence) if shown and shown.confidence else "",
    )


def guidance(instrument: str) -> dict[str, list[tuple[str, list[str]]]]:
    """What to look at for each question: sub-questions with their examples."""
    if instrument == "annex2":
        return {
            one.code: [
                (in_language(sub.text), [in_language(example) for example in sub.examples]) for sub in one.guidance
            ]
            for one in read_annex2().questions
        }
    if instrument == "criteria":
        return {one.code: [(in_language(one.guidance), [])] for one in criteria.read_criteria().criteria}
    return {}
