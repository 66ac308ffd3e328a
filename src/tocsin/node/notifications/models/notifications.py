"""Events that states notify each other, and every version of what they say of them."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.models import Event
from tocsin.node.post.models.documents import DocumentQuerySet, SignedDocument
from tocsin.node.records import new_id
from tocsin.node.surveillance.models import Disease

__all__ = ["Notification", "NotifiedEvent", "Status", "Verdict"]


class Status(models.TextChoices):
    """What a version says of the notification itself."""

    NOTIFIED = "notified", _("notified")
    UPDATED = "updated", _("updated")
    CLOSED = "closed", pgettext_lazy("of a notification", "closed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Verdict(models.TextChoices):
    """Whether an event that another state notified concerns the state that says so."""

    AFFECTS_US = "affects_us", _("affects us")
    MAY_AFFECT_US = "may_affect_us", _("may affect us")
    NOT_RELEVANT = "not_relevant", _("not relevant to us")
    UNDER_ASSESSMENT = "under_assessment", _("under assessment")


class NotifiedEventQuerySet(models.QuerySet["NotifiedEvent"]):
    def visible_to(self, person: Person) -> "NotifiedEventQuerySet":
        """All, for readers of events. What a partner addressed to this state it addressed to all who read events."""
        return self if person.may(Ability.READ_EVENTS) else self.none()

    def ours(self) -> "NotifiedEventQuerySet":
        """What this state has notified."""
        return self.filter(is_ours=True)

    def theirs(self) -> "NotifiedEventQuerySet":
        """What others have notified to this state."""
        return self.filter(is_ours=False)

    def unacknowledged(self) -> "NotifiedEventQuerySet":
        """Of others, whose last version that stands nobody here has acknowledged."""
        return self.filter(is_ours=False, acknowledged_at=None).exclude(latest=None)


class NotifiedEvent(models.Model):
    """An event as its state has notified it: one row an event, kept up by `heads.settle` from the versions that stand.

    Its status is that of the highest version that is not void. What it says is that of the highest of these that still
    has its words, so that an erasure takes words and never brings a withdrawn notification back.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    origin = models.CharField(max_length=12)
    origin_event = models.UUIDField(help_text="The event's identifier at its origin.")
    is_ours = models.BooleanField()
    event = models.ForeignKey(
        Event,
        models.PROTECT,
        null=True,
        related_name="notified_as",
        help_text="Ours; none if it was lost in a restore.",
    )
    latest = models.ForeignKey(
        "Notification", models.PROTECT, null=True, related_name="+", db_index=False,
        help_text="The version whose status counts; none where all are void.",
    )  # fmt: skip
    shown = models.ForeignKey(
        "Notification", models.PROTECT, null=True, related_name="+", db_index=False,
        help_text="The version whose words count; none where all are void or erased.",
    )  # fmt: skip
    status = models.CharField(max_length=12, choices=Status, blank=True, help_text="Empty where all is void.")
    version = models.PositiveBigIntegerField(default=0, help_text="Of the latest.")
    missing = models.PositiveBigIntegerField(default=0, help_text="Earlier versions that have not come.")
    classification = models.CharField(max_length=12, blank=True)
    no_onward_sharing = models.BooleanField(default=False)
    is_exercise = models.BooleanField(default=False)

    serial = models.CharField(max_length=24, blank=True)
    hazard = models.CharField(max_length=40, blank=True)
    disease_code = models.CharField(max_length=60, blank=True, help_text="As its origin says; empty: not known yet.")
    disease = models.ForeignKey(Disease, models.PROTECT, null=True, related_name="+", help_text="If it is known here.")
    places = models.JSONField(default=list, help_text="[{code, kind, names: {en, ru, zh}}, …], the first one first.")
    verification = models.CharField(max_length=12, blank=True)
    response = models.CharField(max_length=12, blank=True)
    risk = models.CharField(max_length=12, blank=True, help_text="The highest of its three levels.")
    as_of = models.DateField(null=True)
    cases = models.PositiveBigIntegerField(null=True, help_text="Suspected, probable, confirmed, as far as known.")
    deaths = models.PositiveBigIntegerField(null=True)

    verdict = models.CharField(max_length=20, choices=Verdict, blank=True, help_text="Ours, on an event of others.")
    verdicts = models.PositiveIntegerField(default=0, help_text="Of others, on ours.")
    open_questions = models.PositiveIntegerField(default=0, help_text="Requests about it that have no last answer yet.")
    acknowledged_at = models.DateTimeField(null=True, help_text="When a person here acknowledged the latest.")
    notified_at = models.DateTimeField(null=True, help_text="Of the first version, by its origin's clock.")
    came_at = models.DateTimeField(default=timezone.now, help_text="When the first version was known here.")
    changed_at = models.DateTimeField(default=timezone.now, help_text="When the last version was known here.")
    search_key = models.TextField(default="", editable=False)

    objects = NotifiedEventQuerySet.as_manager()

    class Meta:
        ordering = ("-changed_at", "-id")
        indexes = (
            # Of partners' alone, since SQLite finds these by no other index; with what lists choose by, so that they
            # are counted, and late pages found, without reading the rows.
            models.Index(
                fields=("-changed_at", "-id", "origin", "status", "verdict", "open_questions", "latest"),
                condition=models.Q(is_ours=False),
                name="notified_by_news",
            ),
            models.Index(fields=("-changed_at", "-id"), condition=models.Q(is_ours=True), name="notified_by_us"),
            models.Index(fields=("-notified_at", "-id"), condition=models.Q(is_ours=False), name="notified_by_day"),
            models.Index(fields=("origin", "-changed_at", "-id"), name="notified_by_origin"),
            models.Index(fields=("disease_code", "-changed_at", "-id"), name="notified_by_disease"),
            models.Index(
                fields=("-changed_at",),
                condition=models.Q(is_ours=False, acknowledged_at=None),
                name="notified_unacknowledged",
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("origin", "origin_event"), name="one_row_a_notified_event"),
            models.CheckConstraint(
                condition=models.Q(is_ours=True) | models.Q(event=None), name="only_our_notified_events_are_events_here"
            ),
        )

    def __str__(self) -> str:
        return self.serial or f"{self.origin} {self.origin_event}"

    @property
    def is_withdrawn(self) -> bool:
        return self.status == Status.WITHDRAWN


