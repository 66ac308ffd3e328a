"""Plans of joint actions: the list, how far one is, its report, and beginning one."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.council import links
from tocsin.node.council.actions import drafting
from tocsin.node.council.exporting.paper_parts import not_in_force
from tocsin.node.council.exporting.plan_report import plan_report
from tocsin.node.council.forms.plans import AboutForm, PlanForm
from tocsin.node.council.models import DecisionDraft
from tocsin.node.council.pages import plan_list
from tocsin.node.council.pages.decision_answer import how_far
from tocsin.node.council.pages.decision_page import Reading
from tocsin.node.council.pages.decision_words import body_name, shown_title
from tocsin.node.council.pages.plan_draft import draft_of
from tocsin.node.council.pages.plan_progress import far, progress_of
from tocsin.node.council.pages.plan_suggestions import About, about_choices, about_named, suggestions
from tocsin.node.council.pages.tabs import tabs
from tocsin.node.council.reading import body_named
from tocsin.node.council.views.decision_finding import the_decision
from tocsin.node.council.views.paper_gate import may_take_along, takes_along
from tocsin.node.exports.papers import FORMATS, download
from tocsin.node.exports.tables import ExportRefused, refusal
from tocsin.node.joint.refusals import ActRefused
from tocsin.node.look import drafts

WRITES = Ability.PREPARE_COUNCIL


@requires(Ability.READ_COUNCIL)
def plans(request: HttpRequest) -> HttpResponse:
    """All of them, those that stand first."""
    page = plan_list.plans_page(request.user, timezone.localdate(), request.GET.get("page"))
    shown = {
        "page": page, "rows": plan_list.rows_of(page), "answer": plan_list.title(page), "tabs": tabs("plans"),
        "drafts": plan_list.drafts_of_plans(request.user), "may_write": request.user.may(WRITES),
    }  # fmt: skip
    return render(request, "council/plans.html", shown)


@requires(Ability.READ_COUNCIL)
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far one is."""
    reading = the_plan(request, pk)
    decision = reading.decision
    progress = progress_of(reading.of, decision, request.user, day=timezone.localdate())
    title = shown_title(decision.title, decision.official)
    shown = {
        "of": reading.of, "decision": decision, "title": title, "progress": progress, "tabs": tabs("plans"),
        "answer": _("%(plan)s: %(far)s") % {"plan": title, "far": far(progress)}, "body": body_name(decision.body),
        "status": f"decision_{decision.status.lower()}", "how_far": how_far(decision, reading.at),
        "draft": not_in_force(decision), "decision_url": links.decision(reading.of.pk),
        "may_export": may_take_along(request.user), "languages": settings.LANGUAGES,
    }  # fmt: skip
    return render(request, "council/plan.html", shown)


@takes_along
def plan_as_report(request: HttpRequest, pk: UUID, language: str, format: str) -> HttpResponse:
    """Its progress report as PDF or Word, in one of the three languages."""
    reading = the_plan(request, pk)
    if language not in dict(settings.LANGUAGES) or format not in FORMATS:
        raise Http404
    now = timezone.localtime()
    with translation.override(language):
        page = plan_report(reading.of, reading.decision, by=request.user, at=now)
        try:
            name = f"plan-progress-{str(reading.of.object_id)[-6:]}-{now:%Y-%m-%d}-{language}"
            made = download(page, format, language=language, name=name)
        except ExportRefused as refused:
            return refusal(str(refused))
    with transaction.atomic():
        audit.record("plan.exported", reading.of, by=request.user, language=language, format=format)
    return made


def the_plan(request: HttpRequest, pk: UUID) -> Reading:
    """Raises Http404 for a decision that is no plan, besides what is not there or not theirs to see."""
    reading = the_decision(request, pk)
    if reading.decision.kind != "plan":
        raise Http404
    return reading


@requires(WRITES)
def begin_plan(request: HttpRequest) -> HttpResponse:
    """For an event or a year: what is suggested; posted, a draft is begun with what was chosen."""
    today = timezone.localdate()
    choices = about_choices(request.user, today)
    asked = request.GET.get("about") or choices[0][0]
    about = about_named(asked, request.user)
    if about is None:
        raise Http404
    found = suggestions(about)
    form = PlanForm(request.POST or None, found=found) if request.method == "POST" else PlanForm(found=found)
    if request.method == "POST" and form.is_valid():
        try:
            draft = _begun(about, form, request.user)
        except ActRefused as refusal_:
            form.add_error(None, str(refusal_))
        else:
            drafts.saved(request, "plan-new", _("Begun. Nobody outside this state knows of it."))
            return redirect(links.draft(draft.pk))
    if asked not in dict(choices):
        choices.append((asked, shown_title(about.name).text))
    shown = {
        "form": form, "about_form": AboutForm(initial={"about": asked}, choices=choices), "asked": asked,
        "name": shown_title(about.name), "about": about, "found": found, "tabs": tabs("plans"),
    }  # fmt: skip
    return render(request, "council/plan_begin.html", shown, status=422 if form.errors else 200)


def _begun(about: About, form: PlanForm, by: Person) -> DecisionDraft:
    body = body_named(form.cleaned_data["body"])
    chosen = [one for one in suggestions(about) if one.code in form.codes]
    said = draft_of(
        about, chosen, verifier=body.secretary if body else about.state, official=alliance().official_languages,
        day=timezone.localdate(),
    )  # fmt: skip
    return drafting.begin(body=form.cleaned_data["body"], kind="plan", by=by, **said)


urlpatterns = [
    path("council/plans/", plans, name="plans"),
    path("council/plans/begin/", begin_plan, name="begin_plan"),
    path("council/plans/<uuid:pk>/", plan, name="plan"),
    path("council/plans/<uuid:pk>/report/<slug:language>.<slug:format>", plan_as_report, name="plan_report"),
]
