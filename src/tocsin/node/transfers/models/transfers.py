"""Transfers for lists and gates: rows that follow from the acts of their joint objects, and who may read each."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.joint.models import JointObject

__all__ = ["BOTH", "OPEN", "Side", "Transfer", "TransferClinician", "TransferHospital", "TransferSeen", "readable"]

BOTH = "both"  # sides that have something to do: neither has signed


class Side(models.TextChoices):
    """Of which hospital somebody has a transfer."""

    SENDING = "sending", pgettext_lazy("side of a transfer", "sends")
    RECEIVING = "receiving", pgettext_lazy("side of a transfer", "receives")


def readable(person: Person) -> Q:
    """Transfers that a person has now: as a clinician who has it, or as coordinator of either hospital.

    Somebody of another hospital, or of the same without a part in it, has none: access belongs to the transfer.
    """
    found = Q(pk__in=[])
    if person.may(Ability.CONSULT):
        as_whom = Clinician.objects.working().filter(
            person=person.pk, is_ours=True, hospital__status=Hospital.Status.ACTIVE
        )  # fmt: skip
        found |= Q(pk__in=TransferClinician.objects.filter(clinician__in=as_whom).values("transfer"))
    if person.may(Ability.COORDINATE):
        where = Hospital.objects.filter(
            organisation=person.organisation_id, is_ours=True, is_gone=False, status=Hospital.Status.ACTIVE
        )  # fmt: skip
        found |= Q(pk__in=TransferHospital.objects.filter(hospital__in=where).values("transfer"))
    return found


class TransferQuerySet(models.QuerySet["Transfer"]):
    def visible_to(self, person: Person) -> Self:
        """Those that the person has a part in."""
        return self.filter(readable(person))

    def open(self) -> Self:
        """Those in which something is still to be done."""
        return self.filter(status__in=OPEN)


class Transfer(models.Model):
    """A transfer as its acts have made it, with what this state has said and no order has yet. Nothing is kept here
    of who the patient is.
    """

    class Status(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("transfer", "asked for")
        ACCEPTED = "accepted", pgettext_lazy("transfer", "accepted")
        DEPARTED = "departed", pgettext_lazy("transfer", "on the way")
        ARRIVED = "arrived", pgettext_lazy("transfer", "arrived")
        HANDED_OVER = "handed_over", pgettext_lazy("transfer", "handed over")
        ENDED = "ended", pgettext_lazy("transfer", "ended")
        DECLINED = "declined", pgettext_lazy("transfer", "declined")
        CANCELLED = "cancelled", pgettext_lazy("transfer", "cancelled")
        LAPSED = "lapsed", pgettext_lazy("transfer", "lapsed")
        WITHDRAWN = "withdrawn", pgettext_lazy("transfer", "withdrawn")
        VOID = "void", pgettext_lazy("transfer", "void")

    of = models.OneToOneField(JointObject, models.PROTECT, primary_key=True, related_name="transfer")
    origin = models.CharField(max_length=12, help_text="The state of the hospital that sends.")
    is_ours = models.BooleanField(help_text="Whether a hospital of this state sends.")
    status = models.CharField(max_length=16, choices=Status)
    urgency = models.CharField(max_length=12)
    transport = models.CharField(max_length=40, help_text="Code of the clinical vocabulary.")
    summary = models.JSONField(
        default=dict, help_text='One line of the patient in three languages, as "Man, 54, severe pneumonia"; no name.'
    )
    severity = models.CharField(max_length=12, blank=True)
    may_be_told = models.BooleanField(default=True, help_text="Whether the patient still agrees.")
    case = models.JSONField(null=True, help_text="The consultation that it comes of, as documents name it.")
    requested_at = models.DateTimeField(help_text="By the order, as all moments here.")
    lapses_at = models.DateTimeField(null=True, help_text="When it lapses by itself if nothing is said.")
    accepted_at = models.DateTimeField(null=True)
    specialty = models.CharField(max_length=60, blank=True, help_text="Of the line of service whose bed it is.")
    ready_at = models.DateTimeField(null=True, help_text="From when the bed is there.")
    until = models.DateTimeField(null=True, help_text="Until when it is kept.")
    departed_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, blank=True, help_text="What became of the patient.")
    waits_for = models.CharField(max_length=10, blank=True, help_text="A side, both, or nobody.")
    changed_at = models.DateTimeField(default=timezone.now, help_text="When it was last said anything of it.")

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ("-changed_at", "pk")
        indexes = (models.Index(fields=("-changed_at",), name="transfers_by_change"),)

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


OVER = (
    Transfer.Status.ENDED, Transfer.Status.DECLINED, Transfer.Status.CANCELLED, Transfer.Status.LAPSED,
    Transfer.Status.WITHDRAWN, Transfer.Status.VOID,
)  # fmt: skip
OPEN = tuple(str(one) for one in Transfer.Status if one not in OVER)


class TransferHospital(models.Model):
    """A hospital of a transfer, ours or a partner's. Its coordinators read the transfer while the row is there."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="hospitals")
    hospital = models.ForeignKey(Hospital, models.PROTECT, null=True, related_name="+")
    origin = models.CharField(max_length=12)
    key = models.UUIDField(help_text="As its state knows it.")
    side = models.CharField(max_length=10, choices=Side)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("transfer", "side"), name="a_side_of_a_transfer_once"),)
        indexes = (models.Index(fields=("hospital", "transfer"), name="transfers_of_a_hospital"),)

    def __str__(self) -> str:
        return f"{self.origin} {self.key}: {self.side}"


class TransferClinician(models.Model):
    """A clinician who has the transfer now. The row goes when others are named in their place."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="clinicians")
    clinician = models.ForeignKey(Clinician, models.PROTECT, null=True, related_name="+")
    origin = models.CharField(max_length=12)
    key = models.UUIDField(help_text="As their state knows them.")
    side = models.CharField(max_length=10, choices=Side)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("transfer", "origin", "key", "side"), name="a_clinician_once_at_a_side_of_a_transfer"
            ),
        )
        indexes = (models.Index(fields=("clinician", "transfer"), name="transfers_of_a_clinician"),)

    def __str__(self) -> str:
        return f"{self.origin} {self.key}: {self.side}"


class TransferSeen(models.Model):
    """Until when somebody has read a transfer: what was said since is new to them."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="seen")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("transfer", "person"), name="one_mark_a_reader_of_a_transfer"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.at:%F %R}"
