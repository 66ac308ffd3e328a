"""What a state says became of a traveller."""

from django.db import models
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.travellers.models.tracing import Tracing

__all__ = ["TravellerAnswer"]


class AnswerQuerySet(models.QuerySet["TravellerAnswer"]):
    def visible_to(self, person: Person) -> "AnswerQuerySet":
        return self if person.may(Ability.TRACE_TRAVELLERS) else self.none()

    def standing(self) -> "AnswerQuerySet":
        return self.filter(withdrawn_at=None)


class TravellerAnswer(models.Model):
    """One answer, ours or a partner's; the last one counts, by its state's clock. It names nobody, or should not:
    its text is destroyed with the message.
    """

    id = models.UUIDField(primary_key=True, editable=False, help_text="As of a message.")
    document_id = models.UUIDField()
    origin = models.CharField(max_length=12)
    addressee = models.CharField(max_length=12)
    is_ours = models.BooleanField()
    is_exercise = models.BooleanField(default=False)
    of = models.ForeignKey(Tracing, models.PROTECT, null=True, related_name="answers")
    of_document = models.UUIDField(help_text="The version that it answers, which may not be known here.")
    of_origin = models.CharField(max_length=12)
    language = models.CharField(max_length=12)
    recorded_at = models.DateTimeField()
    came_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(help_text="When its text goes, if no message is known that it answers.")
    found = models.CharField(max_length=12)
    contacts_found = models.BigIntegerField(null=True)
    outcome = models.JSONField(default=list)
    text = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ("-recorded_at", "-id")
        indexes = (
            models.Index(fields=("of_document",), condition=models.Q(of=None), name="traveller_answers_in_advance"),
            models.Index(fields=("due_at",), condition=models.Q(destroyed_at=None), name="answers_that_run_out"),
        )
        constraints = (
            models.UniqueConstraint(fields=("document_id", "origin"), name="one_traveller_answer_a_document"),
            models.CheckConstraint(
                condition=models.Q(destroyed_at=None) | models.Q(text=""), name="a_destroyed_answer_says_nothing"
            ),
            models.CheckConstraint(
                condition=models.Q(is_ours=True) | models.Q(by=None), name="only_our_traveller_answers_have_a_writer"
            ),
        )

    def __str__(self) -> str:
        return f"{self.origin} → {self.addressee}: {self.found}"
