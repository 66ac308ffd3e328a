"""One exercise: watching it, directing it, and what came of it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.exercises.actions import running
from tocsin.node.exercises.actions.observing import observe
from tocsin.node.exercises.case_table import as_csv
from tocsin.node.exercises.forms.observing import ObservationForm
from tocsin.node.exercises.models import LOOKS, Exercise, Inject
from tocsin.node.exercises.pages import exercise_page as shown
from tocsin.node.exercises.simulation import play
from tocsin.node.look import drafts


@requires(*LOOKS)
def exercise(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, _visible(request, pk))


@requires(*LOOKS)
def exercise_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was reached when, and what evaluators saw: to be printed and talked about."""
    found = _visible(request, pk)
    page = {
        **_head(request, found),
        "reached": shown.reached(found),
        "observed": shown.observed(found),
        "injects": found.injects.delivered().order_by("delivered_at", "number"),
        "left": found.injects.waiting().count(),
    }
    return render(request, "exercises/report.html", page)


@requires(*LOOKS)
def exercise_cases(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """The line list of an inject that has come, as a file that an event's line list takes."""
    found = _visible(request, pk)
    inject = get_object_or_404(found.injects.delivered(), number=number, kind=Inject.Kind.CASES)
    name = f"EXERCISE {found.script_code} {found.states.get(found.role, '')} day {inject.day}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(as_csv(shown.cases_of(found, inject)), content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
@requires(Ability.RUN_EXERCISES)
def direct_exercise(request: HttpRequest, pk: UUID, act: str) -> HttpResponse:
    """Pause it, let it go on, end it, or be of its directing staff."""
    found = _visible(request, pk)
    done, told = _acts()[act]
    try:
        done(found, by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, told)
    return redirect("exercise", pk=pk)


@require_POST
@requires(Ability.RUN_EXERCISES)
def observe_exercise(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _visible(request, pk)
    form = ObservationForm(request.POST, exercise=found)
    if form.is_valid():
        try:
            observe(found, by=request.user, **form.cleaned_data)
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.saved(request, f"observe-{pk}", _("It is written down."))
            return redirect("exercise", pk=pk)
    return _page(request, found, form, status=422)


def _acts() -> dict[str, tuple[Callable[..., Exercise], str]]:
    return {
        "pause": (running.pause, _("The exercise stands still. Nothing more comes until it goes on.")),
        "resume": (running.resume, _("The exercise goes on. What is to come has moved by as long as it stood.")),
        "end": (running.end, _("The exercise is over. Everything that was done in it stays.")),
        "join": (running.join_staff, _("You are of the directing staff, and see what is to come.")),
    }


def _visible(request: HttpRequest, pk: UUID) -> Exercise:
    return get_object_or_404(Exercise.objects.visible_to(request.user).select_related("by"), pk=pk)


def _head(request: HttpRequest, found: Exercise) -> dict[str, object]:
    return {
        "one": found,
        "exercise": True,  # the band and the word in the title, whatever the alliance is
        "answer": shown.title(found),
        "clock": shown.clock(found),
        "players": shown.players(found),
        "reads_signals": request.user.may(Ability.READ_SURVEILLANCE),
        "may_run": request.user.may(Ability.RUN_EXERCISES),
        "directs": found.is_directed_by(request.user),
    }


def _page(
    request: HttpRequest, found: Exercise, form: ObservationForm | None = None, status: int = 200
) -> HttpResponse:
    head = _head(request, found)
    page = {
        **head,
        "injects": shown.injects(found),
        "reached": shown.reached(found),
        "observed": shown.observed(found),
        "form": form or ObservationForm(exercise=found),
    }
    if head["directs"]:
        page["to_come"] = found.injects.waiting()
        page["curve"] = shown.curve(found)
        page["fingerprint"] = play(found.script, found.code_word).fingerprint
    return render(request, "exercises/exercise.html", page, status=status)


urlpatterns = [
    path("exercises/<uuid:pk>/", exercise, name="exercise"),
    path("exercises/<uuid:pk>/report/", exercise_report, name="exercise_report"),
    path("exercises/<uuid:pk>/cases/<int:number>.csv", exercise_cases, name="exercise_cases"),
    path("exercises/<uuid:pk>/observe/", observe_exercise, name="observe_exercise"),
    *(
        path(f"exercises/<uuid:pk>/{act}/", direct_exercise, {"act": act}, name=f"{act}_exercise")
        for act in ("pause", "resume", "end", "join")
    ),
]
