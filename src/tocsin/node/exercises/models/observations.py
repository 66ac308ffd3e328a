"""What evaluators saw."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.exercises.models.exercise import Exercise
from tocsin.node.records import new_id

__all__ = ["Observation"]


class Observation(models.Model):
    """An evaluator's note on an objective, or on the exercise as a whole. Written once, and never changed."""

    class Rating(models.TextChoices):
        ACHIEVED = "achieved", _("achieved")
        PARTLY = "partly", _("achieved in part")
        NOT_ACHIEVED = "not_achieved", _("not achieved")
        NOT_SEEN = "not_seen", _("could not be seen")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="observations")
    objective = models.CharField(max_length=60, blank=True, help_text="Its code; empty: the exercise as a whole.")
    rating = models.CharField(_("how it went"), max_length=14, choices=Rating)
    text = models.TextField(_("what was seen"))
    language = models.CharField(max_length=12)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.objective} {self.rating}"
