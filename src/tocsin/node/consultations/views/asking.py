"""Pages of those who asked: answering questions, adding, reading, telling how it went, consent, who has the case."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations import links
from tocsin.node.consultations.actions import asking
from tocsin.node.consultations.actions.drafting import begin_again
from tocsin.node.consultations.forms.acting import (
    AcknowledgeForm,
    ConsentForm,
    FollowUpForm,
    NoteForm,
    OptionalReasonForm,
    ReasonForm,
    TeamForm,
)
from tocsin.node.consultations.models import ClinicalNote
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.reading import case_ahead
from tocsin.node.consultations.refusals import ActRefused
from tocsin.node.consultations.speaking import voice_in
from tocsin.node.consultations.views.asked import MAY, Asked, acted, initial
from tocsin.node.consultations.views.finding import the_case
from tocsin.node.consultations.views.refusing import of_part, the_question
from tocsin.node.hospitals.models import Clinician
from tocsin.node.hospitals.naming import sorted_by

__all__ = ["urlpatterns"]


@requires(*MAY)
@of_part(Part.ASKING)
def case_reply(request: HttpRequest, pk: UUID, about: str) -> HttpResponse:
    row = the_case(request, pk)
    question = the_question(case_ahead(row.of), about)
    asked = Asked(
        "reply", _("Answer the question"), _("The experts are told at once."), _("Send the answer"),
        _("The answer was sent."), about=about,
    )  # fmt: skip
    form = NoteForm(request.POST or None, label=_("Your answer"), rows=6, **initial(row))
    note = question.note
    words = ClinicalNote.objects.visible_to(request.user).readable()
    said = words.filter(origin=note.origin, document_id=note.id).first() if note is not None else None
    return acted(request, row, asked, form, partial(asking.reply, row, about), above=said)


@requires(*MAY)
@of_part(Part.ASKING)
def case_supplement(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked(
        "supplement", _("Add something to the case"), _("A result that has come, or what has changed."), _("Add it"),
        _("Added. The experts are told."),
    )  # fmt: skip
    form = NoteForm(request.POST or None, label=_("What is new"), rows=8, **initial(row))
    return acted(request, row, asked, form, partial(asking.supplement, row))


@requires(*MAY)
@of_part(Part.ASKING)
def case_acknowledge(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked(
        "acknowledge", _("You have read the answer"),
        _("The experts see that their advice was read, and when they will hear how it went."), _("I have read it"),
        _("Thank you. You are asked how it went on that day."),
    )  # fmt: skip
    form = AcknowledgeForm(request.POST or None, **initial(row))
    return acted(request, row, asked, form, partial(asking.acknowledge, row))


@requires(*MAY)
@of_part(Part.ASKING)
def case_follow_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked(
        "follow_up", _("How did it go?"), _("The experts read it: most of them never learn what became of a patient."),
        _("Tell them"), _("Told. You can close the case now."),
    )  # fmt: skip
    form = FollowUpForm(request.POST or None, **initial(row))
    return acted(request, row, asked, form, partial(asking.follow_up, row))


@requires(*MAY)
@of_part(Part.ASKING)
def case_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked("close", _("Close the case"), _("It can be opened again."), _("Close it"), _("Closed."))
    form = OptionalReasonForm(request.POST or None, **initial(row))
    return acted(request, row, asked, form, partial(asking.close, row))


@requires(*MAY)
@of_part(Part.ASKING)
def case_reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked(
        "reopen", _("Open the case again"), _("The same experts are asked, and see all that was said before."),
        _("Open it again"), _("Opened again."),
    )  # fmt: skip
    form = NoteForm(request.POST or None, label=_("What has changed"), rows=8, **initial(row))
    return acted(request, row, asked, form, partial(asking.reopen, row))


@requires(*MAY)
@of_part(Part.ASKING)
def case_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked(
        "withdraw", _("Withdraw the case"), _("You need no answer any more. Nobody can answer it afterwards."),
        _("Withdraw it"), _("Withdrawn."), is_danger=True,
    )  # fmt: skip
    form = ReasonForm(request.POST or None, **initial(row))
    return acted(request, row, asked, form, partial(asking.withdraw, row))


@requires(*MAY)
@of_part(Part.ASKING)
def case_consent(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked(
        "consent", _("What the patient agrees to"),
        _(
            "If the patient does not agree any more to advice for their care, the case ends, and all that was said of "
            "them is destroyed at your hospital and at those that were asked. That cannot be undone."
        ),
        _("Put it on record"), _("It is on record."), is_danger=True,
    )  # fmt: skip
    form = ConsentForm(request.POST or None, **initial(row))

    def change(*, seen: str | None, kind: str, by: object, **said: object) -> object:
        return asking.change_consent(row, kind, seen=seen, by=by, **said)

    return acted(request, row, asked, form, change)


@requires(*MAY)
@of_part(Part.ASKING)
def case_team(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Clinicians of the hospital that asks; whoever is not chosen does not read the case any more."""
    row = the_case(request, pk)
    hospital = voice_in(row, request.user, Part.ASKING).hospital
    asked = Asked(
        "team", _("Who has the case at your hospital"),
        _("Only those who are chosen read it. Hand it over here before you are away."), _("Save"), _("Saved."),
    )  # fmt: skip
    known = list(Clinician.objects.working().filter(hospital=hospital).order_by(sorted_by(), "pk"))
    now = {one.id for one in case_ahead(row.of).team}
    chosen = [str(one.pk) for one in known if str(one.clinician_id) in now]
    form = TeamForm(request.POST or None, clinicians=known, **initial(row, clinicians=chosen))
    return acted(request, row, asked, form, partial(asking.name_team, row))


@require_POST
@requires(Ability.CONSULT)
@of_part(Part.ASKING, clinician=True)
def case_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A case that was given back is written on where it was left."""
    row = the_case(request, pk)
    try:
        draft = begin_again(row, by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect(links.case(pk))
    return redirect(links.draft(draft.pk))


WHERE = "consultations/<uuid:pk>/"
urlpatterns = [
    path(f"{WHERE}reply/<slug:about>/", case_reply, name="case_reply"),
    path(f"{WHERE}supplement/", case_supplement, name="case_supplement"),
    path(f"{WHERE}acknowledge/", case_acknowledge, name="case_acknowledge"),
    path(f"{WHERE}follow-up/", case_follow_up, name="case_follow_up"),
    path(f"{WHERE}close/", case_close, name="case_close"),
    path(f"{WHERE}reopen/", case_reopen, name="case_reopen"),
    path(f"{WHERE}withdraw/", case_withdraw, name="case_withdraw"),
    path(f"{WHERE}consent/", case_consent, name="case_consent"),
    path(f"{WHERE}team/", case_team, name="case_team"),
    path(f"{WHERE}again/", case_again, name="case_again"),
]
