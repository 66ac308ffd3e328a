"""Alerts: raised by apps, acknowledged by a person, closed where nobody needs to know any more.

What reaches people of it, and when, is `duty.escalating`.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability, abilities
from tocsin.node.duty import tasks
from tocsin.node.duty.configuration import ladder_here
from tocsin.node.duty.kinds import acknowledged_by, hooks, kind_named
from tocsin.node.duty.ladder import Ladder
from tocsin.node.duty.models import Alert, Step
from tocsin.node.language.formats import short_moment
from tocsin.node.post.actions.refusals import ActRefused as ExchangeRefused

__all__ = ["AlreadySettled", "acknowledge", "acknowledged_by", "close_alert", "raise_alert", "role_of"]

PAGES = "tocsin.node.duty.views.alerts"  # alone: the addresses of all pages cost the courier a second and 80 MiB


class AlreadySettled(ActRefused):
    """Another person was first, or the alert was closed; the message says who and when, `alert` is as it stands."""

    def __init__(self, alert: Alert, message: str) -> None:
        super().__init__(message)
        self.alert = alert


@transaction.atomic
def raise_alert(
    *,
    kind: str,
    subject_type: str,
    subject_id: object,
    link: str,
    values: Mapping[str, Any] | None = None,
    by: Person | None = None,
    ladder: Ladder | None = None,
    is_exercise: bool | None = None,
    is_drill: bool = False,
) -> Alert:
    """Have people called until one of them acknowledges; the alert that stands, if this was raised before.

    subject     what it is about. Raised once for each: what must be acknowledged anew has another subject_id
    link        where one sees it; only people who have signed in are led there
    values      of the kind's sentence; names that differ by language as {"en": …, "ru": …, "zh-hans": …}
    ladder      another than that of node.toml
    is_exercise by default as the alliance is
    """
    kind_named(kind)
    now = timezone.now()
    alert, is_new = Alert.objects.get_or_create(
        kind=kind,
        subject_type=subject_type,
        subject_id=str(subject_id),
        defaults={
            "link": link,
            "values": dict(values or {}),
            "is_exercise": here().is_exercise if is_exercise is None else is_exercise,
            "is_drill": is_drill,
            "raised_at": now,
            "raised_by": by,
            "ladder": (ladder or ladder_here()).as_json(),
            "next_at": now,
            "looked_at": now,
        },
    )
    if is_new:
        audit.record("alert.raised", alert, by=by, kind=kind, drill=is_drill)
        tasks.escalate.enqueue()  # a row of the same transaction: begun as soon as the alert stands
    return alert


@transaction.atomic
def acknowledge(alert: Alert, *, by: Person) -> Alert:
    """A person has it: nobody else is called. What apps have registered follows in the same transaction.

    Raises AlreadySettled to a second person, and PermissionDenied to who may not be called for it; the same person
    may say it twice.
    """
    check(by, Ability.STAND_DUTY)
    check(by, kind_named(alert.kind).needs)
    # Without the person: PostgreSQL, having waited for the row, would give it with whom it was joined to before.
    alert = Alert.objects.select_for_update().get(pk=alert.pk)
    if alert.acknowledged_by_id == by.pk:
        return alert
    _require_open(alert)
    now = timezone.now()
    alert.acknowledged_at, alert.acknowledged_by, alert.by_role = now, by, role_of(by)
    alert.after_step = _last_call(alert, by)
    alert.next_at = None
    alert.save(update_fields=["acknowledged_at", "acknowledged_by", "by_role", "after_step", "next_at"])
    _call_off(alert)
    # The minutes are in the audit too, which nobody can change.
    minutes = round((now - alert.raised_at).total_seconds() / 60, 1)
    step = alert.after_step
    audit.record(
        "alert.acknowledged", alert, by=by, minutes=minutes, rung=step.rung if step else None,
        channel=step.channel if step else None,
    )  # fmt: skip
    _tell_the_others(alert, by)
    _follow(alert, by)
    return alert


@transaction.atomic
def close_alert(alert: Alert, *, by: Person | None, why: str = "") -> Alert:
    """Nobody needs to know any more: nobody else is called. One that is acknowledged or closed stays as it is."""
    check(by, Ability.STAND_DUTY)
    alert = Alert.objects.select_for_update().get(pk=alert.pk)
    if not alert.is_open:
        return alert
    if by is not None and not why.strip():
        raise ActRefused(_("Say why nobody needs to know of it any more."))
    alert.closed_at, alert.closed_by, alert.closed_why, alert.next_at = timezone.now(), by, why.strip()[:500], None
    alert.save(update_fields=["closed_at", "closed_by", "closed_why", "next_at"])
    _call_off(alert)
    audit.record("alert.closed", alert, by=by, why=alert.closed_why)
    return alert


def role_of(person: Person) -> str:
    """In which of their roles somebody stands duty."""
    stands = [role for role in person.roles if Ability.STAND_DUTY in abilities([role])]
    return (stands or person.roles or [""])[0]


def _require_open(alert: Alert) -> None:
    if alert.acknowledged_at:
        said = _("%(name)s has it since %(moment)s.")
        when = short_moment(alert.acknowledged_at)
        raise AlreadySettled(alert, said % {"name": alert.acknowledged_by, "moment": when})
    if alert.closed_at:
        said = _("Nobody needs to acknowledge it any more: it was closed, %(moment)s.")
        raise AlreadySettled(alert, said % {"moment": short_moment(alert.closed_at)})


def _last_call(alert: Alert, person: Person) -> Step | None:
    tried = alert.steps.filter(person=person, tried_at__isnull=False).exclude(state=Step.State.FAILED)
    return tried.order_by("rung", "tried_at").last()


def _call_off(alert: Alert) -> None:
    alert.steps.filter(state=Step.State.WAITING).update(state=Step.State.CALLED_OFF)


def _tell_the_others(alert: Alert, by: Person) -> None:
    called = alert.steps.filter(tried_at__isnull=False).exclude(person=by).values("person")
    others = list(Person.objects.filter(pk__in=called, is_active=True))
    notify(others, "alert.taken", link=reverse("alert", urlconf=PAGES, args=[alert.pk]), by=str(by))


def _follow(alert: Alert, by: Person) -> None:
    for hook in hooks(alert.kind):
        try:
            with transaction.atomic():
                hook(alert, by=by)
        except (ActRefused, ExchangeRefused) as refusal:
            alert.not_told = str(refusal)
            alert.save(update_fields=["not_told"])
