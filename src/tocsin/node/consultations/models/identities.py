"""Who the patient is: kept at the hospital that asks, and said by nothing that leaves it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.consultations.models.cases import Case, CaseClinician, Part
from tocsin.node.consultations.models.drafts import CaseDraft
from tocsin.node.hospitals.models import Clinician
from tocsin.node.records import new_id

__all__ = ["PatientIdentity"]


class PatientIdentityQuerySet(models.QuerySet["PatientIdentity"]):
    def visible_to(self, person: Person) -> Self:
        """Of one's own drafts, and of cases that one asks about as a clinician; never for coordinators or experts."""
        mine = Clinician.objects.working().filter(person=person.pk, is_ours=True)
        asking = CaseClinician.objects.filter(clinician__in=mine, part=Part.ASKING).values("case")
        drafts = CaseDraft.objects.visible_to(person).values("pk")
        return self.filter(Q(case__in=asking) | Q(draft__in=drafts, case=None))

    def of_draft(self, draft: CaseDraft) -> "PatientIdentity | None":
        """Whom a draft is about: of a case that was given back, whom the case is about."""
        if draft.case_id is not None:
            return self.filter(case=draft.case_id).first()
        return self.filter(draft=draft).first()


class PatientIdentity(models.Model):
    """One patient of one case. What is typed here is looked for in all that would leave, and stays."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.OneToOneField(CaseDraft, models.PROTECT, null=True, related_name="identity")
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="identity")
    names = models.JSONField(default=list, help_text="Full names, in every script in which they are written.")
    birth_date = models.DateField(null=True)
    numbers = models.JSONField(default=list, help_text="Of the record, the insurance, documents.")
    telephones = models.JSONField(default=list)
    addresses = models.JSONField(default=list)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = PatientIdentityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "patient identities"

    def __str__(self) -> str:
        return f"identity {self.pk}"  # never who it is: this goes into logs and the audit
