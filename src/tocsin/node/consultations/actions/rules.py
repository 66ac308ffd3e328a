"""How a hospital allocates when no coordinator does."""

from django.db import transaction
from django.utils import timezone

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations.models import AllocationRule
from tocsin.node.consultations.refusals import NoPart
from tocsin.node.hospitals.models import Hospital

__all__ = ["keep_rule"]


@transaction.atomic
def keep_rule(hospital: Hospital, *, is_on: bool, after_minutes: int, most_cases: int, by: Person) -> AllocationRule:
    """Keep the rule of one's own hospital. Raises NoPart for another one, PermissionDenied."""
    check(by, Ability.COORDINATE)
    if not hospital.is_ours or hospital.organisation_id != by.organisation_id:
        raise NoPart
    said = {
        "is_on": is_on, "after_minutes": after_minutes, "most_cases": most_cases, "changed_by": by,
        "changed_at": timezone.now(),
    }  # fmt: skip
    rule, _made = AllocationRule.objects.update_or_create(hospital=hospital, defaults=said)
    audit.record("allocation-rule.kept", rule, by=by, is_on=is_on, after_minutes=after_minutes, most_cases=most_cases)
    return rule
