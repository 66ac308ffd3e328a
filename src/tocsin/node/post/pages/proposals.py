"""What proposals are about, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tocsin.node.post.models import Proposal
from tocsin.node.post.pages.messages import names

__all__ = ["Shown", "shown"]

W = Proposal.What


@dataclass(frozen=True)
class Shown:
    """A proposal, and what it is about."""

    proposal: Proposal
    about: str


def shown(proposals: Iterable[Proposal]) -> list[Shown]:
    """With the names of states; one query however many."""
    known = names()
    return [Shown(one, _about(one, known)) for one in proposals]


def _about(one: Proposal, known: dict[str, str]) -> str:
    if one.what == W.SETTLE:
        return known.get(one.subject, one.subject)
    if one.what == W.EPOCH:
        return _("epoch %(n)s") % {"n": one.subject}
    origin, (_stream, _space, number) = one.subject_name.partition("/")[0], one.subject_name.rpartition(" ")
    return _("%(state)s, document %(n)s") % {"state": known.get(origin, origin), "n": number}
