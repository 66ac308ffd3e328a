"""What a person may do with a decision now: the one act that is asked of them, and the others.

The rules themselves are asked: an act is offered if it would change something, were it said now.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.joint.acts import Act, Applied
from tocsin.joint.bodies import BodyRules
from tocsin.joint.decisions.adopting import adoptable
from tocsin.joint.decisions.folding import after
from tocsin.joint.decisions.state import STANDS, Adoption, Decision, Status
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.council.reading import answers_anew
from tocsin.node.joint.models import JointObject

__all__ = ["ACTS", "ActWords", "Offer", "Offers", "allowed", "offers"]

Said = Callable[[Decision, datetime], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class ActWords:
    """An act as pages offer it: on its button, and on the button that does it."""

    label: str | Promise
    button: str | Promise
    needs: Ability
    is_grave: bool = False


D = Ability.DECIDE
ACTS: Mapping[str, ActWords] = {
    "consent": ActWords(_("Agree"), _("Agree in the state’s name"), D),
    "stay_out": ActWords(_("Stay out"), _("Stay out"), D),
    "object": ActWords(_("Object"), _("Object in the state’s name"), D, is_grave=True),
    "lift_objection": ActWords(_("Lift our objection"), _("Lift the objection"), D),
    "clear": ActWords(_("The capital has cleared it"), _("Say that it is cleared"), D),
    "not_clear": ActWords(_("The capital has not cleared it"), _("Say that it is not cleared"), D, is_grave=True),
    "position": ActWords(_("Place a position on record"), _("Place it on record"), D),
    "comment": ActWords(_("Comment"), _("Send the comment"), Ability.PREPARE_COUNCIL),
    "consider": ActWords(_("Put it to the states"), _("Put it to the states"), D),
    "silence": ActWords(_("Begin a silence procedure"), _("Begin the silence procedure"), D),
    "adopt": ActWords(_("Adopt"), _("Adopt"), D),
    "reconsider": ActWords(_("Back to consideration"), _("Consider it again"), D),
    "accede": ActWords(_("Accede"), _("Accede in the state’s name"), D),
    "implement": ActWords(_("Say that it is implemented"), _("Say that it is implemented"), D),
    "leave_out": ActWords(_("Leave a state out"), _("Leave the state out"), D, is_grave=True),
    "bring_back": ActWords(_("Bring a state back"), _("Bring the state back"), D),
    "not_agreed": ActWords(_("Close as not agreed"), _("Close as not agreed"), D, is_grave=True),
    "withdraw": ActWords(_("Withdraw the proposal"), _("Withdraw it"), D, is_grave=True),
    "lapse": ActWords(_("Say that it has lapsed"), _("Say that it has lapsed"), D, is_grave=True),
    "revoke": ActWords(_("Revoke"), pgettext_lazy("a decision", "Revoke it"), D, is_grave=True),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A link to the page of an act."""

    kind: str
    label: str | Promise
    url: str


@dataclass(frozen=True, slots=True)
class Offers:
    """The one that is asked of the person, if any, and the others."""

    primary: Offer | None
    others: list[Offer]


def offers(of: JointObject, decision: Decision, rules: BodyRules, person: Person, *, own: str, at: datetime) -> Offers:
    """Of a decision as it will be once all that is known here is in its order."""
    kinds = [
        kind
        for kind, words in ACTS.items()
        if person.may(words.needs) and allowed(of, decision, rules, kind, own=own, at=at)
    ]
    found = [Offer(kind, ACTS[kind].label, reverse("decision_act", args=[of.pk, kind])) for kind in kinds]
    if person.may(D) and allowed(of, decision, rules, "amend", own=own, at=at):
        found.append(Offer("amend", _("Amend the text"), reverse("amend_decision", args=[of.pk])))
    if person.may(Ability.TRANSLATE):
        found.append(Offer("translate", _("Translate"), reverse("translate_decision", args=[of.pk])))
    if person.may(Ability.PREPARE_COUNCIL) and decision.status in STANDS:
        about = urlencode({"amends": f"{of.origin} {of.object_id}", "body": decision.body})
        url = f"{reverse('begin_council_draft')}?{about}"
        found.append(Offer("amending", _("Prepare a decision that amends it"), url))
    asked = _asked(decision, own, at)
    primary = next((one for one in found if one.kind == asked), None)
    return Offers(primary, [one for one in found if one is not primary])


