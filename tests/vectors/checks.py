"""What this implementation finds in a vector, for each kind that takes more than one call to read."""

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tocsin.exchange import limits, suite
from tocsin.exchange.bundles import Batch
from tocsin.exchange.canonical import canonical
from tocsin.exchange.checkpoints import SignedCheckpoint
from tocsin.exchange.documents import Document
from tocsin.exchange.errors import NotTrusted, Refused, Unreachable
from tocsin.exchange.evidence import Evidence
from tocsin.exchange.forks import note_evidence, settle_what_fell
from tocsin.exchange.http.messages import Answer, Headers, Request
from tocsin.exchange.http.signatures import verify_answer, verify_request
from tocsin.exchange.intake import take
from tocsin.exchange.local import Keys, LocalNode
from tocsin.exchange.manifests import Manifest
from tocsin.exchange.memory import MemoryStore
from tocsin.exchange.merkle import Tree, verify_inclusion
from tocsin.exchange.moments import read_moment
from tocsin.exchange.store import Entry, Reason
from tocsin.exchange.trust.list import TrustList
from tocsin.exchange.trust.refreshing import load, refreshed
from tocsin.exchange.types import registry
from tocsin.exchange.types.context import Context, Place, Series
from tocsin.exchange.vouching import apply_ends, vouch_chain
from tocsin.exchange.witnessing import learn

FOLDER = Path(__file__).parent
FAR = datetime(9999, 1, 1, tzinfo=UTC)


class Unfit(Exception):
    """Refused, and nobody is told by which code."""


@cache
def read(kind: str) -> Any:
    return json.loads((FOLDER / f"{kind}.json").read_text("utf-8"))


def binary(text: str) -> bytes:
    return suite.decoded(text, code="bad-request", what="a vector")


def at(text: str) -> datetime:
    return read_moment(text, code="bad-request", what="a vector's moment")


KEYS = {name: suite.private_key(key["jwk"]) for name, key in read("keys")["keys"].items()}


def named(names: list[str]) -> dict[str, suite.Key]:
    return {suite.thumbprint(KEYS[name]): KEYS[name] for name in names}


@cache
def listed(name: str) -> TrustList:
    """A list of lists.json."""
    said = read("lists")["lists"][name]
    return TrustList.of(said["alliance"], said["nodes"], version=1, root_version=1, expires=FAR)


# Requests and answers


def request_of(said: Mapping[str, Any]) -> Request:
    return Request(said["method"], said["target"], Headers(map(tuple, said["fields"])), binary(said["body"]))


def check_requests(given: dict[str, Any]) -> dict[str, Any]:
    now, store = at(given["now"]), MemoryStore()
    for one in given["used"]:
        kept = at(one["at"]) + timedelta(seconds=limits.NONCE_SECONDS)
        store.use_nonce(one["keyid"], one["nonce"], now=at(one["at"]), until=kept)
    urls, keys = given["base_urls"], named(given["keys"])
    found = verify_request(request_of(given["request"]), base_urls=urls, keys=keys, now=now)
    if not store.use_nonce(found.kid, found.nonce, now=now, until=FAR):
        raise NotTrusted("replayed", "it came before")
    return {"keyid": found.kid, "nonce": found.nonce, "created": int(found.created.timestamp())}


def check_answers(given: dict[str, Any]) -> dict[str, Any]:
    said, request = given["answer"], request_of(given["request"])
    answer = Answer(said["status"], Headers(map(tuple, said["fields"])), binary(said["body"]))
    try:
        return {"keyid": verify_answer(answer, request=request, keys=named(given["keys"]), now=at(given["now"]))}
    except Unreachable as problem:
        raise Unfit from problem


# Logs


def check_trees(given: dict[str, Any]) -> dict[str, Any]:
    tree = Tree(b64decode(leaf + "=" * (-len(leaf) % 4), b"-_") for leaf in given["leaves"])
    try:
        proof = tree.inclusion_proof(given["index"])
    except ValueError as problem:
        raise Unfit from problem
    return {"root": suite.encoded(tree.root()), "proof": [suite.encoded(one) for one in proof]}


def check_proofs(given: dict[str, Any]) -> dict[str, Any]:
    proof = [binary(one) for one in given["proof"]]
    if not verify_inclusion(binary(given["leaf"]), given["index"], given["size"], proof, binary(given["root"])):
        raise Unfit("it proves nothing")
    return {}


def check_checkpoints(given: dict[str, Any]) -> dict[str, Any]:
    trust = listed(given["list"])
    signed = SignedCheckpoint.read(binary(given["checkpoint"]))
    here = LocalNode("BO", MemoryStore(), Keys(), clock=lambda: FAR, trust=lambda: trust, examine=lambda document: [])
    learn(here, signed, 0, binary(given["leaves"]))
    one = signed.checkpoint
    facts = {"origin": one.origin, "epoch": one.epoch, "size": one.size, "root": one.root}
    return facts | {"signers": sorted(signed.signers(trust)), "cosigners": sorted(signed.cosigners(trust))}


