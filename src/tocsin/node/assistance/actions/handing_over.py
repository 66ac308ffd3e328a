"""The hand-over, signed by both sides, and what comes after it: returned, left for good, home again; costs, lessons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tocsin.joint.assistance import Key, Request
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.actions.saying import say
from tocsin.node.assistance.building.texts import LONGEST_LINE, quantity_of, required
from tocsin.node.assistance.reading import request_here
from tocsin.node.assistance.refusals import InvalidInput, Problem
from tocsin.node.events.texts import checked
from tocsin.node.events.vocabulary.reading import codes
from tocsin.node.joint.models import JointAct, JointObject

__all__ = [
    "Cost",
    "Handed",
    "Signature",
    "demobilise",
    "donate",
    "hand_over",
    "return_shipment",
    "review",
    "state_costs",
]

KEEPS, RELEASES = Ability.KEEP_ASSISTANCE, Ability.RELEASE_ASSISTANCE


@dataclass(frozen=True)
class Handed:
    """What was handed over of one line, 0 for nothing, and in what condition: a code of `goods_condition`."""

    item: str
    quantity: int
    condition: str = "good"


@dataclass(frozen=True)
class Signature:
    """Who signed on paper, for this side."""

    name: str
    title: str = ""


@dataclass(frozen=True)
class Cost:
    """What something cost: `amount` in the smallest unit of the currency (ISO 4217), and the state that bears it."""

    what: str
    amount: int
    currency: str
    borne_by: str


def hand_over(
    of: JointObject,
    shipment: Key,
    *,
    lines: Sequence[Handed],
    signed: Sequence[Signature],
    note: str = "",
    seen: str | None,
    by: Person,
) -> JointAct:
    """Sign, for this side, for what was handed over. It is handed over when both sides have signed for the same.

    Raises InvalidInput for a quantity below 0, a condition that is not known, or nobody who signed; as `saying.say`.
    """
    if problems := _against(request_here(of), lines):
        raise InvalidInput(problems)
    said = {
        "shipment": shipment.as_json(), "note": checked(note, name=_("Note")), "signed": _signatures(signed),
        "lines": [{"item": one.item, "quantity": one.quantity, "condition": one.condition} for one in lines],
    }  # fmt: skip
    return say(of, "hand_over", said, needs=KEEPS, seen=seen, by=by)


def _against(request: Request, lines: Sequence[Handed]) -> list[Problem]:
    """What of the lines cannot be used."""
    if not lines:
        return [Problem("lines", _("Say the quantity of at least one line."))]
    known, found = codes("goods_condition"), []
    for one in lines:
        if one.quantity < 0:
            found.append(Problem(f"lines.{one.item}", quantity_of(request, one.item, one.quantity, least=0)))
        if one.condition not in known:
            said = _("“%(value)s” is no condition of goods.")
            found.append(Problem(f"lines.{one.item}.condition", said % {"value": one.condition}))
    return found


def _signatures(signed: Sequence[Signature]) -> list[dict[str, str]]:
    names = [checked(one.name, name=_("Name"), longest=120, paragraphs=False) for one in signed]
    if not names or not all(names):
        raise InvalidInput([Problem("signed", _("Say who signed for this side."))])
    titles = [checked(one.title, name=_("Position"), longest=LONGEST_LINE, paragraphs=False) for one in signed]
    return [{"name": name, "title": title} for name, title in zip(names, titles, strict=True)]


def return_shipment(of: JointObject, shipment: Key, *, note: str = "", seen: str | None, by: Person) -> JointAct:
    """It goes back: from the road, from the border, or because it was lent. Raises as `saying.say`."""
    return _after(of, "return_shipment", shipment, note, KEEPS, seen, by)


def donate(of: JointObject, shipment: Key, *, note: str = "", seen: str | None, by: Person) -> JointAct:
    """Leave for good what we had lent. What is the state's is given away in its name. Raises as `saying.say`."""
    return _after(of, "donate", shipment, note, RELEASES, seen, by)


def demobilise(of: JointObject, shipment: Key, *, note: str = "", seen: str | None, by: Person) -> JointAct:
    """A team has done its work and goes home. Raises as `saying.say`."""
    return _after(of, "demobilise", shipment, note, KEEPS, seen, by)


def state_costs(
    of: JointObject, *, costs: Sequence[Cost], offer: Key | None = None, seen: str | None, by: Person
) -> JointAct:
    """Say what something cost, and who bears it. Raises InvalidInput for no cost, or an amount below 0."""
    if not costs:
        raise InvalidInput([Problem("lines", _("Say at least one cost."))])
    lines: list[dict[str, Any]] = []
    for place, one in enumerate(costs):
        if one.amount < 0 or len(one.currency) != 3 or not (one.currency.isascii() and one.currency.isupper()):
            said = _("“%(what)s”: give an amount from 0 on, and a currency of three letters such as USD.")
            raise InvalidInput([Problem(f"lines.{place}", said % {"what": one.what})])
        what = required(one.what, field=f"lines.{place}.what", name=_("What it was for"), longest=LONGEST_LINE)
        lines.append({"what": what, "amount": one.amount, "currency": one.currency, "borne_by": one.borne_by})
    said_of = {"offer": offer.as_json() if offer else None, "lines": lines}
    return say(of, "cost", said_of, needs=KEEPS, seen=seen, by=by)


def review(
    of: JointObject,
    *,
    well: Mapping[str, str],
    badly: Mapping[str, str],
    change: Mapping[str, str],
    seen: str | None,
    by: Person,
) -> JointAct:
    """Say what this side has learnt: what went well, what did not, what is to change; each by language.

    What it said before is replaced. Raises InvalidInput where nothing is said; as `saying.say`.
    """
    said = {
        name: {language: checked(text, name=label) for language, text in texts.items() if text.strip()}
        for name, texts, label in (
            ("well", well, _("What went well")), ("badly", badly, _("What did not")),
            ("change", change, _("What is to change")),
        )
    }  # fmt: skip
    if not any(said.values()):
        raise InvalidInput([Problem("well", _("Say at least one thing that went well, did not, or is to change."))])
    return say(of, "after_action", said, needs=KEEPS, seen=seen, by=by)


def _after(
    of: JointObject, kind: str, shipment: Key, note: str, needs: Ability, seen: str | None, by: Person
) -> JointAct:  # fmt: skip
    said = {"shipment": shipment.as_json(), "note": checked(note, name=_("Note"))}
    return say(of, kind, said, needs=needs, seen=seen, by=by)
