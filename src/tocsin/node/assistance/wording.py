"""Why the rules of a request refuse an act, as sentences: which value, which rule, what to do. `joint.wording`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tocsin.exchange.types.days import day_of
from tocsin.joint.assistance import Request
from tocsin.joint.refusing import Refused
from tocsin.node.alliance.naming import named
from tocsin.node.assistance.rows import names_of_item
from tocsin.node.assistance.words import (
    FIELDS,
    MISSING,
    OFFERS,
    REQUESTS,
    SHIPMENTS,
    in_active,
    packing_in_words,
    unit_in_words,
)
from tocsin.node.language.formats import enumerated, listing, long_date

__all__ = ["REFUSALS", "refusal_in", "refused", "states_in"]

REFUSALS: Mapping[str, Any] = {
    "act-unknown": _("This node does not know what that act is (%(act)s); a newer release may."),
    "already-open": _("The request is open already."),
    "not-open-yet": _("The request has not been opened, so that nothing can be said of it."),
    "too-many": _(
        "%(state)s has reached what one state may say of one request (%(what)s: %(most)s). No more has effect."
    ),
    "request-ended": _("The request has ended (%(status)s). It takes no more of this."),
    "not-the-owner": _("Only %(owner)s, which asks for assistance, can do this."),
    "not-yours": _("Only %(origin)s can do this."),
    "not-a-party": _("Only states that asked or offered say this; %(state)s did neither."),
    "own-request": _("%(state)s asks for this assistance and cannot offer it to itself."),
    "no-such-day": _("%(field)s: %(day)s is no day of the calendar. Write it as 2026-03-09."),
    "day-over": _("%(field)s: %(day)s is over; today is %(today)s. Give today or a later day."),
    "lapses-too-late": _(
        "A request stands %(days)s days at most. %(day)s is later than that; give %(latest)s or an earlier day, and "
        "renew it then."
    ),
    "not-later": _("The request stands until %(before)s already. %(day)s is not later; give a later day."),
    "not-yet-lapsed": _("The request stands until %(day)s, and has not lapsed."),
    "name-missing": _("“%(item)s” is not in the catalogue and has no name. Say what it is."),
    "pack-size-missing": _("“%(item)s” is counted in %(unit)s. Say how many are in one."),
    "item-twice": _("“%(item)s” stands there twice. Put both in one line."),
    "item-is-offered": _(
        "“%(item)s” was offered by %(states)s. What it is, its unit and its pack size cannot change; add a line "
        "instead."
    ),
    "below-accepted": _("“%(item)s”: %(accepted)s was accepted already. %(quantity)s is less; give that much or more."),
    "below-shipped": _("“%(item)s”: %(shipped)s is on shipments already. %(quantity)s is less; give up less."),
    "above-offered": _("“%(item)s”: %(offered)s is offered. %(quantity)s in all is more; accept less."),
    "above-requested": _(
        "“%(item)s”: %(requested)s is asked for. With this %(quantity)s would be accepted, which is more; accept less, "
        "or ask for more first."
    ),
    "above-accepted": _("“%(item)s”: %(accepted)s was accepted. %(quantity)s on shipments would be more; send less."),
    "above-shipped": _("“%(item)s”: %(shipped)s is on this shipment. %(quantity)s is more; give that much or less."),
    "no-such-item": _("The request has no line “%(item)s”. It may have been changed; look at it again."),
    "no-such-line": _("“%(item)s” is not among what is meant here. Leave it out, or choose another line."),
    "unit-not-convertible": _("“%(item)s” is asked for in %(wanted)s; it cannot be given in %(given)s: %(missing)s."),
    "no-such-offer": _("There is no such offer of %(origin)s. It may not be here yet; look again."),
    "offer-exists": _("An offer of that name is there already. Look at the request again."),
    "offer-ended": _("The offer has ended (%(status)s). Nothing more can be done with it."),
    "offer-accepted": _("A part of the offer was accepted; it cannot be declined. Give up what was accepted first."),
    "offer-not-confirmed": _("The offer is a pledge. It can be accepted once the state that made it confirms it."),
    "nothing-changes": _("The offer is firm already."),
    "no-such-shipment": _("There is no such shipment of %(origin)s. It may not be here yet; look again."),
    "shipment-exists": _("A shipment of that name is there already. Look at the request again."),
    "shipment-elsewhere": _("The shipment is “%(status)s”. This can be said only of one that is: %(needs)s."),
}
SORTS: Mapping[str, Any] = {
    "acts": _("steps"),
    "passing": _("reviews"),
    "offers": _("offers that stand"),
    "shipments": _("shipments"),
}
STATES = ("owner", "state", "origin", "states")
DAYS = ("day", "before", "latest", "today")


def refused(code: str, values: Mapping[str, Any], known: Mapping[str, str] | None = None) -> str:
    """The sentence of a refusal in the active language; "" for a code that is not known here.

    known   what states are called, in the alliance's order, where many sentences are made; else it is looked up
    """
    sentence = REFUSALS.get(code)
    return str(sentence) % _in_words(code, values, known or {}) if sentence is not None else ""


def refusal_in(request: Request, refusal: Refused, known: Mapping[str, str] | None = None) -> str:
    """The same, with lines called by what they are of, as `request` knows them."""
    values = dict(refusal.values)
    item = request.item(str(values.get("item", "")))
    if item is not None:
        values["item"] = in_active(names_of_item(item))
    return refused(refusal.code, values, known)


def states_in(refusals: Iterable[Refused]) -> set[str]:
    """Whom these name."""
    said = (one.values.get(name) for one in refusals for name in STATES)
    return {code for one in said if one for code in str(one).split(",")}


class _InWords(dict[str, str]):
    """Values for a sentence. A refusal of another release may come without one that this release's sentence names."""

    def __missing__(self, name: str) -> str:
        return "—"


def _in_words(code: str, values: Mapping[str, Any], known: Mapping[str, str]) -> _InWords:
    return _InWords({name: _word(code, name, value, known) for name, value in values.items()})


def _word(code: str, name: str, value: Any, known: Mapping[str, str]) -> str:
    text = str(value)
    if name in STATES:
        return _states(text.split(","), known)
    if name == "status":
        known = OFFERS if code == "offer-ended" else SHIPMENTS if code == "shipment-elsewhere" else REQUESTS
        return str(known.get(text, text))
    return HOW[name](text) if name in HOW and code + name != "no-such-dayday" else text


def _states(codes: list[str], known: Mapping[str, str]) -> str:
    if not known.keys() >= set(codes):
        return named(codes)
    return listing(name for code, name in known.items() if code in codes)


def _day(text: str) -> str:
    day = day_of(text)
    return text if day is None else long_date(day)


HOW: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(DAYS, _day),
    "field": lambda text: str(FIELDS.get(text, text)),
    "given": packing_in_words,
    "wanted": packing_in_words,
    "unit": unit_in_words,
    "missing": lambda text: str(MISSING.get(text, text)),
    "what": lambda text: str(SORTS.get(text, text)),
    "needs": lambda text: enumerated(SHIPMENTS.get(one, one) for one in text.split(",")),
}
