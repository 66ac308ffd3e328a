"""What partners are to be told: who and how, exactly what would leave, a second person, sending it, giving it up."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.pages.head import head
from tocsin.node.events.views.finding import the_event
from tocsin.node.look import drafts
from tocsin.node.notifications.actions.preparing import change_draft, discard_draft, preview
from tocsin.node.notifications.actions.releasing import ask_confirmation, release, take_back_request
from tocsin.node.notifications.building.audiences import recipients
from tocsin.node.notifications.forms.drafts import DraftForm
from tocsin.node.notifications.models import Draft, Notification
from tocsin.node.notifications.pages.draft_page import draft_page, how_many
from tocsin.node.notifications.refusals import ActRefused, DraftChanged, NotReleased, Outdated
from tocsin.node.notifications.views.finding import the_draft
from tocsin.node.post.here import local_node

PREPARES = (Ability.WRITE_EVENTS, Ability.NOTIFY)


@requires(*PREPARES)
def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The choices beside what would leave by them; posted, the choices are kept."""
    found = the_draft(request, pk)
    if not found.is_open:
        return _ended(request, found)
    if request.method != "POST":
        return _page(request, found)
    form = DraftForm(request.POST, draft=found, is_first=_is_first(found))
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    try:
        change_draft(found, version=form.cleaned_data["version"], by=request.user, **form.choices_made())
    except DraftChanged as refusal:
        return _page(request, refusal.draft, form=form, conflict=refusal, status=409)
    except ActRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, form=form, status=422)
    drafts.saved(request, f"draft-{pk}", _("Kept. Nothing has left the state."))
    return redirect("draft", pk=pk)


@require_POST
@requires(Ability.NOTIFY)
def release_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    def told(made: Any) -> str:
        return _signed(made)

    return _acted(request, pk, release, told, to_event=True)


@require_POST
@requires(Ability.NOTIFY)
def ask_second_person(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _acted(request, pk, ask_confirmation, lambda _made: _("Whoever else may notify was asked to confirm it."))


def _acted(
    request: HttpRequest, pk: UUID, act: Callable[..., Any], told: Callable[[Any], str], *, to_event: bool = False
) -> HttpResponse:
    """Do it if it still is what the person saw. Else the page says what has changed, and asks for another look."""
    found = the_draft(request, pk)
    if not found.is_open:
        return _ended(request, found)
    version = request.POST.get("version", "")
    seen = {
        "version": int(version) if version.isdecimal() and len(version) < 10 else 0,
        "seen": request.POST.get("seen", ""), "warned": "warned" in request.POST,
    }  # fmt: skip
    try:
        made = act(found, by=request.user, **seen)
    except DraftChanged as refusal:
        if not refusal.draft.is_open:
            return _ended(request, the_draft(request, pk), refusal)
        return _page(request, the_draft(request, pk), conflict=refusal, since=_looked_at(request), status=409)
    except (Outdated, NotReleased) as refusal:
        status = 409 if isinstance(refusal, Outdated) else 422
        return _page(request, the_draft(request, pk), conflict=refusal, since=_looked_at(request), status=status)
    except ActRefused as refusal:
        return _page(request, the_draft(request, pk), conflict=refusal, status=422)
    messages.success(request, told(made))
    return redirect("event_partners", pk=found.event_id) if to_event else redirect("draft", pk=pk)


@require_POST
@requires(Ability.NOTIFY)
def take_back_asking(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _simple(request, pk, take_back_request, _("Nobody is asked any more."), "draft")


@require_POST
@requires(*PREPARES)
def give_up_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _simple(request, pk, discard_draft, _("The draft is given up. Nothing was sent."), "event_partners")


def _simple(request: HttpRequest, pk: UUID, act: Callable[..., Draft], told: str, then: str) -> HttpResponse:
    found = the_draft(request, pk)
    version = request.POST.get("version", "")
    try:
        act(found, version=int(version) if version.isdecimal() and len(version) < 10 else 0, by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, told)
    return redirect("draft", pk=pk) if then == "draft" else redirect("event_partners", pk=found.event_id)


def _signed(made: Notification) -> str:
    here = local_node()
    to = recipients(here.trust(), here.node, (made.classification, tuple(made.addressees)))
    return _("Signed, and on its way to %(to)s. You see here who has it.") % {"to": how_many(to)}


def _ended(request: HttpRequest, found: Draft, refusal: DraftChanged | None = None) -> HttpResponse:
    """Somebody has sent it, or given it up: that is said where the event is, and nothing is done twice."""
    messages.warning(request, str(refusal or DraftChanged(found)))
    return redirect("event_partners", pk=found.event_id)


def _looked_at(request: HttpRequest) -> datetime | None:
    """When the page was made on which the person pressed the button."""
    try:
        at = parse_datetime(request.POST.get("looked_at", ""))
    except ValueError:
        return None
    return at if at is not None and at.utcoffset() is not None else None


def _is_first(found: Draft) -> bool:
    return not Notification.objects.filter(of__event=found.event_id, is_ours=True).standing().exists()


def _page(
    request: HttpRequest,
    found: Draft,
    *,
    form: DraftForm | None = None,
    conflict: ActRefused | None = None,
    since: datetime | None = None,
    status: int = 200,
) -> HttpResponse:
    found = the_draft(request, found.pk)
    looked_at = timezone.now()
    shown = preview(found, by=request.user)
    event = the_event(request, found.event_id)
    if form is not None and conflict is not None:
        # What was typed is sent again upon what stands now, if the person wants it so.
        again = form.data.copy()
        again["version"] = found.version
        form.data = again
    page = {
        "draft": found,
        "head": head(event, request.user, "event_partners"),
        "form": form or DraftForm(draft=found, is_first=not shown.sent),
        "theirs": found if conflict is not None and form is not None else None,
        "conflict": conflict,
        "page": draft_page(found, event, shown, request.user, since),
        "looked_at": looked_at.isoformat(),
    }
    return render(request, "notifications/draft.html", page, status=status)


urlpatterns = [
    path("notifications/drafts/<uuid:pk>/", draft, name="draft"),
    path("notifications/drafts/<uuid:pk>/send/", release_draft, name="release_draft"),
    path("notifications/drafts/<uuid:pk>/ask/", ask_second_person, name="ask_second_person"),
    path("notifications/drafts/<uuid:pk>/take-back/", take_back_asking, name="take_back_asking"),
    path("notifications/drafts/<uuid:pk>/give-up/", give_up_draft, name="give_up_draft"),
]
