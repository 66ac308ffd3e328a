"""Files that people put with a request. They stay in the state: no document of the exchange carries one."""

from typing import Self

from django.db import models
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.joint.models import JointObject
from tocsin.node.records import new_id

__all__ = ["Attachment"]


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, person: Person) -> Self:
        """For whoever reads what is asked and offered."""
        return self.filter() if person.may(Ability.READ_ASSISTANCE) else self.none()


class Attachment(models.Model):
    """A licence, a waybill, a photograph: kept in the database, so that it stands or falls with its row.

    Taken away, its row stays and its bytes go.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    of = models.ForeignKey(JointObject, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, help_text="What its bytes say it is: events/files/kinds.py.")
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of its bytes.")
    content = models.BinaryField()
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return self.name
