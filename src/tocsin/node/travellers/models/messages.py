"""Versions of a message about a traveller, and who has looked at the person."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.travellers.models.tracing import Tracing

__all__ = ["Opening", "TravellerMessage"]


class MessageQuerySet(models.QuerySet["TravellerMessage"]):
    def visible_to(self, person: Person) -> "MessageQuerySet":
        return self if person.may(Ability.TRACE_TRAVELLERS) else self.none()

    def kept(self) -> "MessageQuerySet":
        """Those that still say who it is."""
        return self.filter(destroyed_at=None)

    def standing(self) -> "MessageQuerySet":
        """Without those that are void because the key that signed them had ended."""
        return self.filter(withdrawn_at=None)

    def without_the_person(self) -> "MessageQuerySet":
        """For whatever does not show who it is: that is then not even read."""
        return self.defer("content")


class TravellerMessage(models.Model):
    """One version as it was signed, ours or a partner's. `content` says who it is, and is destroyed with `journeys`.

    What stays of a destroyed one names nobody: the states, the dates of the message, codes.
    """

    # Members of the body that are destroyed: who it is, and whatever might say so.
    CONTENT = ("identity", "contacts", "conveyances", "text", "onset", "infectious_from", "infectious_until")

    id = models.UUIDField(
        primary_key=True, editable=False,
        help_text="The document's own; another where a state took the identifier of another state's document.",
    )  # fmt: skip
    document_id = models.UUIDField(help_text="As its origin knows it.")
    origin = models.CharField(max_length=12)
    addressee = models.CharField(max_length=12)
    is_ours = models.BooleanField()
    is_exercise = models.BooleanField(default=False)
    of = models.ForeignKey(Tracing, models.PROTECT, related_name="versions", db_index=False)
    version = models.PositiveBigIntegerField()
    supersedes = models.UUIDField(null=True, help_text="The version before, which may not have come here.")
    language = models.CharField(max_length=12)
    recorded_at = models.DateTimeField(help_text="By its origin's clock.")
    came_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(help_text="As it says.")
    due_at = models.DateTimeField(help_text="The same, but never later than 90 days after it came.")
    disease_code = models.CharField(max_length=60, blank=True)
    classification = models.CharField(max_length=12)
    asked = models.JSONField(default=list)
    legal_basis = models.JSONField(default=list)
    outcome = models.JSONField(default=list)
    contacts = models.PositiveIntegerField(default=0, help_text="How many it names.")
    journeys = models.JSONField(default=list, help_text="Conveyances without a seat, for lists; [] once destroyed.")
    content = models.JSONField(default=dict, help_text="Members CONTENT of the body; {} once destroyed.")
    withdrawn_at = models.DateTimeField(null=True, help_text="Since when it is void: its signing key had ended.")
    destroyed_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ("-version", "-recorded_at", "-id")
        indexes = (
            models.Index(fields=("of", "-version"), name="versions_of_a_tracing"),
            models.Index(fields=("due_at",), condition=models.Q(destroyed_at=None), name="travellers_that_run_out"),
        )
        constraints = (
            models.UniqueConstraint(fields=("document_id", "origin"), name="one_traveller_a_document"),
            models.CheckConstraint(
                condition=models.Q(destroyed_at=None) | models.Q(content={}, journeys=[]),
                name="a_destroyed_message_names_nobody",
            ),
            models.CheckConstraint(
                condition=models.Q(is_ours=True) | models.Q(by=None), name="only_our_travellers_have_a_writer"
            ),
        )

    def __str__(self) -> str:
        return f"{self.origin} → {self.addressee}, {self.version}"


class Opening(models.Model):
    """Somebody looked at who the person is. A row never goes; the audit has it too."""

    class Reason(models.TextChoices):
        FIND = "find", _("to find the person")
        CONTACTS = "contacts", _("to find contacts")
        CARE = "care", _("to arrange examination or treatment")
        ANSWER = "answer", _("to answer the state that asks")
        CHECK = "check", _("to check what was sent")
        AMEND = "amend", _("to write the next version")

    # What somebody may choose; the last is what the page of the next version says by itself.
    CHOSEN = (Reason.FIND, Reason.CONTACTS, Reason.CARE, Reason.ANSWER, Reason.CHECK)

    message = models.ForeignKey(TravellerMessage, models.PROTECT, related_name="openings")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=8, choices=Reason)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.message_id} {self.person_id} {self.reason}"