def check_evidence(given: dict[str, Any]) -> dict[str, Any]:
    found = Evidence.read(binary(given["evidence"]))
    found.verify(listed(given["list"]))
    return {"kind": found.kind, "origin": found.origin, "epoch": found.epoch}


# Types


def _context(said: Mapping[str, Any]) -> Context:
    known: dict[str, Any] = {"exercise": said.get("exercise"), "diseases": said.get("diseases")}
    if "places" in said:
        known["places"] = {code: Place(**place) for code, place in said["places"].items()}
    if "past" in said:
        weeks = {Series(*one["series"]): one["weeks"] for one in said["past"]}
        past = {of: {date.fromisoformat(week): count for week, count in by.items()} for of, by in weeks.items()}
        known["past"] = lambda series: past.get(series, {})
    return Context(now=at(said["now"]) if "now" in said else None, **known)


def check_types(given: dict[str, Any]) -> dict[str, Any]:
    one = Document.read(canonical(given["document"]))
    found = registry.examine(one, context=_context(read("types")["contexts"][given["context"]]))
    if found.document:
        assert len(found.codes) == 1, "a vector is wrong in one way"
        return {"ok": False, "code": found.document[0].code, "pointer": found.document[0].pointer}
    return {"rows": {str(at): finding.code for at, finding in found.rows.items()}}


# Trust lists


def check_trust(given: dict[str, Any]) -> dict[str, Any]:
    known, now = read("trust")["files"], at(given["now"])
    held = {name: known[digest].encode() for name, digest in given["held"].items()}
    if given["offered"] is None:
        found = load(held).list
    else:
        offered = {name: known[digest].encode() for name, digest in given["offered"].items()}
        found = refreshed(held, offered, now=now).list
    nodes = {
        entry.node: {
            "status": entry.status,
            "urls": list(entry.urls),
            "keys": sorted(key.kid for key in entry.keys if key.ends is None),
            "ended": sorted(key.kid for key in entry.keys if key.ends is not None),
        }
        for entry in found.nodes.values()
    }
    facts = {"version": found.version, "root_version": found.root_version, "stale": found.stale(now)}
    return facts | {"nodes": nodes}


# Streams


class Hearer:
    """A node that knows nothing, and is told things."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.trust, now = listed(given["list"]), at(given["now"])
        key = KEYS.get(f"{given['node']} encrypt 1")
        keys = Keys(encrypt={} if key is None else {suite.thumbprint(key): key})
        context = Context(now=now, exercise=self.trust.exercise)

        def examine(document: Document) -> list[Reason]:
            found = registry.examine(document, context=context)
            return [Reason(one.code, one.detail, one.row) for one in found]

        self.here = LocalNode(
            given["node"], MemoryStore(), keys, clock=lambda: now, trust=lambda: self.trust, examine=examine
        )

    def told(self, one: Mapping[str, Any]) -> str | None:
        """The code by which it is refused."""
        try:
            if "batch" in one:
                take(self.here, batch_of(one["batch"]), via=one["from"])
            elif "chain" in one:
                vouch_chain(self.here, [batch_of(name).manifest for name in one["chain"]])
            elif "evidence" in one:
                found = Evidence.read(binary(one["evidence"]))
                found.verify(self.trust)
                note_evidence(self.here, found)
            else:
                before, self.trust = self.trust, listed(one["list"])
                apply_ends(self.here, before, self.trust)
                settle_what_fell(self.here)
        except Refused as refusal:
            return refusal.code
        return None

    @property
    def holds(self) -> dict[str, Any]:
        store = self.here.store
        return {
            str(stream): {
                "last": head.last,
                "manifest": head.manifest,
                "documents": {str(one.number): entry(one) for one in store.entries(stream=stream)},
            }
            for stream, head in store.heads().items()
        }


def batch_of(name: str) -> Batch:
    said = read("streams")["batches"][name]
    items = [None if item is None else binary(item) for item in said["items"]]
    return Batch(Manifest.read(binary(said["manifest"])), said["signatures"], items, said["parcels"])


def entry(one: Entry) -> dict[str, Any]:
    reasons = [{"code": reason.code, "row": reason.row} for reason in one.reasons]
    return {"state": one.state.value, "reasons": reasons}


def check_streams(given: dict[str, Any]) -> dict[str, Any]:
    hearer = Hearer(given)
    answers = [hearer.told(one) for one in given["told"]]
    return {"answers": answers, "streams": hearer.holds, "stopped": sorted(hearer.here.store.stopped())}
