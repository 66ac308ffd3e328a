"""What the depositary does with its decision: considers it, opens a silence, adopts it, brings it to its end.

`seen` and what is raised: as in `answering`.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from tocsin.exchange.moments import moment
from tocsin.joint.acts import ObjectId
from tocsin.joint.decisions.adopting import adoptable
from tocsin.joint.decisions.afterwards import revokes
from tocsin.joint.decisions.state import Adoption
from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import named
from tocsin.node.alliance.roles import Ability
from tocsin.node.council.reading import decision_here
from tocsin.node.joint.actions.acting import act
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.refusals import ActRefused
from tocsin.node.post.here import local_node, now, takes_part
from tocsin.node.post.store import DjangoStore

__all__ = [
    "adopt", "bring_back", "consider", "end", "implement", "is_active_here", "leave_out", "open_silence", "reconsider",
    "revoke",
]  # fmt: skip


def consider(of: JointObject, *, until: datetime | None = None, seen: str | None = None, by: Person) -> JointAct:
    """Put it before the states; `until`: when they are asked to have answered."""
    said = {"until": moment(until) if until else None}
    return act(of, "consider", said, needs=Ability.DECIDE, seen=seen, by=by)


def open_silence(of: JointObject, *, version: int, hours: int, seen: str | None = None, by: Person) -> JointAct:
    """It is adopted unless somebody objects within so many hours of having received this."""
    return act(of, "silence", {"version": version, "hours": hours}, needs=Ability.DECIDE, seen=seen, by=by)


def reconsider(of: JointObject, *, reason: str, language: str, seen: str | None = None, by: Person) -> JointAct:
    """Break the silence off and consider it again."""
    return act(of, "reconsider", {"reason": reason}, needs=Ability.DECIDE, seen=seen, language=language, by=by)


def adopt(of: JointObject, *, seen: str | None = None, by: Person) -> JointAct:
    """Close it as adopted, citing of every state concerned by what it is counted. Raises ActRefused while one lacks."""
    found = adoptable(decision_here(of), now())
    if not isinstance(found, Adoption):
        raise ActRefused(_("It cannot be adopted yet. The page says who is waited for, and what the text lacks."))
    return act(of, "adopt", found.as_said(), needs=Ability.DECIDE, seen=seen, by=by)


def end(of: JointObject, *, how: str, reason: str, language: str, seen: str | None = None, by: Person) -> JointAct:
    """Bring it to an end without effect. how: `not_agreed`, `withdraw`; of what was adopted: `lapse`."""
    if how not in ("not_agreed", "withdraw", "lapse"):
        raise ValueError(f"a decision does not end by {how!r}")
    return act(of, how, {"reason": reason}, needs=Ability.DECIDE, seen=seen, language=language, by=by)


def revoke(
    of: JointObject, *, by_decision: ObjectId, reason: str, language: str, seen: str | None = None, by: Person
) -> JointAct:
    """Take it out of force, by a later decision that was adopted and says that it changes this one."""
    other = JointObject.objects.filter(origin=by_decision.origin, object_id=by_decision.id).first()
    if other is None or not revokes(decision_here(other), decision_here(of)):
        raise ActRefused(_("The decision that is named was not adopted, or does not say that it changes this one."))
    said = {"by": by_decision.as_json(), "reason": reason}
    return act(of, "revoke", said, needs=Ability.DECIDE, seen=seen, language=language, by=by)


def implement(of: JointObject, *, seen: str | None = None, by: Person) -> JointAct:
    """Say that all of it has been carried out."""
    return act(of, "implement", needs=Ability.DECIDE, seen=seen, by=by)


def leave_out(
    of: JointObject, *, state: str, reason: str, although_active: bool = False, seen: str | None = None, by: Person
) -> JointAct:
    """Wait no longer for a state that is suspended or has left; its acts stay on record.

    although_active  the list of nodes here has it as active, and it is left out all the same: that is on record
    """
    is_active = is_active_here(state)
    if is_active and not although_active:
        said = _("The list of nodes here has %(state)s as active. Say that you leave it out all the same, if you do.")
        raise ActRefused(said % {"state": named([state])})
    with DjangoStore().atomic():
        row = act(of, "leave_out", {"state": state, "reason": reason}, needs=Ability.DECIDE, seen=seen, by=by)
        if is_active:
            audit.record("decision.left_out_active", of, by=by, state=state, reason=reason)
    return row


def is_active_here(state: str) -> bool:
    """Whether the trust list of this node has a state as active."""
    entry = local_node().trust().nodes.get(state) if takes_part() else None
    return entry is not None and entry.status == "active"


def bring_back(of: JointObject, *, state: str, reason: str, seen: str | None = None, by: Person) -> JointAct:
    """Wait for a state again that was left out."""
    return act(of, "bring_back", {"state": state, "reason": reason}, needs=Ability.DECIDE, seen=seen, by=by)
