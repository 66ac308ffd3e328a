"""What people were told as time ran, so that of two workers one tells it."""

from django.db import models, transaction
from django.utils import timezone

__all__ = ["GivenWarning"]


class GivenWarning(models.Model):
    """People were told that something begins, runs out or has to be called; of each step once."""

    kind = models.CharField(max_length=40, help_text="Of the notice.")
    subject = models.CharField(max_length=200)
    step = models.CharField(max_length=40, blank=True, help_text="A moment, or a share of the time.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at", "id")
        constraints = (models.UniqueConstraint(fields=("kind", "subject", "step"), name="a_warning_is_given_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.step}"

    @classmethod
    def is_first(cls, kind: str, subject: object, step: str = "") -> bool:
        """Whether it is given now: another worker that gives it at once waits for this transaction, and is told no."""
        if not transaction.get_connection().in_atomic_block:
            raise transaction.TransactionManagementError("a warning is given in one transaction with its notices")
        return cls.objects.get_or_create(kind=kind, subject=str(subject), step=step)[1]
