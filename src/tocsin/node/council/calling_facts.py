"""What rules may ask of events: the facts of ours, and of those that partners notified. docs/council-bodies.md."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliances.conditions import CASE_CLASSES, EventFacts
from tocsin.node.alliances.rules import CRITERIA
from tocsin.node.events.assessment import criteria_outcome
from tocsin.node.events.instruments.annex2 import Conclusion
from tocsin.node.events.instruments.answers import Answer
from tocsin.node.events.models import CriteriaAssessment, Event, EventThread, RiskAssessment
from tocsin.node.notifications.models import NotifiedEvent

__all__ = ["facts_of_events", "facts_of_notified"]

# How a partner says that its event was detected, and the kind of signal that this is here.
SIGNALS = {
    "indicator": "model", "laboratory": "laboratory", "clinician": "clinician", "border_post": "border",
    "animal_health": "animal", "media": "media", "partner": "partner", "who": "who",
}  # fmt: skip


def facts_of_events(events: Sequence[Event]) -> dict[UUID, EventFacts]:
    """By key. Three queries, however many events there are."""
    keys = [event.pk for event in events]
    criteria, risks, signals = _criteria(keys), _risks(keys), _signals(keys)
    return {
        event.pk: EventFacts(
            disease=event.disease_id,
            hazard=event.hazard,
            verification=event.verification,
            assessment=event.assessment,
            criteria=criteria.get((event.pk, event.episode), frozenset()),
            risks=risks.get((event.pk, event.episode), {}),
            signals=signals.get(event.pk, frozenset()),
            circumstances=frozenset(event.facts.get("conditions", ())),
            states=frozenset({here().code, *_affected(event.facts)}),
            cases={name: n for name in CASE_CLASSES if (n := getattr(event, name)) is not None},
        )
        for event in events
    }


def _criteria(keys: Collection[UUID]) -> dict[tuple[UUID, int], frozenset[str]]:
    rows = CriteriaAssessment.objects.filter(event__in=keys, is_current=True)
    found = rows.values_list("event", "episode", "answers")
    return {(event, episode): _yes(answers) for event, episode, answers in found}


def _yes(answers: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(code for code, said in answers.items() if _answer(said) == Answer.YES)


def _answer(said: Any) -> Any:
    """As assessments keep it, with its reason, and as notifications say it."""
    return said.get("answer") if isinstance(said, Mapping) else said


def _risks(keys: Collection[UUID]) -> dict[tuple[UUID, int], dict[str, str]]:
    rows = RiskAssessment.objects.filter(event__in=keys, status=RiskAssessment.Status.FINAL)
    found: dict[tuple[UUID, int], dict[str, str]] = defaultdict(dict)
    for event, episode, level, risk in rows.order_by("at").values_list("event", "episode", "level", "risk"):
        found[event, episode][level] = risk
    return found


def _signals(keys: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for event, kinds in EventThread.objects.filter(event__in=keys).values_list("event", "thread__kinds"):
        found[event].update(kinds)
    return {event: frozenset(kinds) for event, kinds in found.items()}


def _affected(facts: Mapping[str, Any]) -> list[str]:
    return list((facts.get("cross_border") or {}).get("affected_states", ()))


def facts_of_notified(head: NotifiedEvent) -> EventFacts | None:
    """What its state says of it; None where nothing of it stands, or its words are gone. `shown` is at hand."""
    if head.shown is None or head.is_withdrawn or not head.shown.body:
        return None
    body = head.shown.body
    risk = body.get("risk") or {}
    return EventFacts(
        disease=body.get("disease"),
        hazard=body.get("hazard") or "unknown",
        verification=body.get("verification") or "suspected",
        assessment=_assessed(body),
        criteria=_yes(body.get("criteria") or {}),
        risks={level: said["level"] for level, said in risk.items() if said},
        signals=frozenset(SIGNALS[code] for code in body.get("detected_by", ()) if code in SIGNALS),
        circumstances=frozenset(body.get("conditions", ())),
        states=frozenset({head.origin, *_affected(body)}),
        cases={name: n for name in CASE_CLASSES if (n := (body.get("counts") or {}).get(name)) is not None},
    )


def _assessed(body: Mapping[str, Any]) -> str:
    """By either instrument, as for an event of ours."""
    annex2, criteria = body.get("annex2"), body.get("criteria")
    if annex2 is None and criteria is None:
        return "none"
    outcome = annex2["outcome"] if annex2 else None
    given = {code: {"answer": said} for code, said in (criteria or {}).items() if code in CRITERIA}
    met = criteria_outcome(given).met if given else None
    if outcome == Conclusion.NOTIFY or met is Answer.YES:
        return "notifiable"
    if outcome in (None, Conclusion.MONITOR, "not_notifiable") and met in (None, Answer.NO):
        return "monitoring"
    return "under_assessment"
