"""Acts of the hospital that sends: adding, cancelling, consent, and that the patient has left."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from tocsin.node.alliance.models import Person
from tocsin.node.consultations.actions.noting import Words
from tocsin.node.joint.models import JointAct
from tocsin.node.transfers.actions.saying import say
from tocsin.node.transfers.models import Transfer
from tocsin.node.transfers.models.transfers import Side
from tocsin.node.transfers.speaking import voice_in

__all__ = ["cancel", "change_consent", "depart", "supplement"]


def _say(transfer: Transfer, kind: str, said: Mapping[str, Any], *, by: Person, **more: Any) -> JointAct:
    return say(transfer, kind, said, voice=voice_in(transfer, by, Side.SENDING), by=by, **more)


def supplement(
    transfer: Transfer, words: Words, *, looked_through: Collection[str] = (), seen: str | None = None, by: Person
) -> JointAct:
    """Add what the other hospital should know. Raises as `saying.say`."""
    return _say(
        transfer, "supplement", {}, words=words, note="supplement", is_needed=True, looked_through=looked_through,
        seen=seen, by=by,
    )  # fmt: skip


def cancel(
    transfer: Transfer,
    words: Words | None = None,
    *,
    reason: str,
    looked_through: Collection[str] = (),
    seen: str | None = None,
    by: Person,
) -> JointAct:
    """Ask no longer. Not once the patient has arrived. Raises as `saying.say`."""
    return _say(
        transfer, "cancel", {"reason": reason}, words=words, note="supplement", looked_through=looked_through,
        seen=seen, by=by,
    )  # fmt: skip


def change_consent(
    transfer: Transfer, *, given: bool, on: date | None, basis: str, seen: str | None = None, by: Person
) -> JointAct:
    """The patient still agrees, or does so no longer: then the transfer is over, and all that was said of them in it is
    destroyed at both hospitals. Raises as `saying.say`.
    """
    said = {"given": given, "on": on.isoformat() if on else None, "basis": basis}
    return _say(transfer, "consent", said, seen=seen, by=by)


def depart(
    transfer: Transfer,
    words: Words | None = None,
    *,
    looked_through: Collection[str] = (),
    seen: str | None = None,
    by: Person,
) -> JointAct:
    """Say that the patient has left, and in which state. Raises as `saying.say`."""
    return _say(
        transfer, "depart", {}, words=words, note="hand_over", looked_through=looked_through, seen=seen, by=by
    )  # fmt: skip
