"""What is asked, what the patient agrees to, and how far it is: ServiceRequest, Consent, Task."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tocsin.fhir.canonical import BASE
from tocsin.fhir.case.given import Agreed, NoteGiven, Said
from tocsin.fhir.case.making import LOINC, Json, Making, concept, moment, worded
from tocsin.fhir.extensions import extended, holder
from tocsin.fhir.tags import as_fhir

__all__ = ["ANSWER_LANGUAGE", "BASIS", "consents", "last_asked", "request", "task"]

ANSWER_LANGUAGE = BASE + "StructureDefinition/answer-language"
BASIS = BASE + "StructureDefinition/consent-basis"
_PRIORITY = {"emergency": "stat", "urgent": "urgent", "routine": "routine"}
_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
_SCOPES = {"care": "treatment", "research": "research"}
_CONSENT_DOCUMENT = "59284-0"
# Of what is asked, and of the work on it, by the status of the case; what else there is goes on.
_REQUEST = {"withdrawn": "revoked", "expired": "revoked", "returned": "on-hold", "closed": "completed"}
_TASK = {
    "submitted": "requested", "returned": "rejected", "allocated": "accepted", "in_review": "in-progress",
    "info_requested": "on-hold", "withdrawn": "cancelled", "expired": "failed",
}  # fmt: skip


def request(making: Making, asked: NoteGiven | None, supporting: Sequence[Json]) -> Json:
    """The question with its urgency and specialty. `asked`: the note that it was asked with last."""
    given, opened = making.given, making.acts[0]
    questions = asked.content["questions"] if asked is not None and asked.content else []
    texts = [{"text": one} for one in questions]
    if asked is not None and (said := worded("text", asked)):
        texts.append(said)
    reasons = [one for one in supporting if one["resourceType"] == "Condition"]
    beside = [one for one in supporting if one["resourceType"] != "Condition"]
    asker = making.speaker(opened)
    return {
        "resourceType": "ServiceRequest", "id": making.id("request"),
        **holder(extended(ANSWER_LANGUAGE, "Code", as_fhir(tag)) for tag in given.languages),
        "identifier": [{"system": BASE + "consultation", "value": f"{given.origin}/{given.id}"}],
        "status": _REQUEST.get(given.status, "active"), "intent": "order",
        "priority": _PRIORITY.get(given.urgency, "routine"),
        "code": concept("service", "consultation"), "subject": making.patient, "authoredOn": moment(opened.at),
        **({"requester": asker} if asker is not None else {}),
        "performerType": concept("specialty", given.specialty),
        "performer": [making.party(one, None) for one in given.asked],
        **({"reasonReference": [_to(one) for one in reasons]} if reasons else {}),
        **({"supportingInfo": [_to(one) for one in beside]} if beside else {}),
        **({"note": texts} if texts else {}),
    }  # fmt: skip


def task(making: Making, answers: Sequence[Json]) -> Json:
    """The course of the case: `businessStatus` is our status, word for word."""
    given, first, last = making.given, making.acts[0], making.acts[-1]
    outputs = [
        {"type": {"coding": one["code"]["coding"][-1:]}, "valueReference": _to(one)}
        for one in answers
        if one["resourceType"] == "DiagnosticReport"
    ]
    return {
        "resourceType": "Task", "id": making.id("task"), "basedOn": [making.request],
        "status": _TASK.get(given.status, "completed"), "businessStatus": concept("consultation_status", given.status),
        "intent": "order", "focus": making.request, "for": making.patient, "authoredOn": moment(first.at),
        "lastModified": moment(last.at), "requester": making.party(given.asking, None),
        **({"owner": making.party(given.asked[0], None)} if given.asked else {}),
        **({"output": outputs} if outputs else {}),
    }  # fmt: skip


def consents(making: Making) -> Iterator[Json]:
    """One for each use that the patient was asked about."""
    for one in making.given.consents:
        yield _consent(making, one)


def _consent(making: Making, one: Agreed) -> Json:
    said = concept("consent_kind", one.kind)
    return {
        "resourceType": "Consent", "id": making.id("consent", one.kind), **holder([extended(BASIS, "Code", one.basis)]),
        "status": "active" if one.given else "inactive",
        "scope": {"coding": [{"system": _SCOPE, "code": _SCOPES.get(one.kind, "patient-privacy")}]},
        "category": [{"coding": [{"system": LOINC, "code": _CONSENT_DOCUMENT}]}, said],
        "patient": making.patient, **({"dateTime": one.on} if one.on else {}),
        "organization": [making.party(making.given.asking, None)], "policyRule": said,
        "provision": {"type": "permit" if one.given else "deny"},
    }  # fmt: skip


def last_asked(acts: Sequence[Said]) -> NoteGiven | None:
    """The note that a case was submitted with last, where its words are here."""
    notes = [act.note for act in acts if act.kind in ("submit", "resubmit") and act.note is not None]
    return notes[-1] if notes and notes[-1].is_here else None


def _to(resource: Mapping[str, Any]) -> Json:
    return {"reference": f"urn:uuid:{resource['id']}"}
