"""Offers side by side: who, how much of which item, when, on what conditions, what was accepted of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.joint.assistance import Key, Offer, OfferLine, Request
from tocsin.node.assistance.pages.quantities import comes_to, number, quantity
from tocsin.node.assistance.pages.request_acts import Act
from tocsin.node.assistance.pages.said import place_name
from tocsin.node.assistance.rows import names_of_item, status_on
from tocsin.node.assistance.words import in_active
from tocsin.node.events.vocabulary.reading import word
from tocsin.node.language.formats import phrases, whole
from tocsin.node.notifications.pages.pieces import language_name

__all__ = ["LineShown", "OfferShown", "line_name", "offers_shown"]


@dataclass(frozen=True, slots=True)
class LineShown:
    """comes_to: the same in the unit in which it is asked for."""

    item: str
    name: str
    offered: str
    comes_to: str
    accepted: str
    shipped: str
    notes: list[str]


@dataclass(frozen=True, slots=True)
class OfferShown:
    """One offer."""

    offer: Offer
    anchor: str
    state: str
    is_ours: bool
    chip: str
    lines: list[LineShown]
    place: str
    costs: str
    languages: list[str]
    team: str
    reason: str
    acts: list[Act]
    is_sent: bool


def offers_shown(
    request: Request, ahead: Request, known: Mapping[str, str], acts: Mapping[Key, list[Act]], *, own: str, today: date
) -> list[OfferShown]:
    """Those that may still be answered first, then in the order in which they came; then ours that are only sent."""
    made = [_offer(request, offer, known, acts.get(offer.key, []), own, today) for offer in request.offers]
    sent = [_offer(ahead, offer, known, [], own, today) for offer in ahead.offers if request.offer(offer.key) is None]
    made += [replace(one, is_sent=True) for one in sent]
    return sorted(made, key=lambda one: not any(act.name == "accept" for act in one.acts))


def _offer(
    request: Request, offer: Offer, known: Mapping[str, str], acts: list[Act], own: str, today: date
) -> OfferShown:
    return OfferShown(
        offer=offer, anchor=f"offer-{offer.key.origin}-{offer.key.id}", state=known[offer.key.origin],
        is_ours=offer.key.origin == own, chip=f"offer_{status_on(offer, today)}",
        lines=[_line(request, offer, line) for line in offer.lines],
        place=place_name(offer.from_place.names._asdict()), costs=word("offer_costs", offer.costs),
        languages=[language_name(one) for one in offer.languages], team=_team(offer.team), reason=offer.reason,
        acts=acts,
        is_sent=False,
    )  # fmt: skip


def _line(request: Request, offer: Offer, line: OfferLine) -> LineShown:
    item = request.item(line.item)
    notes = [word("regulatory_status", line.regulatory)] if line.regulatory else []
    if line.best_before:
        notes.append(_("best before %(day)s") % {"day": line.best_before})
    if line.note:
        notes.append(line.note)
    return LineShown(
        item=line.item, name=line_name(request, line.item), offered=quantity(line.quantity, line.packing),
        comes_to=comes_to(line.quantity, line.packing, item.packing) if item is not None else "",
        accepted=number(line.accepted), shipped=number(request.shipped_of(offer.key, line.item)), notes=notes,
    )  # fmt: skip


def line_name(request: Request, item: str) -> str:
    """What a line is of; its name in the request where that asks for it no more."""
    known = request.item(item)
    return in_active(names_of_item(known)) if known is not None else item


def _team(team: Mapping[str, Any] | None) -> str:
    if team is None:
        return ""
    n, days = team["members"], team["self_sufficient_days"]
    said = [ngettext("%(n)s member", "%(n)s members", n) % {"n": whole(n)}]
    if team["emt_type"]:
        said.append(word("emt_type", team["emt_type"]))
    if days:
        alone = ngettext("self-sufficient for %(n)s day", "self-sufficient for %(n)s days", days)
        said.append(alone % {"n": whole(days)})
    hours = team["ready_hours"]
    said.append(_("ready within %(n)s h") % {"n": whole(hours)})
    return phrases(said)
