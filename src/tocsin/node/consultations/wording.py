"""Why the rules of a consultation refuse an act, as sentences: which value, which rule, what to do. `joint.wording`."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tocsin.exchange.types.days import day_of
from tocsin.node.alliance.naming import named
from tocsin.node.consultations.models import Case
from tocsin.node.language.formats import long_date

__all__ = ["REFUSALS", "refused"]

REFUSALS: Mapping[str, Any] = {
    "not-open": _("The case has not been opened, so that nothing can be said of it."),
    "open-already": _("The case is open already."),
    "act-unknown": _("This node does not know what that act is (%(act)s); a newer release may."),
    "too-many": _("%(state)s has reached what one state may say in one case (%(most)s). No more has effect."),
    "case-ended": _("The case has ended (%(status)s). Ask again in a case of its own."),
    "not-now": _("The case is “%(status)s”, and this cannot be said of it now. Look at it again."),
    "consent-missing": _("The patient, or somebody for them, has to agree before others are asked."),
    "not-of-one-state": _("The clinician and the hospital are of two states. Choose one of the hospital."),
    "not-in-its-name": _("%(state)s cannot speak for a hospital of %(origin)s."),
    "hospital-not-asking": _("Only the hospital that asks can do this."),
    "hospital-not-asked": _("Only a hospital that is asked can do this."),
    "own-hospital": _("A hospital does not ask itself. Choose another one."),
    "clinician-missing": _("Only a clinician who has the case can do this."),
    "not-on-the-case": _("You do not have this case any more, or not yet. Nothing was sent."),
    "not-of-the-hospital": _("Somebody of another state was chosen. Choose clinicians of your hospital."),
    "hospital-declined": _("The hospital has said that it cannot answer this case."),
    "others-work-on-it": _("Another hospital works on the case, so that it is not given back. Decline it instead."),
    "no-such-day": _("%(day)s is no day of the calendar. Write it as 2026-03-09."),
    "day-over": _("%(day)s is over; today is %(today)s. Give today or a later day."),
    "follow-up-too-late": _("%(day)s is more than %(days)s days ahead. Give %(latest)s or an earlier day."),
    "not-yet": _("The time for this has not come."),
    "name-taken": _("Something else was said at the same moment. Look at the case, and send it again."),
    "no-such-question": _("There is no such question. It may not be here yet; look again."),
    "question-answered": _("Somebody has answered this question already."),
    "no-such-opinion": _("There is no such opinion. It may not be here yet; look again."),
    "not-the-author": _("Only whoever signed the opinion can do this; a coordinator of their hospital can retract it."),
    "opinion-retracted": _("The opinion was retracted. Sign another one."),
    "changed-meanwhile": _(
        "The opinion was amended since you looked (%(revisions)s times signed by now). Compare both."
    ),
    "nothing-new": _("Everything that was signed has been acknowledged."),
    "nothing-changes": _("That is so already."),
    "panel-is-open": _("A panel on this case is at work. Wait for its outcome, or dissolve it."),
    "no-panel": _("There is no panel at work on this case."),
    "not-a-member": _("Only a member of the panel can do this; the chair has to be one of its members."),
    "not-the-chair": _("Only the chair of the panel can do this."),
    "not-joined": _("Say first that you are there."),
    "quorum-too-large": _("The panel has %(members)s members; a quorum of %(quorum)s is never reached."),
    "no-quorum": _("%(joined)s members are there; it takes %(quorum)s."),
    "no-outcome": _("No outcome has been drafted yet."),
    "outcome-changed": _("The outcome was drafted anew since you looked. Read it again."),
    "members-silent": _("%(members)s members who are there have not said whether they agree."),
    "no-majority": _("%(agreeing)s of %(joined)s members agree, which is not the most of them. Draft another outcome."),
}
DAYS = ("day", "today", "latest")


def refused(code: str, values: Mapping[str, Any]) -> str:
    """The sentence for a code, empty where there is none."""
    sentence = REFUSALS.get(code)
    return str(sentence) % _shown(values) if sentence is not None else ""


def _shown(values: Mapping[str, Any]) -> dict[str, Any]:
    shown = dict(values)
    for name in ("state", "origin"):
        if name in shown:
            shown[name] = named([shown[name]])
    for name in DAYS:
        day = day_of(str(shown.get(name, "")))
        if day is not None:
            shown[name] = long_date(day)
    if shown.get("status") in Case.Status.values:
        shown["status"] = Case.Status(shown["status"]).label
    return shown
