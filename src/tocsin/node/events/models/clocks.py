"""The clocks of an event: milestones and early actions as people say, and what held them up or helped."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.events.models.event import Event
from tocsin.node.records import new_id

__all__ = ["ClockWarning", "EarlyAction", "Factor", "Milestone"]


class Milestone(models.Model):
    """When something happened that a clock runs from or to. A person says it; the platform's time stamps never do.

    What was said before of the same milestone is kept, and no longer current.
    """

    class Precision(models.TextChoices):
        EXACT = "exact", _("exact")
        ESTIMATED = "estimated", _("estimated")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="milestones")
    episode = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=30, help_text="instruments/seven_one_seven.py names them.")
    on = models.DateField(help_text="The day, where it happened.")
    at = models.DateTimeField(null=True, blank=True, help_text="The moment, where it is known.")
    precision = models.CharField(max_length=12, choices=Precision, default=Precision.EXACT)
    text = models.CharField(max_length=1_000, blank=True, help_text="What it was, and how one knows.")
    language = models.CharField(max_length=10, blank=True)
    is_current = models.BooleanField(default=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("on", "entered_at")
        constraints = (
            models.UniqueConstraint(
                fields=("event", "episode", "kind"),
                condition=models.Q(is_current=True),
                name="one_current_milestone_a_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.on:%F}"


class EarlyAction(models.Model):
    """One of the seven early actions: whether it applies, when it was completed, and what shows it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="early_actions")
    episode = models.PositiveSmallIntegerField(default=1)
    action = models.CharField(max_length=40, help_text="instruments/seven_one_seven.py names the seven.")
    applicable = models.BooleanField(null=True, help_text="None: nobody has said.")
    completed_on = models.DateField(null=True, blank=True)
    precision = models.CharField(max_length=12, choices=Milestone.Precision, default=Milestone.Precision.EXACT)
    evidence = models.CharField(max_length=1_000, blank=True, help_text="Or the reason why it does not apply.")
    language = models.CharField(max_length=10, blank=True)
    is_current = models.BooleanField(default=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("entered_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("event", "episode", "action"),
                condition=models.Q(is_current=True),
                name="one_current_row_an_early_action",
            ),
            models.CheckConstraint(
                condition=models.Q(completed_on=None) | models.Q(applicable=True),
                name="what_does_not_apply_is_not_completed",
            ),
        )

    def __str__(self) -> str:
        return self.action


class Factor(models.Model):
    """What slowed one of the three intervals down, or helped: a category of the toolkit, in a person's words."""

    class Kind(models.TextChoices):
        BOTTLENECK = "bottleneck", _("bottleneck")
        ENABLER = "enabler", _("enabler")

    class Interval(models.TextChoices):
        DETECTION = "detection", _("detection")
        NOTIFICATION = "notification", _("notification")
        RESPONSE = "response", _("early response")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="factors")
    episode = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=12, choices=Kind)
    interval = models.CharField(max_length=14, choices=Interval)
    category = models.CharField(max_length=60, help_text="instruments/factors.toml names them.")
    text = models.CharField(max_length=2_000, blank=True)
    language = models.CharField(max_length=10, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("at",)

    def __str__(self) -> str:
        return f"{self.kind} {self.category}"


class ClockWarning(models.Model):
    """People were told that this much of a clock's limit is used. One row, so that they are told once."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="clock_warnings")
    episode = models.PositiveSmallIntegerField(default=1)
    clock = models.CharField(max_length=40)
    percent = models.PositiveSmallIntegerField()
    started_on = models.CharField(max_length=40, help_text="What the clock ran from: another start, another warning.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("event", "episode", "clock", "percent", "started_on"), name="one_warning_a_share"
            ),
        )

    def __str__(self) -> str:
        return f"{self.clock} {self.percent} %"
