"""What people are told of consultations: one sentence a kind, as in `alliance.notices`. Nothing of the patient."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

__all__ = ["KINDS"]

KINDS: Mapping[str, Any] = {
    "consultation.asked": _("%(asking)s asks your hospital (%(specialty)s, %(urgency)s): case %(case)s"),
    "consultation.asked_anew": _("%(asking)s has added what was missing, and asks again: case %(case)s"),
    "consultation.given": _("A case was given to you (%(specialty)s, %(urgency)s): %(case)s"),
    "consultation.joined": _("A case is open to you, with those who asked about it: %(case)s"),
    "consultation.panel": _("You are called to a panel on case %(case)s"),
    "consultation.question": _("An expert asks you something about case %(case)s"),
    "consultation.answer_to_question": _("Your question about case %(case)s was answered, or something was added"),
    "consultation.opinion": _("An opinion on case %(case)s was signed"),
    "consultation.opinion_changed": _("An opinion on case %(case)s was amended or retracted; read it again"),
    "consultation.outcome": _("The panel has signed its outcome on case %(case)s"),
    "consultation.returned": _("Case %(case)s was given back: something is missing"),
    "consultation.declined": _("A hospital cannot answer case %(case)s"),
    "consultation.acknowledged": _("Your advice on case %(case)s was read"),
    "consultation.followed_up": _("You can read what became of the patient of case %(case)s"),
    "consultation.reopened": _("Case %(case)s was opened again: something has changed"),
    "consultation.ended": _("Case %(case)s has ended"),
    "consultation.consent_ended": _("Case %(case)s has ended: the patient does not agree any more"),
    "consultation.message": _("A message in case %(case)s"),
    "consultation.panel_spoke": _("Something was said in the panel on case %(case)s"),
    "consultation.follow_up": _("Tell how it went with the patient of case %(case)s"),
    "consultation.nobody_took": _("Nobody took case %(case)s in time, and it has ended; ask another hospital"),
    "consultation.handed_back": _("Case %(case)s was handed back and waits for an expert"),
    "consultation.nobody_has_it": _("Whoever had case %(case)s answers no more: give it to somebody else"),
    "consultation.half": _("Half of the time to answer case %(case)s is used (%(urgency)s)"),
    "consultation.soon_late": _("Case %(case)s must be answered soon (%(urgency)s)"),
    "consultation.late": _("Case %(case)s is not answered in time (%(urgency)s)"),
    "consultation.late_for_us": _("Case %(case)s is not answered in time; call the hospital, or ask another"),
    "consultation.without_effect": _("What you said in case %(case)s had no effect; its page says why"),
}
