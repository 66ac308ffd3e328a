"""A case while it is written, a step a page: each step keeps what was typed, and goes on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from tocsin.clinical.content import normalised, problems_of
from tocsin.node.alliance.gates import requires, with_second_factor
from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations import links
from tocsin.node.consultations.building.cases import STEPS, step_of
from tocsin.node.consultations.building.texts import text_problems
from tocsin.node.consultations.forms.draft_consent import ConsentStep
from tocsin.node.consultations.forms.draft_course import SECTIONS, CourseStep
from tocsin.node.consultations.forms.draft_patient import PatientStep
from tocsin.node.consultations.forms.draft_question import QuestionStep
from tocsin.node.consultations.forms.draft_steps import Step
from tocsin.node.consultations.forms.draft_whom import WhomStep, searched
from tocsin.node.consultations.models import CaseDraft
from tocsin.node.consultations.pages.draft_news2 import NEWS2_SOURCE, news2_words
from tocsin.node.consultations.pages.draft_page import NAMES, after, before, steps_shown, title_of_step
from tocsin.node.consultations.pages.draft_problems import Told, problems_told, sound, today_of
from tocsin.node.consultations.pages.patient import facts_of
from tocsin.node.consultations.refusals import ActRefused, DraftChanged
from tocsin.node.consultations.views.draft_saving import keep_step, new_page, the_draft
from tocsin.node.language.formats import clock, colon, enumerated, sentences

__all__ = ["ended", "unstored", "urlpatterns"]

FORMS: dict[str, type[Step]] = {one.name: one for one in (WhomStep, PatientStep, ConsentStep, CourseStep, QuestionStep)}
MOST_TOLD = 3
unstored = cache_control(private=True, no_store=True)


@requires(Ability.CONSULT)
@unstored
def consultation_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where it was left."""
    draft = the_draft(request, pk)
    if draft.sent_id is not None or draft.given_up_at is not None:
        return ended(request, draft)
    step = draft.step if draft.step in STEPS else "whom"
    return redirect(_where(draft, step))


@requires(Ability.CONSULT)
@unstored
def consultation_step(request: HttpRequest, pk: UUID, step: str) -> HttpResponse:
    """One step; posted, it is kept."""
    if step not in FORMS:
        raise Http404
    draft = the_draft(request, pk)
    # Of a case that was given back it shows who the patient is, as the page of the identity does; of one that was never
    # sent, what this person has typed.
    is_guarded = step == PatientStep.name and draft.case_id is not None
    return (with_second_factor(_step) if is_guarded else _step)(request, draft, step)


def _step(request: HttpRequest, draft: CaseDraft, step: str) -> HttpResponse:
    is_over = draft.sent_id is not None or draft.given_up_at is not None
    if request.method == "POST" and request.headers.get("Accept") == "application/json":
        return (
            JsonResponse({"error": _ended_words(draft)}, status=409) if is_over else _kept_quietly(request, draft, step)
        )
    if is_over:
        return ended(request, draft)
    if request.method != "POST":
        return step_page(request, draft, _opened(request, draft, step))
    return _posted(request, draft, step)


def _posted(request: HttpRequest, draft: CaseDraft, step: str) -> HttpResponse:
    """Kept, and on to where the button leads; what cannot be read stays on the page, at its field."""
    form = FORMS[step](draft, request.POST, person=request.user)
    readable = form.is_readable
    then = _then(request, step) if readable else step
    try:
        now = keep_step(request, draft, form, then=then)
    except DraftChanged as refusal:
        return _conflict(request, the_draft(request, draft.pk), step, refusal)
    except ActRefused as refusal:
        form.general.append(str(refusal))
        return step_page(request, draft, form, status=422)
    if readable:
        return redirect(_next(request, now, step, then))
    return step_page(request, now, _read_again(request, now, step), status=422)


def _kept_quietly(request: HttpRequest, draft: CaseDraft, step: str) -> HttpResponse:
    """Kept for a page that saves by itself, and is told so."""
    form = FORMS[step](draft, request.POST, person=request.user)
    form.unread()
    try:
        now = keep_step(request, draft, form, then=step)
    except ActRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=409 if isinstance(refusal, DraftChanged) else 422)
    said = _("Kept at %(time)s.") % {"time": clock(timezone.now())}
    if unread := form.unread():
        said = _("Kept at %(time)s, without what cannot be read: %(fields)s.") % {
            "time": clock(timezone.now()), "fields": enumerated(unread),
        }  # fmt: skip
    said = sentences([said, *_against(form, now)])
    live = {"news2": _news2(now)} if step == "course" else {}
    return JsonResponse({"version": now.version, "kept": said, "live": live})


def _against(form: Step, draft: CaseDraft) -> list[str]:
    """What stands against texts of this step that are kept: no half-typed number is among it."""
    content = normalised(draft.content)
    found = problems_of(content, today=today_of(draft))
    told = []
    for one in text_problems(draft.text, content, found):
        place = form.place(one.field) if step_of(one) == form.name else None
        if place is not None and place[1] in place[0].fields:
            told.append(f"{place[0].fields[place[1]].label}{colon()}{one.message}")
    return told[:MOST_TOLD]


