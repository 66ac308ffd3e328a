"""Whether the other states have a letter of ours, and who has read it. The same number of queries for any page."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tocsin.node.alliance.alliance_file import here
from tocsin.node.correspondence.boxes import box_of
from tocsin.node.correspondence.models import Letter, LetterCopy, LetterReading
from tocsin.node.correspondence.naming import Names
from tocsin.node.post.models import Entry, Receipt

__all__ = ["LetterDelivery", "Reached", "deliveries_of"]


@dataclass(frozen=True, slots=True)
class Reached:
    """One reader of a letter. state: a chip; by: who opened it, of our own hospitals alone."""

    name: str
    state: str
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class LetterDelivery:
    """How far a letter has come: each reader, and in a word how many have read it."""

    readers: list[Reached]

    @property
    def read(self) -> int:
        """How many have opened it, as far as they let anybody know."""
        return sum(one.state == "letter_read" for one in self.readers)


def deliveries_of(letters: Sequence[Letter], names: Names) -> dict[UUID, LetterDelivery]:
    """Of letters that were written here, by their rows. Five queries."""
    ours = [one for one in letters if one.is_ours]
    sealed = {
        entry.document_id: entry
        for entry in Entry.objects.filter(
            origin=here().code, document_id__in=[str(one.document_id) for one in ours], stands=True
        ).only("document_id", "stream_id", "number")
    }
    receipts: dict[int, dict[str, Receipt]] = defaultdict(dict)
    for receipt in Receipt.objects.filter(stream__in={one.stream_id for one in sealed.values()}).defer("reasons"):
        receipts[receipt.stream_id][receipt.by] = receipt
    copies = {
        (one.letter_id, one.box): one
        for one in LetterCopy.objects.filter(letter__in=ours, is_sent=False).select_related("read_by")
    }
    readings = {
        (one.letter_id, one.origin, one.box): one
        for one in LetterReading.objects.filter(
            letter_origin=here().code, letter_id__in=[one.document_id for one in ours]
        ).order_by("-at")
    }
    made = {}
    for letter in ours:
        entry = sealed.get(str(letter.document_id))
        had = receipts[entry.stream_id] if entry is not None else {}
        readers = []
        for speaker in letter.readers:
            origin, box = speaker.hospital.origin, box_of(speaker)
            if origin == here().code:
                readers.append(_inside(names.of(speaker), copies.get((letter.pk, box))))
                continue
            reading = readings.get((letter.document_id, origin, box))
            readers.append(_elsewhere(names.of(speaker), origin, entry, had, reading))
        made[letter.pk] = LetterDelivery(readers)
    return made


def _inside(name: str, copy: LetterCopy | None) -> Reached:
    if copy is None or copy.read_at is None or copy.is_quiet:
        return Reached(name, "delivered")
    return Reached(name, "letter_read", copy.read_at, copy.read_by.name if copy.read_by else "")


def _elsewhere(
    name: str, origin: str, entry: Entry | None, had: Mapping[str, Receipt], reading: LetterReading | None
) -> Reached:  # fmt: skip
    if reading is not None:
        return Reached(name, "letter_read", reading.at)
    if entry is None:
        return Reached(name, "waits_to_be_signed")
    receipt = had.get(origin)
    if receipt is None or receipt.through < entry.number:
        return Reached(name, "under_way")
    return Reached(name, "delivered", receipt.received_at)
