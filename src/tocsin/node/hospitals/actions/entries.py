"""The entry of one's own hospital: applied for, kept, and what each line of service can do."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.clinical import vocabulary
from tocsin.node.alliance import audit
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Organisation, Person
from tocsin.node.hospitals.actions.finding import KEEPS, changed, locked_hospital, require_keeper, require_status
from tocsin.node.hospitals.actions.telling import acting, tell_partners
from tocsin.node.hospitals.building.entries import fill_hospital, hospital_said
from tocsin.node.hospitals.building.texts import LONGEST_REASON, Tried
from tocsin.node.hospitals.hours import local
from tocsin.node.hospitals.models import Hospital, ServiceLine
from tocsin.node.hospitals.refusals import ActRefused
from tocsin.node.records import new_id

__all__ = ["KEPT", "apply_hospital", "keep_hospital", "remove_service_line", "set_service_line"]

KEPT = (Hospital.Status.APPLIED, Hospital.Status.VERIFIED, Hospital.Status.ACTIVE, Hospital.Status.SUSPENDED)
SAYS_WHY = (ServiceLine.Status.PARTIAL, ServiceLine.Status.NONE)


def apply_hospital(given: Mapping[str, Any], *, by: Person) -> Hospital:
    """Ask for the hospital in whose organisation `by` works to be in the directory. One that has left asks anew.

    given   members as `building.entries.HOSPITAL` has them; names that are left out are those of the organisation

    Raises InvalidInput with all that cannot be used, ActRefused where there is nothing to apply for; PermissionDenied.
    """
    check(by, KEEPS)
    with acting():
        organisation = Organisation.objects.select_for_update().get(pk=by.organisation_id)
        if organisation.kind != Organisation.Kind.HOSPITAL:
            said = _("%(name)s is no hospital. Whoever manages people can put it right in the directory of people.")
            raise ActRefused(said % {"name": organisation})
        row = Hospital.objects.select_for_update().filter(organisation=organisation).first()
        if row is not None and row.status != Hospital.Status.LEFT:
            said = _("%(name)s is in the directory already: it is %(status)s.")
            raise ActRefused(said % {"name": row, "status": row.get_status_display()})
        said = hospital_said({"names": _names(organisation), **given})
        if row is None:
            key = new_id()
            row = Hospital(
                id=key, hospital_id=key, origin=here().code, is_ours=True, organisation=organisation, version=0
            )
        fill_hospital(row, said)
        row.applied_by, row.verified_by, row.verified_at, row.is_held = by, None, None, False
        changed(row, by=by, status=Hospital.Status.APPLIED)
        audit.record("hospital.applied", row, by=by)
    return row


def keep_hospital(hospital: Hospital, given: Mapping[str, Any], *, version: int, by: Person) -> Hospital:
    """Write the entry of one's own hospital anew. Partners are told, once it is verified.

    given     members as `building.entries.HOSPITAL` has them
    version   of the entry, as the person saw it

    Raises InvalidInput, Changed if somebody changed it since, WrongStatus for one that has left; PermissionDenied.
    """
    require_keeper(hospital, by)
    with acting():
        row = locked_hospital(hospital, version=version)
        require_keeper(row, by)
        require_status(row, KEPT, _("%(name)s has left the directory. Apply anew to be in it again."))
        fill_hospital(row, hospital_said(given))
        changed(row, by=by)
        tell_partners(row, by=by)
        audit.record("hospital.kept", row, by=by, version=row.version)
    return row


def set_service_line(
    hospital: Hospital, specialty: str, *, status: str, reason: str = "", since: date | None = None, by: Person
) -> ServiceLine:
    """Say what one's own hospital can do now in a specialty. What it does in part or not at all needs a reason.

    since   the day from which this is so, where the hospital is; today by default

    Raises InvalidInput, WrongStatus; PermissionDenied.
    """
    require_keeper(hospital, by)
    with acting():
        row = locked_hospital(hospital)
        require_keeper(row, by)
        require_status(row, KEPT, _("%(name)s has left the directory. Apply anew to be in it again."))
        today = local(row.time_zone, timezone.now()).date()
        reason, since = _line_said(specialty, status, reason, since or today, today)
        said = {"status": status, "reason": reason, "since": since, "changed_by": by, "changed_at": timezone.now()}
        line, _made = ServiceLine.objects.update_or_create(hospital=row, specialty=specialty, defaults=said)
        changed(row, by=by)
        tell_partners(row, by=by)
        audit.record("service_line.set", row, by=by, specialty=specialty, status=status)
    return line


def remove_service_line(hospital: Hospital, specialty: str, *, by: Person) -> None:
    """The hospital says nothing of this specialty any more. Raises ActRefused where it did not; PermissionDenied."""
    require_keeper(hospital, by)
    with acting():
        row = locked_hospital(hospital)
        require_keeper(row, by)
        if not ServiceLine.objects.filter(hospital=row, specialty=specialty).delete()[0]:
            raise ActRefused(_("Somebody has removed this line. Nothing was changed."))
        changed(row, by=by)
        tell_partners(row, by=by)
        audit.record("service_line.removed", row, by=by, specialty=specialty)


def _line_said(specialty: str, status: str, reason: str, since: date, today: date) -> tuple[str, date]:
    tried = Tried()
    if specialty not in vocabulary.codes("specialty"):
        tried.refuse("specialty", _("“%(value)s” is no specialty of the list.") % {"value": specialty[:60]})
    if status not in ServiceLine.Status.values:
        tried.refuse("status", _("“%(value)s” is no state of a service.") % {"value": status[:20]})
    said = tried.text(reason, "reason", pgettext("hospital", "Reason"), longest=LONGEST_REASON, paragraphs=True)
    if status in SAYS_WHY and not said:
        tried.refuse("reason", _("Say why it is not in full: what is missing, and for how long."))
    if since > today:
        tried.refuse("since", _("Since: this day is still to come. Say from when it is so as it is now."))
    tried.done()
    return said, since


def _names(organisation: Organisation) -> dict[str, str]:
    return {"en": organisation.name_en, "ru": organisation.name_ru, "zh": organisation.name_zh}
