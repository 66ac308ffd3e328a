"""Decisions that are being made ready inside this state."""

from typing import Self

from django.db import models
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.records import new_id

__all__ = ["DecisionDraft"]


class DecisionDraftQuerySet(models.QuerySet["DecisionDraft"]):
    def visible_to(self, person: Person) -> Self:
        """For whoever prepares what the Council decides."""
        return self.filter() if person.may(Ability.PREPARE_COUNCIL) else self.none()

    def open(self) -> Self:
        """Those that were neither proposed nor given up."""
        return self.filter(proposed=None, discarded_at=None)


class DecisionDraft(models.Model):
    """What is to be proposed, as far as it is written. Nobody outside this state knows of it.

    version   counts changes, so that two who write at once do not overwrite one another
    said      what `propose` will say; its text as paragraphs
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.PositiveIntegerField(default=1)
    said = models.JSONField(default=dict)
    classification = models.CharField(max_length=9, default="MEMBERS")
    addressees = models.JSONField(default=list)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    discarded_at = models.DateTimeField(null=True)
    proposed = models.ForeignKey("joint.JointObject", models.PROTECT, null=True, related_name="+")

    objects = DecisionDraftQuerySet.as_manager()

    class Meta:
        ordering = ("-changed_at", "-id")

    def __str__(self) -> str:
        return f"draft {self.id}"
