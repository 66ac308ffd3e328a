"""What is really happening in a series, as far as its counts tell."""

from django.db import models
from django.utils import timezone

from tocsin.node.records import new_id
from tocsin.node.surveillance.models import Screening, Series, Source
from tocsin.node.surveillance.models.gate import SurveillanceQuerySet

__all__ = ["Estimate"]


class Estimate(models.Model):
    """Nowcast, reproduction number and forecast of one series, from the counts that a screening had read.

    Those of a source are replaced together, in one transaction, and never changed: pages read them and compute nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    series = models.OneToOneField(Series, models.CASCADE, related_name="estimate")
    source = models.ForeignKey(Source, models.CASCADE, related_name="estimates")
    screening = models.ForeignKey(
        Screening, models.CASCADE, related_name="estimates", help_text="After which it was computed, of whose counts."
    )
    generation = models.PositiveIntegerField(help_text="Of the source: the counts that it was computed from.")
    is_national = models.BooleanField(
        default=False, help_text="Of the outermost place of the source, all strata together."
    )
    computed_at = models.DateTimeField(default=timezone.now)
    engine = models.CharField(max_length=40, help_text="Version of the engine.")
    payload = models.JSONField(help_text="estimates/building/estimating.py says what is in it.")

    objects = SurveillanceQuerySet.as_manager()

    class Meta:
        ordering = ("series",)
        indexes = (models.Index(fields=("source",), condition=models.Q(is_national=True), name="national_estimates"),)

    def __str__(self) -> str:
        return f"{self.series_id}, generation {self.generation}"
