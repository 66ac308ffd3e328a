"""Drills: all with what was measured, one with who has answered, and starting one."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.duty.actions.drills import start_drill
from tocsin.node.duty.forms.drills import DrillForm
from tocsin.node.duty.models import Alert, Drill
from tocsin.node.duty.pages.alerts import ladder_of
from tocsin.node.duty.pages.drills import answers, measured
from tocsin.node.look import drafts
from tocsin.node.post.pages.messages import names

A_PAGE = 50


@requires(Ability.STAND_DUTY, Ability.RUN_EXERCISES)
def drill_list(request: HttpRequest) -> HttpResponse:
    """All drills, latest first, with their figures."""
    visible = Drill.objects.visible_to(request.user).select_related("alert", "by")
    page = Paginator(visible, A_PAGE).get_page(request.GET.get("page"))
    rows, may_start = measured(page.object_list), request.user.may(Ability.RUN_EXERCISES)
    return render(request, "duty/drills.html", {"page": page, "rows": rows, "may_start": may_start})


@requires(Ability.RUN_EXERCISES)
def new_drill(request: HttpRequest) -> HttpResponse:
    form = DrillForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = start_drill(by=request.user, **form.cleaned_data)
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.saved(request, "drill", _("The drill has begun. You see here who has answered."))
            return redirect("drill", pk=made.pk)
    return render(request, "duty/new_drill.html", {"form": form}, status=422 if form.errors else 200)


@requires(Ability.STAND_DUTY, Ability.RUN_EXERCISES)
def one_drill(request: HttpRequest, pk: UUID) -> HttpResponse:
    visible = Drill.objects.visible_to(request.user).select_related("alert", "by")
    drill = get_object_or_404(visible, pk=pk)
    (figures,) = measured([drill])
    mine = Alert.objects.visible_to(request.user).filter(pk=drill.alert_id).first()
    page = {
        "drill": drill,
        "figures": figures,
        "answers": answers(drill),
        "alert": mine,
        "ladder": ladder_of(mine) if mine else [],
        "origin": names().get(drill.origin, drill.origin),
    }
    return render(request, "duty/drill.html", page)


urlpatterns = [
    path("drills/", drill_list, name="drills"),
    path("drills/new/", new_drill, name="new_drill"),
    path("drills/<uuid:pk>/", one_drill, name="drill"),
]
