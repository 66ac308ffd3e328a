"""What is being made ready to be told to partners of an event of ours."""

from django.db import models
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.models import Event
from tocsin.node.notifications.models.notifications import Notification, Status
from tocsin.node.records import new_id

__all__ = ["Draft"]


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, person: Person) -> "DraftQuerySet":
        return self if person.may(Ability.READ_EVENTS) else self.none()

    def open(self) -> "DraftQuerySet":
        """Neither released nor given up."""
        return self.filter(released_at=None, discarded_at=None)


class Draft(models.Model):
    """The next version of what partners are told of an event, while people make it ready. At most one open an event.

    It holds who is told and how. What they are told is put together of the event when somebody looks, and when it is
    released: `seen` is the digest of that. A second person confirms the digest that the first one saw; if what would
    leave is another by then, the confirmation has lapsed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="drafts", db_index=False)
    status = models.CharField(max_length=12, choices=Status, default=Status.NOTIFIED)
    reason = models.CharField(max_length=12, blank=True, help_text="Why it is withdrawn: a code of the vocabulary.")
    reason_text = models.TextField(blank=True)
    classification = models.CharField(max_length=12, default="MEMBERS")
    addressees = models.JSONField(default=list, help_text="Nodes, where it is SELECTIVE.")
    no_onward_sharing = models.BooleanField(default=False)
    language = models.CharField(max_length=12, help_text="Of the texts.")
    articles = models.JSONField(default=list, help_text="Of the International Health Regulations: 6, 7, 8, 9.2.")
    breakdown = models.BooleanField(default=False, help_text="With counts by place, age and sex, small ones withheld.")
    version = models.PositiveIntegerField(default=1, help_text="Counts changes; whoever acts says which they saw.")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    asked_seen = models.CharField(max_length=64, blank=True, help_text="Digest of what whoever asked had seen.")
    asked_event_version = models.PositiveIntegerField(null=True)

    released_at = models.DateTimeField(null=True)
    notification = models.OneToOneField(Notification, models.PROTECT, null=True, related_name="draft")
    discarded_at = models.DateTimeField(null=True)
    discarded_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("event",),
                condition=models.Q(released_at=None, discarded_at=None),
                name="one_open_draft_an_event",
            ),
            models.CheckConstraint(
                condition=models.Q(released_at=None) | models.Q(discarded_at=None, notification__isnull=False),
                name="a_released_draft_has_its_notification",
            ),
            models.CheckConstraint(
                condition=models.Q(asked_at=None, asked_by=None, asked_seen="")
                | models.Q(asked_at__isnull=False, asked_by__isnull=False) & ~models.Q(asked_seen=""),
                name="who_asks_to_confirm_has_seen_it",
            ),
        )
        indexes = (models.Index(fields=("event", "-made_at"), name="drafts_of_an_event"),)

    def __str__(self) -> str:
        return f"{self.status} {self.event}"

    @property
    def is_open(self) -> bool:
        return self.released_at is None and self.discarded_at is None
