"""Why something of mutual assistance was not done, in the words of the person who reads it.

ActRefused
├── InvalidInput   what was typed cannot be used as it stands; a list of what, where and why
├── DraftChanged   somebody changed, released or gave up the draft since the person looked; says who and when
└── SecondPerson   whoever submitted cannot release; another person has to
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.assistance.models import OfferDraft, RequestDraft
from tocsin.node.language.formats import clock, long_date, sentences

__all__ = ["ActRefused", "DraftChanged", "InvalidInput", "Problem", "SecondPerson"]


@dataclass(frozen=True)
class Problem:
    """One thing that cannot be used. `field` is the way to it, as "items.0.quantity"."""

    field: str
    message: str

    def __str__(self) -> str:
        return self.message


class InvalidInput(ActRefused):
    """`problems` says what, one sentence each."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(sentences([one.message for one in problems]))


class DraftChanged(ActRefused):
    """Somebody acted on the draft since the person looked; `draft` is as it is now."""

    def __init__(self, draft: RequestDraft | OfferDraft) -> None:
        self.draft = draft
        who, at, said = draft.changed_by, draft.changed_at, _("%(who)s changed this on %(day)s at %(time)s.")
        if draft.sent is not None:
            who, at, said = draft.sent.by or who, draft.sent.came_at, _("%(who)s sent this on %(day)s at %(time)s.")
        elif draft.discarded_at is not None:
            who, at = draft.discarded_by or who, draft.discarded_at
            said = _("%(who)s gave this up on %(day)s at %(time)s.")
        here = timezone.localtime(at)
        told = said % {"who": who.name, "day": long_date(here.date()), "time": clock(here)}
        super().__init__(sentences([told, _("Nothing was sent; look at it again.")]))


class SecondPerson(ActRefused):
    """Two people: one submits, another releases."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
