"""What a state says of an offer that it has made. To make one, or to change it: `drafting`, then `releasing`."""

from django.utils.translation import gettext as _

from tocsin.joint.assistance import Key
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.actions.saying import say
from tocsin.node.assistance.building.texts import required
from tocsin.node.joint.models import JointAct, JointObject

__all__ = ["confirm_offer", "withdraw_offer"]

RELEASES = Ability.RELEASE_ASSISTANCE


def confirm_offer(of: JointObject, offer: str, *, seen: str | None, by: Person) -> JointAct:
    """Make a pledge of ours firm: it may be accepted from then on. Raises as `saying.say`."""
    said = {"offer": Key(here().code, offer).as_json()}
    return say(of, "confirm_offer", said, needs=RELEASES, seen=seen, by=by)


def withdraw_offer(of: JointObject, offer: str, *, reason: str, seen: str | None, by: Person) -> JointAct:
    """Take back what was not accepted of an offer of ours. Raises InvalidInput without a reason; as `saying.say`."""
    said = {
        "offer": Key(here().code, offer).as_json(), "reason": required(reason, field="reason", name=_("Reason")),
    }  # fmt: skip
    return say(of, "withdraw_offer", said, needs=RELEASES, seen=seen, by=by)
