"""Cases for lists and gates: rows that follow from the acts of their joint objects, and who may read each."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.joint.models import JointObject

__all__ = ["HAVE_IT", "OPEN", "Case", "CaseClinician", "CaseHospital", "CaseSeen", "Part", "readable"]


class Part(models.TextChoices):
    """What a clinician or a hospital has to do with a case."""

    ASKING = "asking", pgettext_lazy("part in a case", "asks")
    EXPERT = "expert", pgettext_lazy("part in a case", "expert")
    MEMBER = "member", pgettext_lazy("part in a case", "member of the panel")
    ASKED = "asked", pgettext_lazy("part in a case", "is asked")
    DECLINED = "declined", gettext_lazy("cannot answer")


HAVE_IT = (Part.ASKING, Part.ASKED)
"""Parts of a hospital whose coordinators read the case; one that has declined is kept for the measures alone."""


def readable(person: Person) -> Q:
    """Cases that a person has a part in now: as a clinician of the case, or as coordinator of a hospital of it.

    Somebody of another hospital, or of the same without a part in the case, has none: access belongs to the case.
    """
    found = Q(pk__in=[])
    if person.may(Ability.CONSULT):
        as_whom = Clinician.objects.working().filter(
            person=person.pk, is_ours=True, hospital__status=Hospital.Status.ACTIVE
        )  # fmt: skip
        found |= Q(pk__in=CaseClinician.objects.filter(clinician__in=as_whom).values("case"))
    if person.may(Ability.COORDINATE):
        where = Hospital.objects.filter(
            organisation=person.organisation_id, is_ours=True, is_gone=False, status=Hospital.Status.ACTIVE
        )  # fmt: skip
        found |= Q(pk__in=CaseHospital.objects.filter(hospital__in=where, part__in=HAVE_IT).values("case"))
    return found


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, person: Person) -> Self:
        """Those that the person has a part in."""
        return self.filter(readable(person))

    def open(self) -> Self:
        """Those in which something is still to be done."""
        return self.filter(status__in=OPEN)


class Case(models.Model):
    """A consultation as its acts have made it, with what this state has said and no order has yet. Nothing is kept
    here of who the patient is.
    """

    class Status(models.TextChoices):
        SUBMITTED = "submitted", pgettext_lazy("case", "submitted")
        RETURNED = "returned", pgettext_lazy("case", "returned")
        ALLOCATED = "allocated", pgettext_lazy("case", "allocated")
        IN_REVIEW = "in_review", pgettext_lazy("case", "in review")
        INFO_REQUESTED = "info_requested", pgettext_lazy("case", "question asked")
        ANSWERED = "answered", pgettext_lazy("case", "answered")
        ACKNOWLEDGED = "acknowledged", pgettext_lazy("case", "acknowledged")
        FOLLOW_UP_DUE = "follow_up_due", pgettext_lazy("case", "follow-up due")
        FOLLOWED_UP = "followed_up", pgettext_lazy("case", "followed up")
        CLOSED = "closed", pgettext_lazy("case", "closed")
        WITHDRAWN = "withdrawn", pgettext_lazy("case", "withdrawn")
        EXPIRED = "expired", pgettext_lazy("case", "expired")
        VOID = "void", pgettext_lazy("case", "void")

    of = models.OneToOneField(JointObject, models.PROTECT, primary_key=True, related_name="case")
    origin = models.CharField(max_length=12, help_text="The state of the hospital that asks.")
    is_ours = models.BooleanField(help_text="Whether a hospital of this state asks.")
    status = models.CharField(max_length=16, choices=Status)
    round = models.PositiveSmallIntegerField(default=1)
    specialty = models.CharField(max_length=60, help_text="Code of the clinical vocabulary.")
    urgency = models.CharField(max_length=12)
    languages = models.JSONField(default=list, help_text="In which those who ask can read an answer.")
    summary = models.JSONField(
        default=dict, help_text='One line of the patient in three languages, as "Man, 54, severe pneumonia"; no name.'
    )
    severity = models.CharField(max_length=12, blank=True)
    may_be_told = models.BooleanField(default=True, help_text="Whether the patient still agrees.")
    follows = models.JSONField(null=True, help_text="The case that this one follows, as documents name it.")
    submitted_at = models.DateTimeField(help_text="By the order, as all moments here.")
    begun_at = models.DateTimeField(help_text="When this round began.")
    answer_by = models.DateTimeField(help_text="When the first answer of this round is due, by its urgency.")
    allocated_at = models.DateTimeField(null=True, help_text="When this round was first given to an expert.")
    first_answer_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    follow_up_on = models.DateField(null=True)
    followed_up_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, blank=True)
    rating = models.PositiveSmallIntegerField(null=True, help_text="Of those who asked, 1 to 5.")
    ended_at = models.DateTimeField(null=True)
    waits_for = models.CharField(max_length=8, blank=True, choices=((Part.ASKING, ""), (Part.ASKED, "")))
    questions_open = models.PositiveSmallIntegerField(default=0)
    opinions = models.PositiveSmallIntegerField(default=0, help_text="That stand.")
    warned = models.PositiveSmallIntegerField(default=0, help_text="Steps of the escalation that were taken.")
    needs = models.JSONField(default=list, help_text="What is missing for the case to go on, as codes.")
    changed_at = models.DateTimeField(default=timezone.now, help_text="When it was last said anything of it.")

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ("-changed_at", "pk")
        indexes = (
            models.Index(fields=("-changed_at",), name="cases_by_change"),
            models.Index(fields=("status", "answer_by"), name="cases_by_deadline"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people call it on the telephone: its state, and the end of its identifier. It says nothing of whom."""
        last = self.of.object_id.hex[-8:].upper()
        return f"{self.origin}-{last[:4]}-{last[4:]}"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.status in OPEN


