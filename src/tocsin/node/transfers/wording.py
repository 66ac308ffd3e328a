"""Why the rules of a transfer refuse an act, as sentences: which value, which rule, what to do. `joint.wording`."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tocsin.exchange.errors import Malformed
from tocsin.exchange.moments import read_moment
from tocsin.node.alliance.naming import named
from tocsin.node.language.formats import long_moment
from tocsin.node.transfers.models import Transfer

__all__ = ["REFUSALS", "refused"]

REFUSALS: Mapping[str, Any] = {
    "not-open": _("The transfer has not been opened, so that nothing can be said of it."),
    "open-already": _("The transfer is open already."),
    "act-unknown": _("This node does not know what that act is (%(act)s); a newer release may."),
    "too-many": _("%(state)s has reached what one state may say in one transfer (%(most)s). No more has effect."),
    "not-now": _("The transfer is “%(status)s”, and this cannot be said of it now. Look at it again."),
    "consent-missing": _("The patient, or somebody for them, has to agree before another hospital is asked."),
    "own-hospital": _("A hospital does not transfer a patient to itself. Choose another one."),
    "not-of-one-state": _("The clinician and the hospital are of two states. Choose one of the hospital."),
    "not-in-its-name": _("%(state)s cannot speak for a hospital of %(origin)s."),
    "not-the-sender": _("Only the hospital that sends the patient can do this."),
    "not-the-receiver": _("Only the hospital that receives the patient can do this."),
    "clinician-missing": _("Only a clinician who has the transfer can do this; a coordinator cannot sign for them."),
    "not-on-the-transfer": _("You do not have this transfer any more, or not yet. Nothing was sent."),
    "not-of-the-hospital": _("Somebody of another state was chosen. Choose clinicians of your hospital."),
    "no-such-moment": _("%(moment)s is no day and time of the calendar. Give it anew."),
    "moment-over": _("%(moment)s is over. Give a later time."),
    "bed-too-late": _("The bed is there from %(ready_at)s and kept only until %(until)s. Give a later end."),
    "signed-already": _("Your hospital has signed the hand-over already."),
    "nothing-changes": _("That is so already."),
    "not-yet": _("The time for this has not come."),
}
MOMENTS = ("moment", "until", "ready_at")


def refused(code: str, values: Mapping[str, Any]) -> str:
    """The sentence for a code, empty where there is none."""
    sentence = REFUSALS.get(code)
    return str(sentence) % _shown(values) if sentence is not None else ""


def _shown(values: Mapping[str, Any]) -> dict[str, Any]:
    shown = dict(values)
    for name in ("state", "origin"):
        if name in shown:
            shown[name] = named([shown[name]])
    for name in MOMENTS:
        if name in shown:
            shown[name] = _moment(str(shown[name]))
    if shown.get("status") in Transfer.Status.values:
        shown["status"] = Transfer.Status(shown["status"]).label
    return shown


def _moment(text: str) -> str:
    try:
        return long_moment(read_moment(text, code="schema", what="moment"))
    except Malformed:  # it is the reason of the refusal
        return text
