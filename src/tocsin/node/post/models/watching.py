"""What the node remembers of itself, to tell people: whether it signs, and of which ends they were told."""

from django.db import models

__all__ = ["ExpiryTold", "Sealer"]


class Sealer(models.Model):
    """What the process that signs said of itself when it last looked: the pages' processes have not its keys."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField(help_text="When it last looked.")
    why_not = models.TextField(blank=True, help_text="Why it signs nothing, in the words of the exchange.")

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="one_process_signs_here"),)

    def __str__(self) -> str:
        return self.why_not or "signs"


class ExpiryTold(models.Model):
    """Of the end of what, and at which moment, people were told, and how near it was. Another end is told anew."""

    what = models.CharField(max_length=80, primary_key=True, help_text="A role of the trust list, or `tls AL`.")
    at = models.DateTimeField(help_text="When it runs out.")
    urgency = models.PositiveSmallIntegerField(help_text="tocsin.exchange.standing.Urgency.")

    def __str__(self) -> str:
        return f"{self.what} at {self.at}"
