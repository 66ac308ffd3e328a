"""Exactly what would leave of a draft, to whom it would go, and who has still to act."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tocsin.exchange.types.days import day_of
from tocsin.joint.assistance import Request
from tocsin.joint.assistance.units import Packing
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.building.drafts import problems_of
from tocsin.node.assistance.building.requests import item_name
from tocsin.node.assistance.models import OfferDraft, RequestDraft
from tocsin.node.assistance.pages.about_event import about_event
from tocsin.node.assistance.pages.draft_problems import problems_shown
from tocsin.node.assistance.pages.quantities import inside, quantity
from tocsin.node.assistance.pages.request_items import basis_in_words
from tocsin.node.assistance.pages.request_offers import line_name
from tocsin.node.assistance.pages.said import place_name, titled
from tocsin.node.assistance.reading import request_here
from tocsin.node.events.vocabulary.reading import word
from tocsin.node.joint.actions.acting import token
from tocsin.node.language.formats import enumerated, long_date
from tocsin.node.notifications.building.audiences import recipients
from tocsin.node.notifications.pages.pieces import language_name
from tocsin.node.post.here import local_node, takes_part

__all__ = ["offer_look", "request_look"]


def request_look(draft: RequestDraft, person: Person) -> dict[str, Any]:
    """Of a request, or of its change."""
    said = draft.said
    audience = draft.classification, tuple(draft.addressees)
    if draft.amends is not None:
        audience = draft.amends.classification, tuple(draft.amends.addressees)
    seen = token(draft.amends) if draft.amends is not None else ""
    return _both(draft, person, audience, seen) | {
        "title": titled(said["title"]), "titles": [(language_name(one), words) for one, words in said["title"].items()],
        "facts": _request_facts(said, person), "lines": [_item(one) for one in said["items"]], "note": said["note"],
    }  # fmt: skip


def offer_look(draft: OfferDraft, person: Person) -> dict[str, Any]:
    """Of an offer, or of its change."""
    of, request = draft.request, request_here(draft.request)
    row = of.assistance_request
    return _both(draft, person, (of.classification, tuple(of.addressees)), token(of)) | {
        "title": titled(row.title), "titles": [], "facts": _offer_facts(draft.said),
        "lines": [_line(request, one) for one in draft.said["lines"]], "note": draft.said["conditions"], "asked_of": of,
    }  # fmt: skip


def _both(draft: Any, person: Person, audience: tuple[str, tuple[str, ...]], seen: str) -> dict[str, Any]:
    to = _readers(audience)
    may = person.may(Ability.RELEASE_ASSISTANCE)
    is_mine = draft.submitted_by_id == person.pk
    problems = problems_shown(problems_of(draft))
    step = "fix" if problems else "submit"
    if draft.submitted_at is not None and not problems:
        step = "release" if may and not is_mine else "wait"
    return {
        "draft": draft, "problems": problems, "step": step, "may_release": may, "is_mine": is_mine, "seen": seen,
        "recipients": list(names(to).values()), "n": len(to), "kind": word("assistance_act", _kind(draft)),
    }  # fmt: skip


def _readers(audience: tuple[str, tuple[str, ...]]) -> list[str]:
    """The nodes that will read it; none while this node has not joined."""
    if not takes_part():
        return []
    node = local_node()
    return recipients(node.trust(), node.node, audience)


def _kind(draft: Any) -> str:
    if isinstance(draft, OfferDraft):
        return "change_offer" if draft.offer else "offer"
    return "amend_request" if draft.amends_id else "request"


def _day(text: str | None) -> str:
    day = day_of(text or "")
    return long_date(day) if day is not None else "—"


def _request_facts(said: Mapping[str, Any], person: Person) -> list[tuple[str, str]]:
    permits, event = said["import_permits"], said["event"] or {}
    found = [(_("Needed by"), _day(said["needed_by"]))]
    if "lapses_on" in said:
        found.append((_("Last day of the request"), _day(said["lapses_on"])))
    found += [
        (_("Place"), place_name(said["place"]["names"])),
        (_("Consignee"), enumerated(filter(None, said["consignee"].values()))),
        (_("Import permits"), permits["text"] if permits["needed"] else _("none needed")),
        (_("Languages of those who receive"), enumerated(language_name(one) for one in said["languages"])),
    ]  # fmt: skip
    about = about_event(event.get("origin", ""), event.get("id"), person)
    if about is not None:
        found.append((_("About"), about.answer))
    if "reason" in said:
        found.append((_("Why it is changed"), said["reason"]))
    return [(name, value) for name, value in found if value]


def _item(one: Mapping[str, Any]) -> dict[str, Any]:
    packing = Packing(one["unit"], one["pack_size"])
    notes = [word("cold_chain", one["cold_chain"])] if one["cold_chain"] != "none" else []
    notes += ["UN 2814"] if one["un2814"] else []
    notes += ["UN 3373"] if one["un3373"] else []
    if one["regulatory"]:
        statuses = enumerated(word("regulatory_status", code) for code in one["regulatory"])
        notes.append(_("admitted: %(statuses)s") % {"statuses": statuses})
    return {
        "name": item_name(one), "quantity": quantity(one["quantity"] or 0, packing),
        "comes_to": inside(one["quantity"] or 0, packing), "notes": notes, "text": one["specification"],
        "basis": basis_in_words(one["basis"]) if one["basis"] else "",
    }  # fmt: skip


def _offer_facts(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    firm = _("firm: all of it may be accepted") if said["confirmed"] else _("a pledge, to be confirmed later")
    found = [
        (_("How binding"), firm), (_("Available from"), _day(said["available_from"])),
        (_("Stands until"), _day(said["expires_on"]) if said["expires_on"] else _("no day set")),
        (_("From where"), place_name(said["from_place"]["names"])), (_("Costs"), word("offer_costs", said["costs"])),
        (_("Languages"), enumerated(language_name(one) for one in said["languages"])),
    ]  # fmt: skip
    return [(name, value) for name, value in found if value]


def _line(request: Request, one: Mapping[str, Any]) -> dict[str, Any]:
    packing = Packing(one["unit"], one["pack_size"])
    notes = [word("regulatory_status", one["regulatory"])] if one["regulatory"] else []
    if one["best_before"]:
        notes.append(_("best before %(day)s") % {"day": _day(one["best_before"])})
    return {
        "name": line_name(request, one["item"]), "quantity": quantity(one["quantity"] or 0, packing),
        "comes_to": inside(one["quantity"] or 0, packing), "notes": notes, "text": one["note"], "basis": "",
    }  # fmt: skip
