"""Acts of the hospital that sends: adding, cancelling, and that the patient has left."""

from collections.abc import Collection, Mapping
from typing import Any

from tocsin.node.alliance.models import Person
from tocsin.node.consultations.actions.noting import Words
from tocsin.node.joint.models import JointAct
from tocsin.node.transfers.actions.saying import say
from tocsin.node.transfers.models import Transfer
from tocsin.node.transfers.models.transfers import Side
from tocsin.node.transfers.speaking import voice_in

__all__ = ["cancel", "depart", "supplement"]


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
