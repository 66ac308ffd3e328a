"""What every row has that stands for a signed document, ours or another node's."""

from collections.abc import Collection
from typing import Any, Self
from uuid import UUID, uuid5

from django.db import models
from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.node.alliance.models import Person

__all__ = ["DocumentQuerySet", "SignedDocument", "apart", "row_id"]

APART = UUID("0197c2aa-5d0c-7e3b-9a55-6d2f1b0c4e11")


class DocumentQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        """Without those that are void because the key that signed them had ended."""
        return self.filter(withdrawn_at=None)

    def readable(self) -> Self:
        """Those that stand and still have their words."""
        return self.filter(withdrawn_at=None, erased_at=None)


class SignedDocument(models.Model):
    """A row a document: never changed, but that it becomes void, stands again, or loses its words."""

    id = models.UUIDField(
        primary_key=True, editable=False,
        help_text="The document's own; another where a state took the identifier of another state's document.",
    )  # fmt: skip
    document_id = models.UUIDField(help_text="As its origin knows it.")
    origin = models.CharField(max_length=12, help_text="The node that said it.")
    is_ours = models.BooleanField()
    language = models.CharField(max_length=12, blank=True, help_text="Of its texts.")
    is_exercise = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(help_text="By its origin's clock.")
    came_at = models.DateTimeField(default=timezone.now, help_text="When it was known here.")
    withdrawn_at = models.DateTimeField(null=True, help_text="Since when it is void: its signing key had ended.")
    erased_at = models.DateTimeField(null=True, help_text="Since when its words are destroyed.")
    by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+",
        help_text="Who said it here; None for those of others, and of ours that came back after a restore.",
    )  # fmt: skip

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=models.Q(is_ours=True) | models.Q(by=None), name="only_our_%(class)ss_have_a_person"
            ),
            models.UniqueConstraint(fields=("document_id", "origin"), name="one_%(class)s_a_document"),
        )

    @property
    def state(self) -> str:
        """What chip it has, if any."""
        if self.erased_at:
            return "erased"
        return "void" if self.withdrawn_at else ""


def row_id(document: Document, taken: Collection[UUID] = ()) -> UUID:
    """The document's own identifier, or one of its own where a document of another state has it: nobody can keep a
    state's document out by sending another under its identifier.
    """
    own = UUID(document.id)
    return apart(document.origin, document.id) if own in taken else own


def apart(origin: str, id: str) -> UUID:
    """An identifier for what two states have given the same."""
    return uuid5(APART, f"{origin} {id}")
