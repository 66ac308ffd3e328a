"""Why something of a consultation was not done, in the words of the person who reads it.

ActRefused
├── InvalidInput   what was typed cannot be used as it stands; a list of what, where and why
├── Identifying    a text seems to say who the patient is; where, and what may be put in its place
├── DraftChanged   the draft was saved elsewhere since the person looked; both texts are shown
└── NoPart         the person has no part in the case that would let them do this
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.clinical.identifiers.identity import Found
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.hospitals.refusals import InvalidInput, Problem
from tocsin.node.language.formats import clock, sentences

__all__ = ["ActRefused", "DraftChanged", "Identifying", "InvalidInput", "NoPart", "Place", "Problem"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text seems to say who the patient is. `words` are what stands there: for whoever typed them, alone."""

    field: str
    words: str
    found: Found


class Identifying(ActRefused):
    """`places` says where. The sentence does not repeat what stands there: it may end up in a log."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = list(places)
        said = _("This seems to say who the patient is. Nothing was sent. Look at each place that is marked.")
        super().__init__(said)


class DraftChanged(ActRefused):
    """The draft was saved since the person looked; `draft` is as it is now."""

    def __init__(self, draft: Any) -> None:
        self.draft = draft
        at = timezone.localtime(draft.changed_at)
        told = _("This was saved elsewhere at %(time)s, in another window or on another machine.")
        super().__init__(sentences([told % {"time": clock(at)}, _("Nothing was saved over it; compare both texts.")]))


class NoPart(ActRefused):
    """Somebody else of the case has to do this."""

    def __init__(self) -> None:
        super().__init__(_("You have no part in this case that lets you do this. Nothing was sent."))
