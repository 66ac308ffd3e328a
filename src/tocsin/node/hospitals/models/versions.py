"""What states have said of their hospitals, version by version."""

from typing import Self

from django.db import models

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.post.models.documents import DocumentQuerySet, SignedDocument

__all__ = ["HospitalVersion"]


class HospitalVersionQuerySet(DocumentQuerySet):
    def visible_to(self, person: Person) -> Self:
        """For whoever reads the directory."""
        return self.filter() if person.may(Ability.READ_HOSPITALS) else self.none()


class HospitalVersion(SignedDocument):
    """One document `hospital`: all that its state says of one hospital. The last version that stands counts."""

    hospital_id = models.UUIDField(help_text="As its state knows it.")
    version = models.PositiveIntegerField()
    supersedes = models.UUIDField(null=True)
    classification = models.CharField(max_length=12)
    addressees = models.JSONField(default=list)
    body = models.JSONField(default=dict, help_text="By the schema `hospital`; empty once erased.")

    objects = HospitalVersionQuerySet.as_manager()

    class Meta(SignedDocument.Meta):
        ordering = ("-version", "-recorded_at")
        indexes = (models.Index(fields=("origin", "hospital_id", "-version"), name="versions_of_a_hospital"),)

    def __str__(self) -> str:
        return f"hospital {self.hospital_id} of {self.origin}, version {self.version}"
