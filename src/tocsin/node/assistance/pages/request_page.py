"""One request on one page: what is asked for, who covers it, what is on its way, and what is asked of the reader."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.joint.acts import Applied
from tocsin.joint.assistance import Request
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.assistance.models import Attachment, OfferDraft, RequestDraft
from tocsin.node.assistance.pages.about_event import About, about_event
from tocsin.node.assistance.pages.quantities import number, quantity
from tocsin.node.assistance.pages.request_acts import Acting, acting
from tocsin.node.assistance.pages.request_after import CostShown, ReviewShown, costs_shown, reviews_shown
from tocsin.node.assistance.pages.request_items import ItemShown, items_shown
from tocsin.node.assistance.pages.request_offers import OfferShown, offers_shown
from tocsin.node.assistance.pages.request_record import Line, record
from tocsin.node.assistance.pages.request_shipments import ShipmentShown, shipments_shown
from tocsin.node.assistance.pages.said import Said, lapses, needed, place_name, titled
from tocsin.node.assistance.pages.suggestions import Suggestion, suggestions
from tocsin.node.assistance.reading import day_in, request_ahead, request_here
from tocsin.node.assistance.rows import names_of_item
from tocsin.node.assistance.words import in_active
from tocsin.node.joint.actions.acting import token
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.joint.models import JointObject
from tocsin.node.language.formats import percent, phrases, sentences, whole
from tocsin.node.notifications.pages.pieces import language_name
from tocsin.node.notifications.pages.rendered import Head, audience

__all__ = ["RequestPage", "answer", "request_page"]


@dataclass(frozen=True)
class RequestPage:
    """All of the page. waiting_for: the state of whom something is not here yet; drafts: made ready here on it."""

    of: JointObject
    request: Request
    answer: str
    title: Said
    chip: str
    seen: str
    waiting_for: str
    waits: bool
    about: About | None
    place: str
    lapses: str
    needed: str
    opened: Applied
    owner: str
    audience: str
    languages: list[str]
    note: Said
    ended_for: str
    items: list[ItemShown]
    offers: list[OfferShown]
    shipments: list[ShipmentShown]
    costs: list[CostShown]
    reviews: list[ReviewShown]
    record: list[Line]
    acting: Acting
    whose: str
    suggestions: list[Suggestion]
    attachments: list[Attachment]
    drafts: list[tuple[Any, str]]


def request_page(of: JointObject, person: Person, *, now: datetime) -> RequestPage:
    """For one person. The number of queries does not grow with offers, shipments or acts."""
    own, today, arrangement = here().code, day_in(now), arrangement_of(of)
    request = request_here(of, arrangement)
    ahead = request_ahead(arrangement)
    asked, opened = request.asked, request.opened
    assert asked is not None, "its row says that it is open"
    assert opened is not None
    assert request.lapses_on is not None
    known = names({of.origin, own} | {one.key.origin for one in ahead.offers} | _named(ahead))
    acts = acting(of, ahead, person, own=own, today=today)
    event = asked.event or {}
    stands = request.ended is None
    return RequestPage(
        of=of, request=request, answer=answer(request, known[of.origin], now), title=titled(asked.title),
        chip=f"request_{request.status}", seen=token(of), waiting_for=_waiting(of),
        waits=bool(arrangement.proposals), about=about_event(event.get("origin", ""), event.get("id"), person),
        place=place_name(asked.place.names._asdict()), lapses=lapses(request.lapses_on, today) if stands else "",
        needed=needed(asked.needed_by, today), opened=opened, owner=known[of.origin],
        audience=audience(Head(of.origin, 1, "", of.classification, tuple(of.addressees))),
        languages=[language_name(one) for one in asked.languages], note=Said(asked.note),
        ended_for=request.ended.reason if request.ended is not None else "", items=items_shown(request),
        offers=offers_shown(request, ahead, known, acts.of_offers, own=own, today=today),
        shipments=shipments_shown(request, ahead, known, acts.of_shipments, own=own),
        costs=costs_shown(request, known), reviews=reviews_shown(request, known),
        record=record(of, arrangement, request), acting=acts, whose=known.get(acts.whose, ""),
        suggestions=suggestions(of, request, person),
        attachments=_attachments(of, person),
        drafts=_drafts(of, person),
    )  # fmt: skip


def answer(request: Request, state: str, now: datetime) -> str:
    """“Altania asks for help: ventilators, 10 pieces. 4 accepted, 6 still short, needed in 7 days”."""
    asked = request.asked
    assert asked is not None
    if len(request.items) == 1:
        item = request.items[0]
        what = phrases([in_active(names_of_item(item)), quantity(item.quantity, item.packing)])
    else:
        n = len(request.items)
        what = ngettext("%(n)s thing", "%(n)s things", n) % {"n": whole(n)}
    said = _("%(state)s asks for help: %(what)s.") % {"state": state, "what": what}
    return sentences([said, capfirst(_how_far(request, now))])


def _how_far(request: Request, now: datetime) -> str:
    asked, items = request.asked, request.items
    assert asked is not None
    if request.ended is not None:
        return {"closed": _("Closed"), "cancelled": _("Cancelled"), "lapsed": _("Lapsed")}[str(request.ended.status)]
    if all(request.delivered(item.id) >= item.quantity for item in items):
        return _("All of it is delivered")
    if all(request.coverage(item.id) >= 1 for item in items):
        return phrases([_("All of it is accepted"), needed(asked.needed_by, day_in(now))])
    if len(items) == 1:
        accepted = request.accepted(items[0].id)
        said = [
            _("%(n)s accepted") % {"n": number(accepted)},
            _("%(n)s still short") % {"n": number(items[0].quantity - accepted)},
        ]
    else:
        share = sum(request.coverage(item.id) for item in items) / len(items)
        short = sum(request.coverage(item.id) < 1 for item in items)
        said = [
            _("%(share)s accepted") % {"share": percent(int(share * 100))},
            ngettext("%(n)s thing still short", "%(n)s things still short", short) % {"n": whole(short)},
        ]
    return phrases([*said, needed(asked.needed_by, day_in(now))])


def _named(request: Request) -> set[str]:
    lines = (line["borne_by"] for cost in request.costs for line in cost.lines)
    return {*lines, *(cost.by for cost in request.costs), *(one.by for one in request.reviews),
            *(step.act.origin for shipment in request.shipments for step in shipment.steps)}  # fmt: skip


def _waiting(of: JointObject) -> str:
    if not of.waiting_for:
        return ""
    origin = of.waiting_for["origin"]
    return names([origin])[origin]


def _attachments(of: JointObject, person: Person) -> list[Attachment]:
    found = Attachment.objects.visible_to(person).filter(of=of, removed_at=None)
    return list(found.defer("content").select_related("by"))


def _drafts(of: JointObject, person: Person) -> list[tuple[Any, str]]:
    """What is being made ready here about it, with its chip."""
    offers = OfferDraft.objects.visible_to(person).open().filter(request=of).select_related("changed_by")
    amends = RequestDraft.objects.visible_to(person).open().filter(amends=of).select_related("changed_by")
    return [
        (one, "waits_for_a_second" if one.submitted_at else "draft") for one in (*offers[:10], *amends[:10])
    ]  # fmt: skip
