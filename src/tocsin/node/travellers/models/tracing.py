"""One person whom one state asks another to look for, through every version and answer; without the person."""

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.models import Event
from tocsin.node.records import new_id
from tocsin.node.surveillance.models import Disease

__all__ = ["Tracing"]


class TracingQuerySet(models.QuerySet["Tracing"]):
    def visible_to(self, person: Person) -> "TracingQuerySet":
        """For those who look for travellers, and nobody else: others learn from the audit that there are some."""
        return self if person.may(Ability.TRACE_TRAVELLERS) else self.none()

    def open(self) -> "TracingQuerySet":
        """Those of which something is still kept."""
        return self.filter(destroyed_at=None)

    def unanswered(self) -> "TracingQuerySet":
        """Of others, still kept, to which nobody here has said how it ended."""
        return self.open().filter(is_ours=False, withdrawn_at=None).exclude(found__in=("yes", "no"))


class Tracing(models.Model):
    """What lists show. It never holds who the person is, and stays when that is destroyed.

    Everything but who works on it, the event and how it was closed follows from the documents (actions/settling.py).
    """

    class Ended(models.TextChoices):
        EXPIRED = "expired", _("its time had run out")
        CLOSED = "closed", _("closed before its time")
        ERASED = "erased", _("its origin had it erased")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    is_ours = models.BooleanField()
    other = models.CharField(max_length=12, help_text="The node it went to, or came from.")
    is_exercise = models.BooleanField(default=False)
    disease_code = models.CharField(max_length=60, blank=True)
    disease = models.ForeignKey(Disease, models.PROTECT, null=True, related_name="+")
    classification = models.CharField(max_length=12, blank=True)
    version = models.PositiveBigIntegerField(default=0, help_text="The last that is known; 0 while none stands.")
    begun_at = models.DateTimeField(default=timezone.now, help_text="When the first of it was recorded.")
    changed_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, help_text="Since when all of it is void.")
    due_at = models.DateTimeField(help_text="When everything of it is destroyed.")
    found = models.CharField(max_length=12, blank=True, help_text="Of the last answer; empty: none yet.")
    outcome = models.JSONField(default=list, help_text="Codes: of the last answer, else of the last version.")
    answers_count = models.PositiveIntegerField(default=0)
    worked_on_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    worked_on_since = models.DateTimeField(null=True)
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="travellers", help_text="Of ours.")
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    destroyed_at = models.DateTimeField(null=True)
    destroyed_why = models.CharField(max_length=8, choices=Ended, blank=True)

    objects = TracingQuerySet.as_manager()

    class Meta:
        ordering = ("-changed_at", "-id")
        indexes = (
            models.Index(fields=("is_ours", "destroyed_at", "-changed_at", "-id"), name="tracings_by_news"),
            models.Index(fields=("due_at",), condition=models.Q(destroyed_at=None), name="tracings_that_run_out"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(worked_on_by=None, worked_on_since=None)
                | models.Q(worked_on_by__isnull=False, worked_on_since__isnull=False),
                name="who_works_on_a_tracing_began",
            ),
        )

    def __str__(self) -> str:
        return f"{'→' if self.is_ours else '←'} {self.other} {self.begun_at:%Y-%m-%d}"

    @property
    def state(self) -> str:
        """Its name in look/states.py."""
        if self.destroyed_at:
            return "destroyed"
        if self.withdrawn_at:
            return "void"
        return {"yes": "traveller_found", "no": "traveller_not_found", "in_progress": "traveller_sought"}.get(
            self.found, "traveller_unanswered"
        )

    def is_due(self, now: datetime | None = None) -> bool:
        """Whether its time has run out, be it destroyed yet or not."""
        return self.due_at <= (now or timezone.now())
