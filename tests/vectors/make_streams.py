"""Vectors of streams: what a node that knew nothing holds after a run of things that it was told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tests.vectors.bodies import indicators, message, named, row
from tests.vectors.make_lists import List, own_file, rotated, trust_list
from tests.vectors.make_logs import of_manifest, pair
from tests.vectors.making import KEYS, NOW, Vectors, b64, document, manifest, seed

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.documents import Document
from tocsin.exchange.manifests import TYP, Manifest
from tocsin.exchange.moments import moment
from tocsin.exchange.parcels import parcel_for
from tocsin.exchange.streams import Stream

PUBLIC, MEMBERS, TO_BO = (Stream("AL", 1, audience) for audience in ("public", "members", "to:BO"))
HEADS = {"public": "PUBLIC", "members": "MEMBERS"}


def in_stream(number: int, stream: Stream = PUBLIC, **changes: Any) -> Document:
    """A document for a stream: counts to the public, a message to others. `number` makes its identifier."""
    head: dict[str, Any] = {"id": f"0197c2aa-0000-7000-8000-{number:012}", "origin": stream.origin}
    head["classification"] = HEADS.get(stream.audience, "SELECTIVE")
    head["addressees"] = () if stream.audience in HEADS else ("BO",)
    if "type" in changes:
        return document(**(head | changes))
    if stream.audience == "public":
        return indicators(row(number), head=head | changes)
    return message(text=f"Message {number}.", head=head | changes)


def sealed(plain: bytes, key: bytes, name: str) -> bytes:
    """An item as `suite.sealed` makes it, but for a nonce that is the same each time."""
    header = {"alg": "dir", "enc": "A256GCM", "kc": suite.commitment(key), "typ": "tocsin-document"}
    start, nonce = b64(canonical(header)), seed(f"{name} nonce")[:12]
    made = AESGCM(key).encrypt(nonce, plain, start.encode())
    return f"{start}..{b64(nonce)}.{b64(made[:-16])}.{b64(made[-16:])}".encode()


@dataclass(frozen=True)
class Told:
    """A batch as it is told, by its name in the file."""

    name: str
    manifest: Manifest
    signatures: Sequence[Mapping[str, str]]
    items: Sequence[bytes | None]
    parcels: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, source: str = "AL") -> dict[str, str]:
        return {"batch": self.name, "from": source}

    @property
    def said(self) -> dict[str, Any]:
        return {
            "manifest": b64(self.manifest.data),
            "signatures": list(self.signatures),
            "items": [None if item is None else b64(item) for item in self.items],
            "parcels": dict(self.parcels),
        }


class Streams(Vectors):
    """The vectors, with the batches that they tell beside them."""

    def batch(
        self,
        name: str,
        items: Sequence[Document | bytes],
        after: Told | None = None,
        *,
        stream: Stream = PUBLIC,
        by: Sequence[str] = ("AL seal 1",),
        readers: Sequence[str] = ("BO",),
        wrong_key: bool = False,
        **changes: Any,
    ) -> Told:
        """A batch of these documents. What is sealed has a parcel for each of `readers`."""
        plain = [one if isinstance(one, bytes) else one.encode() for one in items]
        keys = [seed(f"{name} {place}") for place in range(len(plain))]
        if stream.audience != "public":
            plain = [sealed(one, key, f"{name} {at}") for at, (one, key) in enumerate(zip(plain, keys, strict=True))]
        first, previous = (after.manifest.last + 1, after.manifest.digest) if after else (1, None)
        place = {"stream": stream, "first": first, "previous": previous}
        made = manifest(**{"items": [suite.digest(item) for item in plain]} | place | changes)
        signatures = [suite.sign(made.data, KEYS[key], typ=TYP) for key in by]
        parcels: dict[str, Any] = {}
        if stream.audience != "public":
            given = {made.first + at: seed("another") if wrong_key else key for at, key in enumerate(keys)}
            parcels = {
                node: parcel_for(KEYS[f"{node} encrypt 1"], manifest=made.digest, keys=given) for node in readers
            }
            parcels = self.kept_beside("batches", name, {"parcels": parcels})["parcels"]
        return self.told(Told(name, made, signatures, plain, parcels))

    def told(self, one: Told) -> Told:
        known = self.beside.setdefault("batches", {})
        assert one.name not in known, one.name
        known[one.name] = one.said
        return one

    def run(
        self,
        name: str,
        what: str,
        told: Sequence[tuple[dict[str, Any], str | None]],
        *streams: tuple[Told, Mapping[int, Any]],
        stopped: Sequence[str] = (),
        node: str = "BO",
        trust: str = "ordinary",
    ) -> None:
        """`told` with what is answered to each; then the last batch of each stream held, and its documents."""
        given = {"node": node, "list": trust, "now": moment(NOW), "told": [one for one, _ in told]}
        held = {
            str(last.manifest.stream): {
                "last": last.manifest.last,
                "manifest": last.manifest.digest,
                "documents": {str(number): _entry(one) for number, one in documents.items()},
            }
            for last, documents in streams
        }
        found = {"answers": [code for _, code in told], "streams": held, "stopped": list(stopped)}
        self.add(name, what, given, found)


def _entry(one: str | tuple[str, Sequence[str | tuple[str, int]]]) -> dict[str, Any]:
    state, reasons = (one, []) if isinstance(one, str) else one
    said = [(reason, None) if isinstance(reason, str) else reason for reason in reasons]
    return {"state": state, "reasons": [{"code": code, "row": at} for code, at in said]}


def accepted(*numbers: int) -> dict[int, Any]:
    return dict.fromkeys(numbers, "accepted")


def write_streams(into: Path) -> dict[str, List]:
    """The vectors; the lists that they name are returned."""
    vectors = Streams("streams", into)
    one = vectors.batch("first", [in_stream(1), in_stream(2)])
    two = vectors.batch("second", [in_stream(3)], one)
    three = vectors.batch("third", [in_stream(4)], two)
    _places(vectors, one, two, three)
    _forks(vectors, one, two, three)
    _refused(vectors, one, two)
    _sealed(vectors)
    _documents(vectors, one)
    lists = _ended_keys(vectors, one, two, three)
    vectors.write()
    return lists


def _places(vectors: Streams, one: Told, two: Told, three: Told) -> None:
    run, all_four = vectors.run, accepted(1, 2, 3, 4)
    run("in order", "each follows", [(one(), None), (two(), None), (three(), None)], (three, all_four))
    run("nothing", "and nothing is held", [])
    late = [(two(), "gap"), (three(), "gap"), (one(), None), (two(), None), (three(), None)]
    run("out of order", "a gap; told again, they follow", late, (three, all_four))
    run("gap", "the first is missing", [(two(), "gap")])
    run("doubled", "nothing to do", [(one(), None), (one("CE"), None), (one(), None)], (one, accepted(1, 2)))
    again = [(one(), None), (two(), None), (one(), None)]
    run("an earlier one again", "nothing to do", again, (two, accepted(1, 2, 3)))
    epoch = vectors.batch("epoch 2", [in_stream(5)], stream=Stream("AL", 2, "public"))
    run("another epoch", "begins anew", [(one(), None), (epoch(), None)], (one, accepted(1, 2)), (epoch, accepted(1)))
    of_bo = vectors.batch("of CE", [in_stream(1, of_ce := Stream("CE", 1, "public"))], stream=of_ce, by=["CE seal 1"])
    both = [(one("CE"), None), (of_bo("SEC"), None)]
    run("by others", "whoever brings it", both, (one, accepted(1, 2)), (of_bo, accepted(1)))


def _forks(vectors: Streams, one: Told, two: Told, three: Told) -> None:
    run, begun = vectors.run, [(one(), None), (two(), None)]
    held = (two, accepted(1, 2, 3))
    for name, what, other in (
        ("another second", "upon the same manifest", vectors.batch("another second", [in_stream(6)], one)),
        ("another first", "in its place", vectors.batch("another first", [in_stream(6)])),
        ("overlap", "from 2 on", vectors.batch("overlap", [in_stream(6)], first=2, previous=suite.digest(b"else"))),
        (
            "passes over",
            "follows 3, and names another",
            vectors.batch("passes over", [in_stream(6)], first=4, previous=one.manifest.digest),
        ),
    ):
        told = [*begun, (other("CE"), "fork"), (three(), "equivocation")]
        run(f"fork: {name}", f"{what}; nothing more is taken", told, held, stopped=["AL"])
    stranger = vectors.batch("stranger's second", [in_stream(7)], one, by=["BO seal 1"])
    told = [*begun, (stranger("CE"), "signature-missing"), (three(), None)]
    run("fork that is not signed", "proves nothing", told, (three, accepted(1, 2, 3, 4)))
    proof = pair(
        "manifests",
        of_manifest(manifest(first=3, previous=suite.digest(b"a"))),
        of_manifest(manifest(first=3, previous=suite.digest(b"b"))),
    )
    shown = {"evidence": b64(canonical(proof))}
    run(
        "evidence",
        "of another stream of AL",
        [(one(), None), (shown, None), (two(), "equivocation")],
        (one, accepted(1, 2)),
        stopped=["AL"],
    )
    void = {"evidence": b64(canonical(proof | {"second": proof["second"] | {"signatures": []}}))}
    run(
        "evidence that is not signed",
        "proves nothing",
        [(void, "signature-missing"), (one(), None)],
        (one, accepted(1, 2)),
    )


def _refused(vectors: Streams, one: Told, two: Told) -> None:
    run, first = vectors.run, (one, accepted(1, 2))
    told = [
        (one(), None),
        ({"list": "AL suspended"}, None),
        (two(), "suspended"),
        ({"list": "ordinary"}, None),
        (two(), None),
    ]
    run("suspended", "its streams wait", told, (two, accepted(1, 2, 3)))
    run("left", "what is held stays", [(one(), None), ({"list": "AL left"}, None), (two(), "left")], first)
    run("one signature of two", "AL asks for two", [(one(), "signature-missing")], trust="AL signs twice")
    signed = vectors.batch("signed twice", [in_stream(1)], by=["AL seal 1", "AL seal 2"])
    run("two signatures", "as AL asks", [(signed(), None)], (signed, accepted(1)), trust="AL signs twice")
    for name, what, code, other in (
        ("unsigned", "no signature", "signature-missing", replace(one, name="unsigned", signatures=[])),
        (
            "item altered",
            "it has not its digest",
            "item-altered",
            replace(one, name="item altered", items=[*one.items[:1], one.items[0]]),
        ),
    ):
        run(name, what, [(vectors.told(other)(), code)])
    drill = vectors.batch("drill", [in_stream(1)], alliance="drill")
    run("other alliance", "drill", [(drill(), "other-alliance")])
    stranger = vectors.batch("of DE", [in_stream(1, of_de := Stream("DE", 1, "public"))], stream=of_de)
    run("unknown node", "DE", [(stranger(), "unknown-node")])
    for seconds, code in ((300, None), (301, "sealed-in-future")):
        ahead = vectors.batch(f"{seconds} s ahead", [in_stream(1)], sealed_at=NOW + timedelta(seconds=seconds))
        run(
            f"sealed {seconds} s ahead",
            "clocks may differ by 300",
            [(ahead(), code)],
            *([] if code else [(ahead, accepted(1))]),
        )


def _sealed(vectors: Streams) -> None:
    run = vectors.run
    one = vectors.batch(
        "to members", [in_stream(1, MEMBERS), in_stream(2, MEMBERS)], stream=MEMBERS, readers=["BO", "CE"]
    )
    run("sealed", "a parcel opens it", [(one(), None)], (one, accepted(1, 2)))
    bare = vectors.told(replace(one, name="to members, without parcels", parcels={}))
    locked = ("locked", ["locked"])
    run("without a parcel", "locked", [(bare("SEC"), None)], (one, {1: locked, 2: locked}))
    run("parcel comes later", "with the batch again", [(bare("SEC"), None), (one(), None)], (one, accepted(1, 2)))
    for_ce = vectors.told(replace(one, name="to members, for CE", parcels={"CE": one.parcels["CE"]}))
    run("parcel of another", "locked", [(for_ce(), None)], (one, {1: locked, 2: locked}))
    swapped = vectors.told(replace(one, name="to members, CE's as BO's", parcels={"BO": one.parcels["CE"]}))
    run("parcel that does not open", "as if it had not come", [(swapped(), None)], (one, {1: locked, 2: locked}))
    wrong = vectors.batch("with another key", [in_stream(1, MEMBERS)], stream=MEMBERS, wrong_key=True)
    run(
        "key that does not fit",
        "refused before it is used",
        [(wrong(), None)],
        (wrong, {1: ("locked", ["commitment"])}),
    )
    withheld = vectors.told(replace(one, name="to members, 2 withheld", items=[one.items[0], None]))
    run("withheld by its origin", "is to come", [(withheld(), None)], (one, {1: "accepted", 2: locked}))
    relayed = [(withheld("SEC"), None)]
    run("withheld by another", "is to come", relayed, (one, {1: "accepted", 2: locked}))
    run("withheld by another, then told", "taken", [*relayed, (one("CE"), None)], (one, accepted(1, 2)))
    to_bo = vectors.batch("to BO", [in_stream(1, TO_BO)], stream=TO_BO)
    run("to BO", "an addressee set of one", [(to_bo(), None)], (to_bo, accepted(1)))
    run("to BO, told to CE", "it carries nothing for others", [(to_bo(), "not-for-us")], node="CE")
    run("to BO, told to SEC", "a relay keeps what it cannot open", [(to_bo(), None)], (to_bo, {}), node="SEC")


def _documents(vectors: Streams, one: Told) -> None:
    first = in_stream(1)
    for name, what, item, found in (
        ("unknown type", "held until an upgrade", in_stream(8, type="laboratory"), ("held", ["type-unknown"])),
        ("later version of a type", "held", in_stream(8, type="erasure", type_version=2), ("held", ["type-unknown"])),
        ("schema", "the document is quarantined", in_stream(8, type="erasure", body={}), ("quarantined", ["schema"])),
        (
            "of members",
            "in the public stream",
            in_stream(8, classification="MEMBERS"),
            ("quarantined", ["head-mismatch"]),
        ),
        ("of another origin", "BO in AL's stream", in_stream(8, origin="BO"), ("quarantined", ["head-mismatch"])),
        ("of another alliance", "drill", in_stream(8, alliance="drill"), ("quarantined", ["head-mismatch"])),
        ("of no exercise", "in an exercise", in_stream(8, exercise=False), ("quarantined", ["head-mismatch"])),
        ("not canonical", "a line end", first.encode() + b"\n", ("quarantined", ["not-canonical"])),
        ("no document", "lacks its members", b"{}", ("quarantined", ["document-invalid"])),
        ("repeated", "the same bytes once more", first, "repeated"),
        ("identifier of another", "other bytes", in_stream(1, source="x"), ("quarantined", ["id-reused"])),
    ):
        batch = vectors.batch(f"document: {name}", [item, in_stream(9)], one)
        told = [(one(), None), (batch(), None)]
        vectors.run(
            f"document: {name}", f"{what}; the next is taken", told, (batch, accepted(1, 2) | {3: found, 4: "accepted"})
        )
    rows = indicators(row(-1), row(place="AL-02"), head={"id": first.id, "classification": "PUBLIC"})
    by_row = vectors.batch("bad row", [rows])
    vectors.run(
        "document: bad row",
        "quarantined alone",
        [(by_row(), None)],
        (by_row, {1: ("accepted", [("impossible-count", 0)])}),
    )
    _erasures(vectors, one)


def _erasures(vectors: Streams, one: Told) -> None:
    for name, what, digest, found in (
        ("erasure", "of document 1", one.manifest.items[0], "erased"),
        ("erasure of another digest", "of what is not there", suite.digest(b"else"), "accepted"),
    ):
        body = {"documents": [named(digest=digest, number=1, stream="public")], "reason": "other"}
        batch = vectors.batch(name, [in_stream(8, type="erasure", body=body)], one)
        told = [(one(), None), (batch(), None)]
        vectors.run(name, what, told, (batch, {1: found, 2: "accepted", 3: "accepted"}))


# Keys that ended


def _ended_keys(vectors: Streams, one: Told, two: Told, three: Told) -> dict[str, List]:
    run = vectors.run
    new = "AL seal 2"
    lists: dict[str, List] = {}

    def ended(name: str, heads: Mapping[str, tuple[int, str]], reason: str = "rotated") -> dict[str, str]:
        al = own_file("AL", ["AL seal 1", new], ended={"AL seal 1": rotated(heads, reason=reason)})
        lists[name] = trust_list(al=al)
        return {"list": name}

    start = one.manifest.digest
    after_two = ended("public rotated after 2", {start: (2, start)})
    after_three = ended("public rotated after 3", {start: (3, two.manifest.digest)})
    stolen = ended("public stolen after 2", {start: (2, start)}, "stolen")
    nowhere = ended("stolen, nothing named", {}, "stolen")
    elsewhere = ended("another stream rotated", {suite.digest(b"else"): (2, start)})
    next_two = vectors.batch("second by the next key", [in_stream(13)], one, by=[new])
    next_three = vectors.batch("third by the next key", [in_stream(14)], two, by=[new])
    chain = {"chain": ["first", "second by the next key"]}
    first, both = (one, accepted(1, 2)), [(one(), None), (two(), None)]
    rotation = [*both, (after_three, None), (three(), "key-ended"), (next_three(), None)]
    run("rotated", "what came before stays", rotation, (next_three, accepted(1, 2, 3, 4)))
    theft = [*both, (stolen, None), (two(), "key-ended"), (next_two(), None)]
    run("stolen", "what came after is withdrawn", theft, (next_two, accepted(1, 2, 3)))
    run("ended after 2", "for whatever reason", [*both, (after_two, None)], first)
    run("ended, nothing named", "it may sign nothing", [*both, (nowhere, None), (one(), "key-ended")])
    run("ended in another stream", "nothing in those not named", [*both, (elsewhere, None), (one(), "key-ended")])
    run(
        "behind",
        "nothing shows yet that it leads there",
        [(one(), None), (after_three, None), (two(), "key-ended")],
        first,
    )
    shown = [(one(), None), (after_three, None), ({"chain": ["first", "second"]}, None), (two(), None)]
    run("behind, then shown", "the chain leads to the last good manifest", shown, (two, accepted(1, 2, 3)))
    unknown = [(one(), "key-ended"), (chain, None), (one(), None), (next_two(), None)]
    name = "public rotated after 2"
    run("known from the beginning", "the chain is shown first", unknown, (next_two, accepted(1, 2, 3)), trust=name)
    told = [({"chain": ["second"]}, None), (one(), "key-ended")]
    run("chain without its beginning", "shows nothing", told, trust=name)
    after_four = ended("public rotated after 4", {start: (4, three.manifest.digest)})
    told = [(after_four, None), ({"chain": ["first", "third"]}, None), (one(), "key-ended")]
    run("chain with a gap", "shows nothing", told)
    forged = vectors.batch("forged second", [in_stream(6)], one)
    true = [({"chain": ["first", "second", "third"]}, None), (two(), None), (three(), None)]
    told = [(one(), None), (forged("CE"), None), (after_four, None), *true]
    run("a thief's shorter history", "shown by the chain alone", told, (three, accepted(1, 2, 3, 4)))
    _a_thief(vectors, one, next_two, stolen)
    return lists


def _a_thief(vectors: Streams, one: Told, next_two: Told, stolen: dict[str, str]) -> None:
    run = vectors.run
    forged = vectors.batch("forged first", [in_stream(20), in_stream(21)])
    told = [(forged("CE"), None), (stolen, None), (forged("CE"), "key-ended")]
    run("a thief's history", "of no lower number either", told)
    told += [({"chain": ["first", "second by the next key"]}, None), (one(), None), (next_two(), None)]
    run("a thief's history, then the true one", "asked for again", told, (next_two, accepted(1, 2, 3)))
    told = [(one(), None), (forged("CE"), "fork"), (stolen, None), (next_two(), None)]
    run("a thief's fork", "falls with the key", told, (next_two, accepted(1, 2, 3)))
