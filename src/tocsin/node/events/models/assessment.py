"""What people concluded of an event: IHR Annex 2, the alliance's criteria, risk. Versions; nothing is overwritten."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.events.models.event import Event
from tocsin.node.records import new_id

__all__ = ["Annex2Assessment", "CriteriaAssessment", "RiskAssessment"]


class Versioned(models.Model):
    """One version of an assessment. `is_current` is the one that counts; those before it are kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="%(class)ss")
    version = models.PositiveIntegerField(default=1, help_text="From 1; whoever changes it says which they saw.")
    is_current = models.BooleanField(default=True)
    episode = models.PositiveSmallIntegerField(default=1, help_text="Of the event, that it is about.")
    language = models.CharField(max_length=10, blank=True, help_text="Of its reasons.")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True


class Annex2Assessment(Versioned):
    """One person's answers to the decision instrument of Annex 2. A second person's stand beside the first's.

    answers  {"serious": {"answer": "yes", "reason": "…"}, "unexpected": …, "spread": …, "restrictions": …}
    outcome  as instruments/annex2.py concludes from the list, the answers and the day
    """

    class Assessor(models.TextChoices):
        FIRST = "first", _("first assessor")
        SECOND = "second", _("second assessor")

    assessor = models.CharField(max_length=8, choices=Assessor, default=Assessor.FIRST)
    listed = models.CharField(max_length=12, help_text="always, instrument or any_event: the part of Annex 2.")
    as_listed = models.CharField(
        max_length=8, default="yes", help_text="Whether it is what the list means: wild poliovirus, for instance."
    )
    answers = models.JSONField(default=dict)
    outcome = models.CharField(max_length=20)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("-at",)
        constraints = (
            models.UniqueConstraint(
                fields=("event", "assessor"), condition=models.Q(is_current=True), name="one_annex2_an_assessor"
            ),
            models.UniqueConstraint(fields=("event", "assessor", "version"), name="one_annex2_a_version"),
        )

    def __str__(self) -> str:
        return f"{self.assessor} {self.outcome}"


class CriteriaAssessment(Versioned):
    """Whether the event meets the alliance's own criteria. answers  {"unusual": {"answer": "yes", "reason": "…"}, …}"""

    answers = models.JSONField(default=dict)
    outcome = models.CharField(max_length=20)

    class Meta:
        ordering = ("-at",)
        constraints = (
            models.UniqueConstraint(
                fields=("event",), condition=models.Q(is_current=True), name="one_criteria_an_event"
            ),
            models.UniqueConstraint(fields=("event", "version"), name="one_criteria_a_version"),
        )

    def __str__(self) -> str:
        return self.outcome


class RiskAssessment(Versioned):
    """The risk at one level: likelihood and impact by the alliance's matrix, how sure one is, and why."""

    class Level(models.TextChoices):
        NATIONAL = "national", _("national")
        NEIGHBOURS = "neighbours", _("neighbouring states")
        ALLIANCE = "alliance", _("the alliance")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEW = "review", _("under review")
        FINAL = "final", _("final")
        SUPERSEDED = "superseded", _("superseded")

    level = models.CharField(max_length=12, choices=Level)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    likelihood = models.CharField(max_length=20, blank=True)
    impact = models.CharField(max_length=20, blank=True)
    risk = models.CharField(max_length=12, blank=True, help_text="By the matrix: low to very_high.")
    confidence = models.CharField(max_length=12, blank=True)
    text = models.TextField(blank=True, help_text="What it rests on, and what is not known.")
    recommended = models.TextField(blank=True)
    reviewed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("level", "-at")
        constraints = (
            models.UniqueConstraint(
                fields=("event", "level"), condition=models.Q(is_current=True), name="one_risk_a_level"
            ),
            models.UniqueConstraint(fields=("event", "level", "version"), name="one_risk_a_version"),
            models.CheckConstraint(
                condition=~models.Q(status="final") | ~models.Q(risk=""), name="a_final_risk_says_what_it_is"
            ),
        )

    def __str__(self) -> str:
        return f"{self.level} {self.risk}"
