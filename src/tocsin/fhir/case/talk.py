"""What was said: questions, answers, messages and all other words as Communication; how it went as Observation."""

from collections.abc import Iterator

from tocsin.fhir.case.given import Said
from tocsin.fhir.case.making import Json, Making, concept, moment, worded

__all__ = ["FOLLOW_UP", "SPOKEN", "talk"]

# Acts whose words are no answer of their own. What was submitted stands with the request.
SPOKEN = ("supplement", "ask", "reply", "message", "return", "decline", "reopen", "position", "stand")
FOLLOW_UP = "follow_up"


def talk(making: Making) -> Iterator[Json]:
    """In its order."""
    questions: dict[str, Said] = {}
    for act in making.acts:
        if act.kind == "ask":
            questions[act.said["id"]] = act
        if act.kind in SPOKEN and act.note is not None:
            yield _communication(making, act, questions.get(act.said.get("question", "")))
        if act.kind == FOLLOW_UP:
            yield _follow_up(making, act)


def _communication(making: Making, act: Said, question: Said | None) -> Json:
    note, sender = act.note, making.speaker(act)
    words = worded("contentString", note) if note is not None and note.is_here else {}
    return {
        "resourceType": "Communication", "id": making.id("said", act.id), "basedOn": [making.request],
        **({"inResponseTo": [making.reference("said", question.id)]} if question is not None else {}),
        "status": "completed", "category": [concept("act", act.kind)], "subject": making.patient,
        "sent": moment(act.at), **({"sender": sender} if sender is not None else {}),
        **({"payload": [words]} if words else {}),
    }  # fmt: skip


def _follow_up(making: Making, act: Said) -> Json:
    """What became of the patient and of the advice, and the rating from 1 to 5."""
    note, teller = act.note, making.speaker(act)
    words = worded("text", note) if note is not None and note.is_here else {}
    parts: list[Json] = [
        {"code": concept("finding", "advice_followed"),
         "valueCodeableConcept": concept("advice_followed", act.said["advice_followed"])},
    ]  # fmt: skip
    if act.said.get("rating") is not None:
        parts.append({"code": concept("finding", "rating"), "valueInteger": act.said["rating"]})
    return {
        "resourceType": "Observation", "id": making.id("followed", act.id), "basedOn": [making.request],
        "status": "final", "code": concept("finding", "outcome"), "subject": making.patient,
        "effectiveDateTime": moment(act.at), **({"performer": [teller]} if teller is not None else {}),
        "valueCodeableConcept": concept("outcome", act.said["outcome"]), **({"note": [words]} if words else {}),
        "component": parts,
    }  # fmt: skip
