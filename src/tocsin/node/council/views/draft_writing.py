"""Making a decision ready: beginning it, writing it, pasting a text, proposing it, giving it up."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.joint.texts.findings import TextError
from tocsin.joint.texts.paragraphs import Text
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.council.actions import drafting
from tocsin.node.council.forms.draft_head import BeginForm, HeadForm
from tocsin.node.council.forms.draft_pasting import PasteForm, pasted
from tocsin.node.council.forms.draft_rows import duty_rows, measure_rows
from tocsin.node.council.forms.text_editing import as_edited, kept_paragraphs, saved_paragraphs, written
from tocsin.node.council.forms.text_posted import Posted, posted
from tocsin.node.council.models import DecisionDraft
from tocsin.node.council.pages.decision_words import reader_language
from tocsin.node.council.pages.draft_findings import worded, wrong_text
from tocsin.node.council.pages.draft_page import draft_page, propose_page
from tocsin.node.council.refusals import DraftChanged
from tocsin.node.council.views.decision_finding import the_draft
from tocsin.node.joint.refusals import ActRefused
from tocsin.node.look import drafts

WRITES = Ability.PREPARE_COUNCIL


@requires(WRITES)
def begin_council_draft(request: HttpRequest) -> HttpResponse:
    """Which body, which kind, what it is called; from an event or a session, if the address names one."""
    about = {name: request.GET.get(name, "") for name in ("event", "session", "amends")}
    form = BeginForm(request.POST or None, initial=about | {"body": request.GET.get("body", "")})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        title = {reader_language(): said["title"].strip()}
        try:
            draft = drafting.begin(
                body=said["body"], kind=said["kind"], title=title, **form.elsewhere(), by=request.user
            )
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.saved(request, "council-draft-new", _("Begun. Nobody outside this state knows of it."))
            return redirect("council_draft", pk=draft.pk)
    page = {"form": form, "about": form.about(request.user)}
    return render(request, "council/draft_begin.html", page, status=422 if form.errors else 200)


@requires(WRITES)
def council_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The editor; posted, all of it is kept, or drawn anew as a button asks."""
    draft = the_draft(request, pk)
    if not _is_open(draft):
        return _ended(request, draft)
    if request.method != "POST":
        return _page(request, draft)
    typed = posted(request, measures=draft.said["measures"], duties=_duties(draft), taken=_taken(draft))
    form = HeadForm(request.POST, draft=draft, person=request.user)
    if typed.is_asked:
        form.errors.clear()
        return _page(request, draft, form=form, typed=typed)
    is_valid = [form.is_valid(), typed.is_valid()]
    if not all(is_valid):
        return _page(request, draft, form=form, typed=typed, status=422)
    return _kept(request, draft, form, typed)


def _kept(request: HttpRequest, draft: DecisionDraft, form: HeadForm, typed: Posted) -> HttpResponse:
    try:
        drafting.change(
            draft, version=form.cleaned_data["version"], by=request.user, readers=form.readers(),
            **form.said(), **_texts(draft, typed),
        )  # fmt: skip
    except DraftChanged as refusal:
        return _conflict(request, refusal, form, typed)
    except ActRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, draft, form=form, typed=typed, status=422)
    drafts.saved(request, _name(draft.pk), _("Kept. Nothing has left the state."))
    return redirect("propose_council_draft" if "propose" in request.POST else "council_draft", pk=draft.pk)


def _texts(draft: DecisionDraft, typed: Posted) -> dict[str, Any]:
    paragraphs = written(typed.edited, kept_paragraphs(draft.said["text"]), official=draft.said["official"])
    return {
        "text": saved_paragraphs(paragraphs), "measures": typed.said_measures(draft.said["measures"]),
        "duties": typed.said_duties(draft.said["duties"]),
    }  # fmt: skip


def _conflict(request: HttpRequest, refusal: DraftChanged, form: HeadForm, typed: Posted) -> HttpResponse:
    if not _is_open(refusal.draft):
        return _ended(request, refusal.draft)
    again = form.data.copy()
    again["version"] = str(refusal.draft.version)
    form.data = again
    return _page(request, refusal.draft, form=form, typed=typed, conflict=refusal, status=409)


