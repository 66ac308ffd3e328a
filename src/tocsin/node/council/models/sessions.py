"""Sessions of bodies as lists show them."""

from typing import Self

from django.db import models

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.joint.models import JointObject

__all__ = ["Session"]


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, person: Person) -> Self:
        """Those of all bodies, for whoever reads what the Council does."""
        return self.filter() if person.may(Ability.READ_COUNCIL) else self.none()


class Session(models.Model):
    """A session: who called it, when it is, what it is about. A row follows from the acts."""

    of = models.OneToOneField(JointObject, models.PROTECT, primary_key=True, related_name="session")
    body = models.CharField(max_length=60)
    title = models.JSONField(default=dict, help_text="By language.")
    status = models.CharField(max_length=12)
    starts_at = models.DateTimeField()
    chair = models.CharField(max_length=12)
    rule = models.CharField(max_length=60, blank=True, help_text="By which rule it was called; empty: by a delegate.")
    event_origin = models.CharField(max_length=12, blank=True)
    event_id = models.UUIDField(null=True)
    invited = models.JSONField(default=list)
    is_named = models.BooleanField(default=False, help_text="Whether this state has said who comes.")
    search_key = models.TextField(blank=True)
    changed_at = models.DateTimeField()

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_at", "-of_id")
        indexes = (
            models.Index(fields=("-starts_at", "-of"), name="sessions_latest_first"),
            models.Index(fields=("event_id",), name="sessions_of_an_event"),
        )

    def __str__(self) -> str:
        return f"{self.body} {self.starts_at:%Y-%m-%d}"
