"""What a document says once it is opened: whose it is, whether it is sound, and who acts upon it.

docs/exchange.md, section 7, steps 7 and 8.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from tocsin.exchange.documents import Document
from tocsin.exchange.erasing import erase_named
from tocsin.exchange.errors import Refused
from tocsin.exchange.items import unpacked
from tocsin.exchange.local import LocalNode
from tocsin.exchange.manifests import Manifest
from tocsin.exchange.receipts import note_receipt
from tocsin.exchange.saying import say
from tocsin.exchange.store import Entry, Reason, State
from tocsin.exchange.trust.list import TrustList

__all__ = ["Opened", "examine", "open_item", "read_all", "waits_for_a_person"]

CLOSED = ("locked", "commitment")
OF_THE_EXCHANGE = ("receipt", "erasure")


@dataclass(frozen=True)
class Opened:
    """An entry, and the document if its bytes could be read as one."""

    entry: Entry
    document: Document | None = None


def open_item(
    trust: TrustList,
    manifest: Manifest,
    place: int,
    item: bytes | None,
    key: bytes | None,
) -> Opened:
    """The document of one item, at its place in the manifest; LOCKED or QUARANTINED where there is none."""
    entry = Entry(
        manifest.stream, manifest.first + place, manifest.digest, manifest.items[place], State.ACCEPTED, key=key
    )
    if item is None:
        return Opened(_with(entry, State.LOCKED, Reason.of("locked", say("item-withheld"))))
    try:
        plain = unpacked(item, manifest.stream.audience, key)
    except Refused as refusal:
        reason = Reason(refusal.code, refusal.detail)
        if refusal.code in CLOSED:
            return Opened(_with(entry, State.LOCKED, reason))
        return Opened(_with(entry, State.QUARANTINED, reason))
    try:
        document = Document.read(plain)
        document.check_place(manifest.stream, alliance=trust.alliance, exercise=trust.exercise)
    except Refused as refusal:
        return Opened(
            replace(entry, state=State.QUARANTINED, document=plain, reasons=(Reason(refusal.code, refusal.detail),))
        )
    return Opened(replace(entry, document=plain, document_id=document.id, type=document.type), document)


def examine(here: LocalNode, opened: Sequence[Opened]) -> list[Opened]:
    """Each document's state by its type's schema and rules, and by whether it was here before."""
    standing: dict[str, tuple[str, int, bytes | None]] = {}
    by_origin: dict[str, list[str]] = {}
    for one in opened:
        if one.document is not None:
            by_origin.setdefault(one.entry.stream.origin, []).append(one.document.id)
    for origin, ids in by_origin.items():
        for document_id, entry in here.store.known(origin, ids).items():
            standing[document_id] = (entry.manifest, entry.number, entry.document)
    examined = []
    with here.together():
        for one in opened:
            to_examine = one.document is not None and one.entry.state is State.ACCEPTED
            examined.append(_examined(here, one, standing) if to_examine else one)
    return examined


def _examined(here: LocalNode, one: Opened, standing: dict[str, tuple[str, int, bytes | None]]) -> Opened:
    entry, document = one.entry, one.document
    assert document is not None
    if entry.stream.origin == here.node:
        return replace(one, entry=replace(entry, state=State.OWN))
    place = (entry.manifest, entry.number)
    before = standing.setdefault(document.id, (*place, entry.document))
    if before[:2] != place:
        if before[2] == entry.document or before[2] is None:  # None: erased since
            return replace(one, entry=replace(entry, state=State.REPEATED))
        return replace(
            one,
            entry=_with(entry, State.QUARANTINED, Reason.of("id-reused", say("identifier-of-another", id=document.id))),
        )
    state, reasons = _judged(here, document)
    return replace(one, entry=replace(entry, state=state, reasons=reasons))


def _judged(here: LocalNode, document: Document) -> tuple[State, tuple[Reason, ...]]:
    """What becomes of a document by its content, and why."""
    try:
        reasons = tuple(here.examine(document))
    except Exception as problem:  # a fault of ours must not stop the stream
        return State.HELD, (Reason("unread", f"{type(problem).__name__} while examining it"),)
    if any(reason.code == "type-unknown" for reason in reasons):
        return State.HELD, reasons
    if any(reason.row is None for reason in reasons):
        return State.QUARANTINED, reasons
    return State.ACCEPTED, reasons


def read_all(here: LocalNode, examined: Sequence[Opened]) -> tuple[Entry, ...]:
    """Record every entry, and have accepted documents acted upon.

    If acting upon them fails, each is tried alone, and those that fail are HELD: a fault of ours costs no other.
    """
    here.store.put_entries([one.entry for one in examined])
    for one in examined:
        if one.entry.state is State.OWN and one.document is not None and one.document.type == "erasure":
            erase_named(here, one.document, one.entry)  # it came back, after this node had lost its memory of it
    accepted = [
        (one.document, one.entry) for one in examined if one.document is not None and one.entry.state is State.ACCEPTED
    ]
    failed: dict[int, Entry] = {}
    if accepted:
        try:
            with here.store.atomic():
                _act(here, accepted)
        except Exception:  # whatever it is, it must not stop the stream
            failed = _each_alone(here, accepted)
    _tell_of_returned(here, examined)
    entries = tuple(failed.get(one.entry.number, one.entry) for one in examined)
    if apart := [entry for entry in entries if waits_for_a_person(entry)]:
        with suppress(Exception), here.store.atomic():  # nor must this
            here.reader.kept_apart(apart)
    return entries


def _tell_of_returned(here: LocalNode, examined: Sequence[Opened]) -> None:
    """Our own documents are sealed where they are made; one that is read has come back from a partner."""
    own = [
        (one.document, one.entry)
        for one in examined
        if one.document is not None and one.entry.state is State.OWN and one.document.type not in OF_THE_EXCHANGE
    ]
    if not own:
        return
    try:
        with here.store.atomic():
            here.reader.returned(own)
    except Exception:  # whatever it is, it must not keep this node from having its streams back
        for one in own:
            with suppress(Exception), here.store.atomic():
                here.reader.returned([one])


def waits_for_a_person(entry: Entry) -> bool:
    """Whether a document, or rows of it, are not sound, and nobody has decided what becomes of them."""
    by_row = entry.state is State.ACCEPTED and any(reason.row is not None for reason in entry.reasons)
    return entry.state is State.QUARANTINED or by_row


def _each_alone(here: LocalNode, accepted: Sequence[tuple[Document, Entry]]) -> dict[int, Entry]:
    failed = {}
    for document, entry in accepted:
        try:
            with here.store.atomic():
                _act(here, [(document, entry)])
        except Exception as problem:
            reason = Reason("unread", f"{type(problem).__name__} while acting upon it")
            failed[entry.number] = _with(entry, State.HELD, reason)
    here.store.put_entries(list(failed.values()))
    return failed


def _act(here: LocalNode, accepted: Sequence[tuple[Document, Entry]]) -> None:
    """The exchange acts upon its own types; all others are for the node's reader."""
    others = []
    for document, entry in accepted:
        match document.type:
            case "receipt":
                note_receipt(here, document)
            case "erasure":
                erase_named(here, document, entry)
            case _:
                others.append((document, entry))
    if others:
        here.reader.accepted(others)


def _with(entry: Entry, state: State, reason: Reason) -> Entry:
    key = None if state is State.LOCKED else entry.key
    return replace(entry, state=state, reasons=(reason,), key=key)
