"""The duty roster."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import DutyShift, Person, State
from tocsin.node.alliance.roles import Ability

__all__ = ["assign_shift", "remove_shift"]


@transaction.atomic
def assign_shift(person: Person, *, line: str, starts_at: datetime, ends_at: datetime, by: Person) -> DutyShift:
    """Put somebody on duty. Two shifts of one line never overlap, so that it is always clear who answers."""
    check(by, Ability.MANAGE_DUTY)
    if ends_at <= starts_at:
        raise ActRefused(_("The shift ends before it begins."))
    if not person.may(Ability.STAND_DUTY):
        raise ActRefused(_("%(name)s does not stand duty; give them a role that does first.") % {"name": person})
    # One row that every change of the roster locks: two shifts that are not there yet cannot be locked themselves.
    State.objects.select_for_update().get(is_here=True)
    there = DutyShift.objects.filter(line=line, ends_at__gt=starts_at, starts_at__lt=ends_at).select_related("person")
    if overlapping := there.first():
        raise ActRefused(
            _("%(name)s is already on duty then; end or move that shift first.") % {"name": overlapping.person}
        )
    shift = DutyShift.objects.create(person=person, line=line, starts_at=starts_at, ends_at=ends_at)
    audit.record("duty.assigned", shift, by=by, line=line, starts_at=starts_at, ends_at=ends_at)
    return shift


@transaction.atomic
def remove_shift(shift: DutyShift, *, by: Person) -> None:
    """Take a shift out of the roster; the audit keeps it."""
    check(by, Ability.MANAGE_DUTY)
    audit.record("duty.removed", shift, by=by, starts_at=shift.starts_at, ends_at=shift.ends_at)
    shift.delete()
