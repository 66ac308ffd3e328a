"""Acts on a transfer: of the hospital that sends, of the one that receives, and the hand-over that both sign."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tocsin.exchange.errors import Malformed
from tocsin.exchange.moments import moment, read_moment
from tocsin.joint.acts import Applied
from tocsin.joint.consultations.state import Consent, Note
from tocsin.joint.parties import PartyId, Speaker, parties, speaker, the_clinician
from tocsin.joint.refusing import NotAllowed
from tocsin.joint.transfers.state import Accepted, Ended, Status, Transfer

__all__ = [
    "UNANSWERED", "accept", "arrive", "cancel", "consent", "decline", "depart", "end", "lapse", "message", "name_team",
    "passed", "request", "sign", "stands_until", "supplement", "take_back",
]  # fmt: skip

UNANSWERED = timedelta(days=3)  # after which a request that nobody answered is over
RUNNING = frozenset({Status.REQUESTED, Status.ACCEPTED, Status.DEPARTED, Status.ARRIVED, Status.HANDED_OVER})


def request(transfer: Transfer, applied: Applied) -> Transfer:
    """A hospital asks another to take over a patient who agrees, or for whom somebody does."""
    act = applied.act
    if transfer.opened is not None:
        raise NotAllowed("open-already")
    if not act.is_owners or act.id != act.object.id:
        raise NotAllowed("not-open")
    found, said = speaker(applied), act.said
    receiving, case = PartyId.of(said["to"]), said["case"]
    if receiving == found.hospital:
        raise NotAllowed("own-hospital")
    if not said["consent"]["given"]:
        raise NotAllowed("consent-missing")
    made = replace(
        transfer, opened=applied, sending=found.hospital, receiving=receiving, urgency=said["urgency"],
        case=None if case is None else PartyId.of(case), transport=said["transport"],
        consent=_consent(said["consent"], applied),
        senders=(the_clinician(found),),
    )  # fmt: skip
    return _with_note(made, applied)


def supplement(transfer: Transfer, applied: Applied) -> Transfer:
    """The sending hospital adds what the other should know."""
    _sender(transfer, applied)
    _require(transfer, *RUNNING)
    return _with_note(transfer, applied)


def name_team(transfer: Transfer, applied: Applied) -> Transfer:
    """Who of either hospital has it; whoever is not named has it no longer."""
    found = _either(transfer, applied)
    _require(transfer, *RUNNING)
    team = parties(applied.act.said["clinicians"])
    if any(one.origin != found.hospital.origin for one in team):
        raise NotAllowed("not-of-the-hospital")
    side = "senders" if found.hospital == transfer.sending else "receivers"
    if set(getattr(transfer, side)) == set(team):
        raise NotAllowed("nothing-changes")
    return replace(transfer, senders=team) if side == "senders" else replace(transfer, receivers=team)


def accept(transfer: Transfer, applied: Applied) -> Transfer:
    """The hospital that receives has a bed, from a moment until another."""
    found = _receiver(transfer, applied)
    _require(transfer, Status.REQUESTED)
    said = applied.act.said
    ready_at, until = _moment(said["ready_at"], "ready_at"), _moment(said["until"], "until")
    if until <= ready_at:
        raise NotAllowed("bed-too-late", until=moment(until), ready_at=moment(ready_at))
    if until <= applied.at:
        raise NotAllowed("moment-over", field="until", moment=moment(until))
    note = Note.of(applied, said["note"])
    receivers = transfer.receivers or (() if found.clinician is None else (found.clinician,))
    return replace(
        transfer, accepted=Accepted(said["specialty"], ready_at, until, note, applied), receivers=receivers
    )  # fmt: skip


def take_back(transfer: Transfer, applied: Applied) -> Transfer:
    """The bed is not to be had after all. Once the patient is on the way it is too late for that."""
    _receiver(transfer, applied)
    _require(transfer, Status.ACCEPTED)
    return replace(transfer, accepted=None, taken_back=applied)


def decline(transfer: Transfer, applied: Applied) -> Transfer:
    """The hospital that is asked cannot take the patient."""
    _receiver(transfer, applied)
    _require(transfer, Status.REQUESTED)
    return _ended(transfer, applied, Status.DECLINED)


def cancel(transfer: Transfer, applied: Applied) -> Transfer:
    """The sending hospital does not ask any longer; not once the patient was handed over."""
    _sender(transfer, applied)
    _require(transfer, Status.REQUESTED, Status.ACCEPTED, Status.DEPARTED)
    return _ended(transfer, applied, Status.CANCELLED)


def consent(transfer: Transfer, applied: Applied) -> Transfer:
    """The patient still agrees, or does so no longer: then the transfer is over, however far it was, for good."""
    _sender(transfer, applied)
    _require_agreed(transfer)
    changed = replace(transfer, consent=_consent(applied.act.said, applied))
    return changed if changed.may_be_told else replace(changed, ended=Ended(Status.WITHDRAWN, "", None, applied))


def stands_until(transfer: Transfer) -> datetime | None:
    """When it lapses by itself: nobody answered, or the bed is not kept any longer and nobody has left."""
    if transfer.opened is None:
        return None
    if transfer.status is Status.REQUESTED:
        return (transfer.taken_back or transfer.opened).at + UNANSWERED
    if transfer.status is Status.ACCEPTED and transfer.accepted is not None:
        return transfer.accepted.until
    return None


def passed(transfer: Transfer, applied: Applied) -> Transfer:
    """What the time of an order alone has brought."""
    until = stands_until(transfer)
    if until is None or applied.at < until:
        return transfer
    return replace(transfer, ended=Ended(Status.LAPSED, "", None, applied))


def lapse(transfer: Transfer, applied: Applied) -> Transfer:
    """The node of the sending hospital says that it has lapsed. The order's time has ended it already, or it stands."""
    if not applied.act.is_owners:
        raise NotAllowed("not-the-sender")
    if transfer.status is not Status.LAPSED:
        raise NotAllowed("not-yet")
    return transfer


