"""What clinicians say of a patient, as documents: read by whoever has the case, and destroyed where consent ends."""

from collections.abc import Callable
from typing import Any, Self

from django.db import models

from tocsin.node.alliance.models import Person
from tocsin.node.consultations.models.cases import Case
from tocsin.node.post.models.documents import DocumentQuerySet, SignedDocument

__all__ = ["ClinicalNote", "notes_of", "nouns_with_notes"]

Open = Callable[[Person], "models.QuerySet[Any]"]
_open: dict[str, Open] = {}


def notes_of(noun: str, open_to: Open) -> None:
    """Have notes about joint objects of this noun read by those for whom `open_to` gives the objects' identifiers."""
    _open[noun] = open_to


def nouns_with_notes() -> tuple[str, ...]:
    """Nouns about whose objects clinicians write notes."""
    return ("consultation", *_open)


class ClinicalNoteQuerySet(DocumentQuerySet):
    def visible_to(self, person: Person) -> Self:
        """Of cases that the person has a part in, while the patient agrees; and of what else has notes."""
        cases = Case.objects.visible_to(person).filter(may_be_told=True).values("of__object_id")
        found = models.Q(about_id__in=cases)
        for open_to in _open.values():
            found |= models.Q(about_id__in=open_to(person))
        return self.filter(found)

    def about(self, case: Case) -> Self:
        """Those of one case, whatever came first."""
        return self.filter(about_origin=case.of.origin, about_id=case.of.object_id)


class ClinicalNote(SignedDocument):
    """One note. Its text, its content and its files are of the patient; all else is not."""

    about_origin = models.CharField(max_length=12)
    about_id = models.UUIDField(help_text="Of the joint object that it belongs to, which may come after it.")
    kind = models.CharField(max_length=12)
    hospital = models.JSONField(help_text="In whose name it is said, as documents name it.")
    clinician = models.JSONField(null=True, help_text="Who says it; None for a coordinator.")
    name = models.CharField(max_length=150, blank=True, help_text="Of ours, who wrote it, as they were called then.")
    text = models.TextField(blank=True)
    content = models.JSONField(null=True, help_text="The structured part: `tocsin.clinical.content`.")
    files = models.JSONField(default=list, help_text="As documents name them.")
    translates = models.JSONField(null=True, help_text="The note that this one translates.")
    digest = models.CharField(max_length=43, help_text="Of the document's canonical bytes, as acts name it.")

    objects = ClinicalNoteQuerySet.as_manager()

    # What is destroyed when the patient no longer agrees.
    WITHOUT_WORDS = {"text": "", "content": None, "files": []}

    class Meta(SignedDocument.Meta):
        ordering = ("recorded_at", "id")
        indexes = (models.Index(fields=("about_id", "recorded_at"), name="notes_of_a_case"),)

    def __str__(self) -> str:
        return f"{self.origin} {self.kind}"
