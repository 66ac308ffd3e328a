"""All exercises of this node, and beginning one."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.exercises.actions.running import begin
from tocsin.node.exercises.forms.starting import BeginForm
from tocsin.node.exercises.models import LOOKS, Exercise
from tocsin.node.exercises.pages.exercise_page import clock
from tocsin.node.exercises.scripts import Script, scripts
from tocsin.node.look import drafts

A_PAGE = 50


@requires(*LOOKS)
def exercise_list(request: HttpRequest) -> HttpResponse:
    """All exercises, the latest first."""
    visible = Exercise.objects.visible_to(request.user).select_related("by")
    page, now = Paginator(visible, A_PAGE).get_page(request.GET.get("page")), timezone.now()
    rows = [(one, clock(one, now)) for one in page.object_list]
    may_begin = request.user.may(Ability.RUN_EXERCISES)
    shown = {"page": page, "rows": rows, "may_begin": may_begin, "exercise": True}
    return render(request, "exercises/exercises.html", shown)


@requires(Ability.RUN_EXERCISES)
def new_exercise(request: HttpRequest) -> HttpResponse:
    """Begin one; `?script=` names the script where there are several."""
    script = _script(request)
    form = BeginForm(request.POST or None, script=script)
    if request.method == "POST" and form.is_valid():
        try:
            made = begin(script, by=request.user, **form.arguments())
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.saved(request, "exercise", _("The exercise is set. You are of its directing staff."))
            return redirect("exercise", pk=made.pk)
    language = get_language() or "en"
    page = {
        "form": form,
        "exercise": True,
        "name": script.name.in_language(language),
        "about": script.about.in_language(language),
        "days": script.days,
        "others": [(one.code, one.name.in_language(language)) for one in scripts().values() if one is not script],
    }
    return render(request, "exercises/new_exercise.html", page, status=422 if form.errors else 200)


def _script(request: HttpRequest) -> Script:
    known = scripts()
    return known.get(request.GET.get("script", "")) or next(iter(known.values()))


urlpatterns = [
    path("exercises/", exercise_list, name="exercises"),
    path("exercises/new/", new_exercise, name="new_exercise"),
]
