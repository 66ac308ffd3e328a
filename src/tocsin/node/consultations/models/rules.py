"""How a hospital gives what it is asked to an expert without a person: by specialty, language, hours and load."""

from typing import Self

from django.db import models
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.hospitals.models import Hospital

__all__ = ["AllocationRule"]


class AllocationRuleQuerySet(models.QuerySet["AllocationRule"]):
    def visible_to(self, person: Person) -> Self:
        """Of the hospital that the person coordinates or manages."""
        if not (person.may(Ability.COORDINATE) or person.may(Ability.KEEP_HOSPITAL)):
            return self.none()
        return self.filter(hospital__organisation=person.organisation_id)


class AllocationRule(models.Model):
    """One a hospital. Without a row, or with `is_on` false, coordinators allocate."""

    hospital = models.OneToOneField(Hospital, models.PROTECT, primary_key=True, related_name="allocation_rule")
    is_on = models.BooleanField(default=False)
    after_minutes = models.PositiveSmallIntegerField(
        default=0, help_text="What a coordinator has not allocated by then the rule does."
    )
    most_cases = models.PositiveSmallIntegerField(default=5, help_text="Open cases that one expert is given at most.")
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = AllocationRuleQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.hospital_id}: {'on' if self.is_on else 'off'}"
