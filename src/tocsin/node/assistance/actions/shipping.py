"""Shipments, from the plan to the arrival: each step by the side whose it is, as often as anybody knows more."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.joint.assistance import Key
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.actions.saying import say
from tocsin.node.assistance.building.texts import LONGEST_LINE, lines_said, papers_said, place_said, required, said_day
from tocsin.node.assistance.reading import request_here
from tocsin.node.events.texts import checked
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.post.store import DjangoStore

__all__ = [
    "arrive",
    "call_off",
    "clear",
    "damage",
    "delay",
    "dispatch",
    "divert",
    "plan_shipment",
    "tell_where",
]

KEEPS = Ability.KEEP_ASSISTANCE
Papers = Sequence[Mapping[str, str]]


def plan_shipment(
    of: JointObject,
    *,
    offer: str,
    quantities: Mapping[str, int],
    route: str = "",
    carrier: str = "",
    documents: Papers = (),
    expected_on: date | None = None,
    seen: str | None,
    by: Person,
) -> JointAct:
    """Say how we send what was accepted of an offer of ours: never more than was accepted.

    quantities   by line, in the unit of the offer
    documents    papers: kind (of the vocabulary `shipment_paper`), number, title

    Raises InvalidInput, and as `saying.say`.
    """
    check(by, KEEPS)
    own = here().code
    said = {
        "offer": Key(own, offer).as_json(), "lines": lines_said(request_here(of), quantities),
        "route": checked(route, name=_("Route")), "documents": papers_said(documents),
        "carrier": checked(carrier, name=_("Carrier"), longest=LONGEST_LINE, paragraphs=False),
        "expected_on": said_day(expected_on),
    }  # fmt: skip
    with DjangoStore().atomic():
        locked = JointObject.objects.select_for_update(of=("self",)).get(pk=of.pk)
        name = f"s{locked.acts.filter(origin=own, kind='plan_shipment').count() + 1}"
        return say(locked, "plan_shipment", {**said, "id": name}, needs=KEEPS, seen=seen, by=by)


def call_off(of: JointObject, shipment: Key, *, note: str = "", seen: str | None, by: Person) -> JointAct:
    """We do not send what we had planned. Raises as `saying.say`, and so do all that follow."""
    return _step(of, "call_off_shipment", shipment, note=note, seen=seen, by=by)


def clear(
    of: JointObject, shipment: Key, *, documents: Papers = (), note: str = "", seen: str | None, by: Person
) -> JointAct:
    """Customs and import licences are seen to, by us who asked: it may leave."""
    return _step(of, "clear_shipment", shipment, note=note, documents=papers_said(documents), seen=seen, by=by)


def dispatch(of: JointObject, shipment: Key, *, note: str = "", seen: str | None, by: Person) -> JointAct:
    """It has left."""
    return _step(of, "dispatch", shipment, note=note, seen=seen, by=by)


def tell_where(of: JointObject, shipment: Key, *, where: str, seen: str | None, by: Person) -> JointAct:
    """Where it is on its way. Raises InvalidInput where that is not said."""
    place = required(where, field="where", name=pgettext("of a shipment", "Where it is"), longest=LONGEST_LINE)
    return say(of, "in_transit", {"shipment": shipment.as_json(), "where": place}, needs=KEEPS, seen=seen, by=by)


def delay(
    of: JointObject, shipment: Key, *, expected_on: date | None, reason: str, seen: str | None, by: Person
) -> JointAct:
    """It will come later: on a day, or nobody knows when. Raises InvalidInput without a reason."""
    said = {"expected_on": said_day(expected_on), "reason": required(reason, field="reason", name=_("Reason"))}
    return say(of, "delay", {"shipment": shipment.as_json(), **said}, needs=KEEPS, seen=seen, by=by)


def damage(
    of: JointObject, shipment: Key, *, quantities: Mapping[str, int], reason: str, seen: str | None, by: Person
) -> JointAct:
    """Something of it was damaged or lost, and will not be handed over. Raises InvalidInput without a reason."""
    said = {
        "shipment": shipment.as_json(), "lines": lines_said(request_here(of), quantities),
        "reason": required(reason, field="reason", name=_("Reason")),
    }  # fmt: skip
    return say(of, "damage", said, needs=KEEPS, seen=seen, by=by)


def divert(
    of: JointObject, shipment: Key, *, place: Mapping[str, Any], reason: str, seen: str | None, by: Person
) -> JointAct:
    """It goes to another place than was asked for. Raises InvalidInput for a place without a name, or no reason."""
    said = {
        "shipment": shipment.as_json(), "place": place_said(place),
        "reason": required(reason, field="reason", name=_("Reason")),
    }  # fmt: skip
    return say(of, "divert", said, needs=KEEPS, seen=seen, by=by)


def arrive(of: JointObject, shipment: Key, *, note: str = "", seen: str | None, by: Person) -> JointAct:
    """We who asked have it before us; nobody has signed yet."""
    return _step(of, "arrive", shipment, note=note, seen=seen, by=by)


def _step(
    of: JointObject, kind: str, shipment: Key, *, note: str, seen: str | None, by: Person, **more: Any
) -> JointAct:
    said = {"shipment": shipment.as_json(), "note": checked(note, name=_("Note")), **more}
    return say(of, kind, said, needs=KEEPS, seen=seen, by=by)
