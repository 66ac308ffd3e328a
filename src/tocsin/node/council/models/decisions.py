"""Decisions as lists show them; what one has come to in full is computed from its acts."""

from typing import Self

from django.db import models

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.joint.models import JointObject

__all__ = ["Decision"]


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, person: Person) -> Self:
        """Those of all bodies, for whoever reads what the Council does."""
        return self.filter() if person.may(Ability.READ_COUNCIL) else self.none()

    def waiting_for_us(self) -> Self:
        """In which this state has still to say something."""
        return self.filter(needs_us=True)


class Decision(models.Model):
    """A decision and its text: statement, plan of joint actions, agreement, resolution.

    A row follows from the acts (`council.decision_rows`), and is the same on every node that has the same documents. It
    is adopted where its owner's closing act says so and every citation of it is true, and never by the passing of time.
    """

    class Kind(models.TextChoices):
        STATEMENT = "statement"
        PLAN = "plan"
        AGREEMENT = "agreement"
        RESOLUTION = "resolution"
        DECISION = "decision"

    of = models.OneToOneField(JointObject, models.PROTECT, primary_key=True, related_name="decision")
    body = models.CharField(max_length=60, help_text="Code of the body, as the alliance's file has it.")
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.JSONField(default=dict, help_text="By language.")
    status = models.CharField(max_length=20)
    version = models.PositiveIntegerField(default=1, help_text="Of the text.")
    concerned = models.JSONField(default=list, help_text="States that it is to be adopted by.")
    outstanding = models.JSONField(default=list, help_text="Of these, those of which nothing that counts is here.")
    objecting = models.JSONField(default=list)
    own_standing = models.CharField(max_length=20, blank=True, help_text="Of this state; empty: not concerned.")
    needs_us = models.BooleanField(default=False)
    event_origin = models.CharField(max_length=12, blank=True)
    event_id = models.UUIDField(null=True, help_text="As its origin knows it.")
    session_origin = models.CharField(max_length=12, blank=True)
    session_id = models.UUIDField(null=True)
    year = models.PositiveSmallIntegerField(null=True)
    silence_until = models.DateTimeField(null=True, help_text="When the silence of the last state ends.")
    adopted_at = models.DateTimeField(null=True, help_text="By its owner's clock.")
    measures_open = models.PositiveIntegerField(default=0)
    measures_all = models.PositiveIntegerField(default=0)
    next_deadline = models.DateField(null=True, help_text="Of measures that are not done.")
    search_key = models.TextField(blank=True)
    changed_at = models.DateTimeField(help_text="When anything of it was last said.")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ("-changed_at", "-of_id")
        indexes = (
            models.Index(fields=("-changed_at", "-of"), name="decisions_latest_first"),
            models.Index(fields=("status", "-changed_at"), name="decisions_of_a_status"),
            models.Index(fields=("event_id",), name="decisions_of_an_event"),
            models.Index(fields=("session_id",), name="decisions_of_a_session"),
            models.Index(fields=("-changed_at",), condition=models.Q(needs_us=True), name="decisions_that_need_us"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.of_id}"
