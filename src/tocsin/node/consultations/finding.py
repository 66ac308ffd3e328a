"""Cases by words, in three scripts: what was written in them, hospitals, specialties, numbers."""

from collections.abc import Iterable
from uuid import UUID

from tocsin.clinical.vocabulary import LANGUAGES, UnknownCode, word
from tocsin.joint.consultations import Case
from tocsin.node.alliance.models import Person
from tocsin.node.consultations import models
from tocsin.node.hospitals.models import Hospital
from tocsin.node.search.finding import found
from tocsin.node.search.writing import forget, index

__all__ = ["KIND", "MOST", "cases_with", "keep_findable", "names_of", "texts_of"]

KIND = "case"
MOST = 1_000  # cases that a query finds at most, the last indexed first


def keep_findable(row: models.Case, case: Case) -> None:
    """Have a case found by what is said in it now; by nothing of a patient who does not agree any more."""
    if not row.may_be_told or row.status == models.Case.Status.VOID:
        forget(KIND, row.pk)
        return
    hospitals = [one.hospital for one in row.hospitals.select_related("hospital") if one.hospital is not None]
    notes = models.ClinicalNote.objects.about(row).readable()
    index(KIND, row.pk, str(row.pk), texts_of(row, case, hospitals, notes), names=names_of(hospitals))


def names_of(hospitals: Iterable[Hospital]) -> list[str]:
    """By which a case is found in pinyin, too."""
    return [name for hospital in hospitals for name in hospital.names.values() if name]


def texts_of(
    row: models.Case, case: Case, hospitals: Iterable[Hospital], notes: Iterable[models.ClinicalNote]
) -> list[str]:
    """What a case is found by. notes: all that are here; those count that its acts name, as they name them."""
    texts = [row.number, *row.summary.values(), *_specialty(row.specialty)]
    texts += names_of(hospitals)
    signed = {
        (one.act.origin, said["id"]): said["digest"] for one in case.history if (said := one.act.said.get("note"))
    }
    for note in notes:
        if signed.get((note.origin, str(note.document_id)), note.digest) == note.digest:
            texts += [note.text, *_content(note.content or {})]
    return [text for text in texts if text]


def cases_with(query: str, reader: Person) -> list[UUID]:
    """Cases of the reader with all these words."""
    return found(KIND, query, scopes=None, among=models.Case.objects.visible_to(reader), limit=MOST)


def _specialty(code: str) -> list[str]:
    try:
        return [word("specialty", code, language) for language in LANGUAGES]
    except UnknownCode:  # of a later release
        return [code]


def _content(content: dict[str, object]) -> list[str]:
    """Texts that people typed, and names of diagnoses and medicines; no numbers."""
    said: list[str] = [str(content.get("presentation") or ""), str(content.get("conditions") or "")]
    said += [str(one) for one in content.get("questions") or ()]  # type: ignore[attr-defined]
    for name, member in (("diagnoses", "display"), ("medication", "substance")):
        said += [str(one[member]) for one in content.get(name) or ()]  # type: ignore[attr-defined]
    return said