def _read_again(request: HttpRequest, draft: CaseDraft, step: str) -> Step:
    """What was posted, bound to the draft as it stands now."""
    form = FORMS[step](draft, request.POST, person=request.user)
    form.unread()
    return form


def ended(request: HttpRequest, draft: CaseDraft) -> HttpResponse:
    """It was sent, or given up: that is said, and nothing is done twice."""
    if request.method == "POST" or draft.sent_id is None:
        messages.info(request, _ended_words(draft))
    return redirect(links.case(draft.sent_id) if draft.sent_id is not None else links.CONSULTATIONS)


def step_page(
    request: HttpRequest,
    draft: CaseDraft,
    form: Step,
    *,
    status: int = 200,
    conflict: DraftChanged | None = None,
    stored: Step | None = None,
) -> HttpResponse:
    """The page of a step."""
    problems, asked = problems_told(draft), list(draft.asked.all())
    here = [one for one in problems if one.step == form.name]
    told = [one for one in here if not one.is_missing or request.GET.get("missing")]
    if form.data is None:
        form.tell(told)
    shown = {
        "draft": draft, "step": form, "title": title_of_step(asked, draft, form.name), "name": form.name,
        "steps": steps_shown(problems, form.name), "then": NAMES[after(form.name)], "before": before(form.name),
        "page": request.POST.get("page") or new_page(),
        "marked": any(not one.is_warning for one in told),
        "conflict": conflict, "theirs": form.compared(stored) if stored is not None else [],
        "theirs_facts": facts_of_stored(draft) if stored is not None and form.name == "course" else None,
        "unread": form.unread() if form.data is not None and status == 422 else [],
    }  # fmt: skip
    return render(request, f"consultations/draft_{form.name}.html", shown | _of(form, draft), status=status)


def facts_of_stored(draft: CaseDraft) -> Any:
    """The structured part as it stands now, to compare with."""
    return facts_of(sound(draft.content, today=today_of(draft)))


def _opened(request: HttpRequest, draft: CaseDraft, step: str) -> Step:
    form = FORMS[step](draft, person=request.user, more=request.GET.get("more", ""))
    if isinstance(form, WhomStep):
        form.query = request.GET.get("q", "")[:100]
    return form


def _of(form: Step, draft: CaseDraft) -> dict[str, Any]:
    if isinstance(form, WhomStep):
        chosen, found = form.cards()
        return {"chosen": chosen, "found": found, "specialty": draft.specialty}
    if isinstance(form, CourseStep):
        return {"news2": _news2(draft), "news2_source": NEWS2_SOURCE}
    return {}


def _news2(draft: CaseDraft) -> str:
    return news2_words(draft.content, today=today_of(draft), zone=draft.clinician.hospital.time_zone)


def _then(request: HttpRequest, step: str) -> str:
    """The step to which the button leads: the one named, the same for more rows or a search, else the next."""
    asked = request.POST.get("to", "")
    if asked in STEPS:
        return asked
    stays = any(name in request.POST for name in ("more", "pick", "age_of"))
    return step if stays or searched(request.POST) is not None else after(step)


def _next(request: HttpRequest, draft: CaseDraft, step: str, then: str) -> str:
    """Where the person goes on. What cannot stay is shown once before the form is left."""
    if more := request.POST.get("more", ""):
        section = more if more in SECTIONS else ""
        return f"{_where(draft, step)}?{urlencode({'more': section})}#{section}"
    if (query := searched(request.POST)) is not None:
        return f"{_where(draft, step)}?{urlencode({'q': query})}#hospitals"
    if "pick" in request.POST:
        return f"{_where(draft, step)}#diagnoses"
    if "age_of" in request.POST:
        return f"{_where(draft, step)}#id_age"
    if "to" not in request.POST and "marked" not in request.POST and _wrong(problems_told(draft), step):
        messages.warning(request, _("Kept. Look at what is marked; or go on, and put it right later."))
        return _where(draft, step)
    return _where(draft, then)


def _wrong(problems: list[Told], step: str) -> bool:
    return any(one.step == step and not one.is_warning and not one.is_missing for one in problems)


def _where(draft: CaseDraft, step: str) -> str:
    if step == "look":
        return reverse("consultation_look", args=[draft.pk])
    return reverse("consultation_step", args=[draft.pk, step])


def _conflict(request: HttpRequest, now: CaseDraft, step: str, refusal: DraftChanged) -> HttpResponse:
    if not (now.sent_id is None and now.given_up_at is None):
        return ended(request, now)
    stored = FORMS[step](now, person=request.user)
    return step_page(
        request, now, _read_again(request, now, step), status=409, conflict=refusal, stored=stored
    )  # fmt: skip


def _ended_words(draft: CaseDraft) -> str:
    if draft.sent_id is not None:
        return _("This was sent already. Open the case to say more.")
    return _("This draft was given up.")


urlpatterns = [
    path("drafts/<uuid:pk>/", consultation_draft, name="consultation_draft"),
    path("drafts/<uuid:pk>/<slug:step>/", consultation_step, name="consultation_step"),
]