def depart(transfer: Transfer, applied: Applied) -> Transfer:
    """The patient has left."""
    _sender(transfer, applied)
    _require(transfer, Status.ACCEPTED)
    return replace(_with_note(transfer, applied), departed=applied)


def arrive(transfer: Transfer, applied: Applied) -> Transfer:
    """The patient is there; nobody has signed yet."""
    _receiver(transfer, applied)
    _require(transfer, Status.DEPARTED)
    return replace(transfer, arrived=applied)


def sign(transfer: Transfer, applied: Applied) -> Transfer:
    """A clinician of either hospital signs the hand-over. It is done when both have."""
    found = _either(transfer, applied)
    the_clinician(found)
    _require(transfer, Status.ARRIVED)
    if any(Speaker.of(one.act.said["as"]).hospital == found.hospital for one in transfer.signed):
        raise NotAllowed("signed-already")
    return replace(_with_note(transfer, applied), signed=(*transfer.signed, applied))


def end(transfer: Transfer, applied: Applied) -> Transfer:
    """The hospital that received tells what became of the patient."""
    _receiver(transfer, applied)
    _require(transfer, Status.HANDED_OVER)
    said = applied.act.said
    return replace(
        transfer, ended=Ended(Status.ENDED, said["outcome"], Note.of(applied, said["note"]), applied)
    )  # fmt: skip


def message(transfer: Transfer, applied: Applied) -> Transfer:
    """Whoever has it says something to the others who have it, while the patient agrees."""
    _either(transfer, applied)
    _require_agreed(transfer)
    return transfer


def _ended(transfer: Transfer, applied: Applied, status: Status) -> Transfer:
    said = applied.act.said
    return replace(transfer, ended=Ended(status, said["reason"], Note.of(applied, said["note"]), applied))


def _sender(transfer: Transfer, applied: Applied) -> Speaker:
    found = speaker(applied)
    if found.hospital != transfer.sending:
        raise NotAllowed("not-the-sender")
    if found.clinician is not None and found.clinician not in transfer.senders:
        raise NotAllowed("not-on-the-transfer")
    return found


def _receiver(transfer: Transfer, applied: Applied) -> Speaker:
    """Before it is known who has it there, any clinician whom the hospital lets speak."""
    found = speaker(applied)
    if found.hospital != transfer.receiving:
        raise NotAllowed("not-the-receiver")
    if found.clinician is not None and transfer.receivers and found.clinician not in transfer.receivers:
        raise NotAllowed("not-on-the-transfer")
    return found


def _either(transfer: Transfer, applied: Applied) -> Speaker:
    hospital = Speaker.of(applied.act.said["as"]).hospital
    return _sender(transfer, applied) if hospital == transfer.sending else _receiver(transfer, applied)


def _require(transfer: Transfer, *statuses: Status) -> None:
    if transfer.status not in statuses:
        raise NotAllowed("not-now", status=str(transfer.status))


def _require_agreed(transfer: Transfer) -> None:
    """What was destroyed is said anew of nobody."""
    if not transfer.may_be_told:
        raise NotAllowed("not-now", status=str(transfer.status))


def _consent(said: Mapping[str, Any], applied: Applied) -> Consent:
    return Consent(said["given"], said["on"], said["basis"], applied)


def _moment(text: str, name: str) -> datetime:
    try:
        return read_moment(text, code="schema", what=name)
    except Malformed:
        raise NotAllowed("no-such-moment", field=name, moment=text) from None


def _with_note(transfer: Transfer, applied: Applied) -> Transfer:
    note = Note.of(applied, applied.act.said["note"])
    return transfer if note is None else replace(transfer, notes=transfer.notes.with_(note))
