"""The page of one transfer: how far it is, where the bed is, who has it, what was said, what the reader may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.exchange.documents import NATIONAL
from tocsin.exchange.types.days import day_of
from tocsin.joint.parties import PartyId
from tocsin.joint.transfers import Status, Transfer
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person as Reader
from tocsin.node.alliance.naming import names
from tocsin.node.consultations.models import Case, ClinicalNote
from tocsin.node.consultations.pages.conversation import Entry
from tocsin.node.consultations.pages.parties import Parties, Person
from tocsin.node.consultations.pages.patient import Facts, facts_of
from tocsin.node.consultations.words import BASES, coded
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.language.formats import left_of, long_date
from tocsin.node.transfers import models
from tocsin.node.transfers.asking_anew import is_asked_anew
from tocsin.node.transfers.models.transfers import Side
from tocsin.node.transfers.pages.answers import answer_of
from tocsin.node.transfers.pages.clocks import Clock, When, clocks_of, whens_of
from tocsin.node.transfers.pages.conversation import conversation, parties_of
from tocsin.node.transfers.pages.transfer_acts import Acts, acts_of
from tocsin.node.transfers.reading import transfer_ahead
from tocsin.node.transfers.rows import has_signed
from tocsin.node.transfers.speaking import voices_in

__all__ = ["SideShown", "TransferPage", "mark_seen", "transfer_page"]

TRACK = (
    Status.REQUESTED, Status.ACCEPTED, Status.DEPARTED, Status.ARRIVED, Status.HANDED_OVER, Status.ENDED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SideShown:
    """One of the two hospitals: who has the transfer there, and whether it has signed the hand-over."""

    word: str
    hospital: str
    state: str
    there: datetime | None
    team: Sequence[Person]
    has_signed: bool


@dataclass(frozen=True)
class TransferPage:
    """All that the page shows. track: (word, "past" | "now" | ""), empty where it came to another end."""

    row: models.Transfer
    transfer: Transfer
    answer: str
    chip: str
    track: Sequence[tuple[Any, str]]
    urgency: str
    transport: str
    deadline: str
    is_late: bool
    bed: str
    clocks: Sequence[Clock]
    whens: Sequence[When]
    sides: Sequence[SideShown]
    consent: str
    patient: Facts | None
    text: str
    text_language: str
    entries: Sequence[Entry]
    acts: Acts
    side: Side | None
    case: Case | None
    is_asked_anew: bool
    is_waiting: str
    unordered: bool
    is_national: bool


def transfer_page(row: models.Transfer, reader: Reader) -> TransferPage:
    """A number of queries that does not grow with what was said."""
    arrangement = arrangement_of(row.of)
    transfer = transfer_ahead(row.of, arrangement)
    parties, voices = parties_of(transfer), voices_in(row, reader)
    notes = list(
        ClinicalNote.objects.visible_to(reader).filter(about_origin=row.of.origin, about_id=row.of.object_id)
    )  # fmt: skip
    sent = {act.id for act in arrangement.proposals if act.origin == here().code}
    last = models.TransferSeen.objects.filter(transfer=row, person=reader).first()
    submission, side = _submission(transfer, notes), voices[0].side if voices else None
    is_asked = side is Side.SENDING and is_asked_anew(row, transfer)
    deadline, is_late = _deadline(row)
    clocks = clocks_of(transfer, parties)
    return TransferPage(
        row=row, transfer=transfer, answer=answer_of(row, transfer, parties, side),
        chip=f"transfer_{transfer.status}", track=_track(transfer), urgency=coded("urgency", transfer.urgency),
        transport=coded("transport", transfer.transport), deadline=deadline, is_late=is_late,
        bed=coded("specialty", transfer.accepted.specialty) if transfer.accepted is not None else "",
        clocks=clocks, whens=whens_of(transfer, clocks, parties.now), sides=_sides(transfer, parties),
        consent=_consent(transfer),
        patient=facts_of(submission.content) if submission is not None else None,
        text=submission.text if submission is not None else "",
        text_language=submission.language if submission is not None else "",
        entries=conversation(transfer, notes, parties, sent=sent, seen_at=last.at if last is not None else None),
        acts=acts_of(row, transfer, voices, is_asked_anew=is_asked), side=side, case=_case(row, reader),
        is_asked_anew=is_asked, is_waiting=_waiting(row),
        unordered=bool(sent), is_national=row.of.classification == NATIONAL,
    )  # fmt: skip


def mark_seen(row: models.Transfer, reader: Reader) -> None:
    """Whoever has opened the transfer has read what was said up to now."""
    models.TransferSeen.objects.update_or_create(transfer=row, person=reader, defaults={"at": timezone.now()})


def _track(transfer: Transfer) -> list[tuple[Any, str]]:
    if transfer.status not in TRACK:
        return []
    at = TRACK.index(transfer.status)
    return [
        (models.Transfer.Status(str(status)).label, "past" if place < at else "now" if place == at else "")
        for place, status in enumerate(TRACK)
    ]


def _sides(transfer: Transfer, parties: Parties) -> list[SideShown]:
    sides = (
        (_("Sends"), transfer.sending, transfer.senders), (_("Receives"), transfer.receiving, transfer.receivers),
    )  # fmt: skip
    return [_side(transfer, parties, word, key, team) for word, key, team in sides if key is not None]


def _side(transfer: Transfer, parties: Parties, word: str, key: PartyId, team: Sequence[PartyId]) -> SideShown:
    return SideShown(
        word, parties.hospital(key), parties.state(key), parties.time_in(key),
        [parties.clinician(one) for one in team], has_signed(transfer, key),
    )  # fmt: skip


def _consent(transfer: Transfer) -> str:
    consent = transfer.consent
    if consent is None or not consent.given:
        return ""
    who, day = str(BASES.get(consent.basis, consent.basis)), day_of(consent.on or "")
    return f"{who} · {long_date(day)}" if day is not None else who


def _deadline(row: models.Transfer) -> tuple[str, bool]:
    """How much is left until it lapses by itself; nothing where it does not."""
    if row.lapses_at is None or not row.is_open:
        return "", False
    begun = row.accepted_at or row.requested_at
    return left_of(row.lapses_at, row.lapses_at - begun), timezone.now() > row.lapses_at


def _submission(transfer: Transfer, notes: Sequence[ClinicalNote]) -> ClinicalNote | None:
    """What it was asked with, with its words."""
    named = {(one.origin, one.id, one.digest) for one in transfer.notes}
    found = [
        one for one in notes
        if one.kind == "submission" and one.erased_at is None and one.withdrawn_at is None
        and (one.origin, str(one.document_id), one.digest) in named
    ]  # fmt: skip
    return found[-1] if found else None


def _case(row: models.Transfer, reader: Reader) -> Case | None:
    """The consultation that it comes of, where the reader has a part in that too."""
    if not row.case:
        return None
    found = Case.objects.visible_to(reader).select_related("of")
    return found.filter(of__origin=row.case["origin"], of__object_id=row.case["id"]).first()


def _waiting(row: models.Transfer) -> str:
    """The state of which something is not here yet."""
    waiting: Mapping[str, Any] | None = row.of.waiting_for
    return str(names({waiting["origin"]})[waiting["origin"]]) if waiting else ""
