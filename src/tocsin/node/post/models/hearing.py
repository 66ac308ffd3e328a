"""What peers said: receipts and how meetings went; what was refused; and proof that somebody signed two histories."""

from django.db import models
from django.utils import timezone

from tocsin.node.post.models.streams import DIGEST, Stream

__all__ = ["SOURCE", "Evidence", "Peer", "Receipt", "Refusal"]

SOURCE = 250  # characters of a node's or a file's name that are kept


class Receipt(models.Model):
    """How far a node has said, signed, that it has one of our streams. The furthest takes the place of all before."""

    by = models.CharField(max_length=12, help_text="The node that said so.")
    stream = models.ForeignKey(Stream, models.PROTECT, related_name="receipts")
    through = models.PositiveBigIntegerField(help_text="Number of the last document it has.")
    manifest = models.CharField(max_length=DIGEST)
    received_at = models.DateTimeField(help_text="By its clock.")
    reasons = models.BinaryField(help_text="JSON: [[number, code, detail, row or null], …] of what it did not take.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("by", "stream"), name="one_receipt_a_node_and_stream"),)

    def __str__(self) -> str:
        return f"{self.by} has {self.stream} through {self.through}"


class Refusal(models.Model):
    """Something that was offered and not taken. Never changed; the latest thousand of each source are kept."""

    at = models.DateTimeField()
    source = models.CharField(max_length=SOURCE, help_text="The node or file that offered it.")
    what = models.TextField(help_text="What was offered, in the words of the exchange.")
    code = models.CharField(max_length=40)
    detail = models.TextField()

    class Meta:
        ordering = ("-at", "-id")
        indexes = (
            models.Index(fields=("source", "id"), name="refusals_of_a_source"),
            models.Index(fields=("-at", "-id"), name="refusals_latest_first"),
        )

    def __str__(self) -> str:
        return f"{self.source}: {self.what}: {self.code}"


class Peer(models.Model):
    """How the exchange with a node stands: the last meeting, and what it said of itself then, which proves nothing."""

    node = models.CharField(max_length=12, primary_key=True)
    met_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    failures = models.PositiveBigIntegerField(default=0, help_text="Meetings that failed since the last that did not.")
    problem = models.TextField(blank=True)
    clock_ahead = models.BigIntegerField(default=0, help_text="Seconds that its clock is ahead of ours.")
    behind = models.BigIntegerField(default=0, help_text="Documents that it has for us and we have not.")
    trust_version = models.BigIntegerField(default=0)
    speaks = models.BinaryField(help_text="JSON: versions of the protocol.")
    holds = models.BinaryField(help_text='JSON: how far it has our streams, {"1/members": [last, manifest]}.')
    held_at = models.DateTimeField(null=True, help_text="When it said so.")
    doubted = models.BooleanField(default=False, help_text="Whether it has still to show what it says it has of us.")
    doubted_at = models.DateTimeField(null=True, help_text="When it last said that it has more of us than we know.")

    def __str__(self) -> str:
        return self.node


class Evidence(models.Model):
    """Proof, by its own signatures, that a node signed two histories. Never changed but for `settled`, and never gone.

    Until people have settled all there is of an origin, nothing of it is taken in.
    """

    origin = models.CharField(max_length=12)
    digest = models.CharField(max_length=DIGEST)
    data = models.BinaryField(help_text="tocsin.exchange.evidence.")
    settled = models.BooleanField(default=False)
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("origin", "digest"), name="evidence_is_kept_once"),)

    def __str__(self) -> str:
        return f"{self.origin} {self.digest}"
