"""What waits for this state in mutual assistance: to be answered, signed, sent, released, renewed."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.models import OfferDraft, Request, RequestDraft
from tocsin.node.assistance.models.requests import STANDING
from tocsin.node.assistance.pages.said import Said, lapses, needed, titled
from tocsin.node.assistance.words import NEEDS
from tocsin.node.language.formats import phrases, whole

__all__ = ["DraftRow", "Waiting", "drafts_of", "waiting"]

MOST, NEAR = 12, timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request, and what is to be done in it."""

    url: str
    title: Said
    state: str
    why: str
    needed: str
    chip: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A request or an offer that is being made ready here."""

    url: str
    title: Said
    what: str
    who: str
    changed_at: Any
    chip: str


def waiting(person: Person, today: date) -> tuple[list[Waiting], int]:
    """Those of the nearest day first, at most MOST; and how many more there are. Two queries and one count."""
    unanswered = Q(is_ours=False, we_offered=False, offers_all=0, status__in=("open", "partly_covered"))
    ending = Q(is_ours=True, status__in=STANDING, lapses_on__lte=today + NEAR)
    found = Request.objects.visible_to(person).filter(Q(needs_us=True) | unanswered | ending)
    rows = list(found.order_by("needed_by", "of_id")[: MOST + 1])
    more = found.count() - MOST if len(rows) > MOST else 0
    known = names({row.origin for row in rows})
    return [
        Waiting(
            url=reverse("assistance_request", args=[row.pk]), title=titled(row.title), state=known[row.origin],
            why=phrases(_why(row, today)), needed=needed(row.needed_by, today), chip=f"request_{row.status}",
        )
        for row in rows[:MOST]
    ], more  # fmt: skip


def _why(row: Request, today: date) -> list[str]:
    found = [str(NEEDS[code]) for code in row.needs if code in NEEDS]
    if not row.is_ours and not row.offers_all and row.is_standing:
        found.append(_("nobody has offered anything yet"))
    if row.is_ours and row.is_standing and row.lapses_on <= today + NEAR:
        found.append(lapses(row.lapses_on, today))
    if "answer_offers" in row.needs and row.offers_waiting:
        n = row.offers_waiting
        found[0] = ngettext("%(n)s offer waits for an answer", "%(n)s offers wait for an answer", n) % {"n": whole(n)}
    return found


def drafts_of(person: Person) -> list[DraftRow]:
    """What is being made ready, the last changed first; those that this person may release above."""
    requests = RequestDraft.objects.visible_to(person).open().select_related("changed_by", "submitted_by", "amends")
    offers = OfferDraft.objects.visible_to(person).open().select_related(
        "changed_by", "submitted_by", "request__assistance_request"
    )  # fmt: skip
    rows = [
        _draft(one, titled(one.said["title"]), reverse("assistance_draft", args=[one.pk]), _what(one), person)
        for one in requests[:MOST]
    ]
    rows += [
        _draft(
            one, titled(one.request.assistance_request.title), reverse("assistance_offer_draft", args=[one.pk]),
            _("change of an offer") if one.offer else _("offer"), person,
        )
        for one in offers[:MOST]
    ]  # fmt: skip
    return [row for _first, row in sorted(rows, key=lambda one: (one[0], -one[1].changed_at.timestamp()))]


def _what(draft: RequestDraft) -> str:
    return _("request") if draft.amends is None else _("change of a request")


def _draft(draft: Any, title: Said, url: str, what: str, person: Person) -> tuple[int, DraftRow]:
    is_mine = draft.submitted_by is not None and draft.submitted_by.pk != person.pk
    chip = "waits_for_a_second" if draft.submitted_by else "draft"
    first = 0 if is_mine and person.may(Ability.RELEASE_ASSISTANCE) else 1
    return first, DraftRow(url, title, what, draft.changed_by.name, draft.changed_at, chip)
