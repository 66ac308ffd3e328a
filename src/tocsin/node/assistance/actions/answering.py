"""The answers of the state that asks: what it accepts of an offer, gives up again, or does not need."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from tocsin.joint.assistance import Key
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.actions.saying import say
from tocsin.node.assistance.building.texts import lines_said, required
from tocsin.node.assistance.reading import request_here
from tocsin.node.events.texts import checked
from tocsin.node.joint.models import JointAct, JointObject

__all__ = ["accept", "decline", "give_up"]

RELEASES = Ability.RELEASE_ASSISTANCE


def accept(
    of: JointObject, offer: Key, *, quantities: Mapping[str, int], note: str = "", seen: str | None, by: Person
) -> JointAct:
    """Accept a firm offer or a part of it: never more than is offered, nor than is asked for.

    quantities   by line, in the unit in which the offer gives it
    seen         `joint.actions.acting.token` as the person saw the request: of two people who accept at once the second
                 is told what the first did

    Raises InvalidInput, and as `saying.say`.
    """
    said = {
        "offer": offer.as_json(), "lines": lines_said(request_here(of), quantities),
        "note": checked(note, name=_("Note")),
    }  # fmt: skip
    return say(of, "accept", said, needs=RELEASES, seen=seen, by=by)


def give_up(
    of: JointObject, offer: Key, *, quantities: Mapping[str, int], reason: str, seen: str | None, by: Person
) -> JointAct:
    """Give up what was accepted and is on no shipment, so that others may cover it. Raises as `accept`."""
    said = {
        "offer": offer.as_json(), "lines": lines_said(request_here(of), quantities),
        "reason": required(reason, field="reason", name=_("Reason")),
    }  # fmt: skip
    return say(of, "release", said, needs=RELEASES, seen=seen, by=by)


def decline(of: JointObject, offer: Key, *, reason: str, seen: str | None, by: Person) -> JointAct:
    """Say that an offer is not needed. Raises InvalidInput without a reason, and as `saying.say`."""
    said = {"offer": offer.as_json(), "reason": required(reason, field="reason", name=_("Reason"))}
    return say(of, "decline_offer", said, needs=RELEASES, seen=seen, by=by)
