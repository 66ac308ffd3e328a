"""Documents that wait to be sealed, and whether this node may seal them."""

from django.db import models
from django.utils import timezone

__all__ = ["Outgoing", "Signing"]


class Outgoing(models.Model):
    """A document that waits to be numbered and signed. Never changed; gone when it is sealed, in the same transaction.

    Rows are sealed in the order of `id`. Queued in the transaction of the act that the document tells of.
    """

    audience = models.CharField(max_length=834, help_text="The stream it goes into: members, to:BO+CE.")
    document = models.BinaryField(help_text="Its canonical bytes.")
    queued_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.id} for {self.audience}"


class Signing(models.Model):
    """Whether this node may sign, and in which epoch. One row; without it: in the first epoch, and yes."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    epoch = models.PositiveBigIntegerField(default=1)
    confirmed = models.BooleanField(default=True)
    why = models.TextField(blank=True, help_text="If not confirmed: why it signs nothing.")
    recovering = models.DateTimeField(null=True, help_text="Since when peers are asked for what they hold of us.")
    doubted_at = models.DateTimeField(null=True, help_text="When a peer last said that it has more of us than we know.")

    class Meta:
        verbose_name_plural = "signing"
        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="one_node_signs_here"),
            models.CheckConstraint(condition=models.Q(epoch__gte=1), name="signing_epochs_count_from_one"),
        )

    def __str__(self) -> str:
        return f"epoch {self.epoch}: {'confirmed' if self.confirmed else self.why}"
