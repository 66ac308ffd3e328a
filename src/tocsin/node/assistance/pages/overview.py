"""What is asked, covered and on its way, item by item; what waits for this state stands first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, IntegerField, Q, QuerySet, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.assistance.forms.filters import ENDED, STANDING, codes_of_group
from tocsin.node.assistance.models import Request, RequestItem
from tocsin.node.assistance.pages.coverage import Coverage
from tocsin.node.assistance.pages.said import Said, lapses, needed, place_name, titled
from tocsin.node.assistance.words import in_active
from tocsin.node.language.formats import phrases, whole
from tocsin.node.language.keys import search_key

__all__ = ["Row", "found_items", "overview_page", "rows_of", "title", "with_requests"]

A_PAGE = 50
NEAR_DAYS = 7


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is asked for, as a line."""

    row: RequestItem
    request: Request
    item: str
    title: Said
    state: str
    place: str
    needed: str
    is_late: bool
    lapses: str
    is_ending: bool
    cover: Coverage
    chip: str


def found_items(person: Person, asked: dict[str, str]) -> "QuerySet[RequestItem, int]":
    """Keys of items that the filters ask for, of which only some are read whole: those of requests that need this state
    first, then the short ones by their day.

    Without a filter of the status, those of requests that have ended are left out.
    """
    found: Any = RequestItem.objects.visible_to(person)
    if asked["q"]:
        found = found.filter(request__search_key__contains=search_key(asked["q"]))
    if asked["group"]:
        found = found.filter(code__in=codes_of_group(asked["group"]))
    if asked["state"]:
        found = found.filter(request__origin=asked["state"])
    found = found.filter(_status(asked["status"]))
    is_over = Case(When(request__status__in=STANDING, then=0), default=1, output_field=IntegerField())
    found = found.order_by("-request__needs_us", is_over, "-is_short", "request__needed_by", "request_id", "position")
    return found.values_list("pk", flat=True)


def with_requests(keys: Iterable[int]) -> list[RequestItem]:
    """The items of these keys, in this order, with their requests. One query."""
    wanted = list(keys)
    found = RequestItem.objects.select_related("request").defer("request__search_key").in_bulk(wanted)
    return [found[key] for key in wanted if key in found]


def _status(status: str) -> Q:
    if status == "short":
        return Q(is_short=True)
    if status == "moving":
        return Q(moving__gt=0)
    if status == "ended":
        return Q(request__status__in=ENDED)
    if status:
        return Q(request__status=status)
    return Q(request__status__in=STANDING) | Q(moving__gt=0) | Q(request__needs_us=True)


def overview_page(person: Person, asked: dict[str, str], number: str | None) -> Page:
    """A piece of the list: sorted by their keys alone, then read."""
    page = Paginator(found_items(person, asked), A_PAGE).get_page(number)
    page.object_list = with_requests(page.object_list)
    return page


def rows_of(rows: Sequence[RequestItem], today: date) -> list[Row]:
    """One query, however many rows."""
    known = names({row.request.origin for row in rows})
    return [_row(row, known, today) for row in rows]


def _row(row: RequestItem, known: dict[str, str], today: date) -> Row:
    request = row.request
    return Row(
        row=row, request=request, item=in_active(row.names), title=titled(request.title), state=known[request.origin],
        place=place_name(request.place_names), needed=needed(request.needed_by, today),
        is_late=request.needed_by < today and row.is_short,
        lapses=lapses(request.lapses_on, today) if request.is_standing else "",
        is_ending=request.is_standing and (request.lapses_on - today).days <= NEAR_DAYS,
        cover=Coverage.of(row), chip=f"request_{request.status}",
    )  # fmt: skip


def title(person: Person, page: Page, asked: dict[str, str]) -> str:
    """The answer: how many things are short in how many requests; or how many the filters found."""
    if any(asked.values()):
        n = page.paginator.count
        return ngettext("%(n)s thing asked for", "%(n)s things asked for", n) % {"n": whole(n)}
    standing = Request.objects.visible_to(person).standing()
    figures = [standing.count(), standing.filter(items_short__gt=0).count()]
    if not figures[0]:
        return _("Nobody asks for help now")
    said = ngettext("%(n)s request for help", "%(n)s requests for help", figures[0]) % {"n": whole(figures[0])}
    if not figures[1]:
        return phrases([said, _("all covered")])
    short = ngettext("%(n)s not wholly covered", "%(n)s not wholly covered", figures[1]) % {"n": whole(figures[1])}
    return phrases([said, short])