@requires(WRITES)
def paste_council_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A whole text at once: as the beginning, or set beside what stands, paragraph by paragraph."""
    draft = the_draft(request, pk)
    if not _is_open(draft):
        return _ended(request, draft)
    text = Text(tuple(kept_paragraphs(draft.said["text"])))
    form = PasteForm(request.POST or None, text=text, initial={"version": draft.version})
    found: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            made, lacks = pasted(text, form.cleaned_data, official=draft.said["official"])
            found = worded(lacks, text.paragraphs)
            if made is not None:
                version = form.cleaned_data["version"]
                drafting.change(draft, version=version, text=saved_paragraphs(made), by=request.user)
                drafts.saved(
                    request, f"{_name(pk)}-paste", _("Set. Look at each paragraph; nothing has left the state.")
                )
                for one in found:
                    messages.warning(request, one.text)
                return redirect("council_draft", pk=pk)
        except TextError as problem:
            form.add_error("text", wrong_text(problem))
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
    wrong = bool(form.errors or found)
    page = {"draft": draft, "form": form, "findings": found, "name": f"{_name(pk)}-paste"}
    return render(request, "council/draft_paste.html", page, status=422 if wrong else 200)


@requires(WRITES)
def propose_council_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Exactly what would leave, and to whom; posted by somebody who decides, it does."""
    draft = the_draft(request, pk)
    if not _is_open(draft):
        return _ended(request, draft)
    refused, status = "", 200
    if request.method == "POST":
        try:
            of = drafting.propose(draft, version=_version(request), allowed="allowed" in request.POST, by=request.user)
        except DraftChanged as refusal:
            draft, refused, status = refusal.draft, str(refusal), 409
        except ActRefused as refusal:
            refused, status = str(refusal), 422
        else:
            messages.success(request, _("Proposed: signed, and on its way. Now put it to the states."))
            return redirect("decision", pk=of.pk)
        if not _is_open(draft):
            return _ended(request, draft)
    page = propose_page(draft, request.user) | {"refused": refused}
    return render(request, "council/draft_propose.html", page, status=status)


@require_POST
@requires(WRITES)
def give_up_council_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It stays on record here, and nothing was sent."""
    draft = the_draft(request, pk)
    try:
        drafting.discard(draft, version=_version(request), by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("council_draft", pk=pk)
    messages.success(request, _("The draft is given up. Nothing was sent."))
    return redirect("council")


def _version(request: HttpRequest) -> int:
    """The one that the person saw; 0, which there never is, for anything else."""
    said = request.POST.get("version", "")
    return int(said) if said.isdecimal() and len(said) < 10 else 0


def _is_open(draft: DecisionDraft) -> bool:
    return draft.proposed_id is None and draft.discarded_at is None


def _ended(request: HttpRequest, draft: DecisionDraft) -> HttpResponse:
    """Somebody has proposed it, or given it up: that is said, and nothing is done twice."""
    if request.method == "POST":
        messages.warning(request, str(DraftChanged(draft)))
    if draft.proposed_id is not None:
        return redirect("decision", pk=draft.proposed_id)
    if request.method != "POST":
        messages.info(request, _("This draft was given up. Nothing was sent."))
    return redirect("council")


def _duties(draft: DecisionDraft) -> list[dict[str, Any]] | None:
    """Only an agreement has any."""
    found: list[dict[str, Any]] = draft.said["duties"]
    return found if draft.said["kind"] == "agreement" or found else None


def _taken(draft: DecisionDraft) -> set[str]:
    return {one["id"] for one in draft.said["text"]["paragraphs"]}


def _name(pk: UUID) -> str:
    return f"council-draft-{pk}"


def _page(
    request: HttpRequest,
    draft: DecisionDraft,
    *,
    form: HeadForm | None = None,
    typed: Posted | None = None,
    conflict: ActRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    said = draft.said
    paragraphs = kept_paragraphs(said["text"])
    if typed is None:
        owed = _duties(draft)
        rows = measure_rows(None, said["measures"]), duty_rows(None, owed) if owed is not None else None
        typed = Posted(as_edited(paragraphs), *rows, "", False)
    page = draft_page(draft, typed, paragraphs, is_conflict=conflict is not None) | {
        "form": form or HeadForm(draft=draft, person=request.user), "conflict": conflict, "name": _name(draft.pk),
        "is_wrong": status == 422,
    }  # fmt: skip
    return render(request, "council/draft.html", page, status=status)


urlpatterns = [
    path("council/drafts/new/", begin_council_draft, name="begin_council_draft"),
    path("council/drafts/<uuid:pk>/", council_draft, name="council_draft"),
    path("council/drafts/<uuid:pk>/paste/", paste_council_draft, name="paste_council_draft"),
    path("council/drafts/<uuid:pk>/propose/", propose_council_draft, name="propose_council_draft"),
    path("council/drafts/<uuid:pk>/give-up/", give_up_council_draft, name="give_up_council_draft"),
]
