"""The rows of a transfer, from what its acts have made of it: for lists, gates and deadlines."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from tocsin.joint.parties import PartyId, Speaker
from tocsin.joint.transfers import Status, Transfer
from tocsin.joint.transfers.acting import stands_until
from tocsin.node.consultations.summaries import summary_of
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.transfers import models
from tocsin.node.transfers.models.transfers import BOTH, Side
from tocsin.node.transfers.telling import new_part

__all__ = ["has_signed", "waits_for", "write"]

# Which side has to do something, by how far a transfer is.
TURN = {
    Status.REQUESTED: Side.RECEIVING, Status.ACCEPTED: Side.SENDING, Status.DEPARTED: Side.RECEIVING,
    Status.HANDED_OVER: Side.RECEIVING,
}  # fmt: skip


def write(of: JointObject, transfer: Transfer) -> models.Transfer | None:
    """Bring them up to date; None for a transfer whose opening has no effect, or is void since.

    transfer  with what this state has said and no order has yet
    """
    if transfer.opened is None:
        models.Transfer.objects.filter(of=of).update(
            status=models.Transfer.Status.VOID, waits_for="", summary={}, severity=""
        )  # fmt: skip
        models.TransferClinician.objects.filter(transfer=of.pk).delete()
        models.TransferNoteDraft.objects.filter(transfer=of.pk).delete()
        return None
    row, is_new = models.Transfer.objects.update_or_create(of=of, defaults=_said(of, transfer))
    _write_hospitals(row, transfer)
    gained = _write_clinicians(row, transfer)
    # Whoever has just asked knows of it.
    new_part(row, [one for one in gained if not (is_new and one.side == Side.SENDING)])
    return row


def waits_for(transfer: Transfer) -> str:
    """Which side has to do something, or both; empty where nothing is to be done any more."""
    if transfer.status is not Status.ARRIVED:
        return str(TURN.get(transfer.status, ""))
    if has_signed(transfer, transfer.sending):
        return str(Side.RECEIVING)
    return str(Side.SENDING) if has_signed(transfer, transfer.receiving) else BOTH


def has_signed(transfer: Transfer, hospital: PartyId | None) -> bool:
    """Whether a hospital has signed the hand-over."""
    return any(Speaker.of(one.act.said["as"]).hospital == hospital for one in transfer.signed)


def _said(of: JointObject, transfer: Transfer) -> dict[str, Any]:
    assert transfer.opened is not None
    accepted, ended = transfer.accepted, transfer.ended
    summary, severity = summary_of(of, transfer) if transfer.may_be_told else ({}, "")
    return {
        "origin": of.origin, "is_ours": of.is_ours, "status": str(transfer.status), "urgency": transfer.urgency,
        "transport": transfer.transport, "summary": summary, "severity": severity,
        "may_be_told": transfer.may_be_told,
        "case": transfer.case.as_json() if transfer.case is not None else None,
        "requested_at": transfer.opened.at, "lapses_at": stands_until(transfer),
        "accepted_at": accepted.applied.at if accepted is not None else None,
        "specialty": accepted.specialty if accepted is not None else "",
        "ready_at": accepted.ready_at if accepted is not None else None,
        "until": accepted.until if accepted is not None else None,
        "departed_at": transfer.departed.at if transfer.departed is not None else None,
        "arrived_at": transfer.arrived.at if transfer.arrived is not None else None,
        "handed_over_at": transfer.signed[-1].at if len(transfer.signed) == 2 else None,
        "ended_at": ended.applied.at if ended is not None else None,
        "outcome": ended.reason if ended is not None and ended.status is Status.ENDED else "",
        "waits_for": waits_for(transfer), "changed_at": _changed_at(of, transfer),
    }  # fmt: skip


def _changed_at(of: JointObject, transfer: Transfer) -> Any:
    """When a person last did something of it, as it was known here: by it lists are sorted."""
    last = JointAct.objects.filter(of=of, withdrawn_at=None).exclude(kind="order").order_by("-came_at").first()
    return last.came_at if last is not None else transfer.history[-1].at


def _write_hospitals(row: models.Transfer, transfer: Transfer) -> None:
    sides = {Side.SENDING: transfer.sending, Side.RECEIVING: transfer.receiving}
    parties = {side: one for side, one in sides.items() if one is not None}
    known = _known(Hospital, "hospital_id", parties.values())
    _replace(
        models.TransferHospital, row,
        [
            models.TransferHospital(
                transfer=row, hospital_id=known.get(one), origin=one.origin, key=UUID(one.id), side=side
            )
            for side, one in parties.items()
        ],
    )  # fmt: skip


def _write_clinicians(row: models.Transfer, transfer: Transfer) -> list[Any]:
    """Returns those who have not had the transfer before."""
    sides = [(one, Side.SENDING) for one in transfer.senders] + [(one, Side.RECEIVING) for one in transfer.receivers]
    known = _known(Clinician, "clinician_id", [one for one, _ in sides])
    made = [
        models.TransferClinician(
            transfer=row, clinician_id=known.get(one), origin=one.origin, key=UUID(one.id), side=side
        )
        for one, side in sides
    ]
    return _replace(models.TransferClinician, row, made)


def _known(model: Any, field: str, parties: Iterable[PartyId]) -> Mapping[PartyId, UUID]:
    """The rows of the directory that these are, as far as they are here."""
    wanted = {one.id for one in parties}
    rows = model.objects.filter(**{f"{field}__in": wanted}).values_list("origin", field, "pk")
    return {PartyId(origin, str(key)): pk for origin, key, pk in rows}


def _replace(model: Any, row: models.Transfer, made: list[Any]) -> list[Any]:
    """These in the place of those before; returns what is new. Rows that stay as they were are left alone."""
    wanted = {_name(one): one for one in made}
    for one in model.objects.filter(transfer=row):
        if wanted.pop(_name(one), None) is None:
            one.delete()
    new: list[Any] = model.objects.bulk_create(wanted.values())
    return new


def _name(one: Any) -> tuple[Any, ...]:
    refers_to = one.hospital_id if hasattr(one, "hospital_id") else one.clinician_id
    return one.origin, one.key, str(one.side), refers_to
