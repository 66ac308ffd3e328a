"""What comes to the players, and when."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tocsin.node.exercises.models.exercise import Exercise
from tocsin.node.surveillance.models import Signal

__all__ = ["Inject"]


class InjectQuerySet(models.QuerySet["Inject"]):
    def waiting(self) -> "InjectQuerySet":
        return self.filter(delivered_at=None)

    def delivered(self) -> "InjectQuerySet":
        return self.exclude(delivered_at=None)


class Inject(models.Model):
    """One inject of an exercise, for this node's part. All are written when it begins; each is delivered once.

    Whoever delivers it sets `delivered_at` and makes what it makes in one transaction, so that two processes never
    deliver one twice and none is half delivered.
    """

    class Kind(models.TextChoices):
        SIGNAL = "signal", _("signal")
        MESSAGE = "message", _("message")
        CASES = "cases", _("line list")

    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="injects")
    number = models.PositiveSmallIntegerField(help_text="Of the script.")
    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind)
    day = models.PositiveSmallIntegerField()
    hour = models.PositiveSmallIntegerField()
    title = models.JSONField(help_text='{"en": …, "ru": …, "zh-hans": …}')
    text = models.JSONField()
    due_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    signal = models.ForeignKey(Signal, models.PROTECT, null=True, related_name="+", help_text="That it made.")
    refused = models.TextField(blank=True, help_text="Why nothing was made of it.")

    objects = InjectQuerySet.as_manager()

    class Meta:
        ordering = ("exercise", "due_at", "number")
        indexes = (models.Index(fields=("due_at",), condition=models.Q(delivered_at=None), name="injects_that_wait"),)
        constraints = (
            models.UniqueConstraint(fields=("exercise", "number"), name="one_row_an_inject"),
            models.CheckConstraint(
                condition=models.Q(signal=None) | models.Q(delivered_at__isnull=False), name="made_when_delivered"
            ),
        )

    def __str__(self) -> str:
        return self.in_language(self.title)

    @property
    def said(self) -> str:
        """Its text in the reader's language."""
        return self.in_language(self.text)

    @staticmethod
    def in_language(texts: dict[str, str], language: str = "") -> str:
        return texts.get(language or get_language() or "en", texts["en"])
