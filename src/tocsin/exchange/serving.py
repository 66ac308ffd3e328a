"""What a node answers to another: docs/exchange.md, section 11, without HTTP, which is `http.serving`.

`asker` is the node whose signature on the request has been verified.
"""

import io
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tocsin.exchange import limits, suite
from tocsin.exchange.bundles import Batch, Begin, TrustFile, carried, filled, read_bundle, write_bundle
from tocsin.exchange.canonical import canonical, read_canonical
from tocsin.exchange.checkpoints import SignedCheckpoint
from tocsin.exchange.errors import Newer, Refused
from tocsin.exchange.intake import take_or_note
from tocsin.exchange.local import LocalNode
from tocsin.exchange.moments import moment
from tocsin.exchange.rekeying import new_parcel
from tocsin.exchange.restoring import holds_of, note_holds
from tocsin.exchange.streams import Stream, check_audience, check_node
from tocsin.exchange.trust.files import records
from tocsin.exchange.trusting import take_trust
from tocsin.exchange.vouching import vouch_chain
from tocsin.exchange.witnessing import learn

__all__ = ["PREFIX", "Said", "answer"]

PREFIX = "/exchange/v1/"
MOST_NAMED = 200  # streams and refusals in one answer
BUNDLE, JSON = "application/vnd.tocsin.bundle", "application/json"


@dataclass(frozen=True)
class Said:
    """An answer that is not a refusal."""

    status: int
    media_type: str
    body: bytes


def answer(here: LocalNode, asker: str, method: str, name: str, query: Mapping[str, str], body: bytes) -> Said:
    """Answer `method PREFIX+name`. Raises Refused."""
    trust = here.trust()
    if name != "trust" or asker not in trust.nodes:  # a suspended node may still learn that it is back
        trust.entry(asker)
    route = ROUTES.get((method, name))
    if route is None:
        raise Refused("not-found", f"there is no {method} {PREFIX}{name:.40}")
    return route(here, asker, query, body)


def _heads(here: LocalNode, asker: str, query: Mapping[str, str], body: bytes) -> Said:
    """What there is; of checkpoints and evidence, which are many and rarely new, what the asker does not name."""
    trust, known = here.trust(), _known(body) if body else set()
    streams = [
        {
            "origin": stream.origin,
            "epoch": stream.epoch,
            "stream": stream.audience,
            "last": head.last,
            "manifest": head.manifest,
        }
        for stream, head in sorted(here.store.heads().items())
        if trust.may_carry(asker, stream)
    ]
    own = here.store.own()
    return _json(
        {
            "node": here.node,
            "now": moment(here.now()),
            "speaks": [1],
            "epoch": own.epoch,
            "trust": {"version": trust.version, "root": trust.root_version},
            "streams": streams,
            "checkpoints": [
                suite.encoded(data)
                for _, data in sorted(here.store.checkpoints().items())
                if suite.digest(data) not in known
            ],
            "evidence": _evidence(here, known),
        }
    )


def _known(body: bytes) -> set[str]:
    said = read_canonical(body, what="what is known", limit=1_000_000)
    known = said.get("known") if isinstance(said, dict) else None
    if not (isinstance(known, list) and len(known) <= limits.KNOWN and all(suite.is_digest(one) for one in known)):
        raise Refused("bad-request", f"known is a list of at most {limits.KNOWN} digests")
    return set(known)


def _evidence(here: LocalNode, known: Collection[str]) -> list[str]:
    """The latest of each origin, as far as there is room: heads too large to be read would part us from everybody."""
    kept = [data for kept in here.store.evidence().values() for data in kept[-2:]]
    latest = sorted((data for data in kept if suite.digest(data) not in known), key=len)
    room, said = limits.PAGE_FILLED_BYTES, list[str]()
    for data in map(suite.encoded, latest):
        room -= len(data)
        if room >= 0:
            said.append(data)
    return said


def _batches(here: LocalNode, asker: str, query: Mapping[str, str], body: bytes) -> Said:
    stream = _stream(query)
    after = _whole(query, "after")
    if not here.trust().may_carry(asker, stream):
        raise Refused("not-found", f"there is no stream {stream} that {asker} may have")
    if query.get("only") == "manifests":
        found = _chain_page(here, stream, after)
    else:
        found = here.store.batches(stream, after=after, documents=limits.PAGE_DOCUMENTS, size=limits.PAGE_FILLED_BYTES)
        found = filled([_for(asker, batch, everything=query.get("parcels") == "all") for batch in found])
    return bundle(here, found)


def _chain_page(here: LocalNode, stream: Stream, after: int) -> list[Batch]:
    page, size = [], 0
    for batch in here.store.manifests(stream, after=after):
        page.append(batch)
        size += carried(batch)
        if size > limits.PAGE_FILLED_BYTES:
            break
    return page


def _for(asker: str, batch: Batch, *, everything: bool) -> Batch:
    """The batch with the asker's parcel, and its origin's, which every reader keeps for the day when that forgets."""
    wanted = {asker, batch.manifest.stream.origin}
    given = batch.parcels if everything else {node: one for node, one in batch.parcels.items() if node in wanted}
    return Batch(batch.manifest, batch.signatures, batch.items, given)


def bundle(here: LocalNode, parts: list[Any]) -> Said:
    """A bundle as an answer."""
    file = io.BytesIO()
    write_bundle(file, parts, alliance=here.trust().alliance, sender=here.node, made_at=here.now())
    return Said(200, BUNDLE, file.getvalue())


