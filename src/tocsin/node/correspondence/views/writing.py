"""Writing a letter: a draft that is kept at every step, readers chosen from the directory, and sending it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.joint.parties import Speaker
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations.links import CONSULTATIONS
from tocsin.node.correspondence import links
from tocsin.node.correspondence.actions.drafting import (
    begin_answer,
    begin_letter,
    begin_translation,
    give_up_letter,
    keep_letter,
)
from tocsin.node.correspondence.actions.sending import send_letter, words_against
from tocsin.node.correspondence.boxes import box_of, boxes_of
from tocsin.node.correspondence.forms.writing import LetterForm
from tocsin.node.correspondence.models import LetterDraft
from tocsin.node.correspondence.pages.draft_page import (
    draft_shown,
    found_choices,
    groups_of,
    token_of,
    uploads_to_send,
)
from tocsin.node.correspondence.recipients import as_json, speaker_for
from tocsin.node.correspondence.refusals import (
    ActRefused,
    Identifying,
    InvalidInput,
    LetterDraftChanged,
)
from tocsin.node.correspondence.views.finding import the_draft, the_letter
from tocsin.node.hospitals.forms.names import show_problems
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.look import drafts

__all__ = ["chosen_party", "urlpatterns"]

CORRESPOND = Ability.CORRESPOND


@requires(CORRESPOND)
def new_letter(request: HttpRequest) -> HttpResponse:
    """Begun: its draft is kept from the first moment. `to` in the address names whom one came from."""
    if request.method != "POST":
        to = chosen_party(request.GET.get("to", ""), request.user)
        return render(request, "correspondence/new.html", {"to": to, "token": request.GET.get("to", "")})
    party = chosen_party(request.POST.get("to", ""), request.user)
    try:
        draft = begin_letter(to=[party] if party is not None else [], by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("letters")
    return redirect("letter_draft", pk=draft.pk)


@require_POST
@requires(CORRESPOND)
def answer_letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """To all who read the letter."""
    return _begun(request, pk, begin_answer)


@require_POST
@requires(CORRESPOND)
def translate_letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """For all who read the letter."""
    return _begun(request, pk, begin_translation)


@requires(CORRESPOND)
def letter_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep it, choose readers, send it: whichever is pressed, what was typed is kept first."""
    draft = the_draft(request, pk)
    form = _form(request, draft)
    if request.method != "POST":
        return _page(request, draft, form)
    if not form.is_valid():
        return _page(request, draft, form, status=422)
    act, _colon, what = request.POST.get("act", "save").partition(":")
    try:
        said = form.said() | _readers(draft, act, what, request.user)
        draft = keep_letter(draft, said, version=form.cleaned_data["version"] or 0, by=request.user)
    except LetterDraftChanged as refusal:
        return _page(request, refusal.draft, form, elsewhere=refusal, status=409)
    except ActRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, draft, form, status=409)
    if act == "send":
        return _sent(request, draft, form)
    drafts.saved(request, _name(draft), _("Kept."))
    find = form.cleaned_data.get("find", "") if act == "find" else ""
    query = f"?{urlencode({'find': find})}#readers" if find else ""
    return redirect(links.draft(draft.pk) + query)


