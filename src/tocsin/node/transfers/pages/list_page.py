"""Transfers of a reader: what waits for them, what is open, what has ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.consultations.words import coded
from tocsin.node.language.formats import left_of
from tocsin.node.transfers.models import Transfer, TransferHospital, TransferSeen
from tocsin.node.transfers.models.transfers import OPEN, Side
from tocsin.node.transfers.pages.answers import patient_line
from tocsin.node.transfers.waiting import waiting_for

__all__ = ["BOXES", "PAGE", "Row", "boxed", "rows_of"]

PAGE = 50
BOXES = ("waiting", "open", "ended", "all")


@dataclass(frozen=True, slots=True)
class Row:
    """A transfer in a list."""

    transfer: Transfer
    line: str
    chip: str
    sending: str
    receiving: str
    urgency: str
    deadline: str
    is_late: bool
    is_new: bool


def boxed(reader: Person, box: str) -> "QuerySet[Transfer]":
    """Transfers of the reader that a tab shows, last changed first."""
    rows = Transfer.objects.visible_to(reader).exclude(status=Transfer.Status.VOID).select_related("of")
    if box == "waiting":
        rows = rows.filter(waiting_for(reader), status__in=OPEN)
    elif box == "open":
        rows = rows.filter(status__in=OPEN)
    elif box == "ended":
        rows = rows.exclude(status__in=OPEN)
    return rows.order_by("-changed_at", "pk")


def rows_of(reader: Person, transfers: Sequence[Transfer]) -> list[Row]:
    """These as lists show them, in a number of queries that does not grow with them."""
    keys = [one.pk for one in transfers]
    hospitals: dict[Any, dict[str, str]] = {}
    for one in TransferHospital.objects.filter(transfer__in=keys).select_related("hospital"):
        name = str(one.hospital) if one.hospital is not None else one.origin
        hospitals.setdefault(one.transfer_id, {})[str(one.side)] = name
    seen = dict(TransferSeen.objects.filter(transfer__in=keys, person=reader).values_list("transfer", "at"))
    now = timezone.now()
    return [_row(one, hospitals.get(one.pk, {}), seen.get(one.pk), now) for one in transfers]


def _row(transfer: Transfer, hospitals: Mapping[str, str], seen_at: datetime | None, now: datetime) -> Row:
    until = transfer.lapses_at if transfer.is_open else None
    begun = transfer.accepted_at or transfer.requested_at
    return Row(
        transfer=transfer, line=patient_line(transfer), chip=f"transfer_{transfer.status}",
        sending=hospitals.get(Side.SENDING, ""), receiving=hospitals.get(Side.RECEIVING, ""),
        urgency=coded("urgency", transfer.urgency), deadline=_deadline(transfer, until, begun),
        is_late=until is not None and now > until, is_new=seen_at is None or transfer.changed_at > seen_at,
    )  # fmt: skip


def _deadline(transfer: Transfer, until: datetime | None, begun: datetime) -> str:
    if until is None:
        return ""
    said = _("the bed is kept: %(time)s") if transfer.status == Transfer.Status.ACCEPTED else _("to answer: %(time)s")
    return said % {"time": left_of(until, until - begun)}
