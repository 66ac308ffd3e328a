"""Messages between nodes: what people of one state write to people of others."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.records import new_id

__all__ = ["Message", "MessageSeen"]


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, person: Person) -> "MessageQuerySet":
        """All, for those who speak for the state to others; nobody's otherwise."""
        return self if person.may(Ability.READ_MESSAGES) else self.none()

    def received(self) -> "MessageQuerySet":
        """Those of others."""
        return self.filter(is_ours=False)

    def unseen_by(self, person: Person) -> "MessageQuerySet":
        """Received, and not opened by this person yet."""
        return self.received().filter(withdrawn_at=None).exclude(seen__person=person)


class Message(models.Model):
    """One message as it was signed. Never changed; one that was erased keeps its place and loses its words.

    Ours is made with the document that carries it, in one transaction, and is on its way once that is sealed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False, help_text="The document's own.")
    origin = models.CharField(max_length=12, db_index=True, help_text="The node that wrote it.")
    is_ours = models.BooleanField()
    classification = models.CharField(max_length=12, help_text="SELECTIVE or MEMBERS.")
    addressees = models.JSONField(default=list, help_text="Nodes; none for all members.")
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    language = models.CharField(_("language"), max_length=12)
    in_reply_to = models.UUIDField(null=True, db_index=True, help_text="A message that may not have come here.")
    conversation = models.UUIDField(db_index=True, help_text="The first message of those that answer one another.")
    no_onward_sharing = models.BooleanField(_("not to be passed on"), default=False)
    is_exercise = models.BooleanField(default=False)
    by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        related_name="messages",
        help_text="Who wrote it here; None for those of others, and of ours that came back after a restore.",
    )
    written_at = models.DateTimeField(help_text="By its origin's clock.")
    came_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, help_text="Since when it is void: its signing key had ended.")
    erased_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ("-written_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(is_ours=True) | models.Q(by=None), name="only_our_messages_have_a_writer"
            ),
            models.CheckConstraint(
                condition=models.Q(erased_at=None) | models.Q(subject="", text=""),
                name="an_erased_message_has_no_words",
            ),
        )

    def __str__(self) -> str:
        return self.subject


class MessageSeen(models.Model):
    """Somebody opened a message, for the first time at this moment."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="seen")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("message", "person"), name="seen_once_by_a_person"),)

    def __str__(self) -> str:
        return f"{self.message_id} by {self.person_id}"
