"""Who could help, by the registers that are here, with the reasons: of a request of ours everybody, else ourselves."""

from dataclasses import dataclass

from tocsin.joint.assistance import Request
from tocsin.joint.assistance.matching import Match
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.assistance.models.requests import STANDING
from tocsin.node.assistance.pages.quantities import quantity
from tocsin.node.assistance.pages.said import place_name
from tocsin.node.assistance.rows import names_of_item
from tocsin.node.assistance.suggesting import matches_for, reason_in_words
from tocsin.node.assistance.words import in_active
from tocsin.node.joint.models import JointObject

__all__ = ["Suggestion", "suggestions"]

MOST_OF_AN_ITEM = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One entry of a register set against one item. item_id, entry: by which a form is filled from it."""

    match: Match
    item: str
    state: str
    what: str
    place: str
    reasons: list[str]


def suggestions(of: JointObject, request: Request, person: Person) -> list[Suggestion]:
    """The best MOST_OF_AN_ITEM of each item; nothing once the request has ended."""
    if request.status not in STANDING:
        return []
    own = here().code
    found = [one for one in matches_for(of, by=person) if of.is_ours or one.capability.state == own]
    kept: list[Match] = []
    for one in found:
        if sum(other.item.id == one.item.id for other in kept) < MOST_OF_AN_ITEM:
            kept.append(one)
    known = names({one.capability.state for one in kept})
    return [_suggestion(one, known) for one in kept]


def _suggestion(one: Match, known: dict[str, str]) -> Suggestion:
    entry = one.capability
    return Suggestion(
        match=one, item=in_active(names_of_item(one.item)), state=known[entry.state],
        what=quantity(entry.quantity, entry.packing), place=place_name(entry.place.names._asdict()),
        reasons=[said for reason in one.reasons if (said := reason_in_words(reason, known))],
    )  # fmt: skip
