"""The tab “Assistance” of an event: what was asked for because of it, and asking for more."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.models import Request, RequestDraft
from tocsin.node.assistance.pages.said import Said, titled
from tocsin.node.events.models import Event, EventEstimate
from tocsin.node.events.pages.head import Act

__all__ = ["AssistanceTab", "assistance_tab", "next_act"]

MOST = 30


@dataclass(frozen=True, slots=True)
class AssistanceTab:
    """requests: with titles; drafts: being made ready, for those who may see them."""

    requests: list[tuple[Request, Said, str]]
    drafts: list[tuple[RequestDraft, Said]]
    has_forecast: bool
    may_ask: bool


def assistance_tab(event: Event, person: Person) -> AssistanceTab:
    """All of the tab."""
    own = here().code
    found = Request.objects.visible_to(person).filter(event_origin=own, event_id=event.pk)
    begun = RequestDraft.objects.visible_to(person).open().filter(said__event__id=str(event.pk))
    estimate = EventEstimate.objects.filter(event=event).values_list("payload", flat=True).first()
    return AssistanceTab(
        requests=[(row, titled(row.title), f"request_{row.status}") for row in found[:MOST]],
        drafts=[(row, titled(row.said["title"])) for row in begun.select_related("changed_by")[:MOST]],
        has_forecast=bool(estimate and estimate.get("ahead")), may_ask=event.is_open and _may_ask(person),
    )  # fmt: skip


def next_act(event: Event, person: Person) -> Act | None:
    """Ask partners for help, where the response goes on and nobody has asked yet. Others' acts come first."""
    if not event.is_open or event.response != Event.Response.RESPONDING or not _may_ask(person):
        return None
    if Request.objects.opened().filter(event_origin=here().code, event_id=event.pk).exists():
        return None
    return Act(_("Ask partners for help"), ask_url(event))


def ask_url(event: Any) -> str:
    """Where a request for it is begun."""
    return f"{reverse('begin_assistance_draft')}?event={event.pk}"


def _may_ask(person: Person) -> bool:
    return person.may(Ability.KEEP_ASSISTANCE) or person.may(Ability.RELEASE_ASSISTANCE)
