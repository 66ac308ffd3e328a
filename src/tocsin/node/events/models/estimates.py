"""What is really happening in an outbreak, as far as its line list tells."""

from django.db import models
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.models.event import Event

__all__ = ["EventEstimate"]


class EventEstimateQuerySet(models.QuerySet["EventEstimate"]):
    def visible_to(self, person: Person) -> "EventEstimateQuerySet":
        """As its event: it names no case, and a laboratory that sees the event sees no counts."""
        return self if person.may(Ability.READ_EVENTS) else self.none()


class EventEstimate(models.Model):
    """Nowcast, reproduction number, forecast and severity of one event, from its line list as it once stood.

    Replaced whole, by one statement, and never changed: pages read it and compute nothing. `list_changed_at` and
    `disease` say of which list it is: for one that is still so there is nothing to do.
    """

    event = models.OneToOneField(Event, models.CASCADE, primary_key=True, related_name="estimate")
    list_changed_at = models.DateTimeField(help_text="Of the event, when it was computed.")
    disease = models.CharField(max_length=60, blank=True, help_text="Code; its serial interval was used.")
    as_of = models.DateField(null=True, help_text="The last day that the list knows of.")
    counted_by = models.CharField(max_length=10, default="onset", help_text="onset, or reported where few are known.")
    payload = models.JSONField(null=True, help_text="estimates/building/estimating.py; null: too few cases.")
    severity = models.JSONField(null=True, help_text="estimates/building/severity.py; null: no outcome is known.")
    computed_at = models.DateTimeField(default=timezone.now)
    engine = models.CharField(max_length=40, help_text="Version of the engine.")

    objects = EventEstimateQuerySet.as_manager()

    def is_older(self) -> bool:
        """Whether the list, or the disease, has changed since."""
        return (self.list_changed_at, self.disease) != (self.event.list_changed_at, self.event.disease_id or "")

    def __str__(self) -> str:
        return f"{self.event_id}, list of {self.list_changed_at:%F %R}"
