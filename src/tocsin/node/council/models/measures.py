"""Measures of all decisions, for one board."""

from typing import Self

from django.db import models

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.council.models.decisions import Decision

__all__ = ["Measure"]


class MeasureQuerySet(models.QuerySet["Measure"]):
    def visible_to(self, person: Person) -> Self:
        """As the decisions that they are of."""
        return self.filter() if person.may(Ability.READ_COUNCIL) else self.none()

    def in_force(self) -> Self:
        """Of decisions that were adopted and stand."""
        return self.filter(decision__status__in=("adopted", "in_force", "implemented"))


class Measure(models.Model):
    """What a state has to do by a decision, until when, and how far it is. A row follows from the acts."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="measures")
    measure = models.CharField(max_length=40, help_text="Its identifier in the decision.")
    title = models.JSONField(default=dict, help_text="By language.")
    state = models.CharField(max_length=12, help_text="Who has to do it.")
    verifier = models.CharField(max_length=12)
    status = models.CharField(max_length=12)
    deadline = models.DateField()
    links = models.JSONField(default=list)
    is_ours = models.BooleanField(default=False)
    reported_at = models.DateTimeField(null=True, help_text="When its owner last said how far it is.")
    place = models.PositiveIntegerField(default=0, help_text="Among the measures of its decision.")
    paragraph = models.CharField(max_length=40, blank=True, help_text="Of the text, that it carries out.")
    search_key = models.TextField(blank=True)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ("deadline", "id")
        constraints = (models.UniqueConstraint(fields=("decision", "measure"), name="one_row_a_measure"),)
        indexes = (
            models.Index(fields=("status", "deadline", "id"), name="measures_of_a_status"),
            models.Index(fields=("state", "deadline", "id"), name="measures_of_a_state"),
        )

    def __str__(self) -> str:
        return f"{self.state} {self.measure}"
