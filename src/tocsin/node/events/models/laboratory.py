"""Samples of an event, and what laboratories found in them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.node.alliance.models import Organisation, Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.models.event import Event
from tocsin.node.records import new_id

__all__ = ["Sample", "SampleTest"]


class SampleQuerySet(models.QuerySet["Sample"]):
    def visible_to(self, person: Person) -> "SampleQuerySet":
        """All for those who read cases; a laboratory sees the samples that were sent to it."""
        if person.may(Ability.READ_CASES):
            return self
        if person.may(Ability.RECORD_RESULTS):
            return self.filter(laboratory=person.organisation_id)
        return self.none()


class Sample(models.Model):
    """Something taken from a case, an animal or the surroundings, on its way to a result."""

    class Status(models.TextChoices):
        TAKEN = "taken", pgettext_lazy("of a sample", "taken")
        SENT = "sent", _("on its way")
        RECEIVED = "received", _("at the laboratory")
        UNSUITABLE = "unsuitable", _("cannot be examined")
        EXAMINED = "examined", _("examined")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="samples")
    reference = models.CharField(_("number of the sample"), max_length=60)
    material = models.CharField(max_length=40, help_text="A code of the vocabulary.")
    local_id = models.CharField(max_length=60, blank=True, help_text="Of the case it is from; empty: not of a person.")
    laboratory = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="samples")
    status = models.CharField(max_length=12, choices=Status, default=Status.TAKEN)
    taken_on = models.DateField(null=True, blank=True)
    sent_on = models.DateField(null=True, blank=True)
    received_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    reason = models.CharField(max_length=500, blank=True, help_text="Why it cannot be examined.")
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = SampleQuerySet.as_manager()

    class Meta:
        ordering = ("-at",)
        constraints = (models.UniqueConstraint(fields=("event", "reference"), name="one_sample_a_number"),)

    def __str__(self) -> str:
        return self.reference


class SampleTest(models.Model):
    """One examination of a sample, and its result. A result that is corrected is another row; the last one counts."""

    class Result(models.TextChoices):
        PENDING = "pending", _("result awaited")
        POSITIVE = "positive", _("positive")
        NEGATIVE = "negative", _("negative")
        INCONCLUSIVE = "inconclusive", _("inconclusive")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sample = models.ForeignKey(Sample, models.CASCADE, related_name="tests")
    method = models.CharField(max_length=40, help_text="A code of the vocabulary.")
    looked_for = models.CharField(max_length=120, blank=True, help_text="Agent, in the laboratory's words.")
    result = models.CharField(max_length=12, choices=Result, default=Result.PENDING)
    found = models.CharField(max_length=200, blank=True, help_text="Type, resistance: in the laboratory's words.")
    on = models.DateField(null=True, blank=True, help_text="Day of the result.")
    reason = models.CharField(max_length=500, blank=True, help_text="Why the result that it corrects was wrong.")
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(result="pending") | models.Q(on__isnull=False), name="a_result_has_its_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.method} {self.result}"
