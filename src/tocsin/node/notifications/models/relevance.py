"""Whether an event that one state notified concerns another, as that other says."""

from django.db import models

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.notifications.models.notifications import NotifiedEvent, Verdict
from tocsin.node.post.models.documents import DocumentQuerySet, SignedDocument

__all__ = ["Relevance"]


class RelevanceQuerySet(DocumentQuerySet):
    def visible_to(self, person: Person) -> "RelevanceQuerySet":
        return self if person.may(Ability.READ_EVENTS) else self.none()


class Relevance(SignedDocument):
    """One verdict. A state may say another later: of each state the last one counts, by version."""

    of = models.ForeignKey(NotifiedEvent, models.PROTECT, null=True, related_name="relevances", db_index=False)
    notification = models.UUIDField(help_text="The version that was read.")
    notified_by = models.CharField(max_length=12)
    origin_event = models.UUIDField()
    version = models.PositiveBigIntegerField(default=1)
    supersedes = models.UUIDField(null=True)
    verdict = models.CharField(max_length=20, choices=Verdict)
    reasons = models.JSONField(default=list, help_text="Codes of the vocabulary.")
    text = models.TextField(blank=True)

    objects = RelevanceQuerySet.as_manager()

    class Meta(SignedDocument.Meta):
        ordering = ("-version", "-recorded_at", "-id")
        indexes = (
            models.Index(fields=("of", "origin", "-version"), name="verdicts_on_an_event"),
            models.Index(
                fields=("notified_by", "origin_event"), condition=models.Q(of=None), name="verdicts_in_advance"
            ),
        )

    def __str__(self) -> str:
        return f"{self.origin} {self.verdict}"
