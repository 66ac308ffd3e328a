"""One run of the methods over the series of a source."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.records import new_id
from tocsin.node.surveillance.models.gate import SurveillanceQuerySet
from tocsin.node.surveillance.models.sources import Source

__all__ = ["Screening"]


class Screening(models.Model):
    """What was screened, by which engine, and what came of it. Its signals exist for people once it is DONE."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(Source, models.PROTECT, related_name="screenings")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", help_text="None: the night's work.")
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    generation = models.PositiveIntegerField(null=True, help_text="Of the source: the counts that were screened.")
    method = models.CharField(max_length=40, blank=True)
    options = models.JSONField(default=dict)
    engine = models.CharField(max_length=40, blank=True, help_text="Version of the engine.")
    evaluate = models.PositiveSmallIntegerField(
        default=0, help_text="Number of last complete periods; 0 until it starts, if nobody asked for a number."
    )
    again = models.JSONField(
        default=dict, help_text='Asked for again while it ran: {"by": key or null, "evaluate": number}.'
    )
    first_period = models.DateField(null=True)
    last_period = models.DateField(null=True)
    series = models.PositiveIntegerField(null=True)
    cells = models.PositiveIntegerField(null=True, help_text="Series-periods that could be evaluated.")
    signals_found = models.PositiveIntegerField(null=True)
    false_alarms = models.FloatField(null=True, help_text="Signals to expect by chance, at most.")
    steps = models.JSONField(default=list, help_text="Methods that ran, fallbacks included.")
    movers = models.JSONField(default=dict, help_text="Diseases that moved most, of these counts: movers.py.")
    progress = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)

    objects = SurveillanceQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_at",)
        indexes = (models.Index(fields=("source", "status", "-asked_at"), name="screenings_of_a_source"),)
        constraints = (
            models.UniqueConstraint(
                fields=("source",),
                condition=models.Q(status__in=("waiting", "running")),
                name="one_screening_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.asked_at:%F %R}"
