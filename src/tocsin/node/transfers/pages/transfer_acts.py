"""What a person may do with a transfer now: the one act that is asked of them, and the others.

The rules of a transfer refuse whatever does not stand; what is offered here only saves people from asking in vain. What
this state has said and no order has yet counts as done, so that nobody says it twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.joint.parties import PartyId
from tocsin.joint.transfers import Status, Transfer
from tocsin.node.transfers import models
from tocsin.node.transfers.models.transfers import Side
from tocsin.node.transfers.rows import has_signed
from tocsin.node.transfers.speaking import Voice

__all__ = ["LABELS", "Act", "Acts", "acts_of"]

LABELS: Mapping[str, Any] = {
    "accept": _("We have a bed"), "decline": _("We cannot take the patient"), "take_back": _("Take the bed back"),
    "depart": _("The patient has left"), "arrive": _("The patient is here"), "sign": _("Sign the hand-over"),
    "end": _("Tell what became of the patient"), "supplement": _("Add something"),
    "team": _("Who has the transfer here"), "consent": _("Whether the patient agrees"),
    "cancel": pgettext_lazy("a transfer", "Cancel"),
}  # fmt: skip
# The first of these that a person may do is what is asked of them.
FIRST = ("sign", "accept", "depart", "arrive", "end")
RUNNING = frozenset({Status.REQUESTED, Status.ACCEPTED, Status.DEPARTED, Status.ARRIVED, Status.HANDED_OVER})
CANCELLABLE = frozenset({Status.REQUESTED, Status.ACCEPTED, Status.DEPARTED})


@dataclass(frozen=True, slots=True)
class Act:
    """A link to the page that asks what is needed."""

    name: str
    url: str

    @property
    def label(self) -> Any:
        """On its button."""
        return LABELS[self.name]


@dataclass(frozen=True)
class Acts:
    """primary: what is asked of the reader now."""

    primary: Act | None
    others: Sequence[Act]
    may_write: bool


def acts_of(
    row: models.Transfer, transfer: Transfer, voices: Sequence[Voice], *, is_asked_anew: bool = False
) -> Acts:  # fmt: skip
    """All that somebody with these voices may do.

    is_asked_anew  whether those who send are to say if the patient still agrees: it comes before all else
    """
    names = dict.fromkeys(name for voice in voices for name in _of_voice(transfer, voice))
    found = {name: Act(name, reverse(f"transfer_{name}", args=[row.pk])) for name in names}
    first = "team" if _has_nobody(transfer, voices) else next((name for name in FIRST if name in found), "")
    primary = found.get("consent" if is_asked_anew and "consent" in found else first)
    may_write = bool(voices) and transfer.may_be_told
    return Acts(primary, [act for act in found.values() if act is not primary], may_write)


def _has_nobody(transfer: Transfer, voices: Sequence[Voice]) -> bool:
    """Whether a coordinator of the hospital that receives has given a bed, and no clinician has the transfer yet."""
    is_theirs = any(voice.side is Side.RECEIVING for voice in voices)
    return is_theirs and not transfer.receivers and transfer.status in RUNNING - {Status.REQUESTED}


def _of_voice(transfer: Transfer, voice: Voice) -> Iterator[str]:
    status = transfer.status
    if status is Status.ARRIVED and voice.clinician is not None and not has_signed(transfer, _hospital(voice)):
        yield "sign"
    yield from _sending(status) if voice.side is Side.SENDING else _receiving(status)
    if status in RUNNING:
        yield "team"
    if voice.side is Side.SENDING and transfer.may_be_told:
        yield "consent"
    if voice.side is Side.SENDING and status in CANCELLABLE:
        yield "cancel"


def _sending(status: Status) -> Iterator[str]:
    if status is Status.ACCEPTED:
        yield "depart"
    if status in RUNNING:
        yield "supplement"


def _receiving(status: Status) -> Iterator[str]:
    if status is Status.REQUESTED:
        yield from ("accept", "decline")
    elif status is Status.ACCEPTED:
        yield "take_back"
    elif status is Status.DEPARTED:
        yield "arrive"
    elif status is Status.HANDED_OVER:
        yield "end"


def _hospital(voice: Voice) -> PartyId:
    return PartyId.of(voice.hospital.key)
