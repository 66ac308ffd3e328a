"""Files on removable media: what a node has for another, written to one, and read in by the code that lines use.

docs/exchange.md, section 5. A file may be longer than memory, old, cut off, or altered. Each batch in it is verified
like any other, so whatever can be read of it is taken and nothing is believed for standing there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from tocsin.exchange import limits
from tocsin.exchange.bundles import Batch, Begin, CheckpointRecord, Part, TrustFile, read_bundle, write_bundle
from tocsin.exchange.errors import NotTrusted, Refused
from tocsin.exchange.intake import note_refusal, take_or_note
from tocsin.exchange.local import LocalNode
from tocsin.exchange.manifests import counted_signers
from tocsin.exchange.streams import NODE, Stream
from tocsin.exchange.trust.files import FILES, TOTAL_BYTES, of_records, records
from tocsin.exchange.trusting import take_trust
from tocsin.exchange.vouching import Link, last_named, needs_chain, vouch_chain
from tocsin.exchange.witnessing import note_checkpoint

__all__ = ["Exported", "Imported", "export", "import_file"]

REFUSALS_KEPT = 1_000


# Writing


@dataclass
class Exported:
    """What was written: how much, and how far each stream then goes."""

    bytes: int = 0
    batches: int = 0
    documents: int = 0
    through: dict[Stream, int] = field(default_factory=dict)


def export(
    here: LocalNode, file: BinaryIO, *, node: str | None = None, since: Mapping[Stream, int] | None = None
) -> Exported:
    """Write the trust list, the batches of our own and of others that are held here, and all checkpoints known.

    node    whom it is for: streams that it may have, with keys for it alone (for a relay, with all keys). None for
            whoever carries it: everything, with all keys, each readable by its addressee alone; it shows who writes
            to whom
    since   the last document of each stream that the reader is known to have; of others all is written

    Raises NotTrusted for a node that takes no part now, OSError.
    """
    trust = here.trust()
    everything = node is None or trust.entry(node).relay
    made = Exported()

    def parts() -> Iterator[Part]:
        yield from records(here.store.trust_files())
        for stream in sorted(here.store.heads()):
            if node is None or trust.may_carry(node, stream):
                for batch in _batches(here, stream, (since or {}).get(stream, 0)):
                    given = {to: parcel for to, parcel in batch.parcels.items() if everything or to == node}
                    made.batches += 1
                    made.documents += len(batch.items)
                    made.through[stream] = batch.manifest.last
                    yield replace(batch, parcels=given)
        for _, data in sorted(here.store.checkpoints().items()):
            yield CheckpointRecord(data)

    made.bytes = write_bundle(file, parts(), alliance=trust.alliance, sender=here.node, made_at=here.now())
    return made


def _batches(here: LocalNode, stream: Stream, after: int) -> Iterator[Batch]:
    while page := here.store.batches(
        stream, after=after, documents=limits.PAGE_DOCUMENTS, size=limits.PAGE_FILLED_BYTES
    ):
        yield from page
        after = page[-1].manifest.last


# Reading


@dataclass
class Imported:
    """What came of a file.

    trust       whether it brought a newer trust list
    batches     that were new; `known` those that were here before, `documents` in the new ones
    refused     batches, checkpoints and lists that were not taken; `refusals` the first of them, (what, code, detail)
    left_out    batches of streams of which an earlier batch was refused
    elsewhere   batches that are not for this node, in a file that was written for whoever carries it
    unproved    checkpoints of logs that are not known here that far; a meeting brings the rest
    problem     why it could not be read to its end, if it could not; what came before that was taken
    """

    begin: Begin | None = None
    trust: bool = False
    batches: int = 0
    known: int = 0
    documents: int = 0
    refused: int = 0
    left_out: int = 0
    elsewhere: int = 0
    checkpoints: int = 0
    unproved: int = 0
    refusals: list[tuple[str, str, str]] = field(default_factory=list)
    problem: str = ""

    def refuse(self, what: str, refusal: Refused) -> None:
        """Put on record what was not taken."""
        self.refused += 1
        if len(self.refusals) < REFUSALS_KEPT:
            self.refusals.append((what, refusal.code, str(refusal)))


def import_file(here: LocalNode, file: BinaryIO, *, source: str = "a file") -> Imported:
    """Take in what a file holds, batch by batch, each whole or not at all. To do it again does nothing more.

    file     can be read twice: first for the trust list and the chains that ended keys need, then for all else
    source   its name in the record of refusals; not a node's name, as no node has signed what the file withholds

    Raises Malformed, TooLarge, Newer for what is no bundle at all, NotTrusted for one of another alliance.
    """
    if NODE.fullmatch(source):
        raise ValueError(f"{source!r} is the name of a node; a file proves nothing of who wrote it")
    found = Imported()
    try:
        _prepare(here, _parts(here, file, found), found, source)
    except Refused as refusal:
        if found.begin is None or refusal.code == "other-alliance":
            raise
        found.problem = str(refusal)
        note_refusal(here, refusal, source=source, what="file")
    try:
        _take_all(here, _parts(here, file, found, noting=source), found, source)
    except Refused as refusal:
        found.problem = str(refusal)
    return found


def _parts(here: LocalNode, file: BinaryIO, found: Imported, *, noting: str = "") -> Iterator[Part]:
    """All behind the beginning. Batches that cannot be read are passed over, and noted the second time."""

    def passed_over(refusal: Refused) -> None:
        if noting:
            found.refuse("a batch", refusal)
            note_refusal(here, refusal, source=noting, what="a batch")

    file.seek(0)
    for part in read_bundle(file, passed_over=passed_over):
        if isinstance(part, Begin):
            found.begin = part
            if part.alliance != (ours := here.trust().alliance):
                raise NotTrusted("other-alliance", f"the file is of the alliance {part.alliance!r}; this one {ours!r}")
        else:
            yield part


def _prepare(here: LocalNode, parts: Iterator[Part], found: Imported, source: str) -> None:
    """Take the trust list, then learn which manifests lead to the last ones of ended keys."""
    files: list[TrustFile] = []
    chains: dict[Stream, list[Link]] = {}
    needed: dict[Stream, bool] = {}
    size, begun = 0, False
    try:
        for part in parts:
            if isinstance(part, TrustFile):
                size += len(part.data)
                if len(files) < FILES and size <= TOTAL_BYTES:
                    files.append(part)
            elif not begun:
                begun = True
                _take_trust(here, files, found, source)
            if isinstance(part, Batch):
                stream = part.manifest.stream
                if stream not in needed:
                    needed[stream] = needs_chain(here, stream)
                if needed[stream] and _lengthens(here, chains.get(stream, []), part):
                    chains.setdefault(stream, []).append(Link.of(part.manifest))
    finally:  # of a file that breaks off, as far as it goes
        if not begun:
            _take_trust(here, files, found, source)
        for stream, chain in chains.items():
            head = here.store.head(stream)
            known = head.last if head and chain[0].first != 1 else 0
            if new := [link for link in chain if link.last > known]:
                vouch_chain(here, new)


def _take_trust(here: LocalNode, files: list[TrustFile], found: Imported, source: str) -> None:
    if not files:
        return
    try:
        found.trust = take_trust(here, of_records(files))
    except Refused as refusal:
        found.refuse("trust list", refusal)
        note_refusal(here, refusal, source=source, what="trust list")


def _lengthens(here: LocalNode, chain: list[Link], batch: Batch) -> bool:
    """Whether a batch's manifest goes on from the chain, is signed at all, and the trust list names what is behind."""
    listed = here.trust().nodes[batch.manifest.stream.origin]
    if chain and (not Link.of(batch.manifest).follows(chain[-1]) or _is_long_enough(here, chain)):
        return False
    return bool(counted_signers(batch.manifest.data, batch.signatures, listed.seal_keys()))