def allowed(of: JointObject, decision: Decision, rules: BodyRules, kind: str, *, own: str, at: datetime) -> bool:
    """Whether the rules would take this act of ours now."""
    said = SAID[kind](decision, at)
    if said is None:
        return False
    act = Act(of.key, "asked", own, "", kind, said, at)
    number = (decision.history[-1].applied.number if decision.history else 0) + 1
    made = after(decision, Applied(act, number, at), rules=rules)
    if not made.refused or made.refused[-1].applied.act is not act:
        return True
    return kind == "amend" and made.refused[-1].code == "nothing-changed"


def _asked(decision: Decision, own: str, at: datetime) -> str:
    """The kind of the act that the state is waited for with."""
    standing = decision.standing(own).kind if own in decision.concerned else ""
    if own == decision.owner and decision.status is Status.PROPOSED:
        return "consider"
    if own == decision.owner and decision.status is Status.UNDER_CONSIDERATION and _opposed(decision):
        return "amend"
    if decision.status in (Status.UNDER_CONSIDERATION, Status.SILENCE_PROCEDURE):
        if standing == "outstanding" or answers_anew(decision, own) or (standing == "silent" and own != decision.owner):
            return "consent"
        if own == decision.owner and isinstance(adoptable(decision, at), Adoption):
            return "adopt"
    return "clear" if own in decision.not_cleared else ""


def _opposed(decision: Decision) -> bool:
    """Whether a state objects to the text as it stands now, and not to one before it."""
    now = decision.version.number
    return any(decision.standing(state).version == now for state in decision.objecting)


def _plain(**said: Any) -> Said:
    return lambda decision, at: said


def _of_version(**said: Any) -> Said:
    return lambda decision, at: {"version": decision.version.number, **said}


def _silence(decision: Decision, at: datetime) -> Mapping[str, Any]:
    return {"version": decision.version.number, "hours": 8760}


def _adoption(decision: Decision, at: datetime) -> Mapping[str, Any] | None:
    found = adoptable(decision, at)
    return found.as_said() if isinstance(found, Adoption) else None


def _to_leave_out(decision: Decision, at: datetime) -> Mapping[str, Any] | None:
    state = next((one for one in decision.waited_for if one != decision.owner), None)
    return {"state": state, "reason": "suspended"} if state else None


def _to_bring_back(decision: Decision, at: datetime) -> Mapping[str, Any] | None:
    state = next(iter(decision.left_out), None)
    return {"state": state, "reason": "suspended"} if state else None


SAID: Mapping[str, Said] = {
    "consent": _of_version(ad_referendum=False),
    "stay_out": _of_version(reason=""),
    "object": _of_version(paragraph=None, reason=""),
    "lift_objection": _plain(),
    "clear": _plain(reason=""),
    "not_clear": _plain(reason=""),
    "position": _plain(paragraph=None, text="…"),
    "comment": _of_version(paragraph=None, text="…"),
    "consider": _plain(until=None),
    "silence": _silence,
    "adopt": _adoption,
    "reconsider": _plain(reason=""),
    "accede": _plain(declaration=""),
    "implement": _plain(),
    "leave_out": _to_leave_out,
    "bring_back": _to_bring_back,
    "not_agreed": _plain(reason=""),
    "withdraw": _plain(reason=""),
    "lapse": _plain(reason=""),
    "revoke": _plain(by={"origin": "", "id": ""}, reason=""),
    "amend": lambda decision, at: {
        "base": decision.version.number, "changes": [], "measures": None, "duties": None, "note": "",
    },
}  # fmt: skip
