"""What a state shares of its counts: by which rules, what is being made ready, and what has been sent."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tocsin.exchange.streams import audience_of
from tocsin.node.alliance.models import Person
from tocsin.node.records import new_id
from tocsin.node.surveillance.models import Source
from tocsin.node.surveillance.models.gate import SurveillanceQuerySet

__all__ = ["Preparation", "Shared", "SharingRule"]


class SharingRule(models.Model):
    """Which counts of a source leave the state, for whom, and how small ones are kept out. Never deleted.

    Nothing leaves under it unless somebody other than whoever last changed it has confirmed it as it is now.
    """

    Indicator = Source.Measure

    class Depth(models.TextChoices):
        STATE = "state", _("the whole state only")
        REGIONS = "regions", _("the state and its regions")
        DISTRICTS = "districts", _("the state, its regions and districts")

    class Audience(models.TextChoices):
        MEMBERS = "MEMBERS", _("all members")
        FAMILY = "FAMILY", _("members and partners")
        PUBLIC = "PUBLIC", _("everybody: it becomes public")
        SELECTIVE = "SELECTIVE", _("chosen states only")

    class CaseStatus(models.TextChoices):
        SUSPECTED = "suspected", pgettext_lazy("cases", "suspected")
        PROBABLE = "probable", pgettext_lazy("cases", "probable")
        CONFIRMED = "confirmed", pgettext_lazy("cases", "confirmed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(Source, models.PROTECT, related_name="sharing_rules")
    diseases = models.JSONField(default=list, blank=True, help_text="Codes; empty: all that the source counts.")
    indicator = models.CharField(max_length=20, choices=Indicator, default=Indicator.CASES)
    depth = models.CharField(max_length=12, choices=Depth, default=Depth.REGIONS)
    with_groups = models.BooleanField(default=True, help_text="Ages and sexes too, where the source has them.")
    classification = models.CharField(max_length=10, choices=Audience, default=Audience.MEMBERS)
    addressees = models.JSONField(default=list, blank=True, help_text="Nodes, sorted, if it is for chosen states.")
    no_onward_sharing = models.BooleanField(default=False)
    below = models.PositiveSmallIntegerField(
        null=True, blank=True, default=5, help_text="Counts of 1 to one less are withheld; none: nothing is."
    )
    unsuppressed_reason = models.TextField(blank=True, help_text="Why small counts leave as they are.")
    case_status = models.JSONField(default=list, help_text="Values of CaseStatus, in its order.")
    case_definition = models.CharField(max_length=200)
    weeks = models.PositiveSmallIntegerField(default=8, help_text="Last ended weeks that are looked at each time.")
    weekday = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="After the night to this day it is sent by itself: 0 is Monday. None: by hand."
    )
    note = models.TextField(blank=True)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en", help_text="Of the note.")
    is_on = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    looked_on = models.DateField(null=True, help_text="The weekday for which the machine has done its work last.")
    problem = models.CharField(max_length=40, blank=True, help_text="Why the machine sent nothing: a code of refusals.")

    objects = SurveillanceQuerySet.as_manager()

    class Meta:
        ordering = ("source__name", "changed_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None, confirmed_at=None)
                | (models.Q(confirmed_at__isnull=False) & ~models.Q(confirmed_by=models.F("changed_by"))),
                name="a_sharing_rule_is_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(below__isnull=False, below__gte=2, below__lte=100)
                | (models.Q(below=None, classification="SELECTIVE") & ~models.Q(unsuppressed_reason="")),
                name="small_counts_leave_to_chosen_states_alone",
            ),
        )

    def __str__(self) -> str:
        return gettext("%(source)s, %(indicator)s") % {
            "source": self.source,
            "indicator": self.get_indicator_display(),
        }

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def audience(self) -> str:
        """As streams of the exchange are named."""
        return audience_of(self.classification, self.addressees)

    @property
    def date_type(self) -> str:
        """As documents name it."""
        return str(self.source.counts_by)

    @property
    def suppression(self) -> dict[str, Any] | None:
        """As the body of a document says it."""
        return None if self.below is None else {"below": self.below, "rule": "small-cells-and-complements"}

    @property
    def state(self) -> str:
        """What chip it has."""
        if not self.is_on:
            return "off"
        if not self.is_confirmed:
            return "to_be_confirmed"
        return "stopped" if self.problem else "active"


class Preparation(models.Model):
    """What would be sent under a rule, computed once and shown before it leaves. One a rule; the next takes its place.

    WAITING → RUNNING → READY, or REFUSED with a reason. It is deleted when it is sent.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        READY = "ready", _("ready")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rule = models.OneToOneField(SharingRule, models.CASCADE, related_name="preparation")
    rule_version = models.PositiveIntegerField()
    all_weeks = models.BooleanField(default=False, help_text="Not the last weeks alone, but all there are.")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", help_text="None: the machine.")
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    generation = models.PositiveIntegerField(null=True, help_text="Of the source: the counts that were read.")
    sent_before = models.PositiveIntegerField(
        null=True, help_text="Documents of the source by then: what they withheld is withheld."
    )
    progress = models.JSONField(default=dict)
    figures = models.JSONField(default=dict, help_text="What is sent and what is not: see building/figures.py.")
    findings = models.JSONField(default=list, help_text="What an examination says against it; then nothing is sent.")
    problem = models.JSONField(default=dict, help_text='{"code": of refusals, values of its sentence}.')
    bodies = models.BinaryField(default=b"", help_text="JSON, compressed: a list of bodies of documents.")
    digests = models.JSONField(default=dict, help_text="Of each week's rows, by its first day.")

    objects = SurveillanceQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.rule} {self.asked_at:%F %R}"


