"""Pages of those who are asked: allocating, beginning, asking back, opinions, giving back."""

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.joint.consultations import Opinion
from tocsin.node.alliance.gates import requires
from tocsin.node.consultations.actions import answering
from tocsin.node.consultations.allocating import candidates
from tocsin.node.consultations.forms.acting import (
    AllocateForm,
    AmendForm,
    NoteForm,
    ReasonForm,
    ReturnForm,
    Seen,
)
from tocsin.node.consultations.models import Case, ClinicalNote
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.reading import case_ahead
from tocsin.node.consultations.speaking import voice_in
from tocsin.node.consultations.views.asked import MAY, Asked, acted, initial
from tocsin.node.consultations.views.finding import the_case
from tocsin.node.consultations.views.refusing import of_part, the_opinion
from tocsin.node.consultations.words import DECLINE_REASONS

__all__ = ["urlpatterns"]


@requires(*MAY)
@of_part(Part.ASKED, clinician=False)
def case_allocate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everybody who could, the fittest first, with the reasons."""
    row = the_case(request, pk)
    hospital = voice_in(row, request.user, Part.ASKED, clinician=False).hospital
    found = candidates(hospital, row, at=timezone.now())
    asked = Asked(
        "allocate", _("Give the case to an expert"),
        _("Whoever you choose can read the case from now on; whoever had it before cannot any more."),
        _("Give it to them"), _("The case was given."),
    )  # fmt: skip
    form = AllocateForm(request.POST or None, clinicians=[one.clinician for one in found], **initial(row))
    return acted(request, row, asked, form, partial(answering.allocate, row), candidates=found)


@requires(*MAY)
@of_part(Part.EXPERT)
def case_take(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked(
        "take", _("Begin with the case"), _("Those who asked see that you have begun."), _("Begin"), _("You have it.")
    )
    return acted(request, row, asked, Seen(request.POST or None, **initial(row)), partial(answering.take, row))


@requires(*MAY)
@of_part(Part.EXPERT)
def case_hand_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked(
        "hand_back", _("Hand the case back"),
        _("The coordinator of your hospital gives it to somebody else. You cannot read it any more."),
        _("Hand it back"), _("Handed back."),
    )  # fmt: skip
    form = ReasonForm(request.POST or None, **initial(row))
    return acted(request, row, asked, form, partial(answering.hand_back, row))


@requires(*MAY)
@of_part(Part.ASKED, clinician=False)
def case_decline(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked(
        "decline", _("Decline the case"),
        _("Those who asked learn of it at once, with the reason, so that they can ask somebody else."),
        _("Decline"), _("Declined."), is_danger=True,
    )  # fmt: skip
    form = ReturnForm(request.POST or None, kind="decline_reason", among=DECLINE_REASONS, **initial(row))
    return acted(request, row, asked, form, partial(answering.decline, row))


@requires(*MAY)
@of_part(Part.EXPERT, Part.ASKED)
def case_return(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked(
        "return", _("Give the case back"),
        _("Say what is missing. Those who asked add it and ask again; what they have written stays."),
        _("Give it back"), _("Given back."),
    )  # fmt: skip
    form = ReturnForm(request.POST or None, kind="return_reason", **initial(row))
    return acted(request, row, asked, form, partial(answering.give_back, row))


@requires(*MAY)
@of_part(Part.EXPERT)
def case_ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked(
        "ask", _("Ask those who asked you"), _("They are told at once. The case waits for them."),
        pgettext("to those who asked", "Send the question"), _("The question was sent."),
    )  # fmt: skip
    form = NoteForm(request.POST or None, label=_("Your question"), rows=5, **initial(row))
    return acted(request, row, asked, form, partial(answering.ask, row))


@requires(*MAY)
@of_part()
def case_message(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked(
        "message", _("Write to the others of the case"),
        _("Everybody who has the case reads it. It is neither a question nor an opinion."), _("Send"), _("Sent."),
    )  # fmt: skip
    form = NoteForm(request.POST or None, label=_("Message"), rows=5, **initial(row))

    def send(*, seen: str | None, **said: object) -> object:
        return answering.send_message(row, **said)

    return acted(request, row, asked, form, send)


@requires(*MAY)
@of_part(Part.EXPERT)
def case_sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Kept while it is written, seen by nobody else; read by those who asked from the signature on."""
    row = the_case(request, pk)
    asked = Asked(
        "sign", _("Your opinion"),
        _("Nobody sees it before you sign. Afterwards you can amend or retract it, and every version is kept."),
        _("Sign it"), _("Signed. Those who asked are told."),
    )  # fmt: skip
    form = NoteForm(request.POST or None, label=_("Opinion and advice"), rows=14, **initial(row))
    return acted(request, row, asked, form, partial(answering.sign, row))


@requires(*MAY)
@of_part(Part.EXPERT)
def case_amend(request: HttpRequest, pk: UUID, about: str) -> HttpResponse:
    row = the_case(request, pk)
    opinion = the_opinion(case_ahead(row.of), about)
    asked = Asked(
        "amend", _("Amend your opinion"),
        _("The new version stands, the ones before it stay to be read. Those who asked have to read it again."),
        _("Sign the new version"), _("Signed. Those who asked are told."), about=about,
    )  # fmt: skip
    before = _words_of(row, opinion)
    form = AmendForm(request.POST or None, label=_("Opinion and advice"), rows=14, **initial(row, text=before))
    do = partial(answering.amend, row, about, after=len(opinion.revisions))
    return acted(request, row, asked, form, do)


@requires(*MAY)
@of_part(Part.EXPERT, Part.ASKED)
def case_retract(request: HttpRequest, pk: UUID, about: str) -> HttpResponse:
    row = the_case(request, pk)
    the_opinion(case_ahead(row.of), about)
    asked = Asked(
        "retract", _("Retract the opinion"),
        _("It stays to be read, as retracted. Those who asked are told at once; sign another one if you can."),
        _("Retract it"), _("Retracted. Those who asked are told."), about=about, is_danger=True,
    )  # fmt: skip
    form = ReasonForm(request.POST or None, **initial(row))
    return acted(request, row, asked, form, partial(answering.retract, row, about))


def _words_of(row: Case, opinion: Opinion) -> str:
    note = opinion.last.note
    if note is None:
        return ""
    found = ClinicalNote.objects.readable().filter(origin=note.origin, document_id=note.id).first()
    return found.text if found is not None else ""


WHERE = "consultations/<uuid:pk>/"
urlpatterns = [
    path(f"{WHERE}allocate/", case_allocate, name="case_allocate"),
    path(f"{WHERE}take/", case_take, name="case_take"),
    path(f"{WHERE}hand-back/", case_hand_back, name="case_hand_back"),
    path(f"{WHERE}decline/", case_decline, name="case_decline"),
    path(f"{WHERE}return/", case_return, name="case_return"),
    path(f"{WHERE}ask/", case_ask, name="case_ask"),
    path(f"{WHERE}message/", case_message, name="case_message"),
    path(f"{WHERE}sign/", case_sign, name="case_sign"),
    path(f"{WHERE}amend/<slug:about>/", case_amend, name="case_amend"),
    path(f"{WHERE}retract/<slug:about>/", case_retract, name="case_retract"),
]
