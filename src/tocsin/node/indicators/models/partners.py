"""What partners share: their documents as they stand here, and the sources that are filled from them."""

from django.db import models
from django.utils import timezone

from tocsin.node.alliance.models import State
from tocsin.node.surveillance.models import Source, Upload
from tocsin.node.surveillance.models.gate import SurveillanceQuerySet

__all__ = ["PartnerDocument", "PartnerSource", "PartnerTable"]


class PartnerDocumentQuerySet(SurveillanceQuerySet["PartnerDocument"]):
    def standing(self) -> "PartnerDocumentQuerySet":
        """Those that hold: neither void nor erased."""
        return self.filter(withdrawn_at=None, erased_at=None)

    def waiting(self) -> "PartnerDocumentQuerySet":
        """Those of which something was told that the series do not say yet."""
        return self.filter(told__gt=models.F("done"))


class PartnerDocument(models.Model):
    """A document of weekly indicators that a partner signed and this node accepted. A row never goes.

    Its counts are in the exchange's store, and in the series of `PartnerSource`. Each time that something is told of
    it (it came, a row was released, it is void, it was erased) `told` is one more; `done` is how far the series follow.
    """

    id = models.UUIDField(primary_key=True, editable=False, help_text="The document's own.")
    state = models.ForeignKey(State, models.PROTECT, related_name="+")
    audience = models.CharField(max_length=834, help_text="public, family, members, or to:BO+CE.")
    classification = models.CharField(max_length=12)
    no_onward_sharing = models.BooleanField(default=False)
    is_exercise = models.BooleanField(default=False)
    supersedes = models.UUIDField(null=True, help_text="The document that it takes the place of, wholly.")
    recorded_at = models.DateTimeField(help_text="By its origin's clock; see intake/folding.py.")
    came_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, help_text="Since when it is void: its signing key had ended.")
    erased_at = models.DateTimeField(null=True)
    manifest = models.CharField(max_length=43, help_text="Of the batch in which it came.")
    epoch = models.PositiveBigIntegerField(help_text="Of its stream.")
    number = models.PositiveBigIntegerField(help_text="In its stream, of that epoch.")
    date_type = models.CharField(max_length=12)
    first_day = models.CharField(max_length=8)
    indicators = models.JSONField(default=list)
    case_status = models.CharField(max_length=40, blank=True, help_text="Which are counted: probable+confirmed.")
    case_definition = models.CharField(max_length=200, blank=True)
    suppression = models.JSONField(null=True, help_text="As the document says it; none: nothing is withheld.")
    reported_until = models.DateField(null=True)
    first_week = models.DateField(null=True)
    last_week = models.DateField(null=True)
    rows = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=list, help_text="Numbers of rows that are kept apart, from 0.")
    not_usable = models.PositiveIntegerField(
        default=0, help_text="Rows that were taken and fit nothing here: a place or disease that is not known."
    )
    unused = models.JSONField(
        default=dict, help_text='Of its rows, by indicator: {"apart": {code: rows}, "unusable": {why: [rows, names]}}.'
    )
    note = models.TextField(blank=True)
    language = models.CharField(max_length=12, blank=True)
    provenance = models.CharField(max_length=500, blank=True, help_text="The document's source, in its own words.")
    told = models.PositiveIntegerField(default=1)
    done = models.PositiveIntegerField(default=0)

    objects = PartnerDocumentQuerySet.as_manager()

    class Meta:
        ordering = ("-recorded_at", "-id")
        indexes = (
            models.Index(fields=("state", "-recorded_at", "-id"), name="documents_of_a_partner"),
            models.Index(
                fields=("state",), condition=models.Q(told__gt=models.F("done")), name="documents_to_be_taken"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(erased_at=None) | models.Q(note="", provenance="", rows=0),
                name="an_erased_document_says_nothing",
            ),
        )

    def __str__(self) -> str:
        return f"{self.state_id} {self.audience} {self.number}"


class PartnerSource(models.Model):
    """The source that holds one partner's counts of one kind, whatever the audience they came for."""

    source = models.OneToOneField(Source, models.PROTECT, related_name="partner")
    state = models.ForeignKey(State, models.PROTECT, related_name="+")
    indicator = models.CharField(max_length=20)
    date_type = models.CharField(max_length=12)
    first_day = models.CharField(max_length=8)
    case_status = models.CharField(max_length=40)
    breaks = models.JSONField(default=list, help_text="Days of the breaks that documents made, not people.")

    objects = SurveillanceQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("state", "indicator", "date_type", "first_day", "case_status"),
                name="one_source_a_partners_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{self.state_id} {self.indicator} {self.date_type} {self.first_day}"


class PartnerTable(models.Model):
    """A table of counts that was taken because something was told of a document; all its counts are of `counts_of`.

    That is the document itself, or, where one is void, one that holds again in its place; none where nobody says any
    more what stood. So a document that is erased can be taken out of the archive whole, and nothing else with it.
    """

    upload = models.OneToOneField(Upload, models.PROTECT, related_name="partner")
    document = models.ForeignKey(PartnerDocument, models.PROTECT, related_name="tables")
    told = models.PositiveIntegerField(help_text="Of the document, that this follows.")
    counts_of = models.ForeignKey(PartnerDocument, models.PROTECT, null=True, related_name="+")

    objects = SurveillanceQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.document} told {self.told}"
