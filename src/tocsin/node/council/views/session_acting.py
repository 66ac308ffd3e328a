"""What an invited state says in a session: each a page that says what will happen, before it is signed.

The pages of the owner (`session_keeping`) are made of the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.joint.sessions.state import Session
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.naming import names
from tocsin.node.alliance.roles import Ability
from tocsin.node.council.actions import session_attending
from tocsin.node.council.forms.session_convening import (
    Seen,
)
from tocsin.node.council.forms.session_sitting import (
    AttendForm,
    SpeakForm,
    delegate_forms,
    delegates_said,
)
from tocsin.node.council.pages.session_words import in_reader_language
from tocsin.node.council.session_reading import session_here
from tocsin.node.council.views.session_finding import the_session
from tocsin.node.joint.actions.acting import token
from tocsin.node.joint.models import JointObject
from tocsin.node.joint.refusals import ActRefused
from tocsin.node.look import drafts

__all__ = ["Asked", "acted", "initial", "seen", "urlpatterns", "written_in"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A page that asks before an act: its title, what will happen, the word on its button."""

    name: str
    title: str
    told: str
    button: str
    done: str


def acted(
    request: HttpRequest, of: JointObject, asked: Asked, form: Any, act: Callable[[], object], rows: Any = None
) -> HttpResponse:
    """Show the form, or do what it asks; what cannot be done stays as it was typed, below the reason."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and (rows is None or rows.is_valid()):
            try:
                act()
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                drafts.saved(request, _draft(of, asked), asked.done)
                return redirect("session", pk=of.pk)
        if "seen" in form.fields:  # what was said meanwhile stands on the session's page; the next try has seen it
            form.data = form.data.copy()
            form.data["seen"] = token(of)
    session = session_here(of)
    shown = {
        "of": of, "asked": asked, "form": form, "rows": rows, "draft": _draft(of, asked),
        "title": in_reader_language(session.title), "exercise": of.is_exercise,
        "owner": names([of.origin])[of.origin], "readers": len(session.invited),
    }  # fmt: skip
    return render(request, "council/session_act.html", shown, status=status)


def _draft(of: JointObject, asked: Asked) -> str:
    return f"session-{of.pk}-{asked.name}"


def initial(of: JointObject, **more: Any) -> dict[str, Any]:
    """What a form begins with: what had been said when the page was made, and what is known."""
    return {"initial": {"seen": token(of), **more}}


def seen(form: Any) -> str | None:
    """As the form that was sent has it."""
    return form.cleaned_data.get("seen") or None


def written_in() -> str:
    """The language in which somebody types: that of their pages."""
    return get_language() or "en"


@requires(Ability.PREPARE_COUNCIL)
def session_delegation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Whom we send; the last delegation counts, and those before stay on record."""
    of = the_session(request, pk)
    session = session_here(of)
    own = session.delegations.get(here().code, ())
    before = {one.id: one.name for delegation in own for one in delegation.delegates}
    form = Seen(request.POST or None, **initial(of))
    rows = delegate_forms(request.POST or None, delegates=own[-1].delegates if own else ())
    asked = Asked(
        "delegation", _("Who comes from our state"),
        _("All states that read of the session learn these names. Those who were named before act no more in it."),
        _("Name them"), _("Named in the state’s name."),
    )  # fmt: skip

    def act() -> None:
        session_attending.name_delegation(
            of, delegates=delegates_said(rows, before=before), language=written_in(), seen=seen(form), by=request.user
        )

    return acted(request, of, asked, form, act, rows)


@requires(Ability.PREPARE_COUNCIL)
def session_attend(request: HttpRequest, pk: UUID) -> HttpResponse:
    of = the_session(request, pk)
    session = session_here(of)
    delegates = _own_delegates(session)
    present = [one.id for one in session.present(here().code)]
    form = AttendForm(request.POST or None, delegates=delegates, **initial(of, present=present))
    asked = Asked(
        "attend", _("Who of ours is there"), _("It takes the place of what was said before."), _("Say so"), _("Said.")
    )

    def act() -> None:
        said = form.cleaned_data["present"]
        session_attending.attend(of, present=said, seen=seen(form), by=request.user)

    return acted(request, of, asked, form, act)


@requires(Ability.DECIDE)
def session_speak(request: HttpRequest, pk: UUID) -> HttpResponse:
    of = the_session(request, pk)
    session = session_here(of)
    begun = {"item": request.GET.get("item", "")}
    form = SpeakForm(request.POST or None, session=session, delegates=_own_delegates(session), initial=begun)
    asked = Asked(
        "speak", _("A statement of our state"),
        _("It is signed by the state and stands on record, in the language in which you write."),
        _("Place it on record"), _("On record."),
    )  # fmt: skip

    def act() -> None:
        session_attending.speak(of, **form.arguments(), language=written_in(), by=request.user)

    return acted(request, of, asked, form, act)


def _own_delegates(session: Session) -> tuple[Any, ...]:
    delegation = session.delegation(here().code)
    return delegation.delegates if delegation else ()


urlpatterns = [
    path("council/sessions/<uuid:pk>/delegation/", session_delegation, name="session_delegation"),
    path("council/sessions/<uuid:pk>/attendance/", session_attend, name="session_attend"),
    path("council/sessions/<uuid:pk>/statement/", session_speak, name="session_speak"),
]
