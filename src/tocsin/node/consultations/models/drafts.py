"""What is being written and was not signed: a case before it is submitted, a note before it is sent."""

from typing import Self

from django.db import models
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations.models.cases import Case
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.joint.models import JointObject
from tocsin.node.records import new_id

__all__ = ["CaseDraft", "NoteDraft"]


class CaseDraftQuerySet(models.QuerySet["CaseDraft"]):
    def visible_to(self, person: Person) -> Self:
        """Those of the person alone: a case belongs to whoever writes it until it is submitted."""
        return self.filter(by=person.pk) if person.may(Ability.CONSULT) else self.none()

    def waiting(self) -> Self:
        """Neither sent nor given up."""
        return self.filter(sent=None, given_up_at=None)


class CaseDraft(models.Model):
    """A case as it is being written, step by step. `version` counts what was saved, so that two tabs do not write over
    each other.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    clinician = models.ForeignKey(Clinician, models.PROTECT, related_name="+", help_text="As whom it is asked.")
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, related_name="drafts", help_text="Of a case that was returned: the one it is."
    )
    follows = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    asked = models.ManyToManyField(Hospital, related_name="+")
    specialty = models.CharField(max_length=60, blank=True)
    urgency = models.CharField(max_length=12, blank=True)
    languages = models.JSONField(default=list)
    language = models.CharField(max_length=12, default="en", help_text="Of what is written.")
    consent = models.JSONField(default=dict, help_text="By kind: given, on, basis.")
    text = models.TextField(blank=True, help_text="What is asked, and the course so far.")
    content = models.JSONField(default=dict, help_text="The structured part: `tocsin.clinical.content`.")
    files = models.JSONField(default=list, help_text="Identifiers of files that go along.")
    looked_through = models.JSONField(default=list, help_text="Words that were found and are no identifier.")
    step = models.CharField(max_length=16, default="whom", help_text="Where the person was last.")
    version = models.PositiveIntegerField(default=1)
    begun_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    sent = models.ForeignKey(JointObject, models.PROTECT, null=True, related_name="+")
    given_up_at = models.DateTimeField(null=True)

    objects = CaseDraftQuerySet.as_manager()

    class Meta:
        ordering = ("-changed_at",)
        indexes = (models.Index(fields=("by", "-changed_at"), name="drafts_of_a_clinician"),)

    def __str__(self) -> str:
        return f"draft {self.pk}"


class NoteDraftQuerySet(models.QuerySet["NoteDraft"]):
    def visible_to(self, person: Person) -> Self:
        """Those of the person alone, of cases that they still have: what is not signed is nobody else's."""
        return self.filter(by=person.pk, case__in=Case.objects.visible_to(person))


class NoteDraft(models.Model):
    """An opinion, a question, an answer as it is being written. Nobody else sees it before it is signed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="note_drafts")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, help_text="Of the act that it is for.")
    about = models.CharField(max_length=24, blank=True, help_text="The question or opinion that it is for.")
    text = models.TextField(blank=True)
    files = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = NoteDraftQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "by", "kind", "about"), name="one_draft_of_a_note"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"
