"""The line list of an event: a row for each person, without anything that names them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.models.event import Event
from tocsin.node.records import new_id
from tocsin.node.surveillance.models import Place

__all__ = ["EventCase", "ExposureTable", "GroupAtRisk", "LineListTable"]


class EventCaseQuerySet(models.QuerySet["EventCase"]):
    def visible_to(self, person: Person) -> "EventCaseQuerySet":
        return self if person.may(Ability.READ_CASES) else self.none()


class CaseTableQuerySet(models.QuerySet["LineListTable"]):
    def visible_to(self, person: Person) -> "CaseTableQuerySet":
        return self if person.may(Ability.READ_CASES) else self.none()


class LineListTable(models.Model):
    """A table that was pasted or sent into the line list of an event: how it was read, and what became of it.

    `draft` holds its cells until a person has taken or left it, and no longer than a day; columns that may name a
    person are in none of it. What the columns were read as stays: `{"heading", "as", "why"}` a column.
    """

    class Status(models.TextChoices):
        PREVIEWED = "previewed", _("to be looked at")
        TAKEN = "taken", _("taken")
        CANCELLED = "cancelled", _("not taken")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="tables")
    name = models.CharField(max_length=200, blank=True, help_text="Of the file; empty where it was pasted.")
    status = models.CharField(max_length=12, choices=Status, default=Status.PREVIEWED)
    asked = models.JSONField(default=dict, help_text="What a person said of its reading: columns, order of dates.")
    columns = models.JSONField(default=list, help_text="What each column was read as, and which were left out.")
    preview = models.JSONField(default=dict, help_text="Notes, first rows, what would change.")
    draft = models.BinaryField(null=True, help_text="Its cells, packed: line_list/drafts.py.")
    digest = models.CharField(max_length=64, blank=True, help_text="Of the cells: who sends them again is told.")
    rows = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list, help_text="Row, column, value, rule; the first thousand.")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True, blank=True)

    objects = CaseTableQuerySet.as_manager()

    class Meta:
        ordering = ("-at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(status="previewed") | models.Q(draft=None), name="cells_are_kept_until_decided"
            ),
        )

    def __str__(self) -> str:
        return self.name or f"{self.at:%F %R}"


class EventCase(models.Model):
    """One person who meets the case definition of an event, or is suspected to. No name, no document, no address.

    `local_id` is the number under which whoever reports the case knows it; with it a later table says more of the
    same case. Cases of states that keep persons are in an app of their own.
    """

    class Classification(models.TextChoices):
        SUSPECTED = "suspected", _("suspected")
        PROBABLE = "probable", _("probable")
        CONFIRMED = "confirmed", _("confirmed")
        DISCARDED = "discarded", pgettext_lazy("case", "discarded")

    class Outcome(models.TextChoices):
        NONE = "none", _("ill")
        RECOVERED = "recovered", _("recovered")
        DECEASED = "deceased", _("died")
        UNKNOWN = "unknown", _("unknown")

    class Sex(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")
        OTHER = "other", _("other")
        UNKNOWN = "unknown", _("unknown")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="cases_listed", db_index=False)
    local_id = models.CharField(max_length=60)
    classification = models.CharField(max_length=12, choices=Classification, default=Classification.SUSPECTED)
    onset = models.DateField(null=True, blank=True)
    reported = models.DateField(null=True, blank=True)
    admitted = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.NONE)
    outcome_on = models.DateField(null=True, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    age = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True, help_text="Years.")
    sex = models.CharField(max_length=8, choices=Sex, default=Sex.UNKNOWN)
    health_worker = models.BooleanField(null=True, blank=True)
    intensive_care = models.BooleanField(null=True, blank=True)
    exposure = models.CharField(max_length=200, blank=True, help_text="Where or by what; a group for attack rates.")
    infected_by = models.CharField(max_length=60, blank=True, help_text="local_id of the case it got it from.")
    table = models.ForeignKey(LineListTable, models.SET_NULL, null=True, related_name="cases", db_index=False)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = EventCaseQuerySet.as_manager()

    class Meta:
        ordering = ("event", "onset", "local_id")
        indexes = (models.Index(fields=("event", "onset", "local_id"), name="cases_by_onset"),)
        constraints = (
            models.UniqueConstraint(fields=("event", "local_id"), name="one_case_a_local_id"),
            models.CheckConstraint(
                condition=models.Q(outcome="deceased") & models.Q(onset__lte=models.F("outcome_on"))
                | ~models.Q(outcome="deceased")
                | models.Q(onset=None)
                | models.Q(outcome_on=None),
                name="nobody_dies_before_falling_ill",
            ),
        )

    def __str__(self) -> str:
        return self.local_id


class GroupAtRisk(models.Model):
    """How many people there were in a group of an event, ill or not: what attack rates are a share of.

    `group` is an age group or a sex as line_list/groups.py names it, or an exposure as the line list does.
    """

    class Kind(models.TextChoices):
        AGE = "age", _("age group")
        SEX = "sex", _("sex")
        EXPOSURE = "exposure", _("exposure")

    event = models.ForeignKey(Event, models.CASCADE, related_name="groups_at_risk", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    group = models.CharField(max_length=200)
    persons = models.PositiveIntegerField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("kind", "group")
        constraints = (models.UniqueConstraint(fields=("event", "kind", "group"), name="one_number_a_group_at_risk"),)

    def __str__(self) -> str:
        return f"{self.group}: {self.persons}"


class ExposureTable(models.Model):
    """Of those who had something, ate a dish, drank from a well, how many fell ill; and of those who had not."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="exposure_tables", db_index=False)
    name = models.CharField(max_length=200)
    exposed_ill = models.PositiveIntegerField()
    exposed = models.PositiveIntegerField(help_text="Everybody exposed, ill or not.")
    unexposed_ill = models.PositiveIntegerField()
    unexposed = models.PositiveIntegerField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("event", "name"), name="one_table_an_exposure"),
            models.CheckConstraint(
                condition=models.Q(exposed_ill__lte=models.F("exposed"))
                & models.Q(unexposed_ill__lte=models.F("unexposed")),
                name="no_more_ill_than_there_were",
            ),
        )

    def __str__(self) -> str:
        return self.name
