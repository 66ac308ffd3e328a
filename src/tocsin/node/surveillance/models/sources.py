"""Where counts come from, and how they are to be read."""

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Organisation, Person, State
from tocsin.node.alliance.roles import Ability
from tocsin.node.records import new_id
from tocsin.node.surveillance.models.diseases import Disease
from tocsin.node.surveillance.models.gate import SurveillanceQuerySet
from tocsin.node.surveillance.models.places import Place

__all__ = ["DiseaseAlias", "Source", "SourceBreak"]


class SourceQuerySet(SurveillanceQuerySet["Source"]):
    def own(self) -> "SourceQuerySet":
        """Without those that partners share."""
        return self.filter(shared_by=None)

    def visible_to(self, person: Person) -> "SourceQuerySet":
        """All for readers of surveillance; a laboratory sees those of its own organisation."""
        if person.may(Ability.READ_SURVEILLANCE):
            return self
        if person.may(Ability.UPLOAD_COUNTS):
            return self.filter(organisation=person.organisation)
        return self.none()


class Source(models.Model):
    """One stream of tables: who sends it, when it is due, how it is laid out, how it is screened.

    `generation` and `archive_version` are the flip by which an upload becomes visible: readers pin both,
    and rows of a later generation, or commits of a later version, do not exist for them.

    One that a partner shares is made and filled by what comes from there; people choose how it is screened, and send
    nothing to it.
    """

    class CountsBy(models.TextChoices):
        ONSET = "onset", _("date of onset")
        SAMPLE = "sample", _("date of sample")
        DIAGNOSIS = "diagnosis", _("date of diagnosis")
        REPORT = "report", _("date of report")
        EVENT = "event", _("each by its own date")

    class Measure(models.TextChoices):
        """As documents of weekly indicators name it too."""

        CASES = "cases", _("cases")
        DEATHS = "deaths", _("deaths")
        ADMISSIONS = "hospital-admissions", _("hospital admissions")
        INTENSIVE = "intensive-care", _("admissions to intensive care")
        DETECTIONS = "detections", _("detections")
        TESTS = "tests", _("tests")

    class Every(models.TextChoices):
        DAY = "day", _("day")
        WEEK = "week", _("week")
        MONTH = "month", _("month")

    class WeekStart(models.TextChoices):
        MONDAY = "monday", _("Monday")
        SUNDAY = "sunday", _("Sunday")
        SATURDAY = "saturday", _("Saturday")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=160)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="sources", verbose_name=_("organisation")
    )
    disease = models.ForeignKey(
        Disease, models.PROTECT, null=True, blank=True, related_name="sources", verbose_name=_("disease"),
        help_text=_("Leave empty if a column of the table names it."),
    )  # fmt: skip
    place = models.ForeignKey(
        Place, models.PROTECT, related_name="sources", verbose_name=_("place"),
        help_text=_("The area that it covers; names in the table are looked for inside it."),
    )  # fmt: skip
    measure = models.CharField(_("it counts"), max_length=20, choices=Measure, default=Measure.CASES)
    counts_by = models.CharField(_("date counted by"), max_length=12, choices=CountsBy, default=CountsBy.REPORT)
    case_definition = models.CharField(_("case definition, version"), max_length=120, blank=True)
    every = models.CharField(_("period"), max_length=8, choices=Every, default=Every.WEEK)
    week_start = models.CharField(_("first day of the week"), max_length=8, choices=WeekStart, default=WeekStart.MONDAY)
    layout = models.JSONField(default=dict, blank=True, help_text="Options of counts.read: date, count, by, where, …")
    columns = models.JSONField(
        default=dict,
        blank=True,
        help_text='{"disease": column, "place": [columns, outermost first], "stratum": [columns]}',
    )
    due_every_days = models.PositiveSmallIntegerField(
        _("expected every … days"), default=7, help_text=_("How often a table should arrive.")
    )
    expected_delay_days = models.PositiveSmallIntegerField(
        _("complete after … days"), default=7,
        help_text=_("How long after its end a period still fills up; until then it is shown as incomplete."),
    )  # fmt: skip
    zero_reports = models.BooleanField(
        _("an absent row means none occurred"), default=True,
        help_text=_("Otherwise a place without a row has not reported."),
    )  # fmt: skip
    method = models.CharField(_("method"), max_length=40, default="farrington_flexible")
    options = models.JSONField(default=dict, blank=True, help_text="Options of the method.")
    watched_folder = models.CharField(_("watched folder"), max_length=300, blank=True)
    is_on = models.BooleanField(default=True)
    is_exercise = models.BooleanField(default=False, help_text="Invented counts: marked wherever they are shown.")
    shared_by = models.ForeignKey(
        State, models.PROTECT, null=True, editable=False, related_name="shared_sources",
        help_text="The partner whose documents fill it; None: a source of this node's own.",
    )  # fmt: skip
    titles = models.JSONField(default=dict, editable=False, help_text="Its name by language, where the node named it.")
    classification = models.CharField(
        max_length=12, blank=True, editable=False, help_text="Of what a partner shares: the narrowest of what stands."
    )
    sharing = models.JSONField(
        default=dict, editable=False,
        help_text='Of the last document: {"suppression", "recorded_at", "reported_until"}.',
    )  # fmt: skip
    no_onward_sharing = models.BooleanField(default=False, editable=False, help_text="A document of it says so.")
    provenance = models.CharField(
        _("provenance"), max_length=300, blank=True, help_text="Shown beside every figure of it."
    )
    made_at = models.DateTimeField(default=timezone.now)
    generation = models.PositiveIntegerField(default=0, editable=False)
    archive_version = models.IntegerField(default=-1, editable=False)
    last_taken_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_period = models.DateField(null=True, blank=True, editable=False)
    late_told_at = models.DateTimeField(
        null=True, editable=False, help_text="When people were last told that it is late: once for each lateness."
    )
    quality = models.JSONField(
        default=dict,
        editable=False,
        help_text="Figures of the generation last measured: surveillance/intake/quality.",
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.titles.get(get_language() or "en") or self.name

    @property
    def may_be_exported(self) -> bool:
        """Whether its counts may leave this node as a file: what was shared with chosen states alone may not."""
        return not self.no_onward_sharing and self.classification != "SELECTIVE"


class SourceBreak(models.Model):
    """From this day on counts mean something else (definition, coverage, laboratory): baselines begin after it."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="breaks")
    starts_on = models.DateField(_("from"))
    what = models.CharField(_("what changed"), max_length=200)
    case_definition = models.CharField(_("case definition, version"), max_length=120, blank=True)

    class Meta:
        ordering = ("starts_on",)
        constraints = (models.UniqueConstraint(fields=("source", "starts_on"), name="one_break_a_day"),)

    def __str__(self) -> str:
        return f"{self.starts_on}: {self.what}"


class DiseaseAlias(models.Model):
    """What a source calls a disease; once decided by a person never asked about again."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="disease_aliases")
    disease = models.ForeignKey(Disease, models.CASCADE)
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=250)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "key"), name="one_disease_an_alias"),)

    def __str__(self) -> str:
        return self.name
