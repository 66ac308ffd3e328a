"""What waits to be checked, what was made of it, and the files of objects with their parts.

Bytes lie in the database, in rows of at most 2 MiB: a range that was acknowledged stands with its upload in one
transaction, a copy of the node holds both or neither, and a row of that size is what both databases and the exchange
carry whole. In files on the disk a kill between the two would leave one without the other.
"""

from typing import Any

from django.db import models
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.post.models.documents import SignedDocument
from tocsin.node.records import new_id

__all__ = ["Attached", "CleanFile", "CleanPiece", "Part", "Upload", "UploadPiece"]

DIGEST = 64  # characters of a SHA-256


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, person: Person) -> "UploadQuerySet":
        """One's own. What others may see of an object that a file is put with, its gate says (gates.py)."""
        return self.filter(by=person)

    def open(self) -> "UploadQuerySet":
        """Still arriving."""
        return self.filter(state=Upload.State.ARRIVING)


class Upload(models.Model):
    """A file as a person gives it. It never leaves the hospital; its name may be the patient's and is shown to whoever
    gave it, alone.
    """

    class State(models.TextChoices):
        ARRIVING = "arriving"
        UPLOADED = "uploaded"
        CHECKED = "checked"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    name = models.CharField(max_length=250, help_text="As the person's own computer has it.")
    size = models.PositiveBigIntegerField(help_text="Bytes, as declared.")
    said_digest = models.CharField(max_length=DIGEST, blank=True, help_text="SHA-256, if the browser could tell.")
    fingerprint = models.CharField(max_length=DIGEST, blank=True, help_text="By which a browser knows the file again.")
    received = models.PositiveBigIntegerField(default=0, help_text="Bytes without a gap from the beginning.")
    state = models.CharField(max_length=10, choices=State, default=State.ARRIVING)
    reason = models.CharField(max_length=40, blank=True, help_text="Why refused: tocsin.clinical.files.refusals.")
    values = models.JSONField(default=dict, help_text="In the sentence of the reason.")
    digest = models.CharField(max_length=DIGEST, blank=True, help_text="SHA-256 of what came.")
    about_kind = models.CharField(max_length=40, blank=True, help_text="Of gates.py; empty until it is put with one.")
    about_origin = models.CharField(max_length=12, blank=True)
    about_id = models.CharField(max_length=36, blank=True)
    left_away = models.JSONField(default=list)
    flagged = models.JSONField(default=list, help_text="[[where, number, kind], …]; never the words.")
    to_be_looked_at = models.JSONField(default=list, help_text="Numbers of pages that no program has read.")
    accepted_at = models.DateTimeField(null=True, help_text="When a person said that it may leave as it is.")
    clean = models.ForeignKey("CleanFile", models.SET_NULL, null=True, related_name="uploads")
    begun_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    original_destroyed_at = models.DateTimeField(null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ("-begun_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(received__lte=models.F("size")), name="no_more_is_received_than_was_declared"
            ),
            models.CheckConstraint(
                condition=models.Q(state="arriving") | models.Q(received=models.F("size")),
                name="what_is_looked_at_is_whole",
            ),
        )
        indexes = (models.Index(fields=("by", "state", "changed_at"), name="uploads_of_a_person"),)

    def __str__(self) -> str:
        return "upload"  # the name may be the patient's, and a record of the audit would keep it

    @property
    def about(self) -> dict[str, str] | None:
        """What it is put with."""
        return {"origin": self.about_origin, "id": self.about_id} if self.about_id else None

    @property
    def may_leave(self) -> bool:
        """Whether its de-identified form may be sent: somebody has looked at what no program reads, or finds odd."""
        needs_a_look = bool(self.flagged or self.to_be_looked_at)
        return self.state == self.State.CHECKED and (self.accepted_at is not None or not needs_a_look)


class UploadPiece(models.Model):
    """One range of an upload, as it came. All go with the original."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="pieces", db_index=False)
    first = models.PositiveBigIntegerField()
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ("first",)
        constraints = (models.UniqueConstraint(fields=("upload", "first"), name="one_piece_a_place_of_an_upload"),)

    def __str__(self) -> str:
        return f"{self.upload_id} from {self.first}"


class CleanFile(models.Model):
    """A file made here that says nothing of who it is about, as far as is known: what is sent, and nothing else is."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    digest = models.CharField(max_length=DIGEST, help_text="SHA-256 of its bytes, by which it is named everywhere.")
    name = models.CharField(max_length=60, help_text="Neutral: photo-1.jpg.")
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class CleanPiece(models.Model):
    """2 MiB of such a file, or what is left at its end: as a part carries it."""

    file = models.ForeignKey(CleanFile, models.CASCADE, related_name="pieces", db_index=False)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("file", "number"), name="one_piece_a_number_of_a_file"),)

    def __str__(self) -> str:
        return f"{self.file_id} {self.number}"


class Attached(models.Model):
    """A file of an object: ours or another state's, here in whole, in part or no longer.

    What it is called is said by the object's own document; parts may come before it and make the row, without a kind.
    """

    class State(models.TextChoices):
        ARRIVING = "arriving"
        WHOLE = "whole"
        DAMAGED = "damaged"
        ERASED = "erased"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40, blank=True, help_text="Of its object, for its gate (gates.py).")
    about_origin = models.CharField(max_length=12)
    about_id = models.CharField(max_length=36)
    origin = models.CharField(max_length=12, help_text="The state whose file it is.")
    digest = models.CharField(max_length=DIGEST)
    name = models.CharField(max_length=120, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.ARRIVING)
    clean = models.ForeignKey(CleanFile, models.PROTECT, null=True, related_name="attached", help_text="Ours alone.")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("about_origin", "about_id", "origin", "digest"), name="a_file_is_with_an_object_once"
            ),
        )

    def __str__(self) -> str:
        return self.name or "file"

    @property
    def about(self) -> dict[str, str]:
        """The object that it belongs to."""
        return {"origin": self.about_origin, "id": self.about_id}

    def as_json(self) -> dict[str, Any]:
        """As documents name it."""
        return {
            "digest": self.digest, "name": self.name, "media_type": self.media_type, "bytes": self.size,
            "parts": self.parts,
        }  # fmt: skip


class Part(SignedDocument):
    """A part that was sent or came. Its bytes lie in its document alone, which `post` keeps (reading.py)."""

    of = models.ForeignKey(Attached, models.CASCADE, related_name="documents")
    number = models.PositiveIntegerField()
    parts = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text="Bytes of the file that it carries.")
    audience = models.CharField(max_length=834, help_text="Of the stream that it travels in.")

    class Meta(SignedDocument.Meta):
        ordering = ("number", "-recorded_at", "-id")

    def __str__(self) -> str:
        return f"{self.number} of {self.parts}"
