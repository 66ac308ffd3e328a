"""Who could help with a request: entries of registers set against what is open, ranked and explained."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.joint.assistance.matching import Match, Reason, matches
from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.alliance.models import Person
from tocsin.node.assistance.models import Capability
from tocsin.node.assistance.reading import day_in, request_here
from tocsin.node.assistance.words import MISSING, packing_in_words, unit_in_words
from tocsin.node.events.vocabulary.reading import word
from tocsin.node.joint.models import JointObject
from tocsin.node.language.formats import enumerated, long_date, whole
from tocsin.node.notifications.pages.pieces import language_name

__all__ = ["REASONS", "matches_for", "reason_in_words"]

REASONS: Mapping[str, Any] = {
    "covers-all": _("covers all that is open: %(quantity)s %(unit)s, and has %(has)s"),
    "covers-part": _("covers a part: %(quantity)s %(unit)s; %(missing)s more would be missing"),
    "unit-not-convertible": _("has it in %(given)s, asked for in %(wanted)s: %(missing)s"),
    "in-time": _("could leave on %(day)s; needed by %(needed_by)s"),
    "late": _("could leave on %(day)s, later than it is needed by %(days)s days"),
    "cold-chain": _("needs a cold chain: %(cold_chain)s"),
    "regulatory-admitted": _("its regulatory status is admitted: %(status)s"),
    "regulatory-not-admitted": _("its regulatory status is not admitted: %(status)s"),
    "regulatory-unknown": _("its regulatory status is not known"),
    "language-shared": _("speaks %(languages)s"),
    "language-not-shared": _("speaks none of %(languages)s"),
    "neighbour": _("%(state)s has a common border"),
    "distance": _("%(km)s km away as the crow flies"),
    "distance-unknown": _("nobody knows how far away"),
}


def matches_for(of: JointObject, *, by: Person, on: date | None = None) -> tuple[Match, ...]:
    """Suggestions for each item that is not covered, best first. Of our own register only what we could offer."""
    request = request_here(of)
    codes = {item.code for item in request.items}
    known = Capability.objects.visible_to(by).filter(item__in=codes)
    neighbours = {state.code: state.neighbours for state in alliance().states}
    entries = [row.as_entry for row in known]
    return matches(request, entries, on=on or day_in(timezone.now()), neighbours=neighbours)


def reason_in_words(reason: Reason, known: Mapping[str, str]) -> str:
    """In the active language; "" for a reason that is not known here. `known`: what states are called."""
    sentence = REASONS.get(reason.code)
    if sentence is None:
        return ""
    return str(sentence) % {name: _word(reason.code, name, value, known) for name, value in reason.values.items()}


def _word(code: str, name: str, value: Any, known: Mapping[str, str]) -> str:
    if name == "state":
        return known.get(value, value)
    if name == "missing" and code != "unit-not-convertible":
        return str(value)
    return HOW[name](value) if name in HOW else whole(value) if isinstance(value, int) else str(value)


def _day(value: str) -> str:
    return long_date(date.fromisoformat(value))


HOW: Mapping[str, Callable[[Any], str]] = {
    "given": packing_in_words,
    "wanted": packing_in_words,
    "missing": lambda value: str(MISSING.get(value, value)),
    "unit": unit_in_words,
    "day": _day,
    "needed_by": _day,
    "cold_chain": lambda value: word("cold_chain", value),
    "status": lambda value: word("regulatory_status", value) if value else "",
    "languages": lambda value: enumerated(language_name(one) for one in value),
}
