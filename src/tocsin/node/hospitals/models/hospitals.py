"""Hospitals of all states, and what each line of their service can do now."""

from collections.abc import Mapping
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from tocsin.node.alliance.models import Organisation, Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.hospitals.naming import in_active
from tocsin.node.language.keys import SORT_KEY_LENGTH
from tocsin.node.records import new_id

__all__ = ["Hospital", "ServiceLine", "identifier_of"]


def identifier_of(ref: Mapping[str, Any]) -> tuple[str, UUID] | None:
    """Origin and identifier of a reference {"origin", "id"}; None for what is none."""
    try:
        return str(ref["origin"]), UUID(str(ref["id"]))
    except (KeyError, TypeError, ValueError):
        return None


class HospitalQuerySet(models.QuerySet["Hospital"]):
    def visible_to(self, person: Person) -> Self:
        """For whoever reads the directory. One that only applies is known to those who keep it and who verify it."""
        if not person.may(Ability.READ_HOSPITALS):
            return self.none()
        there = self.filter(is_gone=False)
        if person.may(Ability.VERIFY_HOSPITALS):
            return there
        known = Q(is_ours=False) | Q(verified_at__isnull=False)
        if person.may(Ability.KEEP_HOSPITAL):
            known |= Q(is_ours=True, organisation=person.organisation_id)
        return there.filter(known)

    def of(self, ref: Mapping[str, Any]) -> "Hospital | None":
        """The hospital of a reference {"origin", "id"}, whoever asks; None where nobody here knows it."""
        key = identifier_of(ref)
        return self.filter(origin=key[0], hospital_id=key[1], is_gone=False).first() if key else None

    def working(self) -> Self:
        """Those that take part now."""
        return self.filter(status=Hospital.Status.ACTIVE, is_gone=False)


class Hospital(models.Model):
    """A hospital of the alliance: ours as it is kept here, a partner's as its state has said last. Never deleted."""

    class Status(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("hospital", "applied")
        VERIFIED = "verified", pgettext_lazy("hospital", "verified")
        ACTIVE = "active", pgettext_lazy("hospital", "active")
        SUSPENDED = "suspended", pgettext_lazy("hospital", "suspended")
        LEFT = "left", pgettext_lazy("hospital", "left")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    origin = models.CharField(max_length=12, help_text="Code of the state that it is in.")
    hospital_id = models.UUIDField(help_text="As its state knows it; of ours the same as `id`.")
    is_ours = models.BooleanField()
    organisation = models.OneToOneField(
        Organisation, models.PROTECT, null=True, related_name="hospital", help_text="Of ours, in which its people work."
    )
    names = models.JSONField(default=dict, help_text="In en, ru and zh; each may be empty, one is not.")
    status = models.CharField(max_length=12, choices=Status, default=Status.APPLIED)
    status_reason = models.CharField(max_length=500, blank=True, help_text="Why it is suspended, or has left.")
    status_since = models.DateTimeField(default=timezone.now)
    is_held = models.BooleanField(default=False, help_text="Suspended in the state's name: only it can resume it.")
    time_zone = models.CharField(max_length=64, help_text="IANA name.")
    languages = models.JSONField(default=list, help_text="Tags of languages in which it can be written to.")
    place_code = models.CharField(max_length=60, blank=True)
    place_names = models.JSONField(default=dict)
    latitude = models.IntegerField(null=True, help_text="In millionths of a degree.")
    longitude = models.IntegerField(null=True)
    address = models.CharField(max_length=300, blank=True)
    contact = models.CharField(max_length=200, blank=True, help_text="Of the hospital, never of a person.")
    note = models.TextField(blank=True)
    search_key = models.TextField(editable=False, default="")
    sort_en = models.CharField(max_length=SORT_KEY_LENGTH, editable=False, default="")
    sort_ru = models.CharField(max_length=SORT_KEY_LENGTH, editable=False, default="")
    sort_zh = models.CharField(max_length=SORT_KEY_LENGTH, editable=False, default="")
    is_gone = models.BooleanField(default=False, help_text="Nothing stands that its state has said of it.")
    version = models.PositiveIntegerField(default=1, help_text="Counts changes of ours.")
    applied_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    verified_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = HospitalQuerySet.as_manager()

    class Meta:
        ordering = ("origin", "sort_en", "id")
        constraints = (
            models.UniqueConstraint(fields=("origin", "hospital_id"), name="one_row_a_hospital"),
            models.CheckConstraint(
                condition=Q(is_ours=True) | Q(organisation=None), name="only_our_hospitals_have_people_here"
            ),
        )
        indexes = (models.Index(fields=("status", "origin"), name="hospitals_by_status"),)

    def __str__(self) -> str:
        return in_active(self.names) or f"{self.origin} {self.hospital_id}"

    @property
    def key(self) -> dict[str, str]:
        """As documents name it."""
        return {"origin": self.origin, "id": str(self.hospital_id)}

    @property
    def is_told(self) -> bool:
        """Whether partners may know of it: from its verification on."""
        return not self.is_ours or self.verified_at is not None


class ServiceLine(models.Model):
    """What a hospital can do now in one specialty. A row is replaced by the next thing that it says of the same."""

    class Status(models.TextChoices):
        FULL = "full", pgettext_lazy("service", "full")
        PARTIAL = "partial", pgettext_lazy("service", "partial")
        NONE = "none", pgettext_lazy("service", "none")
        UNKNOWN = "unknown", pgettext_lazy("service", "unknown")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hospital = models.ForeignKey(Hospital, models.CASCADE, related_name="lines")
    specialty = models.CharField(max_length=60, help_text="Code of the clinical vocabulary.")
    status = models.CharField(max_length=8, choices=Status, default=Status.UNKNOWN)
    reason = models.CharField(max_length=500, blank=True)
    since = models.DateField(help_text="The day from which this is so, where the hospital is.")
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("specialty",)
        constraints = (models.UniqueConstraint(fields=("hospital", "specialty"), name="one_line_a_specialty"),)
        indexes = (models.Index(fields=("specialty", "status"), name="lines_by_specialty"),)

    def __str__(self) -> str:
        return f"{self.specialty}: {self.status}"
