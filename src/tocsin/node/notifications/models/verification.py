"""Questions between states whether something heard is true (IHR Art. 10), and what is answered."""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.models import Event
from tocsin.node.notifications.models.notifications import NotifiedEvent
from tocsin.node.post.models.documents import DocumentQuerySet, SignedDocument
from tocsin.node.surveillance.models import Disease

__all__ = ["Standing", "VerificationAnswer", "VerificationRequest"]


class Standing(models.TextChoices):
    """What is known of something that was asked about. Empty, of a request: not answered at all."""

    RECEIVED = "received", _("received")
    UNDER_VERIFICATION = "under_verification", _("under verification")
    VERIFIED = "verified", _("verified")
    REFUTED = "refuted", _("refuted")
    UNVERIFIABLE = "unverifiable", _("cannot be verified")
    CANNOT_SAY = "cannot_say", _("cannot be said")


# Answers after which the clock stands still. A state may still say more.
LAST = (Standing.VERIFIED, Standing.REFUTED, Standing.UNVERIFIABLE, Standing.CANNOT_SAY)


class RequestQuerySet(DocumentQuerySet):
    def visible_to(self, person: Person) -> "RequestQuerySet":
        return self if person.may(Ability.READ_EVENTS) else self.none()

    def open(self) -> "RequestQuerySet":
        """Those that stand and have no last answer."""
        return self.standing().filter(answered_at=None)

    def unacknowledged(self) -> "RequestQuerySet":
        """Of others, that nobody here has acknowledged or answered."""
        return self.open().filter(is_ours=False, acknowledged_at=None)


class VerificationRequest(SignedDocument):
    """One question, ours to one state or a state's to us; with or without a notification."""

    LAST = LAST

    addressees = models.JSONField(default=list, help_text="Nodes; ours always goes to one.")
    about = models.ForeignKey(
        NotifiedEvent, models.PROTECT, null=True, related_name="requests", help_text="What was notified, if it was."
    )
    about_notification = models.UUIDField(null=True)
    about_origin = models.CharField(max_length=12, blank=True)
    origin_event = models.UUIDField(null=True, help_text="At the origin of the notification, or of the question.")
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, related_name="asked_about", help_text="Of ours that it turned out to be."
    )
    disease_code = models.CharField(max_length=60, blank=True)
    disease = models.ForeignKey(Disease, models.PROTECT, null=True, related_name="+")
    places = models.JSONField(default=list, help_text="Codes of the state that is asked.")
    what_is_heard = models.TextField(blank=True)
    heard_from = models.JSONField(default=list)
    questions = models.JSONField(default=list, help_text="[{question, text}, …]")
    answer_by = models.DateTimeField()
    no_onward_sharing = models.BooleanField(default=False)
    standing = models.CharField(max_length=20, choices=Standing, blank=True, help_text="Empty: none yet.")
    first_answer_at = models.DateTimeField(null=True, help_text="By the clock of whoever answered.")
    answered_at = models.DateTimeField(null=True, help_text="Of the last answer, if it is one.")
    acknowledged_at = models.DateTimeField(null=True, help_text="When a person here acknowledged it.")

    objects = RequestQuerySet.as_manager()

    class Meta(SignedDocument.Meta):
        ordering = ("-recorded_at", "-id")
        indexes = (
            models.Index(fields=("is_ours", "-came_at", "-id"), name="requests_by_news"),
            models.Index(fields=("answer_by",), condition=models.Q(answered_at=None), name="requests_that_wait"),
            models.Index(
                fields=("about_origin", "origin_event"), condition=models.Q(about=None), name="requests_in_advance"
            ),
        )
        constraints = (
            *SignedDocument.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(erased_at=None) | models.Q(what_is_heard="", questions=[]),
                name="an_erased_request_has_no_words",
            ),
        )

    def __str__(self) -> str:
        return f"{self.origin} → {'+'.join(self.addressees)}"

    @property
    def is_late(self) -> bool:
        """Whether its time has run out and no last answer has come."""
        return self.answered_at is None and self.withdrawn_at is None and self.answer_by < timezone.now()

    @property
    def allowed(self) -> timedelta:
        """The time there was to answer, in hours as it was meant: the form takes a minute of them."""
        asked_for = self.answer_by - self.recorded_at
        return timedelta(hours=round(asked_for / timedelta(hours=1))) if asked_for > timedelta(hours=1) else asked_for


class AnswerQuerySet(DocumentQuerySet):
    def visible_to(self, person: Person) -> "AnswerQuerySet":
        return self if person.may(Ability.READ_EVENTS) else self.none()


class VerificationAnswer(SignedDocument):
    """One answer. Several may follow one another: the last one counts, by its state's clock."""

    request = models.ForeignKey(VerificationRequest, models.PROTECT, null=True, related_name="answers", db_index=False)
    of_id = models.UUIDField(help_text="The request, which may not have come here.")
    of_origin = models.CharField(max_length=12)
    standing = models.CharField(max_length=20, choices=Standing)
    origin_event = models.UUIDField(null=True, help_text="At whoever answers.")
    answered_with = models.UUIDField(null=True)
    answered_with_origin = models.CharField(max_length=12, blank=True)
    text = models.TextField(blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta(SignedDocument.Meta):
        ordering = ("-recorded_at", "-id")
        indexes = (
            models.Index(fields=("request", "-recorded_at"), name="answers_to_a_request"),
            models.Index(fields=("of_id",), condition=models.Q(request=None), name="answers_in_advance"),
        )

    def __str__(self) -> str:
        return f"{self.origin} {self.standing}"
