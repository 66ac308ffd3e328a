"""Threads of signals: what a person looks at and decides upon."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.exercise_mark import marked
from tocsin.node.alliance.models import Person, State
from tocsin.node.alliance.roles import Ability
from tocsin.node.language.formats import phrases
from tocsin.node.records import new_id
from tocsin.node.surveillance.models.diseases import Disease
from tocsin.node.surveillance.models.gate import SurveillanceQuerySet
from tocsin.node.surveillance.models.places import Place

__all__ = ["KnownCause", "Thread", "Verdict"]

SHOWN = models.Q(merged_into=None, is_published=True)


class ThreadQuerySet(models.QuerySet["Thread"]):
    def shown(self) -> "ThreadQuerySet":
        """Without those of a screening that is still writing, and those that have gone into another."""
        return self.filter(SHOWN)

    def whose(self, whose: str) -> "ThreadQuerySet":
        """Of "own", without those in what partners share; of "partners", only those; of "exercises"; of "all"."""
        if whose in ("all", "exercises"):
            return self if whose == "all" else self.filter(is_exercise=True)
        return self.filter(shared_by__isnull=whose == "own").of_this_alliance()

    def of_this_alliance(self) -> "ThreadQuerySet":
        """Without exercises, so that nothing invented is counted with what happened; of one that is itself, all."""
        return self if here().is_exercise else self.filter(is_exercise=False)

    def visible_to(self, person: Person) -> "ThreadQuerySet":
        """All for readers of surveillance; others see threads that a signal of their own organisation is in."""
        if person.may(Ability.READ_SURVEILLANCE):
            return self.shown()
        if person.may(Ability.REPORT_SIGNAL):
            return self.shown().filter(signals__organisation=person.organisation).distinct()
        return self.none()


class Thread(models.Model):
    """Signals that tell of one rise: the same disease, places inside one another, periods that follow.

    A person decides upon a thread, never upon one of its rows. `version` counts decisions: whoever decides says
    which version they saw, and a second verdict never overwrites the first in silence. What the inbox shows
    (headline figures, sparkline) is kept here, so that a row of it needs no other table.
    """

    class Status(models.TextChoices):
        NEW = "new", _("new")
        TRIAGED = "triaged", _("triaged")
        WATCH = "watch", _("watched")
        UNDER_VERIFICATION = "under_verification", _("under verification")
        VERIFIED = "verified", _("verified")
        REFUTED = "refuted", _("refuted")
        UNVERIFIABLE = "unverifiable", _("unverifiable")
        DISCARDED = "discarded", _("discarded")

    OPEN = (Status.NEW, Status.TRIAGED, Status.UNDER_VERIFICATION)
    CLOSED = (Status.VERIFIED, Status.REFUTED, Status.DISCARDED)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    disease = models.ForeignKey(Disease, models.PROTECT, null=True, related_name="threads")
    place = models.ForeignKey(
        Place, models.PROTECT, related_name="threads", help_text="The outermost place of its signals."
    )
    status = models.CharField(max_length=20, choices=Status, default=Status.NEW)
    version = models.PositiveIntegerField(default=0)
    assignee = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="threads")
    watch_until = models.DateField(null=True, blank=True)
    review_at = models.DateField(null=True, blank=True, help_text="When something unverifiable is looked at again.")
    opened_at = models.DateTimeField(default=timezone.now)
    last_signal_at = models.DateTimeField(default=timezone.now)
    first_period = models.DateField()
    last_period = models.DateField()
    every = models.CharField(max_length=8, default="week")
    gravity = models.PositiveSmallIntegerField(default=2)
    exceptionality = models.FloatField(
        default=0, help_text="Surprise of its most exceptional signal: -log10 p, at most 16."
    )
    priority = models.FloatField(default=0, help_text="threads/priority.py; the inbox goes down by it.")
    kinds = models.JSONField(default=list, help_text="Kinds of its signals, gravest first.")
    headline = models.ForeignKey("surveillance.Signal", models.PROTECT, null=True, related_name="+")
    headline_place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_index=False)
    headline_stratum = models.CharField(max_length=120, blank=True)
    measure = models.CharField(max_length=20, default="cases", help_text="What the headline counts.")
    observed = models.FloatField(null=True)
    expected = models.FloatField(null=True)
    threshold = models.FloatField(null=True)
    sparkline = models.JSONField(default=list, help_text="Last 26 counts of the headline's series; null where missing.")
    signals_count = models.PositiveIntegerField(default=0)
    places_by_kind = models.JSONField(default=dict, help_text="How many places of each kind its signals are of.")
    # Nearly all are None: an index of all of them would be chosen to look for None, and finds every thread.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )
    earlier = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="later",
        help_text="A closed thread of the same disease and place, whose verdict one should know.",
    )  # fmt: skip
    search_key = models.TextField(default="", editable=False)
    is_exercise = models.BooleanField(default=False)
    shared_by = models.ForeignKey(
        State, models.PROTECT, null=True, blank=True, related_name="threads", db_index=False,
        help_text="The partner in whose shared counts it was found; None: this node's own.",
    )  # fmt: skip
    screening = models.ForeignKey(
        "surveillance.Screening",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="threads",
        help_text="That opened it.",
    )
    is_published = models.BooleanField(default=True, help_text="False while that screening is still writing.")

    objects = ThreadQuerySet.as_manager()

    class Meta:
        ordering = ("-priority", "-last_signal_at")
        indexes = (
            models.Index(fields=("status", "-priority", "-last_signal_at", "shared_by"), condition=SHOWN, name="inbox"),
            models.Index(
                fields=("-priority", "-last_signal_at"),
                condition=SHOWN & models.Q(status__in=("new", "triaged", "under_verification")),
                name="open_by_priority",
            ),
            models.Index(fields=("-last_signal_at",), condition=SHOWN, name="threads_by_news"),
            models.Index(fields=("headline_place", "status"), condition=SHOWN, name="threads_of_a_place"),
            models.Index(fields=("merged_into",), condition=~models.Q(merged_into=None), name="threads_merged"),
            models.Index(fields=("disease", "status", "last_period"), name="threads_to_join"),
            models.Index(fields=("assignee", "status"), name="threads_of_a_person"),
        )

    def __str__(self) -> str:
        return marked(phrases((self.disease or _("unknown disease"), self.headline_place or self.place)), self)

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def places_count(self) -> int:
        return sum(self.places_by_kind.values()) or 1


class Verdict(models.Model):
    """What somebody decided upon a thread, and why. Appended; the thread's status is that of the last one."""

    class Reason(models.TextChoices):
        KNOWN_CAUSE = "known_cause", _("known cause")
        DATA_ERROR = "data_error", _("error in the data")
        REPORTING_CHANGE = "reporting_change", _("change in reporting or definition")
        SEASONAL = "seasonal", _("expected season")
        CHANCE = "chance", _("chance, no further cases")
        DUPLICATE = "duplicate", _("already known as another signal")
        NOT_RELEVANT = "not_relevant", _("not relevant for public health")
        OTHER = "other", _("other, see text")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="verdicts")
    version = models.PositiveIntegerField(help_text="Of the thread, that this verdict made.")
    act = models.CharField(max_length=24, help_text="assign, or the new status; machine acts: joined, woken")
    from_status = models.CharField(max_length=20)
    to_status = models.CharField(max_length=20)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=10, blank=True)
    until = models.DateField(null=True, blank=True)
    assignee = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    observed = models.FloatField(
        null=True, help_text="Of the thread's headline when this was decided; the next three too."
    )
    exceptionality = models.FloatField(null=True)
    headline_place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    headline_stratum = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="verdicts", help_text="None: the machine.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("version",)
        constraints = (models.UniqueConstraint(fields=("thread", "version"), name="one_verdict_a_version"),)

    def __str__(self) -> str:
        return f"{self.act} {self.at:%F %R}"


class KnownCause(models.Model):
    """Periods whose counts do not belong to what is usual: left out of the baselines of a disease in a place."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    disease = models.ForeignKey(Disease, models.PROTECT, related_name="known_causes")
    place = models.ForeignKey(Place, models.PROTECT, related_name="known_causes", help_text="And everything inside it.")
    first_period = models.DateField()
    last_period = models.DateField()
    what = models.CharField(_("cause"), max_length=250)
    thread = models.ForeignKey(Thread, models.PROTECT, null=True, blank=True, related_name="known_causes")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SurveillanceQuerySet.as_manager()

    class Meta:
        ordering = ("-first_period",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(last_period__gte=models.F("first_period")), name="known_cause_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return self.what
