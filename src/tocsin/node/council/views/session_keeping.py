"""What the owner of a session does with it, where a page asks something first."""

from collections.abc import Mapping
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.council.actions import session_convening
from tocsin.node.council.forms.session_convening import (
    LANGUAGES,
    ChairForm,
    PostponeForm,
    ReasonForm,
    Seen,
    agenda_forms,
    agenda_said,
    decisions_offered,
    said_in,
)
from tocsin.node.council.forms.session_sitting import ConcludeForm, MinutesForm
from tocsin.node.council.pages import session_minutes
from tocsin.node.council.pages.session_words import in_reader_language
from tocsin.node.council.session_reading import session_here
from tocsin.node.council.views.session_acting import Asked, acted, initial, seen, written_in
from tocsin.node.council.views.session_convening import open_decisions
from tocsin.node.council.views.session_finding import the_session

__all__ = ["urlpatterns"]


@requires(Ability.PREPARE_COUNCIL)
def session_agenda(request: HttpRequest, pk: UUID) -> HttpResponse:
    of = the_session(request, pk)
    session = session_here(of)
    known = {key: found for key, (_row, found) in open_decisions(request).items()}
    offered = decisions_offered([row for row, _of in open_decisions(request).values()])
    keys = {found.key: key for key, found in known.items()}
    items = [
        {"id": one.id, "title": one.title, "decision": keys.get(one.decision) if one.decision else ""}
        for one in session.agenda
    ]
    form = Seen(request.POST or None, **initial(of))
    rows = agenda_forms(request.POST or None, items=items, decisions=offered)
    asked = Asked(
        "agenda", _("The agenda"), _("An item without a title is taken out; one that was taken up stays."),
        _("Set the agenda"), _("The agenda is set."),
    )  # fmt: skip

    def act() -> None:
        said = agenda_said(rows, known=known, taken=[one.id for one in session.agenda])
        kept = {one.id: one.decision for one in session.agenda}
        for one in said:  # a decision that is not offered any more stays where it was
            if one["decision"] is None and (before := kept.get(one["id"])) is not None and before not in keys:
                one["decision"] = before.as_json()
        session_convening.set_agenda(of, agenda=said, language=written_in(), seen=seen(form), by=request.user)

    return acted(request, of, asked, form, act, rows)


@requires(Ability.PREPARE_COUNCIL)
def session_chair(request: HttpRequest, pk: UUID) -> HttpResponse:
    of = the_session(request, pk)
    session = session_here(of)
    form = ChairForm(
        request.POST or None, invited=(session.owner, *session.invited), **initial(of, chair=session.chair)
    )
    asked = Asked("chair", _("The chair"), _("Another state presides from then on."), _("Set the chair"), _("Set."))

    def act() -> None:
        session_convening.set_chair(of, chair=form.cleaned_data["chair"], seen=seen(form), by=request.user)

    return acted(request, of, asked, form, act)


@requires(Ability.DECIDE)
def session_postpone(request: HttpRequest, pk: UUID) -> HttpResponse:
    of = the_session(request, pk)
    form = PostponeForm(request.POST or None, **initial(of, starts_at=session_here(of).starts_at))
    asked = Asked(
        "postpone", _("Postpone the session"), _("The states that are invited are told at once."),
        _("Postpone the session"), _("Postponed."),
    )  # fmt: skip

    def act() -> None:
        session_convening.postpone(of, **form.arguments(), seen=seen(form), by=request.user)

    return acted(request, of, asked, form, act)


@requires(Ability.DECIDE)
def session_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    of = the_session(request, pk)
    form = ReasonForm(request.POST or None, **initial(of))
    asked = Asked(
        "cancel", _("Cancel the session"), _("It cannot be taken back; another session can be called."),
        _("Cancel the session"), _("Cancelled."),
    )  # fmt: skip

    def act() -> None:
        reason = form.cleaned_data["reason"]
        session_convening.cancel(of, reason=reason, language=written_in(), seen=seen(form), by=request.user)

    return acted(request, of, asked, form, act)


@requires(Ability.PREPARE_COUNCIL)
def conclude_item(request: HttpRequest, pk: UUID, item: str) -> HttpResponse:
    of = the_session(request, pk)
    found = session_here(of).item(item)
    if found is None:
        raise Http404
    known = open_decisions(request)
    keys = {joint.key: key for key, (_row, joint) in known.items()}
    offered = decisions_offered([row for row, _of in known.values()])
    chosen = keys.get(found.decision, "") if found.decision else ""
    form = ConcludeForm(request.POST or None, decisions=offered, **initial(of, decision=chosen))
    title = _("Conclude: %(item)s") % {"item": in_reader_language(found.title)}
    asked = Asked(f"conclude-{item}", title, _("An item is concluded once."), _("Conclude"), _("Concluded."))

    def act() -> None:
        said = form.cleaned_data
        decision = known[said["decision"]][1].key if said["decision"] else None
        session_convening.conclude(
            of, item=item, outcome=said_in(said, "outcome"), decision=decision, language=written_in(),
            seen=seen(form), by=request.user,
        )  # fmt: skip

    return acted(request, of, asked, form, act)


@requires(Ability.PREPARE_COUNCIL)
def session_write_minutes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begins with what the session's own acts say, in three languages."""
    of = the_session(request, pk)
    session = session_here(of)
    texts: Mapping[str, str] = (
        session_minutes.standing(session) if session.minutes else session_minutes.drafted(session)
    )
    begun = {f"text_{short}": texts.get(tag, "") for short, tag in LANGUAGES.items()}
    form = MinutesForm(request.POST or None, **initial(of, **begun))
    told = _("Each state is asked to approve them. Other minutes take the place of these, and are approved anew.")
    asked = Asked("minutes", _("Minutes"), told, _("Give the minutes"), _("The states can approve the minutes now."))

    def act() -> None:
        text = form.cleaned_data["text"]
        session_convening.give_minutes(of, text=text, language=written_in(), seen=seen(form), by=request.user)

    return acted(request, of, asked, form, act)


urlpatterns = [
    path("council/sessions/<uuid:pk>/agenda/", session_agenda, name="session_agenda"),
    path("council/sessions/<uuid:pk>/chair/", session_chair, name="session_chair"),
    path("council/sessions/<uuid:pk>/postpone/", session_postpone, name="session_postpone"),
    path("council/sessions/<uuid:pk>/cancel/", session_cancel, name="session_cancel"),
    path("council/sessions/<uuid:pk>/items/<slug:item>/conclude/", conclude_item, name="conclude_item"),
    path("council/sessions/<uuid:pk>/minutes/", session_write_minutes, name="session_minutes"),
]
