"""What a person may do with a measure now: only what its rules would take, were it said now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.joint.acts import Act, Applied
from tocsin.joint.decisions.measures import MEASURE_ACTS, MeasureState
from tocsin.joint.decisions.state import STANDS, Decision
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.council.reading import folded

__all__ = ["ACTS", "DECIDES", "REPORTS", "ActWords", "ahead", "possible"]


@dataclass(frozen=True, slots=True)
class ActWords:
    """An act as the page offers it: over its form, and on the button that does it."""

    label: str | Promise
    button: str | Promise
    needs: Ability


D, K = Ability.DECIDE, Ability.KEEP_MEASURES
# By the last part of the address; the act of the document is the same with `_measure` behind it.
ACTS: Mapping[str, ActWords] = {
    "accept": ActWords(_("Take it on"), _("Take it on in the state’s name"), D),
    "decline": ActWords(_("Decline it"), _("Decline in the state’s name"), D),
    "report": ActWords(_("Report how far it is"), _("Send the report"), K),
    "finish": ActWords(_("Report it done"), _("Report it done"), K),
    "verify": ActWords(_("Confirm that it is done"), _("Confirm in the state’s name"), D),
    "return": ActWords(_("Send it back"), pgettext_lazy("a measure", "Send it back"), D),
    "extend": ActWords(_("Give it more time"), _("Extend the deadline"), D),
    "reassign": ActWords(_("Give it to another state"), pgettext_lazy("a measure", "Give it to this state"), D),
}
DECIDES = tuple(name for name, words in ACTS.items() if words.needs is D)
REPORTS = tuple(name for name, words in ACTS.items() if words.needs is K)


def ahead(applied: Sequence[Applied], sent: Sequence[Act]) -> Decision:
    """The decision as it will be, once the order has taken in what was sent."""
    if not applied:
        return folded(applied)
    last = applied[-1]
    return folded((*applied, *(Applied(act, last.number + 1, last.at) for act in sent)))


def possible(decision: Decision, measure: MeasureState, person: Person, *, own: str) -> list[str]:
    """Names of `ACTS`, the one that is asked first."""
    if decision.status not in STANDS or own in decision.left_out:
        return []
    hands = {"owner": decision.owner, "measure": measure.measure.state, "verifier": measure.measure.verifier}
    return [
        name
        for name, words in ACTS.items()
        if hands[(rule := MEASURE_ACTS[f"{name}_measure"]).by] == own
        and measure.status in rule.when
        and person.may(words.needs)
    ]
