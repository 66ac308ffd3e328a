"""Duties that a standing agreement has opened."""

from typing import Self

from django.db import models
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability

__all__ = ["OpenedDuty"]


class OpenedDutyQuerySet(models.QuerySet["OpenedDuty"]):
    def visible_to(self, person: Person) -> Self:
        """For whoever reads what the Council does."""
        return self.filter() if person.may(Ability.READ_COUNCIL) else self.none()

    def open(self) -> Self:
        """Those that this state has still to do."""
        return self.filter(done_at=None, lifted_at=None)


class OpenedDuty(models.Model):
    """What this state has to do because an event met the trigger of a standing agreement.

    Opened once for each agreement, event and duty; done or lifted by a person. It goes to no partner: whether a state
    did what it owes is shown to itself.
    """

    agreement = models.CharField(max_length=60, help_text="Code of the agreement, or identifier of its decision.")
    duty = models.CharField(max_length=60)
    trigger = models.CharField(max_length=60)
    title = models.JSONField(default=dict, help_text="By language.")
    event_origin = models.CharField(max_length=12, help_text="Whose event it is: ours, or a partner's.")
    event_id = models.UUIDField()
    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True, help_text="When a person said that it does not apply.")
    note = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = OpenedDutyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "opened duties"
        ordering = ("due_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("agreement", "event_origin", "event_id", "duty"), name="a_duty_is_opened_once_an_event"
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement} {self.duty}"
