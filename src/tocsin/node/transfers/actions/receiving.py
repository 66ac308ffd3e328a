"""Acts of the hospital that receives: its bed, that it has none, that the patient is there, what became of them."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from tocsin.exchange.moments import moment
from tocsin.node.alliance.models import Person
from tocsin.node.consultations.actions.noting import Words
from tocsin.node.consultations.words import coded
from tocsin.node.events.texts import checked
from tocsin.node.hospitals.models import Hospital, ServiceLine
from tocsin.node.joint.models import JointAct
from tocsin.node.transfers.actions.saying import say
from tocsin.node.transfers.models import Transfer
from tocsin.node.transfers.models.transfers import Side
from tocsin.node.transfers.refusals import ActRefused
from tocsin.node.transfers.speaking import voice_in

__all__ = ["accept", "arrive", "decline", "end", "lines_with_beds", "take_back"]

LONGEST_REASON = 500
WORKING = (ServiceLine.Status.FULL, ServiceLine.Status.PARTIAL)


def lines_with_beds(hospital: Hospital) -> list[ServiceLine]:
    """Lines of its service that work, in full or in part: only they can have a bed."""
    return list(ServiceLine.objects.filter(hospital=hospital, status__in=WORKING).order_by("specialty"))


def accept(
    transfer: Transfer,
    words: Words | None = None,
    *,
    specialty: str,
    ready_at: datetime,
    until: datetime,
    looked_through: Collection[str] = (),
    seen: str | None = None,
    by: Person,
) -> JointAct:
    """Have a bed of a line of service, from a moment until another. Both are aware.

    Raises ActRefused for a line that does not work now, and as `saying.say`.
    """
    voice = voice_in(transfer, by, Side.RECEIVING)
    if specialty not in {one.specialty for one in lines_with_beds(voice.hospital)}:
        said = _("%(line)s does not work at %(hospital)s now, by the directory. Choose another line of service.")
        raise ActRefused(said % {"line": coded("specialty", specialty).capitalize(), "hospital": voice.hospital})
    said_of_bed = {"specialty": specialty, "ready_at": moment(ready_at), "until": moment(until)}
    return say(
        transfer, "accept", said_of_bed, voice=voice, words=words, note="accepted", looked_through=looked_through,
        seen=seen, by=by,
    )  # fmt: skip


def take_back(transfer: Transfer, *, reason: str, seen: str | None = None, by: Person) -> JointAct:
    """Have the bed no longer; not once the patient has left. Raises as `saying.say`."""
    said = {"reason": checked(reason, longest=LONGEST_REASON)}
    return say(transfer, "take_back", said, voice=voice_in(transfer, by, Side.RECEIVING), seen=seen, by=by)


def decline(
    transfer: Transfer,
    words: Words | None = None,
    *,
    reason: str,
    looked_through: Collection[str] = (),
    seen: str | None = None,
    by: Person,
) -> JointAct:
    """Say that the hospital cannot take the patient. Raises as `saying.say`."""
    return say(
        transfer, "decline", {"reason": reason}, voice=voice_in(transfer, by, Side.RECEIVING), words=words,
        note="declined", looked_through=looked_through, seen=seen, by=by,
    )  # fmt: skip


def arrive(transfer: Transfer, *, seen: str | None = None, by: Person) -> JointAct:
    """Say that the patient is there. Raises as `saying.say`."""
    return say(transfer, "arrive", voice=voice_in(transfer, by, Side.RECEIVING), seen=seen, by=by)


def end(
    transfer: Transfer,
    words: Words | None = None,
    *,
    outcome: str,
    looked_through: Collection[str] = (),
    seen: str | None = None,
    by: Person,
) -> JointAct:
    """Tell what became of the patient. Raises as `saying.say`."""
    return say(
        transfer, "end", {"outcome": outcome}, voice=voice_in(transfer, by, Side.RECEIVING), words=words,
        note="follow_up", looked_through=looked_through, seen=seen, by=by,
    )  # fmt: skip
