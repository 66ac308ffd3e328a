"""Why something of a letter was not done, in the words of the person who reads it.

ActRefused
├── InvalidInput          what was typed cannot be used as it stands; a list of what, where and why
├── Identifying           the letter seems to say who a patient is; where. It may go after a look
├── ReadersChanged        somebody else would read it than the person saw; nothing was sent
└── LetterDraftChanged    the draft was saved elsewhere since the person looked; both texts are shown
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.clinical.identifiers.identity import Found
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.correspondence.models import LetterDraft
from tocsin.node.hospitals.refusals import InvalidInput, Problem
from tocsin.node.language.formats import clock, sentences

__all__ = [
    "ActRefused", "Identifying", "InvalidInput", "LetterDraftChanged", "PatientPlace", "Problem", "ReadersChanged",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PatientPlace:
    """Where a letter seems to say who a patient is. `words` are what stands there: for whoever typed them, alone."""

    field: str
    words: str
    found: Found


class Identifying(ActRefused):
    """`places` says where; `looked` is what says that the person has looked at these. The sentence repeats nothing."""

    def __init__(self, places: Sequence[PatientPlace], looked: str) -> None:
        self.places, self.looked = list(places), looked
        said = _("This may say who a patient is, and nothing was sent. Look at each place; then send it, or change it.")
        super().__init__(said)


class ReadersChanged(ActRefused):
    """Groups were chosen, or have got or lost members, since the person saw who would read the letter."""

    def __init__(self) -> None:
        super().__init__(_("Others would read it than you saw. Nothing was sent; look at who reads it now."))


class LetterDraftChanged(ActRefused):
    """The draft was saved since the person looked; `draft` is as it is now."""

    def __init__(self, draft: LetterDraft) -> None:
        self.draft = draft
        at = timezone.localtime(draft.changed_at)
        told = _("This was saved elsewhere at %(time)s, in another window or on another machine.")
        super().__init__(sentences([told % {"time": clock(at)}, _("Nothing was saved over it; compare both texts.")]))
