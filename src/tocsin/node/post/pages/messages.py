"""What the pages of messages show: who wrote to whom, and who has it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tocsin.exchange.store import State as DocumentState
from tocsin.node.alliance.models import State
from tocsin.node.post.models import Entry, Message, Receipt

__all__ = ["Delivery", "Shown", "deliveries", "erasable", "names", "shown"]


@dataclass(frozen=True)
class Shown:
    """A message with the names of states in the reader's language."""

    message: Message
    sender: str
    to: list[str]
    is_new: bool = False

    @property
    def state(self) -> str:
        """What chip it has, if any."""
        if self.message.erased_at:
            return "erased"
        return "void" if self.message.withdrawn_at else ""


@dataclass(frozen=True)
class Delivery:
    """Whether an addressee's node has said, signed, that it has a message of ours."""

    name: str
    received_at: datetime | None
    waits: bool


def names() -> dict[str, str]:
    """Names of states and of the secretariat, by node."""
    return {state.code: str(state) for state in State.objects.all()}


def shown(messages: Iterable[Message], unseen: Iterable[object] = ()) -> list[Shown]:
    """Messages with names. `unseen` are the keys of those that the reader has not opened."""
    known, new = names(), set(unseen)
    return [
        Shown(
            message,
            known.get(message.origin, message.origin),
            [known.get(node, node) for node in message.addressees] or [_("all members")],
            message.pk in new,
        )
        for message in messages
    ]


def deliveries(message: Message) -> list[Delivery]:
    """Who has a message of ours, in the alliance's order. While it waits to be sealed, nobody can."""
    known = names()
    entry = Entry.objects.filter(origin=message.origin, document_id=str(message.pk), stands=True).first()
    members = State.objects.filter(tier__in=("member", "secretariat"), is_here=False).values_list("code", flat=True)
    wanted = set(message.addressees or members)
    have: dict[str, datetime] = {}
    if entry is not None:
        receipts = Receipt.objects.filter(stream=entry.stream_id, through__gte=entry.number)
        have = {receipt.by: receipt.received_at for receipt in receipts}
    return [Delivery(known[node], have.get(node), entry is None) for node in known if node in wanted]


def erasable(message: Message) -> int | None:
    """The row of the document that carries a message of ours, once it is sealed and unless it was erased."""
    if not message.is_ours:
        return None
    rows = Entry.objects.filter(
        origin=message.origin, document_id=str(message.pk), state=DocumentState.OWN.value, in_use=True
    )
    return rows.values_list("pk", flat=True).first()