@require_POST
@requires(CORRESPOND)
def give_up_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    draft = the_draft(request, pk)
    try:
        give_up_letter(draft, version=draft.version, by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        drafts.saved(request, _name(draft), _("The draft is given up. Nothing was sent."))
    return redirect("letters")


@requires(CORRESPOND)
def letter_drafts(request: HttpRequest) -> HttpResponse:
    """Those that wait to be sent."""
    waiting = LetterDraft.objects.visible_to(request.user).waiting().select_related("answers", "translates")
    return render(request, "correspondence/drafts.html", {"rows": waiting[:100], "n": waiting.count()})


def chosen_party(token: str, person: Person) -> Speaker | None:
    """Whom a token of `pages.draft_page.Choice` means; None for what the person does not see."""
    kind, _tilde, pk = token.partition("~")
    try:
        key = UUID(pk)
    except ValueError:
        return None
    row: Hospital | Clinician | None
    if kind == "h":
        row = Hospital.objects.visible_to(person).filter(pk=key).first()
    else:
        row = Clinician.objects.visible_to(person).select_related("hospital").filter(pk=key).first()
    return speaker_for(row) if row is not None else None


def _begun(request: HttpRequest, pk: UUID, begin: Any) -> HttpResponse:
    letter = the_letter(request, pk)
    try:
        draft = begin(letter, by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("letter_thread", pk=letter.thread_id)
    return redirect("letter_draft", pk=draft.pk)


def _readers(draft: LetterDraft, act: str, what: str, person: Person) -> dict[str, Any]:
    """Who is chosen after one was taken or left out."""
    if act == "add" and (party := chosen_party(what, person)) is not None and as_json(party) not in draft.to:
        return {"to": [*draft.to, as_json(party)]}
    if act == "drop":
        kept = [one for one in draft.to if _token(Speaker.of(one)) != what]
        return {"to": kept}
    return {}


def _sent(request: HttpRequest, draft: LetterDraft, form: LetterForm) -> HttpResponse:
    """Send what was kept; where it is refused, the draft stands as it was typed."""
    try:
        letter = send_letter(
            draft, version=draft.version, readers=form.cleaned_data["readers"],
            looked=request.POST.get("looked", ""), by=request.user,
        )  # fmt: skip
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return _page(request, draft, form, status=422)
    except Identifying as refusal:
        return _page(request, draft, form, identifying=refusal, status=422)
    except ActRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, draft, form, status=409)
    drafts.saved(request, _name(draft), _("Sent. Its thread says who has it and who has read it."))
    return redirect(f"{links.thread(letter.thread_id)}#letter-{letter.pk}")


def _page(
    request: HttpRequest, draft: LetterDraft, form: LetterForm, *, elsewhere: LetterDraftChanged | None = None,
    identifying: Identifying | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    find = request.GET.get("find", "") or request.POST.get("find", "")
    form.mark_needed()
    page = {
        "draft": draft, "form": form, "name": _name(draft), "shown": draft_shown(draft, request.user),
        "find": find, "choices": found_choices(find, request.user) if find else [], "elsewhere": elsewhere,
        "identifying": identifying, "consultations": CONSULTATIONS,
        "against": {} if form.is_bound else words_against(draft),
    }  # fmt: skip
    return render(request, "correspondence/draft.html", page, status=status)


def _form(request: HttpRequest, draft: LetterDraft) -> LetterForm:
    person = request.user
    initial = LetterForm.begun(draft) | {"find": request.GET.get("find", "")}
    boxes = [one for one in boxes_of(person) if one.may_write]
    if draft.thread_id is not None:  # an answer is given in the name in which the letter was read
        boxes = [one for one in boxes if one.key == draft.box] or boxes
    return LetterForm(
        request.POST if request.method == "POST" else None, initial=initial, boxes=boxes,
        groups=[] if draft.translates_id else groups_of(person), uploads=uploads_to_send(person, draft.files),
    )  # fmt: skip


def _token(speaker: Speaker) -> str:
    return token_of(speaker.hospital.origin, box_of(speaker))


def _name(draft: LetterDraft) -> str:
    return f"letter-{draft.pk}"


urlpatterns = [
    path("letters/new/", new_letter, name="new_letter"),
    path("letters/drafts/", letter_drafts, name="letter_drafts"),
    path("letters/drafts/<uuid:pk>/", letter_draft, name="letter_draft"),
    path("letters/drafts/<uuid:pk>/give-up/", give_up_draft, name="give_up_letter_draft"),
    path("letters/of/<uuid:pk>/answer/", answer_letter, name="answer_letter"),
    path("letters/of/<uuid:pk>/translate/", translate_letter, name="translate_letter"),
]
