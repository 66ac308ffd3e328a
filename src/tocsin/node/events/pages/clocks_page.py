"""What the page of clocks shows: the intervals, each milestone and action with its form, what held up or helped."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import Form
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.clocks import MILESTONES, timeliness
from tocsin.node.events.forms.clocks import ActionForm, MilestoneForm
from tocsin.node.events.instruments.seven_one_seven import ACTIONS, Timeliness
from tocsin.node.events.models import EarlyAction, Event, Factor, Milestone
from tocsin.node.events.pages.clock_lines import Line, lines, overall
from tocsin.node.events.standing import countdown_of, zone_of
from tocsin.node.events.words import (
    category,
    early_action,
    early_action_meaning,
    interval,
    milestone,
    milestone_meaning,
)

__all__ = ["ClocksPage", "Said", "clocks_page"]


@dataclass(frozen=True, slots=True)
class Said:
    """A milestone or an action: what it is, what was said of it, days from the notification, and the form."""

    code: str
    name: str
    meaning: str
    row: Any
    days: int | None
    form: Form
    open: bool
    draft: str


@dataclass(frozen=True, slots=True)
class ClocksPage:
    found: Timeliness
    lines: list[Line]
    chip: str
    milestones: list[Said]
    actions: list[Said]
    factors: list[tuple[Factor, str, str]]
    countdown: Any
    earlier: list[tuple[int, list[Line], str]]
    zone: str
    may_write: bool


def clocks_page(event: Event, person: Person, *, now: datetime | None = None, **answered: Form) -> ClocksPage:
    """`answered` is the form that was just sent, under its code: it is shown open, as it was typed."""
    now = now or timezone.now()
    found = timeliness(event, now=now)
    return ClocksPage(
        found=found,
        lines=lines(found),
        chip=overall(found),
        milestones=_milestones(event, answered),
        actions=_actions(event, found, answered),
        factors=_factors(event),
        countdown=countdown_of(event),
        earlier=_earlier(event, now),
        zone=str(zone_of()),
        may_write=person.may(Ability.WRITE_EVENTS) and event.merged_into_id is None,
    )


def _milestones(event: Event, answered: dict[str, Form]) -> list[Said]:
    rows = Milestone.objects.filter(event=event, episode=event.episode, is_current=True).select_related("by")
    known = {row.kind: row for row in rows}
    return [
        Said(
            code=code,
            name=milestone(code),
            meaning=milestone_meaning(code),
            row=known.get(code),
            days=None,
            form=answered.get(code) or MilestoneForm(row=known.get(code), auto_id=f"{code}_%s"),
            open=code in answered,
            draft=f"event-{event.pk}-{code}",
        )
        for code in MILESTONES
    ]


def _actions(event: Event, found: Timeliness, answered: dict[str, Form]) -> list[Said]:
    rows = EarlyAction.objects.filter(event=event, episode=event.episode, is_current=True).select_related("by")
    known = {row.action: row for row in rows}
    days = {one.code: one.days for one in found.actions}
    return [
        Said(
            code=code,
            name=early_action(code),
            meaning=early_action_meaning(code),
            row=known.get(code),
            days=days[code],
            form=answered.get(code) or ActionForm(row=known.get(code), auto_id=f"{code}_%s"),
            open=code in answered,
            draft=f"event-{event.pk}-{code}",
        )
        for code in ACTIONS
    ]


def _factors(event: Event) -> list[tuple[Factor, str, str]]:
    rows = event.factors.filter(episode=event.episode, withdrawn_at=None).select_related("by")
    return [(row, interval(row.interval), category(row.category)) for row in rows]


def _earlier(event: Event, now: datetime) -> list[tuple[int, list[Line], str]]:
    """The episodes before this one: what they achieved is neither improved nor spoilt by what came later."""
    found = [(number, timeliness(event, now=now, episode=number)) for number in range(1, event.episode)]
    return [(number, lines(one), overall(one)) for number, one in found]
