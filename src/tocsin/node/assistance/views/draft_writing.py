"""A request while it is made ready: begun, written, with all that stands against it beside the fields."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.actions.drafting import change_draft, make_request_draft
from tocsin.node.assistance.building.drafts import problems_of, shape_of
from tocsin.node.assistance.building.shapes import REQUEST, shaped
from tocsin.node.assistance.forms.items import as_items, converted_words, item_rows, with_one_more
from tocsin.node.assistance.forms.requests import HeadForm, head_initial
from tocsin.node.assistance.models import RequestDraft
from tocsin.node.assistance.pages.draft_problems import problems_shown
from tocsin.node.assistance.pages.said import titled
from tocsin.node.assistance.refusals import ActRefused, DraftChanged
from tocsin.node.assistance.views.finding import the_draft, the_request
from tocsin.node.events.models import Event
from tocsin.node.look import drafts

__all__ = ["ended", "urlpatterns"]

PREPARES = (Ability.KEEP_ASSISTANCE, Ability.RELEASE_ASSISTANCE)
NEW = "assistance-draft-new"


@requires(*PREPARES)
def begin_assistance_draft(request: HttpRequest) -> HttpResponse:
    """From nothing, or for an event of ours that the address names."""
    initial = head_initial(shaped({}, REQUEST), classification="MEMBERS")
    event = request.GET.get("event", "")
    if request.method != "POST" and _is_ours(request, event):
        initial["event"] = f"{here().code} {event}"
    form = HeadForm(request.POST or None, person=request.user, initial=initial)
    rows = item_rows(request.POST or None, [])
    if request.method != "POST":
        return _page(request, None, form, rows)
    if "more" in request.POST:
        return _more(request, None, form, [])
    if not all([form.is_valid(), rows.is_valid()]):
        return _page(request, None, form, rows, status=422)
    try:
        said = form.said() | {"items": as_items(rows, [])}
        draft = make_request_draft(said=said, **form.readers(), by=request.user)
    except ActRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, None, form, rows, status=422)
    drafts.saved(request, NEW, _("Begun. Nobody outside this state knows of it."))
    return redirect("assistance_draft_look" if "look" in request.POST else "assistance_draft", pk=draft.pk)


@requires(*PREPARES)
def assistance_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The editor; posted, all of it is kept."""
    draft = the_draft(request, pk)
    if not draft.is_open:
        return ended(request, draft)
    amends = draft.amends_id is not None
    known = draft.said["items"]
    initial = head_initial(
        draft.said, version=draft.version, classification=draft.classification, addressees=draft.addressees
    )
    form = HeadForm(request.POST or None, person=request.user, amends=amends, initial=initial)
    rows = item_rows(request.POST or None, known)
    if request.method != "POST":
        return _page(request, draft, form, rows)
    if "more" in request.POST:
        return _more(request, draft, form, known)
    if not all([form.is_valid(), rows.is_valid()]):
        return _page(request, draft, form, rows, status=422)
    return _kept(request, draft, form, rows)


def _kept(request: HttpRequest, draft: RequestDraft, form: HeadForm, rows: Any) -> HttpResponse:
    try:
        said = {name: value for name, value in form.said().items() if name in shape_of(draft)}
        said["items"] = as_items(rows, draft.said["items"])
        version = form.cleaned_data["version"] or 0
        change_draft(draft, version=version, said=said, **form.readers(), by=request.user)
    except DraftChanged as refusal:
        return _conflict(request, refusal, form, rows)
    except ActRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, draft, form, rows, status=422)
    drafts.saved(request, f"assistance-draft-{draft.pk}", _("Kept. Nothing has left the state."))
    return redirect("assistance_draft_look" if "look" in request.POST else "assistance_draft", pk=draft.pk)


@require_POST
@requires(*PREPARES)
def assistance_amend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin what an open request of ours is to say instead; one that is begun already is gone on with."""
    of = the_request(request, pk)
    begun = RequestDraft.objects.visible_to(request.user).open().filter(amends=of).first()
    try:
        draft = begun or make_request_draft(amends=of, by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("assistance_request", pk=pk)
    return redirect("assistance_draft", pk=draft.pk)


@requires(*PREPARES)
def assistance_conversion(request: HttpRequest) -> HttpResponse:
    """What one row of a form comes to, while it is typed; its fields come with the prefix of their row."""
    values = {name.rpartition("-")[2]: value for name, value in request.GET.items()}
    return render(request, "assistance/conversion.html", {"said": converted_words(values)})


def ended(request: HttpRequest, draft: Any) -> HttpResponse:
    """Somebody has released it, or given it up: that is said, and nothing is done twice."""
    if request.method == "POST":
        messages.warning(request, str(DraftChanged(draft)))
    if draft.sent_id is not None:
        return redirect("assistance_request", pk=draft.sent.of_id)
    if request.method != "POST":
        messages.info(request, _("This draft was given up. Nothing was sent."))
    return redirect("assistance")


def _more(request: HttpRequest, draft: RequestDraft | None, form: HeadForm, known: list[Any]) -> HttpResponse:
    form.errors.clear()
    return _page(request, draft, form, item_rows(with_one_more(request.POST), known))


def _conflict(request: HttpRequest, refusal: DraftChanged, form: HeadForm, rows: Any) -> HttpResponse:
    if not refusal.draft.is_open:
        return ended(request, refusal.draft)
    again = form.data.copy()
    again["version"] = str(refusal.draft.version)
    form.data = again
    assert isinstance(refusal.draft, RequestDraft)
    return _page(request, refusal.draft, form, rows, conflict=refusal, status=409)


def _is_ours(request: HttpRequest, event: str) -> bool:
    try:
        return Event.objects.visible_to(request.user).filter(pk=UUID(event)).exists()
    except ValueError:
        return False


def _page(
    request: HttpRequest,
    draft: RequestDraft | None,
    form: HeadForm,
    rows: Any,
    *,
    conflict: ActRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    is_typed = request.method == "POST"
    page = {
        "draft": draft, "form": form, "rows": rows, "conflict": conflict, "is_wrong": status == 422,
        "name": f"assistance-draft-{draft.pk}" if draft else NEW,
        "title": titled(draft.said["title"]) if draft and draft.said["title"] else "",
        "amends": draft.amends if draft else None,
        "problems": problems_shown(problems_of(draft)) if draft and not is_typed else [],
        "theirs": [(titled(draft.said["title"]), draft.changed_by.name)] if draft and conflict else [],
    }  # fmt: skip
    return render(request, "assistance/draft.html", page, status=status)


urlpatterns = [
    path("assistance/drafts/new/", begin_assistance_draft, name="begin_assistance_draft"),
    path("assistance/drafts/<uuid:pk>/", assistance_draft, name="assistance_draft"),
    path("assistance/conversion/", assistance_conversion, name="assistance_conversion"),
    path("assistance/requests/<uuid:pk>/amend/", assistance_amend, name="assistance_amend"),
]
