"""Which deadlines of measures people were told of."""

from django.db import models
from django.utils import timezone

from tocsin.node.council.models.measures import Measure

__all__ = ["MeasureWarning"]


class MeasureWarning(models.Model):
    """People were told that a deadline of a measure of this state comes near, or is over; of each once.

    A deadline that is extended is another one, of which they are told anew.
    """

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="warnings")
    deadline = models.DateField()
    days = models.SmallIntegerField(help_text="Before the deadline; -1: it was over.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at", "id")
        constraints = (
            models.UniqueConstraint(fields=("measure", "deadline", "days"), name="of_each_deadline_told_once"),
        )

    def __str__(self) -> str:
        return f"{self.measure_id} {self.deadline} {self.days}"
