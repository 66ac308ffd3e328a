"""Acts of either hospital: who of it has the transfer, the hand-over, messages."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.consultations.actions.noting import Words
from tocsin.node.hospitals.models import Clinician
from tocsin.node.joint.models import JointAct
from tocsin.node.transfers.actions.saying import say
from tocsin.node.transfers.models import Transfer
from tocsin.node.transfers.refusals import ActRefused
from tocsin.node.transfers.speaking import voice_in

__all__ = ["name_team", "send_message", "sign"]


def name_team(
    transfer: Transfer, clinicians: Sequence[Clinician], *, seen: str | None = None, by: Person
) -> JointAct:  # fmt: skip
    """Have these colleagues of one's own hospital have the transfer, and nobody else: the access of others ends.

    Raises ActRefused for somebody who does not answer for the hospital now, and as `saying.say`.
    """
    voice = voice_in(transfer, by)
    working = set(Clinician.objects.working().filter(hospital=voice.hospital).values_list("pk", flat=True))
    for one in clinicians:
        if one.pk not in working:
            said = _("%(name)s does not answer for this hospital now. Choose somebody else.")
            raise ActRefused(said % {"name": one})
    said_of_team = {"clinicians": [one.key for one in clinicians]}
    return say(transfer, "name_team", said_of_team, voice=voice, seen=seen, by=by)


def sign(
    transfer: Transfer,
    words: Words | None = None,
    *,
    looked_through: Collection[str] = (),
    seen: str | None = None,
    by: Person,
) -> JointAct:
    """Sign the hand-over as a clinician of one's hospital. It is done when both have. Raises as `saying.say`."""
    return say(
        transfer, "sign", voice=voice_in(transfer, by, clinician=True), words=words, note="hand_over",
        looked_through=looked_through, seen=seen, by=by,
    )  # fmt: skip


def send_message(
    transfer: Transfer, words: Words, *, looked_through: Collection[str] = (), by: Person
) -> JointAct:  # fmt: skip
    """Write to all who have it, at either hospital. Raises as `saying.say`."""
    return say(
        transfer, "message", voice=voice_in(transfer, by), words=words, note="message", is_needed=True,
        looked_through=looked_through, by=by,
    )  # fmt: skip
