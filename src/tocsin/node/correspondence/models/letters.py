"""Letters as they were signed, the copies of each in boxes here, and what a machine made of them."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from tocsin.joint.parties import Speaker
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.correspondence.boxes import box_keys
from tocsin.node.correspondence.models.threads import Thread
from tocsin.node.post.models.documents import DocumentQuerySet, SignedDocument
from tocsin.node.records import new_id

__all__ = ["Letter", "LetterCopy", "MachineRendering"]


class LetterQuerySet(DocumentQuerySet):
    def visible_to(self, person: Person) -> Self:
        """Those with a copy in a box that is open to the person: who joins a thread later reads what is written to
        them, and nothing of what was said before.
        """
        mine = LetterCopy.objects.filter(letter=OuterRef("pk"), box__in=box_keys(person))
        return self.filter(Exists(mine))


class Letter(SignedDocument):
    """One letter. Never changed; `recorded_at` is when it was written."""

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="letters", db_index=False)
    said_as = models.JSONField(help_text="Who writes, as documents name them: hospital, clinician or null.")
    name = models.CharField(max_length=120, blank=True, help_text="Of whoever wrote it, as they were called then.")
    to = models.JSONField(default=list, help_text="All who are written to; nobody reads it who does not stand here.")
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    files = models.JSONField(default=list, help_text="As documents name them.")
    in_reply_to = models.JSONField(null=True, help_text="A letter that may come after it, or never.")
    translates = models.JSONField(null=True, help_text="The letter that this one puts into another language.")
    classification = models.CharField(max_length=12, help_text="SELECTIVE, or NATIONAL: then it left nobody.")
    addressees = models.JSONField(default=list, help_text="Other states that get it.")

    objects = LetterQuerySet.as_manager()

    WITHOUT_WORDS = {"subject": "", "text": "", "files": []}

    class Meta(SignedDocument.Meta):
        ordering = ("recorded_at", "id")
        indexes = (models.Index(fields=("thread", "recorded_at"), name="letters_of_a_thread"),)

    def __str__(self) -> str:
        return f"{self.origin} {self.document_id}"  # the subject is for its readers, and the audit is not one

    @property
    def key(self) -> dict[str, str]:
        """As documents name it."""
        return {"origin": self.origin, "id": str(self.document_id)}

    @property
    def writer(self) -> Speaker:
        """Who says it."""
        return Speaker.of(self.said_as)

    @property
    def readers(self) -> list[Speaker]:
        """Who is written to, each once."""
        return list(dict.fromkeys(map(Speaker.of, self.to)))

    @property
    def parties(self) -> list[Speaker]:
        """Everybody who reads it, the writer first."""
        return list(dict.fromkeys([self.writer, *self.readers]))

    @property
    def is_national(self) -> bool:
        """Whether it stays inside this state."""
        return self.origin == here().code and self.classification == "NATIONAL"


class LetterCopy(models.Model):
    """A letter in one box of this state: who wrote it there, or has it to read, and when somebody opened it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    letter = models.ForeignKey(Letter, models.CASCADE, related_name="copies", db_index=False)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="+", db_index=False)
    hospital = models.UUIDField()
    clinician = models.UUIDField(null=True)
    box = models.UUIDField()
    is_sent = models.BooleanField(default=False, help_text="The writer's own.")
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    is_quiet = models.BooleanField(default=False, help_text="Whoever opened it wants nobody to be told.")
    is_due = models.BooleanField(default=False, help_text="Its writer’s state is still to be told that it was read.")
    told = models.ForeignKey(
        "correspondence.ReadReceipt", models.SET_NULL, null=True, related_name="+",
        help_text="By which the writer's state was told that it was read.",
    )  # fmt: skip

    class Meta:
        verbose_name_plural = "letter copies"
        constraints = (models.UniqueConstraint(fields=("letter", "box"), name="one_copy_a_box"),)
        indexes = (
            models.Index(fields=("box", "letter"), name="letters_of_a_box"),
            models.Index(fields=("box", "thread"), name="letters_of_a_box_by_thread"),
            models.Index(fields=("read_at",), condition=Q(is_due=True), name="readings_to_tell"),
        )

    def __str__(self) -> str:
        return f"{self.letter_id} in {self.box}"


class MachineRendering(models.Model):
    """What the operator's translation machine made of a letter, for readers here. It goes to nobody."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="renderings")
    language = models.CharField(max_length=12)
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", help_text="Who asked for it.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("letter", "language"), name="one_rendering_a_language"),)

    def __str__(self) -> str:
        return f"{self.letter_id} in {self.language}"