class SharedQuerySet(SurveillanceQuerySet["Shared"]):
    def maybe_of(self, source: Any) -> Self:
        """Documents of a source (its key), and those of which it was forgotten whether they are."""
        return self.filter(models.Q(source=source) | models.Q(source=None))


class Shared(models.Model):
    """A document of weekly indicators that left. Never changed; the counts themselves are in the document alone.

    Its key is the document's identifier. Of one that came back after a restore nobody knows the rule any more, nor the
    source: it may be of any.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    rule = models.ForeignKey(SharingRule, models.PROTECT, null=True, related_name="shared")
    rule_version = models.PositiveIntegerField(null=True, help_text="Of the rule as it was confirmed.")
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="+", help_text="The rule's.")
    indicator = models.CharField(max_length=20)
    classification = models.CharField(max_length=10, choices=SharingRule.Audience)
    addressees = models.JSONField(default=list)
    recorded_at = models.DateTimeField(help_text="As the document says.")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", help_text="None: the machine.")
    generation = models.PositiveIntegerField(null=True, help_text="Of the source.")
    first_week = models.DateField()
    last_week = models.DateField()
    rows = models.PositiveIntegerField()
    withheld = models.JSONField(
        default=dict, help_text="Keys of rows without their counts: {week: [[disease, place, age, sex], …]}."
    )
    withheld_rows = models.PositiveIntegerField()
    digests = models.JSONField(
        default=dict, help_text="Of each week's rows, over all documents sent with it; empty where that was forgotten."
    )

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ("-recorded_at", "-id")
        indexes = (
            models.Index(fields=("rule", "last_week"), name="shared_weeks_of_a_rule"),
            models.Index(fields=("source", "last_week"), name="shared_weeks_of_a_source"),
            models.Index(fields=("-recorded_at",), name="shared_latest_first"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.first_week} – {self.last_week}"

    @property
    def name(self) -> str:
        """Of the rule."""
        return str(self.rule) if self.rule else gettext("Sent before this node was put back from a copy")

    @property
    def audience(self) -> str:
        """As streams of the exchange are named."""
        return audience_of(self.classification, self.addressees)

    @property
    def weeks(self) -> list[date]:
        return sorted(date.fromisoformat(week) for week in self.digests)
