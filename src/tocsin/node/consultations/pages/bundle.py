"""A case as FHIR: what a reader may know of it, handed to `tocsin.fhir.case`. docs/fhir.md"""

from collections.abc import Iterator, Mapping, Sequence

from tocsin.fhir.case.given import Agreed, CaseGiven, ClinicianGiven, HospitalGiven, NoteGiven, Party, Said
from tocsin.fhir.case.writing import ConsentEnded, bundle_of_case
from tocsin.fhir.case.written import text_of
from tocsin.joint.acts import Applied
from tocsin.joint.consultations import Case
from tocsin.joint.parties import PartyId, Speaker
from tocsin.node.alliance.models import Person
from tocsin.node.consultations import models
from tocsin.node.consultations.pages.conversation import notes_by_id
from tocsin.node.consultations.pages.parties import Parties, parties_of
from tocsin.node.consultations.reading import case_ahead

__all__ = ["ConsentEnded", "bundle_text", "case_given"]

NO_NAMES = {"en": "", "ru": "", "zh": ""}

Notes = Mapping[tuple[str, str], models.ClinicalNote]


def bundle_text(row: models.Case, reader: Person) -> str:
    """The Bundle of a case, as JSON. Raises ConsentEnded."""
    return text_of(bundle_of_case(case_given(row, reader)))


def case_given(row: models.Case, reader: Person) -> CaseGiven:
    """In a number of queries that does not grow with what was said. Who the patient is is not asked for."""
    case = case_ahead(row.of)
    found = list(models.ClinicalNote.objects.visible_to(reader).about(row)) if case.may_be_told else []
    known, parties = notes_by_id(found), parties_of(case)
    acts = [_said(applied, known, found) for applied in case.history]
    assert case.asking is not None  # or there would be no row
    return CaseGiven(
        origin=row.of.origin, id=str(row.of.object_id), number=row.number, status=str(case.status),
        specialty=case.specialty, urgency=case.urgency, languages=case.languages,
        may_be_told=case.may_be_told and row.may_be_told, asking=_party(case.asking),
        asked=[_party(one) for one in case.asked],
        consents=[Agreed(kind, one.given, one.on, one.basis) for kind, one in case.consents.items()], acts=acts,
        hospitals=list(_hospitals(case, acts, parties)), clinicians=list(_clinicians(case, acts, parties)),
    )  # fmt: skip


def _said(applied: Applied, known: Notes, notes: Sequence[models.ClinicalNote]) -> Said:
    act = applied.act
    speaker = Speaker.of(act.said["as"]) if "as" in act.said else None
    named = act.said.get("note")
    return Said(
        kind=act.kind, id=f"{act.origin} {act.id}", at=applied.at, digest=act.digest,
        hospital=_party(speaker.hospital) if speaker is not None else None,
        clinician=_party(speaker.clinician) if speaker is not None and speaker.clinician is not None else None,
        said={name: value for name, value in act.said.items() if name not in ("as", "note")},
        note=_note(act.origin, named, known, notes) if named else None,
    )  # fmt: skip


def _note(
    origin: str, named: Mapping[str, str], known: Notes, notes: Sequence[models.ClinicalNote]
) -> NoteGiven:  # fmt: skip
    """The note that an act names: with its words where they are here, and are those that were signed."""
    row = known.get((origin, named["id"]))
    if row is None or row.digest != named["digest"] or row.erased_at is not None or row.withdrawn_at is not None:
        return NoteGiven(origin, named["id"], named["digest"], is_here=False)
    key = {"origin": origin, "id": named["id"]}
    translations = [
        (one.language, one.text) for one in notes
        if one.translates == key and one.erased_at is None and one.withdrawn_at is None
    ]  # fmt: skip
    return NoteGiven(
        origin=origin, id=named["id"], digest=named["digest"], language=row.language, text=row.text,
        content=row.content, files=row.files, translations=translations,
    )  # fmt: skip


def _hospitals(case: Case, acts: Sequence[Said], parties: Parties) -> Iterator[HospitalGiven]:
    """Each that is named, those that the directory does not have with their identifier alone."""
    keys = [*([case.asking] if case.asking is not None else []), *case.asked]
    keys += [PartyId(act.hospital.origin, act.hospital.id) for act in acts if act.hospital is not None]
    keys += [PartyId.of(one.hospital.key) for one in parties.clinicians.values()]
    for key in dict.fromkeys(keys):
        row = parties.hospitals.get(key)
        yield HospitalGiven(_party(key), NO_NAMES | row.names if row is not None else NO_NAMES)


def _clinicians(case: Case, acts: Sequence[Said], parties: Parties) -> Iterator[ClinicianGiven]:
    """Whoever has the case, and whoever has said something in it."""
    said = [PartyId(act.clinician.origin, act.clinician.id) for act in acts if act.clinician is not None]
    for key in dict.fromkeys([*case.team, *sorted(case.readers), *said]):
        row = parties.clinicians.get(key)
        if row is not None:
            yield ClinicianGiven(
                _party(key), _party(PartyId.of(row.hospital.key)), NO_NAMES | row.names, row.role,
                tuple(row.specialties),
            )  # fmt: skip


def _party(key: PartyId) -> Party:
    return Party(key.origin, key.id)
