"""What an act will do and who will read it, said before it is done."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tocsin.joint.decisions.state import Decision
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.naming import named
from tocsin.node.joint.models import JointObject
from tocsin.node.language.formats import whole
from tocsin.node.notifications.building.audiences import recipients
from tocsin.node.post.here import local_node, takes_part

__all__ = ["readers", "told", "will"]

WILL: dict[str, Any] = {
    "consent": gettext_lazy("Agrees in the name of %(here)s to version %(version)s of the text."),
    "stay_out": gettext_lazy(
        "Says in the name of %(here)s that the others may adopt version %(version)s without it. %(here)s is not bound "
        "by it, and may accede later."
    ),
    "object": gettext_lazy(
        "Objects in the name of %(here)s. Nothing is adopted while the objection stands, and a silence that runs ends."
    ),
    "lift_objection": gettext_lazy("%(here)s objects no more. That is no consent: its answer is outstanding again."),
    "clear": gettext_lazy("Says that the capital of %(here)s has cleared what was agreed to ad referendum."),
    "not_clear": gettext_lazy(
        "Says that the capital of %(here)s has not cleared it. From then on %(here)s stays out of the decision."
    ),
    "position": gettext_lazy("Puts the view of %(here)s on record with the decision. It stops nothing."),
    "comment": gettext_lazy("Says something of the text in the name of %(here)s. It stops nothing."),
    "consider": gettext_lazy("Puts version %(version)s to the states concerned: %(states)s."),
    "silence": gettext_lazy(
        "The decision is adopted unless one of these objects: %(states)s. The time of each begins when its node has "
        "received the text; a state that is cut off is waited for. The text cannot be changed meanwhile."
    ),
    "adopt": gettext_lazy(
        "Closes the decision as adopted in version %(version)s, citing of every state what it is counted by. The text "
        "is sealed: only another decision changes it."
    ),
    "reconsider": gettext_lazy(
        "Ends the silence procedure without adoption. The decision is under consideration again."
    ),
    "accede": gettext_lazy("%(here)s joins the decision as it was adopted, and is bound by it."),
    "implement": gettext_lazy("Says that all of it has been carried out."),
    "leave_out": gettext_lazy(
        "The state is not waited for any more, and does not count. What it has said stays on record, and it can be "
        "brought back."
    ),
    "bring_back": gettext_lazy("The state is waited for again, as it stood before it was left out."),
    "not_agreed": gettext_lazy("Ends the decision without agreement. It cannot be taken up again."),
    "withdraw": gettext_lazy("Takes the proposal back. It cannot be taken up again."),
    "lapse": gettext_lazy("Says that the decision has no effect any more."),
    "revoke": gettext_lazy("Takes the decision out of force, by another that was adopted later."),
    "amend": gettext_lazy(
        "Puts a new version on the table. What states have agreed to before counts no more: they are asked again. "
        "Objections stand until they are lifted."
    ),
    "translate": gettext_lazy(
        "Puts a translation beside the text. It is not authentic, makes no new version, and nobody’s consent depends "
        "on it."
    ),
}


def will(kind: str, decision: Decision) -> str:
    """What it does."""
    values = {"here": str(here()), "version": decision.version.number, "states": named(decision.waited_for)}
    return str(WILL[kind]) % values


def readers(classification: str, addressees: Any) -> list[str]:
    """The nodes that will read it, in the alliance's order."""
    if not takes_part():
        return []
    node = local_node()
    others = tuple(sorted(set(addressees) - {node.node}))
    return recipients(node.trust(), node.node, (classification, others))


def told(of: JointObject) -> str:
    """To whom an act on this decision goes, and when it counts."""
    n = len(readers(of.classification, of.states if of.addressees else ()))
    said = ngettext(
        "It is signed, and %(n)s node will read it. It cannot be called back.",
        "It is signed, and %(n)s nodes will read it. It cannot be called back.", n,
    ) % {"n": whole(n)}  # fmt: skip
    if of.is_ours:
        return said
    counts = _("It counts once %(state)s, which keeps the decision, has it in its order.")
    return f"{said} {counts % {'state': named([of.origin])}}"
