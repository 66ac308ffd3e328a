"""A case as a Bundle of R4B."""

from collections.abc import Iterator
from typing import Any

from tocsin.clinical.content import normalised
from tocsin.fhir.canonical import BASE
from tocsin.fhir.case.given import CaseGiven, NoteGiven
from tocsin.fhir.case.making import Json, Making, moment
from tocsin.fhir.case.measured import measured
from tocsin.fhir.case.opinions import answers, files
from tocsin.fhir.case.parties import parties
from tocsin.fhir.case.patient import found, patient
from tocsin.fhir.case.provenance import provenance
from tocsin.fhir.case.request import consents, last_asked, request, task
from tocsin.fhir.case.talk import talk
from tocsin.fhir.case.treatment import treatment

__all__ = ["ConsentEnded", "bundle_of_case"]


class ConsentEnded(ValueError):
    """Nothing is told of a patient who does not agree that others are told."""


def bundle_of_case(given: CaseGiven) -> Json:
    """The Bundle of a case. The same case gives the same Bundle; figures are decimals (`written.text_of`).

    A `collection`: a `document` is attested as a whole by one author and is finished, and a case is neither.
    Raises ConsentEnded.
    """
    if not given.may_be_told:
        raise ConsentEnded(f"the patient of case {given.number} does not agree that others are told")
    making = Making(given)
    resources = list(_resources(making))
    entries = [{"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource} for resource in resources]
    return {
        "resourceType": "Bundle", "type": "collection", "timestamp": moment(given.acts[-1].at),
        "identifier": {"system": BASE + "consultation", "value": f"{given.origin}/{given.id}"}, "entry": entries,
    }  # fmt: skip


def _resources(making: Making) -> Iterator[Json]:
    asked = last_asked(making.acts)
    contents = [(note, normalised(note.content)) for note in _told(making, asked)]
    supporting = [
        one
        for note, content in contents
        for part in (found, measured, treatment)
        for one in part(making, note, content)
    ]
    answered = list(answers(making))
    yield request(making, asked, [one for one in supporting if one["resourceType"] != "Encounter"])
    yield task(making, answered)
    yield patient(making, _content(asked))
    yield from supporting
    yield from talk(making)
    yield from answered
    yield from files(making)
    yield from consents(making)
    yield from parties(making)
    yield from provenance(making)


def _told(making: Making, asked: NoteGiven | None) -> list[NoteGiven]:
    """Notes whose structured part holds: of those that the case was submitted with the last, and all others."""
    others = [act.note for act in making.acts if act.kind not in ("submit", "resubmit")]
    return [note for note in (asked, *others) if note is not None and note.is_here and note.content]


def _content(note: NoteGiven | None) -> Any:
    return normalised(note.content) if note is not None and note.content else None
