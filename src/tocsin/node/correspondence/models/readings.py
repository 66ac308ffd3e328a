"""That letters were read: documents that say so, and what follows for each letter."""

from django.db import models

from tocsin.node.post.models.documents import DocumentQuerySet, SignedDocument

__all__ = ["LetterReading", "ReadReceipt"]


class ReadReceipt(SignedDocument):
    """One document `letters-read`, ours or a partner's."""

    said_as = models.JSONField(help_text="Who has read them, as documents name them.")
    letters = models.JSONField(default=list, help_text="Which: origin and identifier of each.")
    at = models.DateTimeField(help_text="When the last of them was opened, by the reader's own node.")

    objects = DocumentQuerySet.as_manager()

    WITHOUT_WORDS = {"letters": []}

    class Meta(SignedDocument.Meta):
        ordering = ("recorded_at", "id")

    def __str__(self) -> str:
        return f"{self.origin} {self.document_id}"


class LetterReading(models.Model):
    """A partner's reader has opened a letter, which may not be here. Gone while the receipt that says so is void."""

    receipt = models.ForeignKey(ReadReceipt, models.CASCADE, related_name="readings")
    origin = models.CharField(max_length=12, help_text="The reader's state.")
    box = models.UUIDField(help_text="The reader: a clinician, or a hospital.")
    letter_origin = models.CharField(max_length=12)
    letter_id = models.UUIDField(help_text="As documents name it.")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("receipt", "letter_origin", "letter_id"), name="a_letter_once_in_a_read_receipt"
            ),
        )
        indexes = (models.Index(fields=("letter_id",), name="readings_of_a_letter"),)

    def __str__(self) -> str:
        return f"{self.origin} {self.box}: {self.letter_origin} {self.letter_id}"
