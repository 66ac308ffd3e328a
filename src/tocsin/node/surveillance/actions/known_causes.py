"""Periods that are out of the ordinary for a known reason, and so belong to no baseline."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.surveillance.models import Disease, KnownCause, Place, Thread

__all__ = ["add_known_cause", "withdraw_known_cause"]

LONGEST_DAYS = 5 * 366


@transaction.atomic
def add_known_cause(
    disease: Disease,
    place: Place,
    *,
    first_period: date,
    last_period: date,
    what: str,
    thread: Thread | None = None,
    by: Person,
) -> KnownCause:
    """Leave these periods out of the baselines of `disease` in `place` and everything inside it, from now on."""
    check(by, Ability.TRIAGE)
    what = what.strip()
    if not what:
        raise ActRefused(_("Say what the cause is: it will stand beside every figure that it changes."))
    if len(what) > KnownCause._meta.get_field("what").max_length:
        raise ActRefused(_("The cause is too long; 250 characters are enough here, the rest belongs in the text."))
    if last_period < first_period:
        raise ActRefused(_("The cause ends before it begins."))
    if (last_period - first_period).days > LONGEST_DAYS:
        raise ActRefused(
            _("A known cause can last five years at most; a lasting change is a change of definition of the source.")
        )
    cause = KnownCause.objects.create(
        disease=disease, place=place, first_period=first_period, last_period=last_period, what=what, thread=thread,
        by=by,
    )  # fmt: skip
    audit.record(
        "known-cause.added", cause, by=by, disease=disease.pk, place=place.pk, first=first_period, last=last_period,
        thread=thread.pk if thread else None,
    )  # fmt: skip
    return cause


@transaction.atomic
def withdraw_known_cause(cause: KnownCause, *, by: Person) -> KnownCause:
    """Let its periods count again. The record stays; withdrawing twice changes nothing."""
    check(by, Ability.TRIAGE)
    cause = KnownCause.objects.select_for_update().get(pk=cause.pk)
    if cause.withdrawn_at is None:
        cause.withdrawn_at = timezone.now()
        cause.save(update_fields=["withdrawn_at"])
        audit.record("known-cause.withdrawn", cause, by=by)
    return cause