def _is_long_enough(here: LocalNode, chain: list[Link]) -> bool:
    stream, head = chain[0].stream, here.store.head(chain[0].stream)
    begin = chain[0].digest if chain[0].first == 1 else head.first_manifest if head else ""
    return chain[-1].last >= last_named(here.trust().nodes[stream.origin], begin)


def _take_all(here: LocalNode, parts: Iterator[Part], found: Imported, source: str) -> None:
    stuck: set[Stream] = set()
    for part in parts:
        if isinstance(part, CheckpointRecord):
            _note_checkpoint(here, part, found, source)
        elif isinstance(part, Batch):
            stream = part.manifest.stream
            if stream in stuck:
                found.left_out += 1
                continue
            if _is_for_others(here, stream):
                found.elsewhere += 1
                continue
            outcome = take_or_note(here, part, via=source)
            if isinstance(outcome, Refused):
                found.refuse(str(part.manifest), outcome)
                stuck.add(stream)
            elif outcome.new:
                found.batches += 1
                found.documents += len(part.items)
            else:
                found.known += 1


def _is_for_others(here: LocalNode, stream: Stream) -> bool:
    """Whether a known node wrote it to others; that is no fault of a file for whoever carries it."""
    trust = here.trust()
    own = trust.nodes.get(here.node)
    takes_part = own is not None and own.status == "active"
    return takes_part and stream.origin in trust.nodes and not trust.may_carry(here.node, stream)


def _note_checkpoint(here: LocalNode, record: CheckpointRecord, found: Imported, source: str) -> None:
    """Compare a checkpoint with what is known. Leaves do not travel in files."""
    try:
        note_checkpoint(here, record.data, lambda *_: (), source=source)
    except Refused as refusal:
        if refusal.code == "gap":
            found.unproved += 1
            return
        found.refuse("checkpoint", refusal)
        note_refusal(here, refusal, source=source, what="checkpoint")
    else:
        found.checkpoints += 1
