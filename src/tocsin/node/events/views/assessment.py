"""The page of assessments: IHR Annex 2 by two assessors, the alliance's criteria, risk for each level."""

from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.assessing import assess_annex2, assess_criteria
from tocsin.node.events.actions.risk import draft_risk, finish_risk, review_risk
from tocsin.node.events.assessment import assessed
from tocsin.node.events.forms.assessing import QuestionsForm, RiskForm
from tocsin.node.events.models import Annex2Assessment, Event, RiskAssessment
from tocsin.node.events.pages import assessment_page as page
from tocsin.node.events.pages.head import head
from tocsin.node.events.refusals import ActRefused, Replaced
from tocsin.node.events.views.finding import the_event
from tocsin.node.look import drafts

Assessor = Annex2Assessment.Assessor


@requires(Ability.READ_EVENTS)
def event_assessment(request: HttpRequest, pk: UUID) -> HttpResponse:
    event = the_event(request, pk)
    return render(request, "events/assessment.html", _shown(request, event))


def _shown(request: HttpRequest, event: Event) -> dict[str, Any]:
    return {
        "head": head(event, request.user, "event_assessment"),
        "annex": page.annex_page(event),
        "criteria": page.criteria_page(event),
        "risks": page.risk_rows(event),
        "may_assess": request.user.may(Ability.ASSESS_EVENTS) and event.merged_into_id is None,
        "assessor": _assessor(request, event),
    }


def _assessor(request: HttpRequest, event: Event) -> str:
    """As which of the two this person would answer."""
    first = assessed(event).first
    return str(Assessor.FIRST if first is None or first.by_id == request.user.pk else Assessor.SECOND)


@requires(Ability.ASSESS_EVENTS)
def assess_by_annex2(request: HttpRequest, pk: UUID, assessor: str) -> HttpResponse:
    if assessor not in Assessor.values:
        raise Http404
    event = the_event(request, pk)
    rows = event.annex2assessments.filter(assessor=assessor, is_current=True).select_related("by")
    current = rows.first()
    own = current.answers if current is not None and current.episode == event.episode else {}
    form = QuestionsForm(
        request.POST or None, questions=page.annex_questions(), answers=own, condition=page.condition_question(event),
        initial={"version": current.version if current else 0, "as_listed": current.as_listed if current else "yes"},
    )  # fmt: skip

    def act() -> None:
        said = form.cleaned_data
        assess_annex2(
            event, answers=form.answers(), as_listed=said.get("as_listed", "yes"), assessor=assessor, by=request.user,
            version=said["version"],
        )  # fmt: skip

    return _answered(request, event, form, act, "annex2", rows)


@requires(Ability.ASSESS_EVENTS)
def assess_by_criteria(request: HttpRequest, pk: UUID) -> HttpResponse:
    event = the_event(request, pk)
    rows = event.criteriaassessments.filter(is_current=True).select_related("by")
    current = rows.first()
    own = current.answers if current is not None and current.episode == event.episode else {}
    form = QuestionsForm(
        request.POST or None, questions=page.criteria_questions(), answers=own,
        initial={"version": current.version if current else 0},
    )  # fmt: skip

    def act() -> None:
        assess_criteria(event, answers=form.answers(), by=request.user, version=form.cleaned_data["version"])

    return _answered(request, event, form, act, "criteria", rows)


@requires(Ability.ASSESS_EVENTS)
def assess_risk(request: HttpRequest, pk: UUID, level: str) -> HttpResponse:
    if level not in RiskAssessment.Level.values:
        raise Http404
    event = the_event(request, pk)
    rows = event.riskassessments.filter(level=level, is_current=True).select_related("by")
    form = RiskForm(request.POST or None, assessment=rows.first())

    def act() -> None:
        draft_risk(event, level=level, by=request.user, **form.cleaned_data)

    return _answered(request, event, form, act, f"risk-{level}", rows)


def _answered(request: HttpRequest, event: Event, form: Form, act: Any, name: str, rows: Any) -> HttpResponse:
    """Show the questions, or take the answers. Whoever was slower sees what the other said, beside what they typed."""
    status, conflict, draft = 200, None, f"event-{event.pk}-{name}"
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                act()
            except Replaced as refusal:
                status, conflict = 409, refusal
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                drafts.saved(request, draft, _("Saved."))
                return redirect("event_assessment", pk=event.pk)
    current = rows.first()
    shown = {
        "head": head(event, request.user, "event_assessment"),
        "form": form,
        "name": name,
        "heading": _headings()[name.partition("-")[0]],
        "level": str(dict(RiskAssessment.Level.choices).get(name.partition("-")[2], "")),
        "draft": draft,
        "conflict": conflict,
        "theirs": current if conflict else None,
        "their_version": current.version if current else 0,
        "questions": _questions(form, page.guidance(name)),
    }
    return render(request, "events/assess.html", shown, status=status)


def _questions(form: Form, guidance: dict[str, Any]) -> list[Any]:
    """Each question's two fields with what to look at; none for a form that is no list of questions."""
    if not isinstance(form, QuestionsForm):
        return []
    return [(answer, reason, guidance.get(code, [])) for code, answer, reason in form.pairs()]


def _headings() -> dict[str, str]:
    return {
        "annex2": _("IHR Annex 2: the four questions"),
        "criteria": _("The alliance’s criteria"),
        "risk": _("Rapid risk assessment"),
    }


@require_POST
@requires(Ability.ASSESS_EVENTS)
def move_risk(request: HttpRequest, pk: UUID, risk: UUID, move: str) -> HttpResponse:
    """Ask for a second look, or make it final."""
    acts = {"review": review_risk, "finish": finish_risk}
    if move not in acts:
        raise Http404
    event = the_event(request, pk)
    assessment = get_object_or_404(RiskAssessment, pk=risk, event=event)
    version = request.POST.get("version", "")
    try:
        acts[move](assessment, by=request.user, version=int(version) if version.isdecimal() else -1)
    except ActRefused as refusal:
        drafts.messages.error(request, str(refusal))
    return redirect("event_assessment", pk=event.pk)


urlpatterns = [
    path("events/<uuid:pk>/assessment/", event_assessment, name="event_assessment"),
    path("events/<uuid:pk>/assessment/annex2/<slug:assessor>/", assess_by_annex2, name="assess_annex2"),
    path("events/<uuid:pk>/assessment/criteria/", assess_by_criteria, name="assess_criteria"),
    path("events/<uuid:pk>/assessment/risk/<slug:level>/", assess_risk, name="assess_risk"),
    path("events/<uuid:pk>/assessment/risk/<uuid:risk>/<slug:move>/", move_risk, name="move_risk"),
]
