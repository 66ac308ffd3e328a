"""Acts on a decision: each is a page that says what will happen and to whom, and then does it."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.joint.decisions.carried import rules_carried
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import named
from tocsin.node.alliance.roles import Ability
from tocsin.node.council.actions import answering, keeping
from tocsin.node.council.forms.decision_acts import FORMS, ActForm
from tocsin.node.council.pages.decision_offers import ACTS
from tocsin.node.council.pages.decision_page import Reading
from tocsin.node.council.pages.decision_saying import told, will
from tocsin.node.council.pages.decision_standings import state_lines
from tocsin.node.council.pages.decision_words import shown_title
from tocsin.node.council.views.decision_finding import the_decision
from tocsin.node.joint.actions.acting import token
from tocsin.node.joint.models import JointObject
from tocsin.node.joint.refusals import ActRefused, Changed
from tocsin.node.look import drafts

Does = Callable[..., Any]
SHOWS_STATES = frozenset({"adopt", "silence", "not_agreed", "withdraw", "reconsider", "leave_out"})
# Acts that carry words of a person are written in the language that is open.
WORDY = frozenset({
    "stay_out", "object", "not_clear", "position", "comment", "reconsider", "accede", "not_agreed", "withdraw", "lapse",
    "revoke",
})  # fmt: skip


@requires(Ability.DECIDE, Ability.PREPARE_COUNCIL)
def decision_act(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Say what will happen; posted, do it."""
    if kind not in ACTS:
        raise Http404
    if not request.user.may(ACTS[kind].needs):
        raise PermissionDenied
    reading = the_decision(request, pk)
    if request.method != "POST":
        return _page(request, reading, kind, _form(reading, kind))
    form = _form(reading, kind, request.POST)
    if not form.is_valid():
        return _page(request, reading, kind, form, status=422)
    try:
        _do(reading.of, kind, form.cleaned_data, by=request.user)
    except Changed as refusal:
        again = the_decision(request, pk)
        form = _form(again, kind, _with_seen(request.POST, again))
        return _page(request, again, kind, form, conflict=refusal, status=409)
    except ActRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, reading, kind, form, status=422)
    said = _("Signed, and on its way.")
    if not reading.of.is_ours:
        said = _("Signed, and on its way to %(state)s, whose order it waits for.") % {
            "state": named([reading.of.origin])
        }
    drafts.saved(request, _draft(reading.of, kind), said)
    return redirect("decision", pk=pk)


def _form(reading: Reading, kind: str, data: Any = None) -> ActForm:
    opening = reading.arrangement.applied[0].act if reading.arrangement.applied else None
    known = {"seen": token(reading.of), "version": reading.ahead.version.number}
    if data is None:
        return FORMS[kind](decision=reading.ahead, rules=rules_carried(opening), initial=known)
    return FORMS[kind](data, decision=reading.ahead, rules=rules_carried(opening), initial=known)


def _with_seen(posted: QueryDict, reading: Reading) -> QueryDict:
    """What was typed, to be sent again by somebody who has seen what was said since."""
    data = posted.copy()
    data["seen"] = token(reading.of)
    return data


def _page(
    request: HttpRequest,
    reading: Reading,
    kind: str,
    form: ActForm,
    *,
    conflict: ActRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    decision = reading.ahead
    page = {
        "of": reading.of, "decision": decision, "title": shown_title(decision.title, decision.official),
        "words": ACTS[kind], "will": will(kind, decision), "told": told(reading.of), "form": form,
        "conflict": conflict, "draft": _draft(reading.of, kind), "kind": kind,
        "states": state_lines(decision, own=here().code, at=reading.at, heard={}) if kind in SHOWS_STATES else [],
    }  # fmt: skip
    return render(request, "council/decision_act.html", page, status=status)


def _draft(of: JointObject, kind: str) -> str:
    return f"decision-{of.pk}-{kind}"


def _do(of: JointObject, kind: str, said: Mapping[str, Any], *, by: Person) -> None:
    given = {name: value for name, value in said.items() if name not in ("seen", "version")}
    if kind != "comment":
        given["seen"] = said["seen"] or None
    if kind in WORDY:
        given["language"] = get_language() or "en"
    if kind in OF_VERSION:
        given["version"] = said["version"]
    DOES[kind](of, by=by, **given)


def _end(how: str) -> Does:
    return lambda of, **given: keeping.end(of, how=how, **given)


OF_VERSION = frozenset({"consent", "stay_out", "object", "comment", "silence"})
DOES: Mapping[str, Does] = {
    "consent": answering.consent,
    "stay_out": answering.stay_out,
    "object": answering.object_to,
    "lift_objection": answering.lift_objection,
    "clear": answering.clear,
    "not_clear": answering.not_clear,
    "position": answering.take_position,
    "comment": answering.comment,
    "accede": answering.accede,
    "consider": keeping.consider,
    "silence": keeping.open_silence,
    "adopt": keeping.adopt,
    "reconsider": keeping.reconsider,
    "implement": keeping.implement,
    "leave_out": keeping.leave_out,
    "bring_back": keeping.bring_back,
    "not_agreed": _end("not_agreed"),
    "withdraw": _end("withdraw"),
    "lapse": _end("lapse"),
    "revoke": keeping.revoke,
}

urlpatterns = [path("council/decisions/<uuid:pk>/act/<slug:kind>/", decision_act, name="decision_act")]
