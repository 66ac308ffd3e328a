"""What people are told of transfers: one sentence a kind, as in `alliance.notices`. Nothing of the patient."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

__all__ = ["KINDS"]

KINDS: Mapping[str, Any] = {
    "transfer.asked": _("%(sending)s asks your hospital to take over a patient (%(urgency)s): transfer %(transfer)s"),
    "transfer.given": _("A transfer is open to you (%(urgency)s): %(transfer)s"),
    "transfer.supplement": _("Something was added to transfer %(transfer)s"),
    "transfer.accepted": _("%(receiving)s has a bed: transfer %(transfer)s"),
    "transfer.taken_back": _("%(receiving)s has taken the bed back; the patient must not leave: transfer %(transfer)s"),
    "transfer.declined": _("%(receiving)s cannot take the patient of transfer %(transfer)s"),
    "transfer.cancelled": _("%(sending)s does not ask any longer: transfer %(transfer)s"),
    "transfer.departed": _("The patient of transfer %(transfer)s has left %(sending)s"),
    "transfer.arrived": _("The patient of transfer %(transfer)s has arrived: both hospitals sign the hand-over"),
    "transfer.signed": _("The hand-over of transfer %(transfer)s was signed by a hospital"),
    "transfer.ended": _("You can read what became of the patient of transfer %(transfer)s"),
    "transfer.message": _("A message in transfer %(transfer)s"),
    "transfer.lapsed": _("Transfer %(transfer)s has lapsed: its time was over before the patient left"),
    "transfer.withdrawn": _("Transfer %(transfer)s is over: the patient does not agree any more"),
    "transfer.consent_asked": _(
        "The patient of transfer %(transfer)s does not agree any more to the consultation that it comes of: "
        "say whether they still agree to the transfer"
    ),
    "transfer.without_effect": _("What you said in transfer %(transfer)s had no effect; its page says why"),
}  # fmt: skip
