"""What was said in a transfer, in its order: who, as what, when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tocsin.joint.acts import Applied
from tocsin.joint.parties import PartyId, Speaker
from tocsin.joint.transfers import Transfer
from tocsin.node.consultations.models import ClinicalNote
from tocsin.node.consultations.pages.conversation import Entry, notes_by_id, who_said, words_of
from tocsin.node.consultations.pages.parties import Parties, parties_named
from tocsin.node.consultations.words import coded
from tocsin.node.language.formats import listing
from tocsin.node.transfers.words import ACTS

__all__ = ["conversation", "parties_of"]


def parties_of(transfer: Transfer) -> Parties:
    """Everybody whom a transfer names. In three queries."""
    return parties_named(transfer.hospitals, transfer.readers, transfer.history)


def conversation(
    transfer: Transfer,
    notes: Sequence[ClinicalNote],
    parties: Parties,
    *,
    sent: set[str],
    seen_at: datetime | None,
) -> list[Entry]:
    """Everything in its order.

    sent     identifiers of acts of this state that no order has yet
    seen_at  until when the reader has read the transfer
    """
    known = notes_by_id(notes)
    translated: dict[str, list[ClinicalNote]] = {}
    for one in notes:
        if one.translates:
            translated.setdefault(f"{one.translates['origin']} {one.translates['id']}", []).append(one)
    return [
        _entry(transfer, one, parties, known, translated, sent, seen_at)
        for one in transfer.history
        if one.act.kind != "order"
    ]


def _entry(
    transfer: Transfer, applied: Applied, parties: Parties, known: Mapping[tuple[str, str], ClinicalNote],
    translated: Mapping[str, list[ClinicalNote]], sent: set[str], seen_at: datetime | None,
) -> Entry:  # fmt: skip
    act = applied.act
    said_as = act.said.get("as")
    return Entry(
        kind=act.kind, act=_act(applied), who=who_said(applied, parties), at=applied.at,
        words=words_of(applied, known, translated, {}, may_be_told=transfer.may_be_told),
        detail=_detail(applied, parties),
        is_asking=said_as is None or Speaker.of(said_as).hospital == transfer.sending, is_sent=act.id in sent,
        is_new=seen_at is not None and act.recorded_at > seen_at and act.id not in sent, anchor=f"act-{act.id}",
    )  # fmt: skip


def _act(applied: Applied) -> str:
    act = applied.act
    if act.kind != "consent":
        return str(ACTS.get(act.kind, act.kind))
    return _("the patient still agrees") if act.said["given"] else _("the patient does not agree any more")


def _detail(applied: Applied, parties: Parties) -> str:
    kind, said = applied.act.kind, applied.act.said
    details: dict[str, Any] = {
        "name_team": lambda: listing(parties.clinician(PartyId.of(one)).name for one in said["clinicians"]),
        "accept": lambda: coded("specialty", said["specialty"]),
        "decline": lambda: coded("decline_reason", said["reason"]),
        "cancel": lambda: coded("decline_reason", said["reason"]),
        "take_back": lambda: said["reason"],
        "end": lambda: coded("outcome", said["outcome"]),
    }
    return str(details[kind]()) if kind in details and said else ""
