"""Drills: how long it takes until a person answers, tried without anything having happened."""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.duty.models.alerts import Alert
from tocsin.node.records import new_id

__all__ = ["Drill"]


class DrillQuerySet(models.QuerySet["Drill"]):
    def visible_to(self, person: Person) -> "DrillQuerySet":
        """All, for those who stand duty or run exercises."""
        may = person.may(Ability.STAND_DUTY) or person.may(Ability.RUN_EXERCISES)
        return self if may else self.none()


class Drill(models.Model):
    """One drill: of this node alone (no addressees), of ours with partners, or of a partner with us.

    What it measures stands elsewhere and is never written twice: at its alert, and at the acknowledgements that come.
    """

    class Kind(models.TextChoices):
        CALL = "call", _("call")
        NIGHT = "call_at_night", _("call at night")
        FALLBACK = "fallback_channel", _("second channel")

    id = models.UUIDField(
        primary_key=True, default=new_id, editable=False, help_text="The document's, if there is one."
    )
    origin = models.CharField(max_length=12, help_text="The node that runs it.")
    is_ours = models.BooleanField()
    kind = models.CharField(max_length=20, choices=Kind)
    addressees = models.JSONField(default=list, help_text="Nodes; none: people of this node alone.")
    scenario = models.TextField(_("scenario"))
    language = models.CharField(_("language"), max_length=12)
    asked_at = models.DateTimeField(default=timezone.now, help_text="By the clock of its origin.")
    answer_within = models.PositiveIntegerField(help_text="Minutes.")
    is_exercise = models.BooleanField(default=False, help_text="Of an alliance that is itself an exercise.")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", help_text="None: a partner's.")
    alert = models.ForeignKey(Alert, models.PROTECT, null=True, related_name="+", help_text="Who is called here.")
    came_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    objects = DrillQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(is_ours=True) | models.Q(by=None), name="only_our_drills_have_one"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.asked_at:%F %R}"

    @property
    def is_local(self) -> bool:
        return self.is_ours and not self.addressees

    @property
    def allowed(self) -> timedelta:
        return timedelta(minutes=self.answer_within)
