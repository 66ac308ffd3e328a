"""Series of counts, and their packed values by generation."""

from django.db import models

from tocsin.node.surveillance.models.diseases import Disease
from tocsin.node.surveillance.models.gate import SurveillanceQuerySet
from tocsin.node.surveillance.models.places import Place
from tocsin.node.surveillance.models.sources import Source

__all__ = ["JOINED", "NOW", "Series", "SeriesCounts", "Withheld"]

JOINED = " · "  # between the parts of a stratum
NOW = 2_147_483_647  # a generation that no source reaches: "until further notice"


class Series(models.Model):
    """What is counted: one disease in one place, in one stratum (age group, sex) or in all ("").

    A derived series is the node's own sum over the places or strata inside, where the source gives no total.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="series")
    disease = models.ForeignKey(Disease, models.PROTECT, related_name="series")
    place = models.ForeignKey(Place, models.PROTECT, related_name="series")
    stratum = models.CharField(max_length=120, blank=True, help_text='As in the table, parts joined by " · ".')
    is_derived = models.BooleanField(default=False)

    objects = SurveillanceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "series"
        constraints = (
            models.UniqueConstraint(fields=("source", "disease", "place", "stratum"), name="one_series_a_key"),
        )
        indexes = (
            models.Index(fields=("disease", "place"), name="series_of_disease_in_place"),
            models.Index(fields=("place", "disease"), name="series_of_place"),
        )

    def __str__(self) -> str:
        return " · ".join(part for part in (str(self.disease), str(self.place), self.stratum) if part)


class SeriesCounts(models.Model):
    """Counts of one series as they stood from one generation of its source until another (exclusive).

    Written before the flip with a generation that nobody reads yet; never changed afterwards but for its end.
    """

    series = models.ForeignKey(Series, models.CASCADE, related_name="counts")
    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    from_generation = models.PositiveIntegerField()
    until_generation = models.PositiveIntegerField(default=NOW)
    first_period = models.DateField(help_text="First day of the first period.")
    periods = models.PositiveIntegerField()
    packed = models.BinaryField(help_text="tocsin.counts.packing.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("series", "from_generation"), name="one_packing_a_generation"),
            models.CheckConstraint(
                condition=models.Q(until_generation__gt=models.F("from_generation")), name="counts_end_after_start"
            ),
        )
        indexes = (models.Index(fields=("source", "until_generation"), name="counts_of_a_generation"),)

    def __str__(self) -> str:
        return f"{self.series_id} from generation {self.from_generation}"


class Withheld(models.Model):
    """Periods of a series for which its owner has a count and does not give it, being small. Written with the flip."""

    series = models.OneToOneField(Series, models.CASCADE, related_name="withheld")
    periods = models.JSONField(default=list, help_text="First days, sorted.")

    class Meta:
        verbose_name_plural = "withheld"

    def __str__(self) -> str:
        return f"{self.series_id}: {len(self.periods)}"
