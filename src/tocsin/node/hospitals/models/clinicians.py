"""Who works in a hospital and may be asked: role, specialties, languages, hours."""

from collections.abc import Mapping
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from tocsin.node.alliance.models import Invitation, Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.hospitals.models.hospitals import Hospital, identifier_of
from tocsin.node.hospitals.naming import in_active
from tocsin.node.language.keys import SORT_KEY_LENGTH
from tocsin.node.records import new_id

__all__ = ["Clinician"]


class ClinicianQuerySet(models.QuerySet["Clinician"]):
    def visible_to(self, person: Person) -> Self:
        """Of hospitals that the person sees. Who is not yet one is known to themself, their hospital and verifiers."""
        found = self.filter(hospital__in=Hospital.objects.visible_to(person))
        if person.may(Ability.VERIFY_HOSPITALS):
            return found
        known = ~Q(status__in=(Clinician.Status.INVITED, Clinician.Status.IDENTITY_CHECKED)) | Q(person=person.pk)
        if person.may(Ability.KEEP_HOSPITAL):
            known |= Q(hospital__organisation=person.organisation_id, is_ours=True)
        return found.filter(known)

    def of(self, ref: Mapping[str, Any]) -> "Clinician | None":
        """The clinician of a reference {"origin", "id"}, whoever asks; None where nobody here knows them."""
        key = identifier_of(ref)
        if key is None:
            return None
        found = self.filter(origin=key[0], clinician_id=key[1], hospital__is_gone=False)
        return found.select_related("hospital").first()

    def working(self) -> Self:
        """Whose access to cases stands: active, or away for a while."""
        return self.filter(status__in=(Clinician.Status.ACTIVE, Clinician.Status.AWAY), hospital__is_gone=False)


class Clinician(models.Model):
    """Somebody who answers for a hospital. Never deleted: what a revoked one has said keeps a name."""

    class Status(models.TextChoices):
        INVITED = "invited", pgettext_lazy("clinician", "invited")
        IDENTITY_CHECKED = "identity_checked", pgettext_lazy("clinician", "identity checked")
        ACTIVE = "active", pgettext_lazy("clinician", "active")
        AWAY = "away", pgettext_lazy("clinician", "away")
        REVOKED = "revoked", pgettext_lazy("clinician", "revoked")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    origin = models.CharField(max_length=12)
    clinician_id = models.UUIDField(help_text="As their state knows them; of ours the same as `id`.")
    hospital = models.ForeignKey(Hospital, models.PROTECT, related_name="clinicians")
    is_ours = models.BooleanField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="clinicians")
    invitation = models.ForeignKey(
        Invitation, models.PROTECT, null=True, related_name="+", help_text="By which they became a person here."
    )
    names = models.JSONField(default=dict, help_text="In en, ru and zh; each may be empty, one is not.")
    role = models.CharField(max_length=40, help_text="Code of the clinical vocabulary.")
    specialties = models.JSONField(default=list, help_text="Codes of the clinical vocabulary.")
    languages = models.JSONField(default=list)
    time_zone = models.CharField(max_length=64, help_text="IANA name, in which the hours are.")
    availability = models.JSONField(
        default=list, help_text='[{"days": [1..7], "from": "HH:MM", "until": "HH:MM"}]; empty where nobody has said.'
    )
    status = models.CharField(max_length=20, choices=Status, default=Status.INVITED)
    status_reason = models.CharField(max_length=500, blank=True, help_text="Why they were revoked. Never leaves.")
    status_since = models.DateTimeField(default=timezone.now)
    away_until = models.DateField(null=True, help_text="The last day, where they are; None where nobody knows.")
    takes_consultations = models.BooleanField(default=True)
    search_key = models.TextField(editable=False, default="")
    sort_en = models.CharField(max_length=SORT_KEY_LENGTH, editable=False, default="")
    sort_ru = models.CharField(max_length=SORT_KEY_LENGTH, editable=False, default="")
    sort_zh = models.CharField(max_length=SORT_KEY_LENGTH, editable=False, default="")
    version = models.PositiveIntegerField(default=1, help_text="Counts changes of ours.")
    invited_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    identity_checked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    identity_checked_at = models.DateTimeField(null=True)
    activated_at = models.DateTimeField(null=True, help_text="When first; from then on partners know of them.")
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = ClinicianQuerySet.as_manager()

    class Meta:
        ordering = ("hospital", "sort_en", "id")
        constraints = (
            models.UniqueConstraint(fields=("origin", "clinician_id"), name="one_row_a_clinician"),
            models.UniqueConstraint(
                fields=("hospital", "person"), condition=~Q(person=None), name="a_person_once_in_a_hospital"
            ),
            models.CheckConstraint(
                condition=Q(is_ours=True) | Q(person=None, invitation=None), name="only_our_clinicians_sign_in_here"
            ),
        )
        indexes = (models.Index(fields=("hospital", "status"), name="clinicians_of_a_hospital"),)

    def __str__(self) -> str:
        return in_active(self.names) or f"{self.origin} {self.clinician_id}"

    @property
    def key(self) -> dict[str, str]:
        """As documents name them."""
        return {"origin": self.origin, "id": str(self.clinician_id)}

    @property
    def zone(self) -> str:
        """Where they are; where nobody has said, where their hospital is."""
        return self.time_zone or self.hospital.time_zone
