"""Every origin's log: an append-only Merkle tree of what it sealed, in packed rows."""

from django.db import models

__all__ = ["Checkpoint", "Log", "Tile"]


class Log(models.Model):
    """The log of one origin in one epoch, as far as it is known here. It only grows, and by one writer at a time.

    One that is to be learned anew is dropped whole, with its checkpoint; the row stays, of no leaves.
    """

    origin = models.CharField(max_length=12)
    epoch = models.PositiveBigIntegerField()
    size = models.PositiveBigIntegerField(default=0, help_text="Leaves.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("origin", "epoch"), name="one_log_an_epoch"),)

    def __str__(self) -> str:
        return f"{self.origin}/{self.epoch} at {self.size}"


class Tile(models.Model):
    """Up to 256 neighbouring leaves or hashes of a log. They never change; the last tile of each level is filled up.

    Level 0 holds leaves; level n the hashes of complete subtrees of 256^n leaves. Hashes between are computed from
    these, so that the root of a million leaves is read from three rows, and a proof from six.
    """

    log = models.ForeignKey(Log, models.PROTECT, related_name="tiles", db_index=False)
    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField(help_text="From 0 on, within its level.")
    hashes = models.BinaryField(help_text="32 bytes each.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("log", "level", "index"), name="one_tile_a_place"),)

    def __str__(self) -> str:
        return f"{self.log_id} level {self.level} tile {self.index}"


class Checkpoint(models.Model):
    """The largest checkpoint of a log that is known here, with its signatures and cosignatures.

    Another takes its place that is as large, with more cosignatures, or larger; never a smaller one.
    """

    log = models.OneToOneField(Log, models.PROTECT, primary_key=True, related_name="checkpoint")
    size = models.PositiveBigIntegerField(help_text="Leaves.")
    data = models.BinaryField(help_text="As a bundle's record C.")

    def __str__(self) -> str:
        return f"{self.log_id} at {self.size}"
