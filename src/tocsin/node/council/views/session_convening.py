"""Calling a session: from an event of ours, from one that a partner notified, or for any other reason."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.council.actions.session_convening import convene
from tocsin.node.council.forms.session_convening import ConveneForm, agenda_forms, agenda_said, decisions_offered
from tocsin.node.council.models import Decision
from tocsin.node.council.pages.session_invitation import Occasion, found_occasion, invitation
from tocsin.node.council.pages.tabs import tabs
from tocsin.node.joint.models import JointObject
from tocsin.node.joint.refusals import ActRefused
from tocsin.node.look import drafts

__all__ = ["open_decisions", "urlpatterns"]

MOST = 100


@requires(Ability.DECIDE)
def convene_session(request: HttpRequest) -> HttpResponse:
    """`?event=`, `?notified=`, `?body=`, `?rule=` say why; what was typed stays where it is refused."""
    occasion = found_occasion(request.GET, request.user)
    known = open_decisions(request)
    offered = decisions_offered([row for row, _of in known.values()])
    if request.method != "POST":
        initial, agenda = invitation(occasion, request.user, timezone.now())
        items = agenda_forms(items=agenda, decisions=offered)
        return _page(request, occasion, ConveneForm(initial=initial, leave=occasion.leave), items)
    form, items = ConveneForm(request.POST, leave=occasion.leave), agenda_forms(request.POST, decisions=offered)
    if not (form.is_valid() and items.is_valid()):
        return _page(request, occasion, form, items, status=422)
    said = agenda_said(items, known={key: of for key, (_row, of) in known.items()})
    try:
        of = convene(
            **form.arguments(), agenda=said, event=occasion.key, language=get_language() or "en", by=request.user
        )
    except ActRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, occasion, form, items, status=409)
    drafts.saved(request, _draft(occasion), _("Called in the state’s name. The states that are invited are told."))
    return redirect("session", pk=of.pk)


def open_decisions(request: HttpRequest) -> dict[str, tuple[Decision, JointObject]]:
    """Decisions that an item may be about: those that are open, the latest first."""
    rows = Decision.objects.visible_to(request.user).select_related("of")
    chosen = rows.filter(status__in=("proposed", "under_consideration", "silence_procedure", "adopted", "in_force"))
    return {str(row.pk): (row, row.of) for row in chosen[:MOST]}


def _draft(occasion: Occasion) -> str:
    return f"convene-{occasion.event.pk if occasion.event else 'new'}"


def _page(request: HttpRequest, occasion: Occasion, form: Any, items: Any, *, status: int = 200) -> HttpResponse:
    body = occasion.body
    shown = {
        "form": form, "items": items, "occasion": occasion, "draft": _draft(occasion), "tabs": tabs("sessions"),
        "is_proposed": body is not None and body.standing == "proposed",
        "rule": occasion.rule.name.in_language(get_language() or "en") if occasion.rule else "",
        "hours": occasion.rule.hours if occasion.rule else None,
    }  # fmt: skip
    return render(request, "council/session_convene.html", shown, status=status)


urlpatterns = [path("council/sessions/convene/", convene_session, name="convene_session")]
