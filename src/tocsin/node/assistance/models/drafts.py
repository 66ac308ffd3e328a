"""Requests and offers that are being made ready inside this state. Nobody outside knows of them."""

from typing import Self

from django.db import models
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.records import new_id

__all__ = ["OfferDraft", "RequestDraft"]


class DraftQuerySet(models.QuerySet["AssistanceDraft"]):
    def visible_to(self, person: Person) -> Self:
        """For whoever makes them ready, and whoever releases them."""
        may = person.may(Ability.KEEP_ASSISTANCE) or person.may(Ability.RELEASE_ASSISTANCE)
        return self.filter() if may else self.none()

    def open(self) -> Self:
        """Those that were neither released nor given up."""
        return self.filter(sent=None, discarded_at=None)

    def submitted(self) -> Self:
        """Those that wait for a second person."""
        return self.open().exclude(submitted_at=None)


class AssistanceDraft(models.Model):
    """What is to be said, as far as it is written: draft, then submitted by one person, then released by another.

    version   counts changes, so that two who write at once do not overwrite one another, and so that what is released
              is what was submitted: a change takes the submission back
    said      what the act will say
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.PositiveIntegerField(default=1)
    said = models.JSONField(default=dict)
    language = models.CharField(max_length=12, default="en", help_text="Of its texts.")
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    submitted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    sent_back_for = models.TextField(blank=True, help_text="Why a second person gave it back.")
    sent = models.OneToOneField(JointAct, models.PROTECT, null=True, related_name="+", help_text="What it became.")
    discarded_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    discarded_at = models.DateTimeField(null=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ("-changed_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(submitted_at=None, submitted_by=None)
                | models.Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="a_submitted_%(class)s_says_by_whom",
            ),
            models.CheckConstraint(
                condition=models.Q(sent=None) | models.Q(discarded_at=None), name="a_sent_%(class)s_is_not_given_up"
            ),
        )

    def __str__(self) -> str:
        return f"draft {self.id}"

    @property
    def status(self) -> str:
        """draft, submitted, released or discarded."""
        if self.sent_id is not None:
            return "released"
        if self.discarded_at is not None:
            return "discarded"
        return "submitted" if self.submitted_at is not None else "draft"

    @property
    def is_open(self) -> bool:
        """Whether it may be changed, submitted and released."""
        return self.status in ("draft", "submitted")


class RequestDraft(AssistanceDraft):
    """A request of ours before anybody is asked; with `amends`, what an open request of ours is to say instead."""

    classification = models.CharField(max_length=12, default="MEMBERS")
    addressees = models.JSONField(default=list, help_text="States, where it is SELECTIVE.")
    amends = models.ForeignKey(JointObject, models.PROTECT, null=True, related_name="+")


class OfferDraft(AssistanceDraft):
    """An offer of ours before it is made; with `offer`, what a standing offer of ours is to say instead."""

    request = models.ForeignKey(JointObject, models.PROTECT, related_name="+")
    offer = models.CharField(
        max_length=24, blank=True, help_text="Name of the offer that it changes; empty: a new one."
    )