class NotificationQuerySet(DocumentQuerySet):
    def visible_to(self, person: Person) -> "NotificationQuerySet":
        return self if person.may(Ability.READ_EVENTS) else self.none()

    def in_order(self) -> "NotificationQuerySet":
        """The last of each event last: by what their origin numbered, and never by when they came."""
        return self.order_by("version", "recorded_at", "id")


class Notification(SignedDocument):
    """One version of a notification, as it was signed."""

    of = models.ForeignKey(NotifiedEvent, models.PROTECT, related_name="versions", db_index=False)
    version = models.PositiveBigIntegerField()
    supersedes = models.UUIDField(null=True, help_text="The version before, which may not have come here.")
    status = models.CharField(max_length=12, choices=Status)
    reason = models.CharField(max_length=12, blank=True, help_text="Why it is withdrawn.")
    classification = models.CharField(max_length=12)
    addressees = models.JSONField(default=list, help_text="Nodes, where it is SELECTIVE.")
    no_onward_sharing = models.BooleanField(default=False)
    source = models.CharField(max_length=500, blank=True)
    rows_left_out = models.JSONField(default=list, help_text="Numbers of the rows that are kept apart.")
    withheld = models.JSONField(default=list, help_text="Of ours: keys of counts that were withheld, for later ones.")
    asked_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", help_text="Who asked `by` to confirm it as second person."
    )
    event_version = models.PositiveIntegerField(null=True, help_text="Of our event, that it tells of.")
    # Long, and last: what stands behind it in a row is read through it.
    body = models.JSONField(default=dict, help_text="As the schema `notification` has it; empty once erased.")

    objects = NotificationQuerySet.as_manager()

    class Meta(SignedDocument.Meta):
        ordering = ("-version", "-recorded_at", "-id")
        indexes = (models.Index(fields=("of", "-version"), name="versions_of_a_notification"),)
        constraints = (
            *SignedDocument.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(erased_at=None) | models.Q(body={}), name="an_erased_notification_has_no_words"
            ),
            models.CheckConstraint(
                condition=models.Q(asked_by=None) | ~models.Q(asked_by=models.F("by")),
                name="nobody_confirms_their_own_notification",
            ),
        )

    def __str__(self) -> str:
        serial: Any = self.body.get("serial") or self.origin
        return f"{serial}, {self.version}"
