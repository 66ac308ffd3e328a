"""The list of transfers, and the page of one."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.hospitals.reading import clinicians_of
from tocsin.node.transfers.pages.list_page import BOXES, PAGE, boxed, rows_of
from tocsin.node.transfers.pages.transfer_page import mark_seen, transfer_page
from tocsin.node.transfers.views.asked import MAY, unstored
from tocsin.node.transfers.views.finding import the_transfer
from tocsin.node.transfers.waiting import count

__all__ = ["urlpatterns"]


@requires(*MAY)
def transfers(request: HttpRequest) -> HttpResponse:
    """Whoever has none is shown the first step."""
    asked = request.GET.get("box", "")
    box = asked if asked in BOXES else "open"
    page = Paginator(boxed(request.user, box), PAGE).get_page(request.GET.get("page"))
    shown = {
        "rows": rows_of(request.user, page.object_list), "page": page, "box": box, "tabs": _tabs(),
        "answer": _answer(count(request.user)), "may_ask": bool(clinicians_of(request.user)),
        "is_clinician": request.user.may(Ability.CONSULT),
    }  # fmt: skip
    return unstored(render(request, "transfers/transfers.html", shown))


@requires(*MAY)
def transfer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All of it, for whoever has a part in it. What is new since they looked is marked, and then seen."""
    row = the_transfer(request, pk)
    page = transfer_page(row, request.user)
    mark_seen(row, request.user)
    shown = {"page": page, "row": row, "exercise": row.of.is_exercise}
    return unstored(render(request, "transfers/transfer.html", shown))


def _answer(waiting: int) -> str:
    if not waiting:
        return _("Transfers: nothing waits for you")
    return ngettext("%(n)d transfer waits for you", "%(n)d transfers wait for you", waiting) % {"n": waiting}


def _tabs() -> list[tuple[str, str]]:
    return [
        ("waiting", _("Waits for me")), ("open", _("Open")), ("ended", _("Ended")), ("all", _("All")),
    ]  # fmt: skip


urlpatterns = [
    path("transfers/", transfers, name="transfers"),
    path("transfers/<uuid:pk>/", transfer, name="transfer"),
]
