"""Signals: what a method, a rule or a person says may be a risk."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Organisation, Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.records import new_id
from tocsin.node.surveillance.models.diseases import Disease, DiseaseRule
from tocsin.node.surveillance.models.places import Place
from tocsin.node.surveillance.models.screenings import Screening
from tocsin.node.surveillance.models.series import Series
from tocsin.node.surveillance.models.threads import Thread

__all__ = ["Signal"]


class SignalQuerySet(models.QuerySet["Signal"]):
    def published(self) -> "SignalQuerySet":
        """Without the rows of a screening that is still writing them."""
        return self.filter(models.Q(screening=None) | models.Q(screening__status=Screening.Status.DONE))

    def visible_to(self, person: Person) -> "SignalQuerySet":
        if person.may(Ability.READ_SURVEILLANCE):
            return self.published()
        if person.may(Ability.REPORT_SIGNAL):
            return self.published().filter(organisation=person.organisation)
        return self.none()


class Signal(models.Model):
    """Something that may be a risk, exactly as it was found or told. Never changes; people decide upon its thread.

    A count that is revised upwards is another signal of the same series and period.
    """

    class Kind(models.TextChoices):
        RULE = "rule", _("fixed rule")
        MODEL = "model", _("model")
        CLINICIAN = "clinician", _("clinician")
        LABORATORY = "laboratory", _("laboratory")
        MEDIA = "media", _("media or hotline")
        ANIMAL = "animal", _("animal health")
        BORDER = "border", _("border post")
        PARTNER = "partner", _("partner’s notification")
        WHO = "who", _("WHO")

    BY_MACHINE = (Kind.RULE, Kind.MODEL)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="signals")
    disease = models.ForeignKey(Disease, models.PROTECT, null=True, related_name="signals", help_text="None: unknown.")
    place = models.ForeignKey(Place, models.PROTECT, related_name="signals")
    period = models.DateField(help_text="First day.")
    every = models.CharField(max_length=8, default="week")
    found_at = models.DateTimeField(default=timezone.now)
    exceptionality = models.FloatField(default=0, help_text="-log10 p, at most 16; of a rule or a person: 0.")

    screening = models.ForeignKey(Screening, models.PROTECT, null=True, related_name="signals")
    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="signals")
    stratum = models.CharField(max_length=120, blank=True)
    measure = models.CharField(max_length=20, default="cases", help_text="What was counted, as of Source.Measure.")
    rule = models.ForeignKey(DiseaseRule, models.PROTECT, null=True, related_name="signals")
    method = models.CharField(max_length=40, blank=True)
    observed = models.FloatField(null=True)
    expected = models.FloatField(null=True)
    threshold = models.FloatField(null=True, help_text="Observed is above it, or reaches it for a rule.")
    p_value = models.FloatField(null=True)
    is_incomplete = models.BooleanField(
        default=False, help_text="The period was still filling up: observed is at least this."
    )

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="signals", help_text="That told it."
    )
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="signals")
    text = models.TextField(_("what was seen"), blank=True)
    language = models.CharField(max_length=10, blank=True)
    cases = models.PositiveIntegerField(_("cases"), null=True, blank=True)
    deaths = models.PositiveIntegerField(_("deaths"), null=True, blank=True)
    reference = models.CharField(_("reference"), max_length=200, blank=True, help_text="Sample, link, file number.")

    objects = SignalQuerySet.as_manager()

    class Meta:
        ordering = ("-period", "-exceptionality")
        indexes = (
            models.Index(fields=("thread", "-period"), name="signals_of_a_thread"),
            models.Index(fields=("-found_at",), name="signals_by_time"),
            models.Index(fields=("screening",), name="signals_of_a_screening"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("series", "period", "observed"),
                condition=models.Q(kind="model"),
                name="one_model_signal_a_count",
            ),
            models.UniqueConstraint(
                fields=("series", "period", "observed", "rule"),
                condition=models.Q(kind="rule"),
                name="one_rule_signal_a_count",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="model") | models.Q(observed__gt=models.F("threshold")),
                name="model_signal_is_above_its_threshold",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.disease or _('unknown disease')}, {self.place}, {self.period}"
