"""Questions between states, theirs to us and ours to them: those that wait for an answer first, by their clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.events.vocabulary import word
from tocsin.node.language.formats import enumerated, whole
from tocsin.node.notifications.models import VerificationRequest
from tocsin.node.notifications.pages.naming_events import named

__all__ = ["Row", "requests_page", "rows_of", "title"]

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """state: the one on the other side."""

    row: VerificationRequest
    state: str
    about: str
    chip: str
    word: str


def requests_page(person: Person, *, ours: bool, number: str | None) -> Page:
    """Open ones first, the soonest clock on top; then the answered ones, the last first."""
    found = (
        VerificationRequest.objects.visible_to(person).filter(is_ours=ours).select_related("about__disease", "disease")
    )
    ordered = found.order_by(F("answered_at").desc(nulls_first=True), "answer_by", "id")
    return Paginator(ordered, A_PAGE).get_page(number)


def rows_of(requests: Sequence[VerificationRequest]) -> list[Row]:
    """A constant number of queries."""
    listed = list(requests)
    known = names({node for one in listed for node in (one.origin, *one.addressees)})
    return [_row(one, known) for one in listed]


def title(person: Person, *, ours: bool) -> str:
    """As in "2 questions wait for our answer"."""
    n = VerificationRequest.objects.visible_to(person).open().filter(is_ours=ours).count()
    if ours:
        said = ngettext("%(n)s question of ours is not answered", "%(n)s questions of ours are not answered", n)
    else:
        said = ngettext("%(n)s question waits for our answer", "%(n)s questions wait for our answer", n)
    return said % {"n": whole(n)}


def _row(one: VerificationRequest, known: dict[str, str]) -> Row:
    others: Any = [known[node] for node in one.addressees] if one.is_ours else [known[one.origin]]
    if one.state:
        chip, said = one.state, ""
    elif one.standing:
        chip, said = one.standing, word("standing", one.standing)
    else:
        chip, said = ("answer_late", "") if one.is_late else ("unanswered", "")
    return Row(one, enumerated(others), _about(one), chip, said)


def _about(one: VerificationRequest) -> str:
    if one.about is not None:
        return named(one.about)
    if one.disease is not None:
        return str(one.disease)
    return one.disease_code or _("disease not known")
