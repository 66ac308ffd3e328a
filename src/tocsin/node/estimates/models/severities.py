"""How deadly a disease is in a place, by age, as far as counts of cases and of deaths tell together."""

from django.db import models
from django.utils import timezone

from tocsin.node.records import new_id
from tocsin.node.surveillance.models import Disease, Place, Source
from tocsin.node.surveillance.models.gate import SurveillanceQuerySet

__all__ = ["Severity"]


class SeverityQuerySet(SurveillanceQuerySet["Severity"]):
    def unmixed(self) -> "SeverityQuerySet":
        """Without those one of whose sources has since been marked as an exercise, or is one no longer."""
        care = models.Q(severe_source=None) | models.Q(severe_source__is_exercise=models.F("source__is_exercise"))
        return self.filter(care, deaths_source__is_exercise=models.F("source__is_exercise"))


class Severity(models.Model):
    """Fatality, and what share needs intensive care, from the counts of two or three sources as they were screened.

    Those of a source of cases are replaced together, in one transaction, and never changed: pages read them and
    compute nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(Source, models.CASCADE, related_name="severities", help_text="Of the cases.")
    disease = models.ForeignKey(Disease, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    generation = models.PositiveIntegerField(help_text="Of the source: the counts that it was computed from.")
    deaths_source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    deaths_generation = models.PositiveIntegerField(help_text="Of the source of deaths, likewise.")
    severe_source = models.ForeignKey(
        Source, models.CASCADE, null=True, related_name="+", help_text="Of intensive care; None: none."
    )
    severe_generation = models.PositiveIntegerField(null=True)
    is_national = models.BooleanField(default=False, help_text="Of the outermost place of the source.")
    computed_at = models.DateTimeField(default=timezone.now)
    engine = models.CharField(max_length=40, help_text="Version of the engine.")
    payload = models.JSONField(help_text="estimates/building/severity.py says what is in it.")

    objects = SeverityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "severities"
        ordering = ("source", "disease", "place")
        constraints = (
            models.UniqueConstraint(fields=("source", "disease", "place"), name="one_severity_a_place"),
            models.CheckConstraint(
                condition=models.Q(severe_source=None, severe_generation=None)
                | models.Q(severe_source__isnull=False, severe_generation__isnull=False),
                name="severity_names_the_counts_of_its_care",
            ),
        )
        indexes = (models.Index(fields=("disease", "place"), name="severities_of_a_place"),)

    def __str__(self) -> str:
        return f"{self.disease_id} in {self.place_id}, generation {self.generation}"
