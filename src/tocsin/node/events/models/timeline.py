"""What happened in an event, and what was done: one entry a line, appended."""

from django.db import models
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.events.models.event import Event

__all__ = ["CountsReport", "TimelineEntry"]


class TimelineEntry(models.Model):
    """One thing that happened or was done. Never changed: what was wrong is said by a later entry.

    `act` names the sentence and `values` fill it when it is shown, so that one row serves every language; what a
    person typed is kept in the language in which it was typed.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="timeline", db_index=False)
    act = models.CharField(max_length=40, help_text="events/timeline.py has its sentence.")
    happened_at = models.DateTimeField(default=timezone.now, help_text="When it happened, as a person says.")
    recorded_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", help_text="None: the machine.")
    text = models.TextField(blank=True)
    language = models.CharField(max_length=10, blank=True)
    values = models.JSONField(default=dict)
    version = models.PositiveIntegerField(null=True, help_text="Of the event, that it made.")

    class Meta:
        ordering = ("-happened_at", "-id")
        indexes = (
            models.Index(fields=("event", "-happened_at", "-id"), name="timeline_of_an_event"),
            models.Index(
                fields=("event", "-version"), condition=models.Q(version__isnull=False), name="versions_of_an_event"
            ),
        )

    def __str__(self) -> str:
        return f"{self.act} {self.happened_at:%F %R}"


class CountsReport(models.Model):
    """How many there were by the end of one day, as a person gave it or as the line list said then.

    A later report of the same day takes the place of an earlier one; both are kept. None is unknown, 0 is none.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="counts", db_index=False)
    as_of = models.DateField()
    suspected = models.PositiveIntegerField(null=True, blank=True)
    probable = models.PositiveIntegerField(null=True, blank=True)
    confirmed = models.PositiveIntegerField(null=True, blank=True)
    deaths = models.PositiveIntegerField(null=True, blank=True)
    hospitalised = models.PositiveIntegerField(null=True, blank=True)
    intensive_care = models.PositiveIntegerField(null=True, blank=True)
    health_workers = models.PositiveIntegerField(null=True, blank=True)
    from_line_list = models.BooleanField(default=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-as_of", "-at")
        indexes = (models.Index(fields=("event", "-as_of", "-at"), name="counts_of_an_event"),)

    def __str__(self) -> str:
        return f"{self.as_of:%F}"