OPEN = tuple(
    str(one) for one in Case.Status
    if one not in (Case.Status.CLOSED, Case.Status.WITHDRAWN, Case.Status.EXPIRED, Case.Status.VOID)
)  # fmt: skip


class CaseHospital(models.Model):
    """A hospital of a case, ours or a partner's. Its coordinators read the case unless it has declined."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="hospitals")
    hospital = models.ForeignKey(Hospital, models.PROTECT, null=True, related_name="+")
    origin = models.CharField(max_length=12)
    key = models.UUIDField(help_text="As its state knows it.")
    part = models.CharField(max_length=8, choices=((Part.ASKING, ""), (Part.ASKED, ""), (Part.DECLINED, "")))
    allocated_at = models.DateTimeField(null=True, help_text="When it first gave the case of this round to an expert.")
    first_answer_at = models.DateTimeField(null=True, help_text="When an expert of it first signed in this round.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "origin", "key"), name="a_hospital_once_in_a_case"),)
        indexes = (models.Index(fields=("hospital", "part", "case"), name="cases_of_a_hospital"),)

    def __str__(self) -> str:
        return f"{self.origin} {self.key}: {self.part}"


class CaseClinician(models.Model):
    """A clinician who has the case now. The row goes when their part in it ends."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="clinicians")
    clinician = models.ForeignKey(Clinician, models.PROTECT, null=True, related_name="+")
    origin = models.CharField(max_length=12)
    key = models.UUIDField(help_text="As their state knows them.")
    part = models.CharField(max_length=8, choices=Part)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("case", "origin", "key", "part"), name="a_clinician_once_in_a_part_of_a_case"
            ),
        )
        indexes = (models.Index(fields=("clinician", "case"), name="cases_of_a_clinician"),)

    def __str__(self) -> str:
        return f"{self.origin} {self.key}: {self.part}"


class CaseSeen(models.Model):
    """Until when somebody has read a case: what was said since is new to them."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="seen")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "person"), name="one_mark_a_reader_of_a_case"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.at:%F %R}"
