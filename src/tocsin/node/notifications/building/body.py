"""The body of a notification, put together of what is kept of an event: codes, counts, typed texts. No person."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Max, Min, QuerySet
from django.utils import timezone

from tocsin.node.events.actions.linking import standing
from tocsin.node.events.facts import TEXTS, with_defaults
from tocsin.node.events.models import (
    Annex2Assessment,
    CriteriaAssessment,
    Event,
    EventCase,
    Milestone,
    RiskAssessment,
    Sample,
)
from tocsin.node.events.serials import serial
from tocsin.node.events.vocabulary import codes
from tocsin.node.notifications.configuration import contact
from tocsin.node.notifications.models import Draft
from tocsin.node.surveillance.models import Place

__all__ = ["body_of", "places_of"]

QUESTIONS = ("serious", "unexpected", "spread", "restrictions")
CRITERIA = ("unusual", "morbidity_mortality", "rapid_growth", "beyond_capacity", "several_states", "coordination")


def body_of(event: Event, draft: Draft, *, rows: list[list[Any]], below: int | None) -> dict[str, Any]:
    """What partners would be told of the event as it is now.

    rows, below  the breakdown with small counts withheld, and the count from which they are told; none without one
    """
    facts = with_defaults(event.facts)
    places = places_of(event)
    return {
        **facts,
        "event": str(event.pk),
        "serial": serial(event),
        "status": draft.status,
        "reason": draft.reason or None,
        "merged_into": _merged_into(event, draft),
        "verification": event.verification,
        "response": event.response,
        "articles": sorted(draft.articles, key=codes("article").index),
        "hazard": event.hazard,
        "disease": event.disease_id,
        "places": [_place(place) for place in places],
        "point_of_entry": facts["point_of_entry"] or any(one.kind == Place.Kind.POINT_OF_ENTRY for one in places),
        "dates": _dates(event),
        "counts": _counts(event),
        "suppression": None if below is None else {"below": below, "rule": "small-cells-and-complements"},
        "rows": rows,
        "laboratory": _laboratory(event, facts["laboratory"]),
        "annex2": _annex2(event),
        "criteria": _criteria(event),
        "risk": _risk(event),
        "texts": {**dict.fromkeys((*TEXTS, "reason"), ""), **event.texts, "reason": draft.reason_text},
        "contact": contact(),
    }


def places_of(event: Event) -> list[Place]:
    """Where the event is, the first place first."""
    return [event.place, *(row.place for row in event.places.select_related("place").order_by("place__path"))]


def _place(place: Place) -> dict[str, Any]:
    kind = place.kind if place.kind in codes("place_kind") else "other"
    names = {"en": place.name_en, "ru": place.name_ru, "zh": place.name_zh}
    return {"code": place.code, "kind": kind, "names": names}


def _merged_into(event: Event, draft: Draft) -> str | None:
    return str(standing(event).pk) if draft.reason == "merged" and event.merged_into_id else None


def _counts(event: Event) -> dict[str, Any]:
    as_of = event.as_of or timezone.localdate(event.changed_at)
    return {"as_of": as_of.isoformat(), **{name: getattr(event, name) for name in Event.COUNTS}}


def _dates(event: Event) -> dict[str, Any]:
    said = Milestone.objects.filter(event=event, episode=event.episode, is_current=True)
    when = {row.kind: _dated(row.on, row.precision) for row in said}
    cases = EventCase.objects.filter(event=event).exclude(classification=EventCase.Classification.DISCARDED)
    onsets = cases.aggregate(first=Min("onset"), last=Max("onset"))
    return {
        "emergence": when.get("emergence"),
        "detection": when.get("detection"),
        "authority_notified": when.get("notification"),
        "first_onset": _dated(onsets["first"], "exact"),
        "last_onset": _dated(onsets["last"], "exact"),
    }


def _dated(on: date | None, precision: str) -> dict[str, str] | None:
    return {"on": on.isoformat(), "precision": precision} if on is not None else None


def _laboratory(event: Event, said: dict[str, Any]) -> dict[str, Any]:
    """What people said; where they said nothing, what laboratories entered."""
    if said["status"] != "none" or said["tested"] is not None:
        return said
    samples = list(Sample.objects.filter(event=event).prefetch_related("tests"))
    if not samples:
        return said
    last = [_results(sample) for sample in samples]
    known = codes("laboratory_method")
    methods = {test.method if test.method in known else "other" for sample in samples for test in sample.tests.all()}
    tested = [results for results in last if results - {"pending"}]
    return {
        "status": _laboratory_status(set().union(*last)),
        "tested": len(tested),
        "positive": sum("positive" in results for results in last),
        "methods": sorted(methods, key=known.index),
    }


def _results(sample: Sample) -> set[str]:
    tests = list(sample.tests.all())
    corrected = {test.corrects_id for test in tests}
    return {test.result for test in tests if test.pk not in corrected}


def _laboratory_status(results: set[str]) -> str:
    for result, status in (("positive", "confirmed"), ("inconclusive", "inconclusive"), ("pending", "pending")):
        if result in results:
            return status
    return "negative" if results else "pending"


def _answer(answers: Mapping[str, Any], question: str) -> str | None:
    given = answers.get(question)
    return given.get("answer") if isinstance(given, Mapping) else given


def _annex2(event: Event) -> dict[str, Any] | None:
    one = Annex2Assessment.objects.filter(
        event=event, is_current=True, assessor=Annex2Assessment.Assessor.FIRST
    ).first()
    if one is None:
        return None
    outcome = one.outcome if one.outcome in codes("annex2_outcome") else "pending"
    always = one.listed == "always"
    answers = {name: None if always else _answer(one.answers, name) or "unknown" for name in QUESTIONS}
    return {"list": one.listed, "outcome": outcome, **answers}


def _criteria(event: Event) -> dict[str, Any] | None:
    one = CriteriaAssessment.objects.filter(event=event, is_current=True).first()
    return None if one is None else {name: _answer(one.answers, name) or "unknown" for name in CRITERIA}


def _risk(event: Event) -> dict[str, Any]:
    final: QuerySet[RiskAssessment] = RiskAssessment.objects.filter(
        event=event, is_current=True, status=RiskAssessment.Status.FINAL
    )
    said = {
        row.level: {
            "likelihood": row.likelihood,
            "impact": row.impact,
            "level": row.risk,
            "confidence": row.confidence,
        }
        for row in final
    }
    return {level: said.get(level) for level in RiskAssessment.Level.values}
