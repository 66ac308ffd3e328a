"""Browsers in which people wish to be called."""

from django.db import models
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.records import new_id

__all__ = ["PushSubscription"]


class SubscriptionQuerySet(models.QuerySet["PushSubscription"]):
    def visible_to(self, person: Person) -> "SubscriptionQuerySet":
        """One's own, and nobody else's."""
        return self.filter(person=person)


class PushSubscription(models.Model):
    """One browser of one person, as its push service knows it. Gone once that says that it is (404, 410)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="push_subscriptions")
    endpoint = models.CharField(max_length=1000)
    endpoint_digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the endpoint.")
    p256dh = models.CharField(max_length=100, help_text="The browser's public key.")
    auth = models.CharField(max_length=40, help_text="The browser's secret for these messages.")
    server_key = models.CharField(max_length=100, help_text="This node's public key, for which alone it listens.")
    browser = models.CharField(max_length=120, blank=True, help_text="As it names itself, to tell one from another.")
    made_at = models.DateTimeField(default=timezone.now)
    reached_at = models.DateTimeField(null=True, help_text="When its service last took a call.")

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ("made_at",)

    def __str__(self) -> str:
        return self.browser or self.endpoint_digest[:8]
