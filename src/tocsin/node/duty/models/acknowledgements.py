"""Signed documents that say: a person here has seen your document and answers for it."""

from django.db import models
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.duty.models.alerts import Alert
from tocsin.node.records import new_id

__all__ = ["Acknowledgement"]


class AcknowledgementQuerySet(models.QuerySet["Acknowledgement"]):
    def visible_to(self, person: Person) -> "AcknowledgementQuerySet":
        """All, for whoever reads what goes between states, or stands duty. They hold no more than a role and a time."""
        may = any(map(person.may, (Ability.READ_EVENTS, Ability.STAND_DUTY, Ability.TRACE_TRAVELLERS)))
        return self if may else self.none()

    def standing(self) -> "AcknowledgementQuerySet":
        """Neither void nor erased."""
        return self.filter(withdrawn_at=None)


class Acknowledgement(models.Model):
    """One acknowledgement, ours or a partner's. Which person it was only their own node knows."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False, help_text="The document's own.")
    of_id = models.UUIDField(db_index=True, help_text="The document that was seen.")
    of_origin = models.CharField(max_length=12)
    of_type = models.CharField(max_length=40)
    node = models.CharField(max_length=12, help_text="Whose person saw it.")
    by_role = models.CharField(max_length=40)
    acknowledged_at = models.DateTimeField(help_text="By the clock of that node.")
    is_ours = models.BooleanField()
    is_exercise = models.BooleanField(default=False)
    alert = models.ForeignKey(Alert, models.PROTECT, null=True, related_name="acknowledgements")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    came_at = models.DateTimeField(default=timezone.now, help_text="When it was known here.")
    withdrawn_at = models.DateTimeField(null=True, help_text="Since when it is void: its signing key had ended.")

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        ordering = ("acknowledged_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(is_ours=True) | models.Q(by=None, alert=None),
                name="only_our_acknowledgements_have_a_person",
            ),
            models.UniqueConstraint(
                fields=("of_id",), condition=models.Q(is_ours=True), name="we_acknowledge_a_document_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.node} {self.of_type} {self.of_id}"
