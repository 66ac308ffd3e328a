"""Why something of a transfer was not done, in the words of the person who reads it.

ActRefused
├── InvalidInput   what was typed cannot be used as it stands; a list of what, where and why
├── Identifying    a text seems to say who the patient is; where, and what may be put in its place
├── DraftChanged   the draft was saved elsewhere since the person looked
└── NoPart         the person has no part in the transfer that would let them do this
"""

from django.utils.translation import gettext as _

from tocsin.node.consultations.refusals import ActRefused, DraftChanged, Identifying, InvalidInput, Problem

__all__ = ["ActRefused", "DraftChanged", "Identifying", "InvalidInput", "NoPart", "Problem"]


class NoPart(ActRefused):
    """Somebody else of the transfer has to do this."""

    def __init__(self) -> None:
        super().__init__(_("You have no part in this transfer that lets you do this. Nothing was sent."))
