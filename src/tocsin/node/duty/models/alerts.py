"""Alerts, and each call that was made for them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.duty.kinds import visible_kinds
from tocsin.node.duty.ladder import Ladder
from tocsin.node.records import new_id

__all__ = ["Alert", "Step"]


class AlertQuerySet(models.QuerySet["Alert"]):
    def visible_to(self, person: Person) -> "AlertQuerySet":
        """For those who stand duty: alerts of the kinds that they may be called for."""
        if not person.may(Ability.STAND_DUTY):
            return self.none()
        return self.filter(kind__in=visible_kinds(person))

    def open(self) -> "AlertQuerySet":
        """Those for which people are being called. `next_at` says the same by its constraint, and has the index."""
        return self.filter(next_at__isnull=False, acknowledged_at=None, closed_at=None)


class Alert(models.Model):
    """Something that a person must acknowledge. People are called along its ladder until one does, or it is closed.

    A row never goes. One (kind, subject) has one alert, however often it is raised. The link and the values are for
    people who have signed in; what calls them says only that something waits.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40, help_text="As registered in duty.kinds.")
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=200)
    link = models.CharField(max_length=300, blank=True, help_text="Where one sees what it is about.")
    values = models.JSONField(default=dict, help_text="What fills the sentence of its kind.")
    is_exercise = models.BooleanField(default=False)
    is_drill = models.BooleanField(default=False, help_text="Nothing happened: the way to a person is tried.")
    raised_at = models.DateTimeField(default=timezone.now)
    raised_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", help_text="None: the machine.")
    ladder = models.JSONField(help_text="As it was when the alert was raised.")
    rung = models.PositiveIntegerField(default=0, help_text="The number of the rung that is climbed next.")
    next_at = models.DateTimeField(null=True, help_text="When it is due; None once nobody is called any more.")
    looked_at = models.DateTimeField(help_text="By the clock, when the ladder was last looked at.")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    by_role = models.CharField(max_length=24, blank=True, help_text="In which role.")
    after_step = models.ForeignKey(
        "Step", models.PROTECT, null=True, related_name="+", help_text="The last call of that person before it, if any."
    )
    not_told = models.TextField(blank=True, help_text="Why what follows from an acknowledgement could not be done.")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", help_text="None: the machine.")
    closed_why = models.CharField(max_length=500, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ("-raised_at", "-id")
        constraints = (
            # The kind last: else SQLite looks for the open alerts of a person's kinds among all that there ever were.
            models.UniqueConstraint(fields=("subject_type", "subject_id", "kind"), name="one_alert_a_subject"),
            models.CheckConstraint(
                condition=models.Q(acknowledged_at=None, acknowledged_by=None)
                | models.Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False, closed_at=None),
                name="an_alert_is_acknowledged_by_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(next_at=None) ^ models.Q(acknowledged_at=None, closed_at=None),
                name="whoever_is_called_waits_for_an_answer",
            ),
        )
        indexes = (
            models.Index(fields=("next_at",), condition=models.Q(next_at__isnull=False), name="alerts_that_call"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"

    @property
    def is_open(self) -> bool:
        return self.acknowledged_at is None and self.closed_at is None

    @property
    def state(self) -> str:
        """Its name in look/states.py."""
        if self.acknowledged_at:
            return "acknowledged"
        return "alert_closed" if self.closed_at else "calling"

    @property
    def climbs(self) -> Ladder:
        return Ladder.from_json(self.ladder)


class Step(models.Model):
    """One call: of one person, by one channel, once. A call that fails for a passing reason has another row after it.

    WAITING     is to be made at `due_at`
    TRYING      a process makes it now; if that ends in the middle, another takes it for UNKNOWN and makes it again
    HANDED_OVER the channel has taken it: not that anybody has read it
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        TRYING = "trying", _("is being made")
        HANDED_OVER = "handed_over", _("handed over")
        FAILED = "failed", _("failed")
        UNKNOWN = "unknown", _("interrupted")
        CALLED_OFF = "called_off", _("not needed any more")

    class Channel(models.TextChoices):
        PUSH = "push", _("browser")
        MAIL = "mail", _("e-mail")
        GATEWAY = "gateway", _("telephone")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alert = models.ForeignKey(Alert, models.PROTECT, related_name="steps")
    rung = models.PositiveIntegerField(help_text="Its number from 0, repeats counted on.")
    attempt = models.PositiveSmallIntegerField(default=1)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    found_as = models.CharField(max_length=12, help_text="first, second, all, or manager where nobody stands duty.")
    channel = models.CharField(max_length=8, choices=Channel)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    tried_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=24, blank=True, help_text="Why it failed: a name of duty.channels.outcome.WHY.")
    detail = models.CharField(max_length=300, blank=True, help_text="What the other side said; nothing secret.")

    class Meta:
        ordering = ("rung", "due_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("alert", "rung", "person", "channel", "attempt"), name="one_row_a_call"),
        )
        indexes = (
            models.Index(
                fields=("due_at",), condition=models.Q(state__in=("waiting", "trying")), name="calls_to_be_made"
            ),
        )

    def __str__(self) -> str:
        return f"{self.alert_id} {self.rung} {self.person_id} {self.channel}"
