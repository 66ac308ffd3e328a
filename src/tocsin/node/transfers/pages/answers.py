"""The title of a transfer's page: who the patient is in a line, and how far it is, as the reader's side sees it."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.joint.transfers import Status, Transfer
from tocsin.node.consultations.pages.parties import Parties
from tocsin.node.consultations.words import coded
from tocsin.node.hospitals.hours import local
from tocsin.node.language.formats import clock, short_moment
from tocsin.node.transfers import models
from tocsin.node.transfers.models.transfers import Side

__all__ = ["answer_of", "patient_line"]


def patient_line(row: models.Transfer) -> str:
    """The one line of the patient in the reader's language; that there is none any more where consent has ended."""
    if not row.may_be_told:
        return _("A patient who does not agree any more")
    language = get_language() or "en"
    return row.summary.get(language) or row.summary.get("en") or _("A patient of whom nothing is here yet")


def answer_of(row: models.Transfer, transfer: Transfer, parties: Parties, side: Side | None) -> str:
    """A sentence with its number: "Man, 54, severe pneumonia: River Hospital has a bed from 14:00".

    The hour is that of the clock of the reader's hospital.
    """
    status = transfer.status
    sentence = _asked(transfer, side) if status is Status.REQUESTED else _sentences(side).get(status, "%(patient)s")
    accepted, ended = transfer.accepted, transfer.ended
    return sentence % {
        "patient": patient_line(row), "sending": parties.hospital(transfer.sending),
        "receiving": parties.hospital(transfer.receiving),
        "time": _time(accepted.ready_at, transfer, parties, side) if accepted is not None else "",
        "outcome": coded("outcome", ended.reason) if ended is not None and ended.status is Status.ENDED else "",
    }  # fmt: skip


def _asked(transfer: Transfer, side: Side | None) -> str:
    if side is not Side.SENDING:
        return _("%(patient)s: %(sending)s asks you for a bed")
    if transfer.taken_back is not None:
        return _("%(patient)s: %(receiving)s has taken the bed back")
    return _("%(patient)s: asked of %(receiving)s")


def _sentences(side: Side | None) -> dict[Status, str]:
    return {
        Status.ACCEPTED: _("%(patient)s: %(receiving)s has a bed from %(time)s"),
        Status.DEPARTED: _("%(patient)s: on the way to %(receiving)s"),
        Status.ARRIVED: _("%(patient)s: arrived at %(receiving)s, both hospitals sign the hand-over"),
        Status.HANDED_OVER: (
            _("%(patient)s: tell %(sending)s what became of the patient") if side is Side.RECEIVING
            else _("%(patient)s: handed over to %(receiving)s")
        ),
        Status.ENDED: _("%(patient)s, at %(receiving)s: %(outcome)s"),
        Status.DECLINED: _("%(patient)s: %(receiving)s cannot take the patient"),
        Status.CANCELLED: _("%(patient)s: %(sending)s does not ask any longer"),
        Status.LAPSED: _("%(patient)s: the time was over before the patient left"),
        Status.WITHDRAWN: _("%(patient)s: the transfer is over"),
    }  # fmt: skip


def _time(at: datetime, transfer: Transfer, parties: Parties, side: Side | None) -> str:
    """The hour alone where it is today there."""
    key = transfer.receiving if side is Side.RECEIVING else transfer.sending
    hospital = parties.hospitals.get(key) if key is not None else None
    zone = hospital.time_zone if hospital is not None else "UTC"
    here = local(zone, at).replace(tzinfo=None)  # else it would be shown by the clock of the node
    return clock(here) if here.date() == local(zone, parties.now).date() else short_moment(here)
