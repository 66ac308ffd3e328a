"""What belongs to one person alone: letters that they write, groups that they write to, whether readers are told of."""

from typing import Any, Self
from uuid import UUID

from django.db import models
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.correspondence.models.letters import Letter
from tocsin.node.correspondence.models.threads import Thread
from tocsin.node.records import new_id

__all__ = ["LetterDraft", "LetterGroup", "LetterPreference"]


class OwnQuerySet(models.QuerySet[Any]):
    def visible_to(self, person: Person) -> Self:
        """One's own."""
        return self.filter(by=person.pk) if person.may(Ability.CORRESPOND) else self.none()


class LetterDraftQuerySet(OwnQuerySet):
    def waiting(self) -> Self:
        """Neither sent nor given up."""
        return self.filter(sent=None, given_up_at=None)


class LetterDraft(models.Model):
    """A letter as it is being written. `version` counts what was saved: two tabs do not write over each other."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    box = models.UUIDField(null=True, help_text="In whose name: a box of the person's.")
    thread = models.ForeignKey(Thread, models.PROTECT, null=True, related_name="+", help_text="None: it begins one.")
    answers = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="+")
    translates = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="+")
    to = models.JSONField(default=list, help_text="Clinicians and hospitals as documents name them.")
    groups = models.JSONField(default=list, help_text="Identifiers of groups, whose members are read when it is sent.")
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=12, default="en")
    files = models.JSONField(default=list, help_text="Identifiers of uploads that go along.")
    version = models.PositiveIntegerField(default=1)
    begun_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    sent = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="+")
    given_up_at = models.DateTimeField(null=True)

    objects = LetterDraftQuerySet.as_manager()

    class Meta:
        ordering = ("-changed_at",)
        # Without those that were sent, of which a coordinator has thousands.
        indexes = (
            models.Index(
                fields=("by", "-changed_at"), condition=models.Q(sent=None, given_up_at=None),
                name="letter_drafts_of_a_person",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"draft {self.pk}"


class LetterGroup(models.Model):
    """A named list that its keeper writes to. A letter names the members that it had when it was sent, and not it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    members = models.JSONField(default=list, help_text="Clinicians and hospitals as documents name them.")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        constraints = (models.UniqueConstraint(fields=("by", "name"), name="one_group_a_name"),)

    def __str__(self) -> str:
        return f"group {self.pk}"


class LetterPreference(models.Model):
    """Whether writers learn when somebody has read their letters. Without a row they do."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="+")
    tells_readings = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.person_id}: {'tells' if self.tells_readings else 'is quiet'}"

    @classmethod
    def tells(cls, person_id: UUID) -> bool:
        """What a person has chosen."""
        chosen = cls.objects.filter(person=person_id).values_list("tells_readings", flat=True).first()
        return True if chosen is None else chosen
