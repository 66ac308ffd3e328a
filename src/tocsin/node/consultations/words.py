"""Words of consultations for people: codes of the clinical vocabulary, acts, parts, who somebody is."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tocsin.clinical.vocabulary import UnknownCode, word

__all__ = ["ACTS", "BASES", "DECLINE_REASONS", "USES", "coded"]

ACTS: Mapping[str, Any] = {
    "submit": pgettext_lazy("in a case", "asked"),
    "resubmit": pgettext_lazy("in a case", "asked again, with what was missing"),
    "supplement": pgettext_lazy("in a case", "added something"),
    "reply": pgettext_lazy("in a case", "answered the question"),
    "name_team": pgettext_lazy("in a case", "said who of the hospital has the case"),
    "consent": pgettext_lazy("in a case", "put on record what the patient agrees to"),
    "withdraw": pgettext_lazy("in a case", "withdrew the case"),
    "expire": pgettext_lazy("in a case", "nobody took the case in time"),
    "allocate": pgettext_lazy("in a case", "gave the case to"),
    "take": pgettext_lazy("in a case", "has begun"),
    "hand_back": pgettext_lazy("in a case", "handed the case back"),
    "decline": pgettext_lazy("in a case", "cannot answer"),
    "return": pgettext_lazy("in a case", "gave the case back: something is missing"),
    "ask": pgettext_lazy("in a case", "asks"),
    "message": pgettext_lazy("in a case", "writes"),
    "sign": pgettext_lazy("in a case", "signed an opinion"),
    "amend": pgettext_lazy("in a case", "amended the opinion"),
    "retract": pgettext_lazy("in a case", "retracted the opinion"),
    "convene": pgettext_lazy("in a case", "called a panel together"),
    "join": pgettext_lazy("in a case", "is there, in the panel"),
    "position": pgettext_lazy("in a case", "says in the panel"),
    "draft_outcome": pgettext_lazy("in a case", "proposes as outcome of the panel"),
    "stand": pgettext_lazy("in a case", "on the outcome as proposed"),
    "sign_off": pgettext_lazy("in a case", "signed the outcome of the panel"),
    "dissolve": pgettext_lazy("in a case", "dissolved the panel"),
    "acknowledge": pgettext_lazy("in a case", "has read all that was signed"),
    "ask_follow_up": pgettext_lazy("in a case", "it is the day to tell how it went"),
    "follow_up": pgettext_lazy("in a case", "told how it went"),
    "close": pgettext_lazy("in a case", "closed the case"),
    "reopen": pgettext_lazy("in a case", "opened the case again"),
}
# Codes of the vocabulary `decline_reason` that are offered here; the rest are of transfers. What somebody else's node
# says is shown whatever it is.
DECLINE_REASONS = ("not_my_field", "no_time", "absent", "conflict", "language", "no_service", "other")
BASES: Mapping[str, Any] = {
    "patient": pgettext_lazy("who agreed", "the patient"),
    "representative": pgettext_lazy("who agreed", "somebody who may decide for the patient"),
    "emergency": pgettext_lazy("who agreed", "nobody could be asked: an emergency"),
}
USES: Mapping[str, Any] = {
    "care": _("advice for their care"),
    "registry": _("a registry"),
    "research": _("research"),
    "teaching": _("teaching"),
}


def coded(kind: str, code: str) -> str:
    """What a code of the clinical vocabulary is called in the reader's language; one of a later release as it is."""
    try:
        return word(kind, code, get_language() or "en")
    except UnknownCode:
        return code
