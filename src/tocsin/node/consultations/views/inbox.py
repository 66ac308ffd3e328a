"""The list of cases: what waits for the reader, what is open, what has ended; and the way to a new one."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations.finding import cases_with
from tocsin.node.consultations.forms.filters import FilterForm
from tocsin.node.consultations.pages.inbox import PAGE, drafts_of, filtered, inbox
from tocsin.node.consultations.views.asked import MAY
from tocsin.node.consultations.waiting import count
from tocsin.node.hospitals.reading import clinicians_of

__all__ = ["urlpatterns"]


@requires(*MAY)
def consultations(request: HttpRequest) -> HttpResponse:
    """Whoever has never asked is shown the first step."""
    form = FilterForm(request.GET)
    filters = form.filters
    found = cases_with(filters.q, request.user) if filters.q else None
    keys = filtered(request.user, filters, found).values_list("pk", flat=True)
    page = Paginator(keys, PAGE).get_page(request.GET.get("page"))
    waiting = count(request.user)
    shown = {
        "rows": inbox(request.user, list(page.object_list)), "page": page, "filters": form, "asked": filters,
        "drafts": list(drafts_of(request.user)[:10]) if request.user.may(Ability.CONSULT) else [],
        "may_ask": bool(clinicians_of(request.user)), "is_clinician": request.user.may(Ability.CONSULT),
        "answer": _answer(waiting), "tabs": _tabs(),
        "may_measure": request.user.may(Ability.READ_CONSULTATION_MEASURES),
        "is_filtered": bool(filters.q or filters.specialty or filters.urgency or filters.part),
    }  # fmt: skip
    response = render(request, "consultations/inbox.html", shown)
    response["Cache-Control"] = "no-store"
    return response


def _answer(waiting: int) -> str:
    if not waiting:
        return _("Consultations: nothing waits for you")
    return ngettext("%(n)d consultation waits for you", "%(n)d consultations wait for you", waiting) % {"n": waiting}


def _tabs() -> list[tuple[str, str]]:
    return [
        ("waiting", _("Waits for me")), ("open", _("Open")), ("ended", _("Ended")), ("all", _("All")),
    ]  # fmt: skip


urlpatterns = [path("consultations/", consultations, name="consultations")]
