"""Pages of acts on a transfer, of the hospital that sends, of the one that receives, and of either."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.node.alliance.gates import requires
from tocsin.node.hospitals.models import Clinician
from tocsin.node.hospitals.naming import sorted_by
from tocsin.node.transfers.actions import either, receiving, sending
from tocsin.node.transfers.forms.acting import (
    AcceptForm,
    AgreementForm,
    EndForm,
    NoteForm,
    OptionalNoteForm,
    ReasonedForm,
    ReasonForm,
    Seen,
    TeamForm,
)
from tocsin.node.transfers.models.transfers import Side
from tocsin.node.transfers.speaking import voice_in
from tocsin.node.transfers.views.asked import MAY, Asked, acted, initial
from tocsin.node.transfers.views.finding import of_side, the_transfer
from tocsin.node.transfers.words import CANCEL_REASONS, DECLINE_REASONS

__all__ = ["urlpatterns"]


@requires(*MAY)
@of_side(Side.RECEIVING)
def transfer_accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_transfer(request, pk)
    hospital = voice_in(row, request.user, Side.RECEIVING).hospital
    lines = receiving.lines_with_beds(hospital)
    asked = Asked(
        "accept", _("You have a bed for the patient"),
        _("The hospital that sends is told at once. It lapses if the patient has not left when the bed is not kept."),
        _("Keep the bed"), _("The hospital that sends is told that you have a bed."),
    )  # fmt: skip
    form = AcceptForm(request.POST or None, hospital=hospital, lines=lines, **initial(row))
    return acted(request, row, asked, form, partial(receiving.accept, row))


@requires(*MAY)
@of_side(Side.RECEIVING)
def transfer_decline(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_transfer(request, pk)
    asked = Asked(
        "decline", _("You cannot take the patient"), _("The transfer ends, and the hospital asks another one."),
        _("Decline"), _("Declined. Those who asked are told."), is_danger=True,
    )  # fmt: skip
    form = ReasonedForm(request.POST or None, among=DECLINE_REASONS, **initial(row))
    return acted(request, row, asked, form, partial(receiving.decline, row))


@requires(*MAY)
@of_side(Side.RECEIVING)
def transfer_take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_transfer(request, pk)
    asked = Asked(
        "take_back", _("Take the bed back"),
        _("The patient must not leave. You can give another bed, or decline. Say nothing of the patient here."),
        _("Take it back"), _("Taken back. Those who send are told at once."), is_danger=True,
    )  # fmt: skip
    form = ReasonForm(request.POST or None, **initial(row))
    return acted(request, row, asked, form, partial(receiving.take_back, row))


@requires(*MAY)
@of_side(Side.RECEIVING)
def transfer_arrive(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_transfer(request, pk)
    asked = Asked(
        "arrive", _("The patient is here"), _("Then a clinician of each hospital signs the hand-over."),
        _("The patient is here"), _("It is on record. Both hospitals sign the hand-over now."),
    )  # fmt: skip
    return acted(request, row, asked, Seen(request.POST or None, **initial(row)), partial(receiving.arrive, row))


@requires(*MAY)
@of_side(Side.RECEIVING)
def transfer_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_transfer(request, pk)
    asked = Asked(
        "end", _("What became of the patient?"), _("Those who sent the patient read it. The transfer ends with it."),
        _("Tell them"), _("Told. The transfer has ended."),
    )  # fmt: skip
    form = EndForm(request.POST or None, **initial(row))
    return acted(request, row, asked, form, partial(receiving.end, row))


@requires(*MAY)
@of_side(Side.SENDING)
def transfer_depart(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_transfer(request, pk)
    asked = Asked(
        "depart", _("The patient has left"), _("The hospital that receives is told at once."),
        _("The patient has left"), _("It is on record. The hospital that receives is told."),
    )  # fmt: skip
    label = _("In which state the patient left, and what goes along")
    form = OptionalNoteForm(request.POST or None, label=label, rows=6, **initial(row))
    return acted(request, row, asked, form, partial(sending.depart, row))


@requires(*MAY)
@of_side(Side.SENDING)
def transfer_supplement(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_transfer(request, pk)
    asked = Asked(
        "supplement", _("Add something to the transfer"), _("A result that has come, or what has changed."),
        _("Add it"), _("Added. The hospital that receives is told."),
    )  # fmt: skip
    form = NoteForm(request.POST or None, label=_("What is new"), rows=8, **initial(row))
    return acted(request, row, asked, form, partial(sending.supplement, row))


@requires(*MAY)
@of_side(Side.SENDING)
def transfer_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_transfer(request, pk)
    asked = Asked(
        "cancel", _("Cancel the transfer"), _("The hospital that receives keeps no bed any longer."),
        _("Cancel it"), _("Cancelled. The hospital that receives is told."), is_danger=True,
    )  # fmt: skip
    form = ReasonedForm(request.POST or None, among=CANCEL_REASONS, **initial(row))
    return acted(request, row, asked, form, partial(sending.cancel, row))


@requires(*MAY)
@of_side(Side.SENDING)
def transfer_consent(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_transfer(request, pk)
    asked = Asked(
        "consent", _("Whether the patient agrees to the transfer"),
        _(
            "If the patient does not agree any more, the transfer is over, and all that was said of them in it is "
            "destroyed at both hospitals. That cannot be undone. If the patient is on the way or there already, speak "
            "with the other hospital first: it can read nothing of this any more."
        ),
        _("Put it on record"), _("It is on record."), is_danger=True,
    )  # fmt: skip
    form = AgreementForm(request.POST or None, **initial(row))
    return acted(request, row, asked, form, partial(sending.change_consent, row))


@requires(*MAY)
@of_side(clinician=True)
def transfer_sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_transfer(request, pk)
    asked = Asked(
        "sign", _("Sign the hand-over"),
        _("The patient is handed over when a clinician of each hospital has signed. It is not undone."),
        pgettext("a hand-over", "Sign"), _("Signed."),
    )  # fmt: skip
    label = _("In which state the patient was handed over")
    form = OptionalNoteForm(request.POST or None, label=label, rows=6, **initial(row))
    return acted(request, row, asked, form, partial(either.sign, row))


@requires(*MAY)
@of_side()
def transfer_team(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_transfer(request, pk)
    hospital = voice_in(row, request.user).hospital
    colleagues = list(Clinician.objects.working().filter(hospital=hospital).order_by(sorted_by(), "pk"))
    have = set(row.clinicians.values_list("clinician", flat=True))
    asked = Asked(
        "team", _("Who has the transfer at %(hospital)s") % {"hospital": hospital},
        _("Those who are chosen read it and act in it, and nobody else of the clinicians of your hospital."),
        _("Let these have it"), _("It is open to those whom you chose."),
    )  # fmt: skip
    chosen = [str(one.pk) for one in colleagues if one.pk in have]
    form = TeamForm(request.POST or None, clinicians=colleagues, **initial(row, clinicians=chosen))
    return acted(request, row, asked, form, partial(either.name_team, row))


@requires(*MAY)
@of_side()
def transfer_message(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_transfer(request, pk)
    asked = Asked(
        "message", _("Write to the others"), _("Whoever has the transfer at either hospital reads it."),
        _("Send"), _("Sent."),
    )  # fmt: skip
    form = NoteForm(request.POST or None, label=_("Message"), rows=6, **initial(row))

    def send(*, seen: str | None, **said: Any) -> object:
        """What was done meanwhile does not keep a message from being sent."""
        return either.send_message(row, **said)

    return acted(request, row, asked, form, send)


PAGES = {
    "accept": transfer_accept, "decline": transfer_decline, "take_back": transfer_take_back, "arrive": transfer_arrive,
    "end": transfer_end, "depart": transfer_depart, "supplement": transfer_supplement, "cancel": transfer_cancel,
    "consent": transfer_consent, "sign": transfer_sign, "team": transfer_team, "message": transfer_message,
}  # fmt: skip
urlpatterns = [
    path(f"transfers/<uuid:pk>/{name.replace('_', '-')}/", view, name=f"transfer_{name}")
    for name, view in PAGES.items()
]
