"""Signed opinions and outcomes of panels: how each stands as DiagnosticReport, every revision as DocumentReference.

A report says what holds: final, amended, or entered-in-error where it was retracted. What was signed before is kept
beside it as a document that is superseded, so that no program takes an old advice for the one that stands.
"""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tocsin.fhir.canonical import BASE
from tocsin.fhir.case.given import NoteGiven, Said
from tocsin.fhir.case.making import LOINC, Json, Making, concept, moment, worded
from tocsin.fhir.tags import as_fhir

__all__ = ["answers", "files"]

CONSULT_NOTE = "11488-4"
OPINION, OUTCOME = "opinion", "outcome"


@dataclass(frozen=True, slots=True)
class _Answer:
    """An opinion or an outcome with all that was signed of it."""

    kind: str
    name: str
    revisions: Sequence[Said]
    status: str
    by: Sequence[Json]

    @property
    def words(self) -> NoteGiven | None:
        """Of the last revision, where they are here."""
        note = self.revisions[-1].note
        return note if note is not None and note.is_here else None


def answers(making: Making) -> Iterator[Json]:
    """A report and its documents, by the order in which they were first signed; then those of panels."""
    for answer in (*_opinions(making), *_outcomes(making)):
        yield _report(making, answer)
        yield from _documents(making, answer)


def files(making: Making) -> Iterator[Json]:
    """Files that went along, by their SHA-256; their bytes are not in the Bundle."""
    seen = set()
    for note in (act.note for act in making.acts):
        for file in note.files if note is not None and note.is_here else ():
            if file["digest"] in seen:
                continue
            seen.add(file["digest"])
            attachment = {"contentType": file["media_type"], "size": file["bytes"], "title": file["name"]}
            yield {
                "resourceType": "DocumentReference", "id": making.id("file", file["digest"]), "status": "current",
                "identifier": [{"system": BASE + "file", "value": file["digest"]}], "subject": making.patient,
                "content": [{"attachment": attachment}], "context": {"related": [making.request]},
            }  # fmt: skip


def _opinions(making: Making) -> Iterator[_Answer]:
    retracted = {act.said["opinion"] for act in making.of_kind("retract")}
    for signed in making.of_kind("sign"):
        name = signed.said["id"]
        later = [act for act in making.of_kind("amend") if act.said["opinion"] == name]
        status = "entered-in-error" if name in retracted else "amended" if later else "final"
        by = [] if (speaker := making.speaker(signed)) is None else [speaker]
        yield _Answer(OPINION, name, [signed, *later], status, by)


def _outcomes(making: Making) -> Iterator[_Answer]:
    """Of each panel, what its chair proposed last: signed, still to be agreed on, or given up."""
    drafts: list[Said] = []
    number = 0
    status, signers = "preliminary", list[Json]()

    def made() -> Iterator[_Answer]:
        if drafts:
            yield _Answer(OUTCOME, f"panel{number}", list(drafts), status, signers)

    for act in making.of_kind("convene", "draft_outcome", "stand", "sign_off", "dissolve"):
        speaker = making.speaker(act)
        if act.kind == "convene":
            yield from made()
            drafts, number, status, signers = [], number + 1, "preliminary", []
        elif act.kind == "draft_outcome":
            drafts.append(act)
            signers = [] if speaker is None else [speaker]
        elif act.kind == "stand" and act.said["stance"] == "agrees" and speaker is not None and speaker not in signers:
            signers.append(speaker)
        elif act.kind in ("sign_off", "dissolve"):
            status = "final" if act.kind == "sign_off" else "cancelled"
    yield from made()


def _report(making: Making, answer: _Answer) -> Json:
    first, last = answer.revisions[0], answer.revisions[-1]
    conclusion = worded("conclusion", answer.words) if answer.words is not None else {}
    return {
        "resourceType": "DiagnosticReport", "id": making.id(answer.kind, answer.name),
        "identifier": [{"system": BASE + answer.kind, "value": answer.name}], "basedOn": [making.request],
        "status": answer.status, "code": _code(answer), "subject": making.patient,
        "effectiveDateTime": moment(first.at), "issued": moment(last.at),
        **({"performer": list(answer.by), "resultsInterpreter": list(answer.by)} if answer.by else {}), **conclusion,
    }  # fmt: skip


def _documents(making: Making, answer: _Answer) -> Iterator[Json]:
    for number, act in enumerate(answer.revisions, 1):
        is_last = number == len(answer.revisions)
        status = "superseded" if not is_last else "current"
        if answer.status == "entered-in-error":
            status = "entered-in-error"
        author, before = making.speaker(act), _before(making, answer, number)
        yield {
            "resourceType": "DocumentReference", "id": making.id(answer.kind, answer.name, number), "status": status,
            "docStatus": "final" if number == 1 else "amended", "type": _code(answer), "subject": making.patient,
            "date": moment(act.at), **({"author": [author]} if author is not None else {}), **before,
            **({"description": act.said["reason"]} if act.said.get("reason") else {}),
            "content": [{"attachment": _attachment(act)}],
            "context": {"related": [making.reference(answer.kind, answer.name)]},
        }  # fmt: skip


def _before(making: Making, answer: _Answer, number: int) -> Json:
    if number == 1:
        return {}
    return {"relatesTo": [{"code": "replaces", "target": making.reference(answer.kind, answer.name, number - 1)}]}


def _attachment(act: Said) -> Json:
    """The text as UTF-8, so that not a letter of it changes; none where it was destroyed."""
    note = act.note
    found: Json = {"contentType": "text/plain; charset=utf-8", "creation": moment(act.at)}
    if note is None or not note.is_here or not note.text:
        return found
    data = base64.b64encode(note.text.encode()).decode()
    return {**found, "language": as_fhir(note.language), "data": data}


def _code(answer: _Answer) -> Json:
    ours = concept("answer", answer.kind)["coding"][0]
    return {"coding": [{"system": LOINC, "code": CONSULT_NOTE}, ours]}
