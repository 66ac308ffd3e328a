"""What is asked, covered and on its way; and the same as a table."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.forms.filters import ItemFilters
from tocsin.node.assistance.pages.overview import overview_page, rows_of, title
from tocsin.node.assistance.pages.overview_map import arrows, tiles
from tocsin.node.assistance.pages.overview_table import items_table
from tocsin.node.assistance.pages.overview_waiting import drafts_of, waiting
from tocsin.node.assistance.reading import day_in
from tocsin.node.assistance.views.taking_along import may_take_along, takes_along
from tocsin.node.exports.tables import respond
from tocsin.node.surveillance.pages.exporting import audited

__all__ = ["urlpatterns"]


@requires(Ability.READ_ASSISTANCE)
def assistance(request: HttpRequest) -> HttpResponse:
    """The whole on one page; the filters narrow its table alone."""
    person, today = request.user, day_in(timezone.now())
    asked = ItemFilters(request.GET).chosen()
    page = overview_page(person, asked, request.GET.get("page"))
    is_filtered = any(asked.values())
    shown = {
        "page": page, "rows": rows_of(page.object_list, today), "answer": title(person, page, asked),
        "filters": ItemFilters(initial=asked), "asked": asked, "is_filtered": is_filtered,
        "may_keep": person.may(Ability.KEEP_ASSISTANCE) or person.may(Ability.RELEASE_ASSISTANCE),
        "may_export": may_take_along(person),
    }  # fmt: skip
    if not is_filtered and page.number == 1:
        moving, more_moving = arrows(person)
        waits, more_waits = waiting(person, today)
        shown |= {
            "tiles": tiles(person), "arrows": moving, "more_arrows": more_moving, "waiting": waits,
            "more_waiting": more_waits, "drafts": drafts_of(person),
        }  # fmt: skip
    return render(request, "assistance/overview.html", shown)


@takes_along
def assistance_export(request: HttpRequest, kind: str) -> HttpResponse:
    made = respond(request, items_table(request.user, ItemFilters(request.GET).chosen()), kind)
    return audited(request, "assistance.items_exported", made, kind=kind)


urlpatterns = [
    path("assistance/", assistance, name="assistance"),
    path("assistance/items.<str:kind>", assistance_export, name="assistance_export"),
]