def _delivery(here: LocalNode, asker: str, query: Mapping[str, str], body: bytes) -> Said:
    """Take in what a node brings that cannot be called, or that has waited long. Each batch stands or falls alone."""
    batches, files, newer = [], {}, list[Newer]()
    try:
        for part in read_bundle(io.BytesIO(body), most=limits.PAGE_BYTES):
            match part:
                case Batch():
                    batches.append(part)
                case TrustFile():
                    files[part.name] = part.data
                case Begin() | _:
                    pass
    except Newer as refusal:  # what came before it can be read
        if not batches:
            raise
        newer.append(refusal)
    if files:
        take_trust(here, files)
    _vouch_runs(here, batches)
    refused = []
    if query.get("only") != "manifests":
        for batch in batches:
            outcome = take_or_note(here, batch, via=asker)
            if isinstance(outcome, Refused):
                refused.append(
                    {
                        "stream": str(batch.manifest.stream),
                        "first": batch.manifest.first,
                        "code": outcome.code,
                        "detail": str(outcome),
                    }
                )
    refused = refused[:MOST_NAMED] + [{"stream": "", "first": 0, "code": one.code, "detail": str(one)} for one in newer]
    streams = {batch.manifest.stream for batch in batches}
    heads = {stream: here.store.head(stream) for stream in sorted(streams)[:MOST_NAMED]}
    return _json(
        {
            "streams": [
                {
                    "origin": stream.origin,
                    "epoch": stream.epoch,
                    "stream": stream.audience,
                    "last": head.last if head else 0,
                }
                for stream, head in heads.items()
            ],
            "refused": refused,
        }
    )


def _vouch_runs(here: LocalNode, batches: list[Batch]) -> None:
    by_stream: dict[Stream, list[Batch]] = {}
    for batch in batches:
        by_stream.setdefault(batch.manifest.stream, []).append(batch)
    for run in by_stream.values():
        vouch_chain(here, [batch.manifest for batch in run])


def _hint(here: LocalNode, asker: str, query: Mapping[str, str], body: bytes) -> Said:
    """The asker has our streams so far, and perhaps something new for us."""
    said = read_canonical(body, what="a hint", limit=1_000_000)
    if not isinstance(said, dict):
        raise Refused("bad-request", "a hint is an object of holds and new")
    note_holds(here, asker, holds_of(said.get("holds"), here.node))
    if said.get("new") is True:
        here.hinted(asker)
    return Said(202, JSON, canonical({}))


def _trust(here: LocalNode, asker: str, query: Mapping[str, str], body: bytes) -> Said:
    return bundle(here, list(records(here.store.trust_files(), root=_whole(query, "root"))))


def _log(here: LocalNode, asker: str, query: Mapping[str, str], body: bytes) -> Said:
    origin, epoch = check_node(query.get("origin"), code="bad-request"), _whole(query, "epoch")
    start, stop = _whole(query, "from"), _whole(query, "to")
    if not 0 <= start <= stop <= start + limits.LEAVES_PAGE:
        raise Refused("bad-request", f"from {start} to {stop} is not a run of at most {limits.LEAVES_PAGE} leaves")
    leaves = here.store.leaves(origin, epoch, start, stop)
    return Said(200, "application/octet-stream", b"".join(leaves))


def _log_delivery(here: LocalNode, asker: str, query: Mapping[str, str], body: bytes) -> Said:
    """A checkpoint of the asker's own log, with leaves, from a node that cannot be called."""
    said = read_canonical(body, what="a checkpoint with leaves", limit=limits.PAGE_BYTES)
    if not (isinstance(said, dict) and type(start := said.get("from")) is int and start >= 0):
        raise Refused("bad-request", "a checkpoint with leaves is an object of checkpoint, from, leaves")
    signed = SignedCheckpoint.read(suite.decoded(said.get("checkpoint"), code="bad-request", what="checkpoint"))
    leaves = suite.decoded(said.get("leaves"), code="bad-request", what="leaves")
    if signed.checkpoint.origin != asker:
        raise Refused("bad-request", f"a log is delivered by its origin; this one is of {signed.checkpoint.origin}")
    return _json({"size": learn(here, signed, start, leaves)})


def _parcels(here: LocalNode, asker: str, query: Mapping[str, str], body: bytes) -> Said:
    """New parcels for the asker: it lost its keys, or a relay gave it false ones. Erased documents have no key left."""
    said = read_canonical(body, what="a request for parcels", limit=100_000)
    wanted = said.get("manifests") if isinstance(said, dict) else None
    if not (isinstance(wanted, list) and len(wanted) <= 100 and all(suite.is_digest(one) for one in wanted)):
        raise Refused("bad-request", "manifests is a list of at most 100 digests")
    made = {}
    for digest in dict.fromkeys(wanted):
        if (batch := here.store.batch_of(digest)) is not None:
            made[digest] = new_parcel(here, batch, asker)
    return _json({"parcels": {digest: parcel for digest, parcel in made.items() if parcel is not None}})


ROUTES: Mapping[tuple[str, str], Callable[[LocalNode, str, Mapping[str, str], bytes], Said]] = {
    ("GET", "heads"): _heads,
    ("POST", "heads"): _heads,
    ("GET", "batches"): _batches,
    ("POST", "batches"): _delivery,
    ("POST", "hints"): _hint,
    ("GET", "trust"): _trust,
    ("GET", "log"): _log,
    ("POST", "log"): _log_delivery,
    ("POST", "parcels"): _parcels,
}


def _stream(query: Mapping[str, str]) -> Stream:
    origin = check_node(query.get("origin"), code="bad-request")
    return Stream(
        origin, _whole(query, "epoch"), check_audience(query.get("stream"), origin=origin, code="bad-request")
    )


def _whole(query: Mapping[str, str], name: str) -> int:
    text = query.get(name, "0")
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise Refused("bad-request", f"{name} is {text!r:.40}; it is a whole number")
    return int(text)


def _json(said: dict[str, Any]) -> Said:
    return Said(200, JSON, canonical(said))
