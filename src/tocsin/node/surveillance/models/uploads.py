"""A table that somebody sent."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.records import new_id
from tocsin.node.surveillance.models.sources import Source

__all__ = ["Upload"]


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, person: Person) -> "UploadQuerySet":
        """All for readers of surveillance; a laboratory sees what its own people sent."""
        if person.may(Ability.READ_SURVEILLANCE):
            return self
        if person.may(Ability.UPLOAD_COUNTS):
            return self.filter(by__organisation=person.organisation)
        return self.none()


class Upload(models.Model):
    """A table on its way into the archive, or there. The file itself is kept as it came.

    RECEIVED → READING → PREVIEWED → TAKING → TAKEN, or UNREADABLE, or CANCELLED before it is taken. An UNDO is an
    upload without a file, that writes back what was known before another.
    """

    class Status(models.TextChoices):
        RECEIVED = "received", _("received")
        READING = "reading", _("being read")
        PREVIEWED = "previewed", _("to be confirmed")
        TAKING = "taking", _("being taken")
        TAKEN = "taken", _("taken")
        UNREADABLE = "unreadable", _("cannot be read")
        CANCELLED = "cancelled", _("cancelled")

    class Via(models.TextChoices):
        PAGE = "page", _("page")
        API = "api", _("API")
        FOLDER = "folder", _("watched folder")
        UNDO = "undo", _("undo")
        EXCHANGE = "exchange", _("exchange")

    OPEN = (Status.RECEIVED, Status.READING, Status.PREVIEWED, Status.TAKING)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(Source, models.PROTECT, related_name="uploads")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="uploads")
    via = models.CharField(max_length=8, choices=Via, default=Via.PAGE)
    received_at = models.DateTimeField(default=timezone.now)
    file_name = models.CharField(max_length=250)
    file_path = models.CharField(max_length=400, blank=True, help_text="Below the node's folder of uploads.")
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    options = models.JSONField(default=dict, help_text="Options of reading for this table, over the source's own.")
    status = models.CharField(max_length=12, choices=Status, default=Status.RECEIVED)
    preview = models.JSONField(default=dict, help_text="What was found: see actions/previewing.py.")
    problem = models.JSONField(default=dict, help_text="Why it cannot be read or taken, as a sentence and its values.")
    rows = models.PositiveIntegerField(null=True)
    problems = models.PositiveIntegerField(null=True, help_text="Rows that cannot be used.")
    cells_changed = models.PositiveIntegerField(null=True)
    whole = models.BooleanField(default=True, help_text="Taken only if every row could be used.")
    undoes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="undone_by")
    generation = models.PositiveIntegerField(null=True, help_text="Of the source, that this upload publishes.")
    archive_version = models.IntegerField(null=True)
    progress = models.JSONField(default=dict, help_text='{"what": …, "done": n, "of": n}')
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ("-received_at",)
        indexes = (models.Index(fields=("source", "status", "-received_at"), name="uploads_of_a_source"),)
        constraints = (
            models.UniqueConstraint(
                fields=("source", "sha256"),
                condition=models.Q(status__in=("received", "reading", "previewed", "taking", "taken"), undoes=None),
                name="a_table_is_taken_once",
            ),
            models.UniqueConstraint(
                fields=("source",), condition=models.Q(status="taking"), name="one_upload_taken_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN
