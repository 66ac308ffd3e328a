"""The shift log, and the hand-over of a shift from one person to the next."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import DutyShift, Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.records import new_id

__all__ = ["Handover", "LogEntry", "NeverChanged"]


class NeverChanged(TypeError):
    """A row of the shift log is written once."""


class ForDuty(models.QuerySet[Any]):
    def visible_to(self, person: Person) -> "ForDuty":
        """All, for those who stand duty; nobody's otherwise."""
        return self if person.may(Ability.STAND_DUTY) else self.none()


class Written(ForDuty):
    """Rows that are added and only read."""

    def update(self, **values: Any) -> int:
        raise NeverChanged("entries of the shift log are never changed")

    def delete(self) -> Any:
        raise NeverChanged("entries of the shift log are never deleted")


class LogEntry(models.Model):
    """What somebody on duty wrote down. Never changed; the audit holds the digest of its text."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.TextField(_("text"))
    language = models.CharField(_("language"), max_length=12)
    about_type = models.CharField(max_length=40, blank=True, help_text="What it is about: event, alert, a document.")
    about_id = models.CharField(max_length=80, blank=True, db_index=True)

    objects = Written.as_manager()

    class Meta:
        ordering = ("-at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(about_type="", about_id="") | ~models.Q(about_type="") & ~models.Q(about_id=""),
                name="an_entry_is_about_one_thing_or_none",
            ),
        )

    def __str__(self) -> str:
        return self.text[:80]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise NeverChanged("entries of the shift log are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise NeverChanged("entries of the shift log are never deleted")


class Handover(models.Model):
    """What the outgoing officer leaves to the incoming one. It counts from when that one accepts it.

    `open_items` is what the machine knew to be open when it was written, in three languages, as it was.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    line = models.CharField(max_length=8, choices=DutyShift.Line)
    outgoing = models.ForeignKey(Person, models.PROTECT, related_name="+")
    outgoing_shift = models.ForeignKey(DutyShift, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("text"))
    language = models.CharField(_("language"), max_length=12)
    open_items = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    incoming_shift = models.ForeignKey(
        DutyShift, models.SET_NULL, null=True, related_name="handovers", help_text="The shift that begins with it."
    )

    objects = ForDuty.as_manager()

    class Meta:
        ordering = ("-made_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(accepted_by=None) | ~models.Q(accepted_by=models.F("outgoing")),
                name="nobody_hands_over_to_themselves",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None, accepted_by=None)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="a_hand_over_is_accepted_by_a_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.outgoing} {self.made_at:%F %R}"

    @property
    def state(self) -> str:
        """Its name in look/states.py."""
        return "taken_over" if self.accepted_at else "not_taken_over"
