"""What is being written in a transfer and was not sent."""

from typing import Self

from django.db import models
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.records import new_id
from tocsin.node.transfers.models.transfers import Transfer

__all__ = ["TransferNoteDraft"]


class TransferNoteDraftQuerySet(models.QuerySet["TransferNoteDraft"]):
    def visible_to(self, person: Person) -> Self:
        """Those of the person alone, of transfers that they still have: what is not sent is nobody else's."""
        return self.filter(by=person.pk, transfer__in=Transfer.objects.visible_to(person))


class TransferNoteDraft(models.Model):
    """Words for one act as they are being written. Nobody else sees them before they are sent."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="note_drafts")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, help_text="Of the act that it is for.")
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = TransferNoteDraftQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("transfer", "by", "kind"), name="one_draft_of_a_note_in_a_transfer"),
        )

    def __str__(self) -> str:
        return self.kind
