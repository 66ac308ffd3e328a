"""What becomes of a request of ours: renewed, cancelled, closed."""

from datetime import date

from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.actions.saying import say
from tocsin.node.assistance.building.texts import required
from tocsin.node.events.texts import checked
from tocsin.node.joint.models import JointAct, JointObject

__all__ = ["cancel", "close", "renew"]

RELEASES = Ability.RELEASE_ASSISTANCE


def renew(of: JointObject, *, lapses_on: date, reason: str, seen: str | None, by: Person) -> JointAct:
    """Let it stand longer: until `lapses_on`, at most 90 days from now. Raises as `saying.say`."""
    said = {"lapses_on": lapses_on.isoformat(), "reason": checked(reason, name=_("Reason"))}
    return say(of, "renew", said, needs=RELEASES, seen=seen, by=by)


def cancel(of: JointObject, *, reason: str, seen: str | None, by: Person) -> JointAct:
    """Withdraw it: nothing more is offered, accepted or sent. Raises InvalidInput without a reason; as `saying.say`."""
    return say(
        of, "cancel", {"reason": required(reason, field="reason", name=_("Reason"))}, needs=RELEASES, seen=seen, by=by
    )


def close(of: JointObject, *, reason: str = "", seen: str | None, by: Person) -> JointAct:
    """It has done what it was for. Raises as `saying.say`."""
    return say(of, "close", {"reason": checked(reason, name=_("Reason"))}, needs=RELEASES, seen=seen, by=by)
