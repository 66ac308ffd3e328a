"""Amending the text of a decision: the editor over the version on the table; only what was changed is sent."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.joint.texts.amending import Change, changes_as_json
from tocsin.joint.texts.changing import changes_between
from tocsin.joint.texts.paragraphs import Paragraph, Text
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.council.actions.texts import amend
from tocsin.node.council.forms.draft_rows import duty_rows, measure_rows
from tocsin.node.council.forms.text_amending import AmendForm
from tocsin.node.council.forms.text_editing import as_edited, written
from tocsin.node.council.forms.text_posted import Posted, posted
from tocsin.node.council.pages.decision_page import Reading
from tocsin.node.council.pages.decision_saying import told, will
from tocsin.node.council.pages.decision_words import shown_title
from tocsin.node.council.pages.text_editor import editor
from tocsin.node.council.pages.text_said import said_duties, said_measures
from tocsin.node.council.views.decision_finding import the_decision
from tocsin.node.joint.actions.acting import token
from tocsin.node.joint.refusals import ActRefused, Changed, NotAllowed
from tocsin.node.look import drafts


@requires(Ability.DECIDE)
def amend_decision(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what it will do; posted, put the next version on the table."""
    reading = the_decision(request, pk)
    if request.method != "POST":
        return _page(request, reading, _begun(reading), AmendForm(initial=_known(reading)))
    typed = posted(
        request, measures=said_measures(reading.ahead), duties=_duties(reading), taken=_taken(reading)
    )  # fmt: skip
    form = AmendForm(request.POST)
    if typed.is_asked:
        form.errors.clear()
        return _page(request, reading, typed, form)
    is_valid = [form.is_valid(), typed.is_valid()]
    if not all(is_valid):
        return _page(request, reading, typed, form, status=422)
    try:
        _send(request, reading, typed, form)
    except ActRefused as refusal:
        return _refused(request, pk, typed, form, refusal)
    drafts.saved(request, _name(pk), _("Signed, and on its way: every state is asked again."))
    return redirect("decision", pk=pk)


def _send(request: HttpRequest, reading: Reading, typed: Posted, form: AmendForm) -> None:
    decision, base = reading.ahead, form.cleaned_data["base"]
    known, owed = said_measures(decision), said_duties(decision)
    measures, duties = typed.said_measures(known), typed.said_duties(owed)
    changes: tuple[Change, ...] = ()
    if base == decision.version.number:  # else the rules refuse it: what it was written upon stands no more
        made = _made(reading, typed)
        if not made:
            raise ActRefused(_("The text has no paragraphs. Write at least one."))
        changes = changes_between(decision.text, Text(tuple(made)), official=decision.official)
    amend(
        reading.of, base=base, changes=changes_as_json(changes), measures=measures if measures != known else None,
        duties=duties if typed.duties is not None and duties != owed else None, note=form.cleaned_data["note"].strip(),
        language=get_language() or "en", seen=form.cleaned_data["seen"] or None, by=request.user,
    )  # fmt: skip


def _made(reading: Reading, typed: Posted) -> list[Paragraph]:
    """What it has become; a new paragraph that nobody has written is none."""
    there = {one.id for one in reading.ahead.text.paragraphs}
    made = written(typed.edited, reading.ahead.text.paragraphs, official=reading.ahead.official)
    return [one for one in made if one.texts or one.id in there]


def _refused(
    request: HttpRequest, pk: UUID, typed: Posted, form: AmendForm, refusal: ActRefused
) -> HttpResponse:  # fmt: skip
    """What was typed stays, beside what stands now where that is another text."""
    reading = the_decision(request, pk)
    is_other = form.cleaned_data["base"] != reading.ahead.version.number
    stale = isinstance(refusal, Changed) or (isinstance(refusal, NotAllowed) and refusal.code == "version-not-current")
    if not (is_other or stale):
        form.add_error(None, str(refusal))
        return _page(request, reading, typed, form, status=422)
    again = form.data.copy()
    again["base"], again["seen"] = str(reading.ahead.version.number), token(reading.of)
    form.data = again
    return _page(request, reading, typed, form, conflict=refusal, is_other=is_other, status=409)


def _begun(reading: Reading) -> Posted:
    owed = _duties(reading)
    rows = measure_rows(None, said_measures(reading.ahead)), duty_rows(None, owed) if owed is not None else None
    return Posted(as_edited(reading.ahead.text.paragraphs), *rows, "", False)


def _known(reading: Reading) -> dict[str, Any]:
    return {"base": reading.ahead.version.number, "seen": token(reading.of)}


def _duties(reading: Reading) -> list[dict[str, Any]] | None:
    found = said_duties(reading.ahead)
    return found if reading.ahead.kind == "agreement" or found else None


def _taken(reading: Reading) -> set[str]:
    """Of every version: what was taken out does not come back as something else."""
    return {one.id for version in reading.ahead.versions for one in version.text.paragraphs}


def _name(pk: UUID) -> str:
    return f"decision-{pk}-amend"


def _page(
    request: HttpRequest,
    reading: Reading,
    typed: Posted,
    form: AmendForm,
    *,
    conflict: ActRefused | None = None,
    is_other: bool = False,
    status: int = 200,
) -> HttpResponse:
    decision = reading.ahead
    paragraphs = decision.text.paragraphs
    page = {
        "of": reading.of, "decision": decision, "title": shown_title(decision.title, decision.official),
        "form": form, "measures": typed.measures, "duties": typed.duties, "conflict": conflict,
        "name": _name(reading.of.pk),
        "editor": editor(typed.edited, paragraphs, theirs=paragraphs if is_other else None, focus=typed.focus),
        "will": will("amend", decision), "told": told(reading.of), "is_wrong": status == 422,
    }  # fmt: skip
    return render(request, "council/text_amend.html", page, status=status)


urlpatterns = [path("council/decisions/<uuid:pk>/amend/", amend_decision, name="amend_decision")]
