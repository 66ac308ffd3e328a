"""Questions between states whether something is true: all of them, one with its answers, asking, answering."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.naming import names
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.pages.list_tabs import list_tabs
from tocsin.node.events.serials import serial
from tocsin.node.look import drafts
from tocsin.node.notifications.actions.answering import acknowledge_request
from tocsin.node.notifications.actions.verifying import answer_verification, ask_verification
from tocsin.node.notifications.forms.verifying import AnswerForm, AskForm
from tocsin.node.notifications.models import NotifiedEvent, VerificationRequest
from tocsin.node.notifications.pages.conversations import questions_of
from tocsin.node.notifications.pages.naming_events import named
from tocsin.node.notifications.pages.verification_list import requests_page, rows_of, title
from tocsin.node.notifications.refusals import ActRefused
from tocsin.node.notifications.views.finding import the_notified_event, the_request


@requires(Ability.READ_EVENTS)
def verifications(request: HttpRequest) -> HttpResponse:
    """What others ask us; or what we asked."""
    ours = request.GET.get("box") == "ours"
    page = requests_page(request.user, ours=ours, number=request.GET.get("page"))
    shown = {
        "page": page,
        "rows": rows_of(page.object_list),
        "ours": ours,
        "answer": title(request.user, ours=ours),
        "tabs": list_tabs(request.user, "verifications"),
        "may_ask": request.user.may(Ability.ANSWER_PARTNERS),
    }
    return render(request, "notifications/verifications.html", shown)


@requires(Ability.ANSWER_PARTNERS)
def ask_state(request: HttpRequest) -> HttpResponse:
    """Ask one state; `?about=` names what it has notified, if it did."""
    about = _about(request)
    draft = f"ask-{about.pk if about else 'new'}"
    form = AskForm(request.POST or None, about=about)
    if request.method == "POST" and form.is_valid():
        try:
            made = ask_verification(about=about, by=request.user, **form.arguments())
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.saved(request, draft, _("Signed and on its way. The clock to the answer runs."))
            return redirect("verification", pk=made.pk)
    page = {
        "form": form,
        "draft": draft,
        "about": about,
        "about_named": named(about) if about else "",
        "state": names([about.origin])[about.origin] if about else "",
    }
    return render(request, "notifications/ask.html", page, status=422 if form.errors else 200)


@requires(Ability.READ_EVENTS)
def verification(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One question with its answers, the last one first."""
    return _page(request, the_request(request, pk), AnswerForm(person=request.user))


@require_POST
@requires(Ability.ANSWER_PARTNERS)
def answer_question(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One more answer. The last one counts."""
    found = the_request(request, pk)
    form, status = AnswerForm(request.POST, person=request.user), 422
    if form.is_valid():
        try:
            answer_verification(found, by=request.user, **form.arguments())
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            drafts.saved(request, f"answer-{found.pk}", _("Signed. The state is told."))
            return redirect("verification", pk=found.pk)
    return _page(request, found, form, status=status)


@require_POST
@requires(Ability.ANSWER_PARTNERS)
def acknowledge_question(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        acknowledge_request(the_request(request, pk), by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Acknowledged. The state is told that a person here has it."))
    return redirect("verification", pk=pk)


def _about(request: HttpRequest) -> NotifiedEvent | None:
    try:
        key = UUID(request.GET["about"])
    except (KeyError, ValueError):
        return None
    return the_notified_event(request, key)


def _page(request: HttpRequest, found: VerificationRequest, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    (question,) = questions_of([found])
    may_answer = request.user.may(Ability.ANSWER_PARTNERS) and not found.is_ours and found.withdrawn_at is None
    page = {
        "one": found,
        "question": question,
        "about": named(found.about) if found.about else "",
        "serial": serial(found.event) if found.event else "",
        "form": form if may_answer else None,
        "to_acknowledge": may_answer and found.acknowledged_at is None and found.answered_at is None,
    }
    return render(request, "notifications/verification.html", page, status=status)


urlpatterns = [
    path("verifications/", verifications, name="verifications"),
    path("verifications/ask/", ask_state, name="ask_state"),
    path("verifications/<uuid:pk>/", verification, name="verification"),
    path("verifications/<uuid:pk>/answer/", answer_question, name="answer_question"),
    path("verifications/<uuid:pk>/acknowledge/", acknowledge_question, name="acknowledge_question"),
]
