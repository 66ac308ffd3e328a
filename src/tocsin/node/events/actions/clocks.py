"""What people say of an event's clocks: milestones, the seven early actions, what held them up and what helped."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.changing import lock, note
from tocsin.node.events.clocks import MILESTONES, kept_fields, record_of
from tocsin.node.events.instruments.guidance import read_categories
from tocsin.node.events.instruments.seven_one_seven import ACTIONS
from tocsin.node.events.models import EarlyAction, Event, Factor, Milestone
from tocsin.node.events.refusals import ActRefused, Replaced
from tocsin.node.events.standing import today_there, zone_of
from tocsin.node.events.texts import checked

__all__ = ["add_factor", "set_action", "set_milestone", "withdraw_factor"]

LONGEST = 1_000
OLDEST = timedelta(days=20 * 366)


@transaction.atomic
def set_milestone(
    event: Event,
    kind: str,
    *,
    on: date | None,
    at: datetime | None = None,
    precision: str = Milestone.Precision.EXACT,
    text: str = "",
    by: Person,
    seen: UUID | None = None,
) -> Milestone | None:
    """Say when a milestone was: a day where the event is, and the moment where it is known. None takes it back.

    seen  the milestone of this kind that the person saw, None if there was none; if it has another now, Replaced says
          who said so
    """
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS)
    if kind not in MILESTONES:
        raise ActRefused(_("There is no milestone “%(code)s”.") % {"code": kind})
    if at is not None:
        at, on = _moment(at)
    _require_past(on, at)
    _replace(Milestone.objects.filter(event=event, episode=event.episode, kind=kind), seen)
    made = None
    if on is not None:
        made = Milestone.objects.create(
            event=event, episode=event.episode, kind=kind, on=on, at=at, precision=Milestone.Precision(precision),
            text=checked(text, longest=LONGEST), language=_language(text), by=by,
        )  # fmt: skip
    _refresh(event)
    said: dict[str, Any] = {"milestone": kind, "day": on.isoformat() if on else "–"}
    note(event, "milestone" if on else "milestone_taken_back", by=by, values=said)
    return made


@transaction.atomic
def set_action(
    event: Event,
    action: str,
    *,
    applicable: bool | None,
    completed_on: date | None = None,
    precision: str = Milestone.Precision.EXACT,
    evidence: str = "",
    by: Person,
    seen: UUID | None = None,
) -> EarlyAction:
    """Say whether an early action applies, when it was completed, and what shows it, or why it does not apply."""
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS)
    if action not in ACTIONS:
        raise ActRefused(_("There is no early action “%(code)s”.") % {"code": action})
    if completed_on is not None and applicable is not True:
        raise ActRefused(_("Only an action that applies was completed; say that it applies, or leave the day empty."))
    if applicable is False and not evidence.strip():
        raise ActRefused(_("Say why the action does not apply."))
    _require_past(completed_on, None)
    _replace(EarlyAction.objects.filter(event=event, episode=event.episode, action=action), seen)
    made = EarlyAction.objects.create(
        event=event, episode=event.episode, action=action, applicable=applicable, completed_on=completed_on,
        precision=Milestone.Precision(precision), evidence=checked(evidence, longest=LONGEST), by=by,
        language=_language(evidence),
    )  # fmt: skip
    _refresh(event)
    said = {"action": action, "day": completed_on.isoformat() if completed_on else "–"}
    note(event, "early_action" if applicable is not False else "early_action_not_applicable", by=by, values=said)
    return made


@transaction.atomic
def add_factor(event: Event, *, kind: str, interval: str, category: str, text: str = "", by: Person) -> Factor:
    """Say what held an interval up, or helped it: a category of the toolkit, and words of one's own."""
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS)
    if kind not in Factor.Kind.values or interval not in Factor.Interval.values:
        raise ActRefused(_("Choose bottleneck or enabler, and the interval."))
    known = {one.code: one for theme in read_categories() for one in theme.categories}
    if category not in known:
        raise ActRefused(_("There is no category “%(code)s”; choose one of the list.") % {"code": category})
    if known[category].needs_text and not text.strip():
        raise ActRefused(_("Say in words what it was."))
    made = Factor.objects.create(
        event=event, episode=event.episode, kind=kind, interval=interval, category=category, by=by,
        text=checked(text, longest=2_000), language=_language(text),
    )  # fmt: skip
    note(event, kind, by=by, values={"interval": interval, "category": category})
    return made


@transaction.atomic
def withdraw_factor(factor: Factor, *, by: Person) -> None:
    """Take back what was said to have held up or helped."""
    event = lock(factor.event, by=by, ability=Ability.WRITE_EVENTS)
    if factor.withdrawn_at is None:
        factor.withdrawn_at = timezone.now()
        factor.save(update_fields=["withdrawn_at"])
        note(event, "factor_withdrawn", by=by, values={"interval": factor.interval, "category": factor.category})


def _moment(at: datetime) -> tuple[datetime, date]:
    if at.utcoffset() is None:
        raise ActRefused(_("A moment needs its time zone."))
    return at, at.astimezone(zone_of()).date()


def _require_past(on: date | None, at: datetime | None) -> None:
    today = today_there()
    if (on is not None and on > today) or (at is not None and at > timezone.now()):
        raise ActRefused(_("This lies ahead. A milestone is of a day that has come."))
    if on is not None and on < today - OLDEST:
        raise ActRefused(_("The day is more than twenty years back; look at the year."))


def _replace(rows: models.QuerySet[Any], seen: UUID | None) -> None:
    """What was said before stays, and no longer counts; unless it is not what the person saw."""
    current = rows.filter(is_current=True).select_related("by").first()
    if (current.pk if current else None) != seen:
        raise Replaced(current)
    rows.filter(is_current=True).update(is_current=False)


def _refresh(event: Event) -> None:
    fields = kept_fields(record_of(event))
    for name, value in fields.items():
        setattr(event, name, value)
    event.save(update_fields=list(fields))


def _language(text: str) -> str:
    return (get_language() or "") if text.strip() else ""
