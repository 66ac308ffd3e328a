"""A case is begun, as one of the clinicians that a person is; and a draft is given up."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations import links
from tocsin.node.consultations.actions.drafting import begin, give_up, keep
from tocsin.node.consultations.forms.draft_whom import WhomStep, searched
from tocsin.node.consultations.models import Case, CaseDraft
from tocsin.node.consultations.pages.draft_page import NAMES, addressed
from tocsin.node.consultations.refusals import ActRefused, DraftChanged
from tocsin.node.consultations.views.draft_saving import as_seen, the_draft
from tocsin.node.consultations.views.draft_writing import ended, unstored
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.hospitals.reading import clinicians_of

__all__ = ["urlpatterns"]


@requires(Ability.CONSULT)
@unstored
def consultation_begin(request: HttpRequest) -> HttpResponse:
    """The first step, before anything is kept: whom to ask. `?hospital=` chooses one, `?follows=` names a case."""
    clinicians = clinicians_of(request.user)
    waiting = _waiting(request)
    if not clinicians:
        return render(request, "consultations/draft_nobody.html", {"waiting": waiting})
    form = _form(request, clinicians)
    if request.method != "POST":
        return _page(request, form, waiting)
    if not form.is_readable:
        return _page(request, form, waiting, status=422)
    try:
        draft = _begun(request, form)
    except ActRefused as refusal:
        form.general.append(str(refusal))
        return _page(request, form, waiting, status=422)
    if (query := searched(request.POST)) is not None:
        return redirect(f"{reverse('consultation_step', args=[draft.pk, 'whom'])}?{urlencode({'q': query})}#hospitals")
    return redirect("consultation_step", pk=draft.pk, step="patient")


@requires(Ability.CONSULT)
@unstored
def consultation_give_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Says what would be destroyed; posted, it is."""
    draft = the_draft(request, pk)
    if draft.sent_id is not None or draft.given_up_at is not None:
        return ended(request, draft)
    shown: dict[str, Any] = {"draft": draft, "question": addressed(list(draft.asked.all()), draft)}
    if request.method != "POST":
        return render(request, "consultations/draft_give_up.html", shown)
    try:
        give_up(draft, version=as_seen(request, draft), by=request.user)
    except DraftChanged as refusal:
        shown |= {"draft": the_draft(request, pk), "refused": str(refusal)}
        return render(request, "consultations/draft_give_up.html", shown, status=409)
    except ActRefused as refusal:
        return render(request, "consultations/draft_give_up.html", shown | {"refused": str(refusal)}, status=422)
    messages.success(request, _("The draft is given up. What was typed of the patient is destroyed."))
    return redirect(links.CONSULTATIONS)


def _form(request: HttpRequest, clinicians: Sequence[Clinician]) -> WhomStep:
    first = clinicians[0]
    draft = CaseDraft(
        by=request.user, clinician=first, languages=list(first.languages) or [request.user.language],
        language=get_language() or request.user.language,
    )  # fmt: skip
    data = request.POST if request.method == "POST" else None
    form = WhomStep(draft, data, person=request.user, clinicians=clinicians, preselected=_preselected(request))
    form.query = request.GET.get("q", "")[:100]
    return form


def _begun(request: HttpRequest, form: WhomStep) -> CaseDraft:
    kept = form.kept()
    draft = begin(form.as_whom(), asked=kept.asked or [], follows=_follows(request), by=request.user)
    step = "patient" if searched(request.POST) is None else "whom"
    return keep(draft, {**kept.said, "step": step}, version=draft.version, by=request.user)


def _preselected(request: HttpRequest) -> list[Hospital]:
    key = _uuid(request.GET.get("hospital", ""))
    return list(Hospital.objects.visible_to(request.user).working().filter(pk=key)) if key else []


def _follows(request: HttpRequest) -> Case | None:
    key = _uuid(request.POST.get("follows", ""))
    return Case.objects.visible_to(request.user).filter(pk=key).first() if key else None


def _waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """Drafts of theirs, each with the step on which it was left."""
    rows = CaseDraft.objects.visible_to(request.user).waiting().select_related("case__of").prefetch_related("asked")
    return [
        {"draft": one, "question": addressed(list(one.asked.all()), one), "step": NAMES.get(one.step, NAMES["whom"])}
        for one in rows[:20]
    ]


def _page(request: HttpRequest, form: WhomStep, waiting: list[dict[str, Any]], *, status: int = 200) -> HttpResponse:
    chosen, found = form.cards()
    shown = {
        "step": form, "name": "whom", "chosen": chosen, "found": found, "waiting": waiting,
        "then": NAMES["patient"], "follows": request.POST.get("follows") or request.GET.get("follows", ""),
    }  # fmt: skip
    return render(request, "consultations/draft_new.html", shown, status=status)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


urlpatterns = [
    path("new/", consultation_begin, name="consultation_begin"),
    path("drafts/<uuid:pk>/give-up/", consultation_give_up, name="consultation_give_up"),
]
