"""Why an act of the Council was not done, in the words of the person who reads it.

ActRefused
└── DraftChanged   somebody changed, proposed or gave up the draft since the person looked; says who and when
"""

from django.utils.translation import gettext as _

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.council.models import DecisionDraft
from tocsin.node.language.formats import clock

__all__ = ["ActRefused", "DraftChanged"]


class DraftChanged(ActRefused):
    """The draft is not as the person saw it."""

    def __init__(self, draft: DecisionDraft) -> None:
        self.draft = draft
        if draft.proposed_id is not None:
            super().__init__(_("This draft was proposed meanwhile. What you typed was not saved."))
        elif draft.discarded_at is not None:
            super().__init__(_("This draft was given up meanwhile. What you typed was not saved."))
        else:
            who = draft.changed_by.name if draft.changed_by else draft.made_by.name
            said = _("%(who)s changed this draft at %(time)s. What you typed was not saved; both texts are below.")
            super().__init__(said % {"who": who, "time": clock(draft.changed_at)})
