"""The decision instrument of annex 2 of the International Health Regulations (2005): is an event notified to WHO?

A disease of the first list is notified without any question. Everything else is put through four questions, and two
yes notify. Unknown never means no: an event that one more answer could still make notifiable is pending. What the
instrument says is no notification; that is made to WHO by the National IHR Focal Point.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tocsin.node.alliances.entries import Names
from tocsin.node.events.instruments.annex2_lists import Listed, place_in_lists, read_annex2
from tocsin.node.events.instruments.answers import Answer, any_of, at_least

__all__ = [
    "ARTICLES",
    "QUESTIONS",
    "Agreement",
    "AgreementState",
    "Conclusion",
    "Listed",
    "Outcome",
    "agreement",
    "articles",
    "assess",
    "without_reason",
]

# In the order of the annex; the codes are those of the exchange.
QUESTIONS = ("serious", "unexpected", "spread", "restrictions")
ENOUGH = 2
ARTICLES = ("6", "7", "8", "9.2")


class Conclusion(StrEnum):
    """What the instrument says. It never says "not notifiable": the chart's answer is "not at this stage; reassess".

    PENDING  an open question decides
    MONITOR  not notified at this stage, whatever the open questions turn out to be; assessed again with new information
    """

    NOTIFY = "notify"
    PENDING = "pending"
    MONITOR = "monitor"


# From the least to the most notifiable.
ORDER = (Conclusion.MONITOR, Conclusion.PENDING, Conclusion.NOTIFY)
CONCLUSION_OF = {
    Answer.YES: Conclusion.NOTIFY,
    Answer.UNKNOWN: Conclusion.PENDING,
    Answer.NO: Conclusion.MONITOR,
}


@dataclass(frozen=True)
class Outcome:
    """What the instrument says of an event, and why.

    listed          in which box of the chart the event stands
    edition         text of the annex that was in force
    answers         all four, unknown where none was given
    open_questions  those whose answer is unknown
    condition       what the first list, or a named cluster, asks of the disease besides its name; None where nothing
    consult         information is insufficient to complete the instrument: article 8 is the way to WHO meanwhile
    """

    conclusion: Conclusion
    listed: Listed
    edition: str
    answers: Mapping[str, Answer]
    open_questions: tuple[str, ...]
    why: Names
    condition: Names | None
    consult: bool


def assess(
    disease: str | None,
    answers: Mapping[str, str],
    on: date,
    *,
    annex2: str = "",
    as_listed: str = Answer.YES,
    amended: bool = True,
) -> Outcome:
    """What the instrument in force `on` a day says of an event.

    disease    its code; None where the disease is not known, which is an event of its own
    answers    yes, no or unknown by question; a question left out is unknown
    annex2     the node's own word on a disease that the annex's file does not list (`Disease.annex2`)
    as_listed  whether the disease is the one meant, where the list has a condition: wild poliovirus, for instance.
               Yes unless somebody says otherwise: the instrument would rather tell too much than too little
    amended    whether the state is bound by the amendments of 2024; a state that rejected them is not
    Raises ValueError for a question that is none of the four, or another answer.
    """
    if strange := sorted(set(answers) - set(QUESTIONS)):
        raise ValueError(f"no questions are {', '.join(strange)}; the four are {', '.join(QUESTIONS)}")
    given = {question: Answer(answers.get(question, Answer.UNKNOWN)) for question in QUESTIONS}
    place = place_in_lists(disease, on, otherwise=annex2, amended=amended)
    named = Answer(as_listed) if place.condition else Answer.YES
    by_list = named if place.listed is Listed.ALWAYS else Answer.NO
    not_meant = place.listed is Listed.ALWAYS and by_list is Answer.NO
    conclusion = CONCLUSION_OF[any_of((by_list, at_least(ENOUGH, given.values())))]
    return Outcome(
        conclusion=conclusion,
        listed=Listed.ANY_EVENT if not_meant else place.listed,
        edition=place.edition,
        answers=given,
        open_questions=tuple(question for question in QUESTIONS if given[question] is Answer.UNKNOWN),
        why=read_annex2().why[_reason(conclusion, by_list)],
        condition=place.condition,
        consult=conclusion is Conclusion.PENDING,
    )


def _reason(conclusion: Conclusion, by_list: Answer) -> str:
    if by_list is Answer.YES:
        return "always"
    return "condition" if conclusion is Conclusion.PENDING and by_list is Answer.UNKNOWN else conclusion.value


def without_reason(answers: Mapping[str, str], reasons: Mapping[str, str]) -> tuple[str, ...]:
    """Questions whose answer has no reason beside it; an unknown too is to say what is not known."""
    return tuple(question for question in QUESTIONS if question in answers and not reasons.get(question, "").strip())


def articles(outcome: Outcome | None, *, outside_territory: bool = False, consults: bool = False) -> tuple[str, ...]:
    """Articles of the Regulations under which a record of an event goes; empty for none: it is the alliance's matter.

    outside_territory  evidence of a risk elsewhere (cases, vectors, goods that crossed the border): only article 9.2
    consults           the state keeps WHO advised of what need not be notified, or not yet: article 8
    """
    if outside_territory:
        return ("9.2",)
    if outcome is not None and outcome.conclusion is Conclusion.NOTIFY:
        return ("6", "7") if outcome.answers["unexpected"] is Answer.YES else ("6",)
    return ("8",) if consults else ()


class AgreementState(StrEnum):
    """AWAITED: the second assessor has not answered; the first assessment stands and its clocks run."""

    AWAITED = "awaited"
    AGREED = "agreed"
    DISAGREED = "disagreed"


@dataclass(frozen=True)
class Agreement:
    """What two assessors say together: the more notifiable of the two counts until people have settled it.

    differing  questions that they answered differently, also where both come to the same conclusion
    """

    state: AgreementState
    conclusion: Conclusion
    differing: tuple[str, ...]


def agreement(first: Outcome, second: Outcome | None) -> Agreement:
    """Compare two assessments of one event. A second one that is missing, or milder, never holds a notification up."""
    if second is None:
        return Agreement(AgreementState.AWAITED, first.conclusion, ())
    return Agreement(
        state=AgreementState.AGREED if first.conclusion is second.conclusion else AgreementState.DISAGREED,
        conclusion=max(first.conclusion, second.conclusion, key=ORDER.index),
        differing=tuple(question for question in QUESTIONS if first.answers[question] is not second.answers[question]),
    )
