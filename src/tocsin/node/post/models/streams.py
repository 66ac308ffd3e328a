"""Streams, the signed batches they consist of, and the documents in them."""

from django.db import models

from tocsin.exchange.store import State
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability

__all__ = ["Batch", "Entry", "Items", "Stream"]

DIGEST = 43  # characters of a SHA-256 in base64url


class Stream(models.Model):
    """A stream of numbered documents: of one origin, in one of its epochs, for one audience; and how far it is known.

    A row never goes. `last` moves forward by whole batches, and back only where keys have ended and what they signed is
    void. Changed by comparing and setting: of two who would put a batch after the same document, the second is refused.
    """

    origin = models.CharField(max_length=12)
    epoch = models.PositiveBigIntegerField()
    audience = models.CharField(max_length=834, help_text="public, family, members, or to:BO+CE.")
    last = models.PositiveBigIntegerField(default=0, help_text="Number of its last document; 0 while none is known.")
    manifest = models.CharField(max_length=DIGEST, blank=True, help_text="Digest of the manifest that covers it.")
    first_manifest = models.CharField(max_length=DIGEST, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("origin", "epoch", "audience"), name="one_stream_a_name"),
            models.CheckConstraint(
                condition=models.Q(last=0, manifest="", first_manifest="")
                | (models.Q(last__gt=0) & ~models.Q(manifest="") & ~models.Q(first_manifest="")),
                name="documents_of_a_stream_have_a_manifest",
            ),
        )

    def __str__(self) -> str:
        return f"{self.origin}/{self.epoch}/{self.audience}"


class Batch(models.Model):
    """A manifest with its signatures, as they came and as they are handed on: never written anew.

    In use, it is a link of its stream's chain, and no other can be in its place. Set aside, its keys had ended; it is
    kept as evidence of what was signed, and may come into use again. A row never goes. Parcels go with the first
    document of the batch that is erased, since each holds the keys of all; peers that lack theirs ask the origin.
    """

    digest = models.CharField(max_length=DIGEST, unique=True, help_text="Of the manifest.")
    stream = models.ForeignKey(Stream, models.PROTECT, related_name="batches", db_index=False)
    first = models.PositiveBigIntegerField(help_text="Number of its first document.")
    last = models.PositiveBigIntegerField(help_text="Number of its last document.")
    in_use = models.BooleanField(default=True)
    size = models.PositiveBigIntegerField(help_text="Bytes of the manifest and of the items that are here.")
    signers = models.JSONField(help_text="Identifiers of the keys whose signatures counted when it was taken.")
    # What is read rarely stands last: SQLite then need not read it to pass over it.
    signatures = models.BinaryField(help_text="JSON, as they stand beside the manifest.")
    manifest = models.BinaryField(help_text="The bytes that were signed.")
    parcels = models.BinaryField(help_text="JSON, by node; empty if there are none.")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("stream", "first"), condition=models.Q(in_use=True), name="one_batch_begins_at_a_document"
            ),
            models.UniqueConstraint(
                fields=("stream", "last"), condition=models.Q(in_use=True), name="one_batch_ends_at_a_document"
            ),
            models.CheckConstraint(
                condition=models.Q(first__gte=1, last__gte=models.F("first")), name="a_batch_ends_after_it_begins"
            ),
        )

    def __str__(self) -> str:
        return f"{self.stream} {self.first}-{self.last}"


class Items(models.Model):
    """Some neighbouring items of a batch, as they are carried: sealed under a key of each, but in public streams.

    Kept beside the documents' own texts (Entry), since nobody can seal a document twice to the same bytes. Changed only
    to fill in what had been withheld, and to take a public document out that is erased; sealed ones go on being
    carried, and nobody can open them once their keys are gone.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="packed_items", db_index=False)
    first = models.PositiveBigIntegerField(help_text="Number of the first document among them.")
    packed = models.BinaryField(help_text="tocsin.node.post.store.packing.")

    class Meta:
        verbose_name_plural = "items"
        constraints = (models.UniqueConstraint(fields=("batch", "first"), name="items_of_a_document_stand_once"),)

    def __str__(self) -> str:
        return f"{self.batch_id} from {self.first}"


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, person: Person) -> "EntryQuerySet":
        """Where documents stand and what became of them; what they say, only for whoever decides upon them."""
        return self.filter(in_use=True) if person.may(Ability.READ_EXCHANGE) else self.none()

    def with_rows_apart(self) -> "EntryQuerySet":
        """Documents that were taken without some of their rows."""
        return self.filter(in_use=True, state=State.ACCEPTED.value, has_reasons=True)

    def kept_apart(self) -> "EntryQuerySet":
        """What people may decide about: documents, and those of which rows were kept apart; decided or not."""
        # Every page counts them. Each half says all that its index is of: SQLite finds no other way but to read all.
        return self.filter(
            models.Q(in_use=True, state=State.QUARANTINED.value)
            | models.Q(in_use=True, state=State.ACCEPTED.value, has_reasons=True)
        )


class Entry(models.Model):
    """What became of one document here. Only where this node is of its stream's audience; what it carries has none.

    A row never goes, and its place and digest never change. Its text and key go when the document is erased; the row
    then says that there was one. What then lies where is told in `store.leftovers`.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="entries", db_index=False)
    stream = models.ForeignKey(Stream, models.PROTECT, related_name="entries", db_index=False)
    origin = models.CharField(max_length=12, help_text="As the stream's; here too so that `stands` can be unique.")
    number = models.PositiveBigIntegerField()
    in_use = models.BooleanField(default=True, help_text="As its batch is.")
    state = models.CharField(max_length=12, help_text="tocsin.exchange.store.State.")
    stands = models.BooleanField(
        default=False, help_text="Its identifier means this document: it was accepted, or written here, last of all."
    )
    digest = models.CharField(max_length=DIGEST, help_text="Of its item.")
    document_id = models.CharField(max_length=36, null=True, help_text="As the document says; none unless opened.")
    type = models.CharField(max_length=40, null=True, help_text="As the document says.")
    key = models.BinaryField(null=True, help_text="Opens its item, 32 bytes; none in public streams.")
    reasons = models.BinaryField(
        help_text="JSON: [[code, detail, row or null, sentence and values if known], …]; empty if there are none."
    )
    has_reasons = models.BooleanField(default=False, help_text="Whether there are any: few documents have.")
    document = models.BinaryField(null=True, help_text="Its text, as tocsin.node.post.store.packing keeps it.")

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        constraints = (
            models.UniqueConstraint(fields=("batch", "number"), name="one_entry_a_document_of_a_batch"),
            models.UniqueConstraint(
                fields=("stream", "number"), condition=models.Q(in_use=True), name="one_document_a_number"
            ),
            models.UniqueConstraint(
                fields=("document_id", "origin"), condition=models.Q(stands=True), name="one_document_an_identifier"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in State]), name="an_entry_is_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.ERASED.value) | models.Q(document=None, key=None),
                name="what_is_erased_has_neither_text_nor_key",
            ),
        )
        indexes = (
            models.Index(
                fields=("state", "stream", "number"), condition=models.Q(in_use=True), name="documents_of_a_state"
            ),
            models.Index(
                fields=("state", "id"), condition=models.Q(in_use=True, has_reasons=True), name="documents_with_reasons"
            ),
            models.Index(fields=("document_id",), condition=models.Q(in_use=False), name="documents_set_aside"),
        )

    def __str__(self) -> str:
        return f"{self.stream} {self.number}: {self.state}"
