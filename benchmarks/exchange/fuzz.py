"""Fuzz what the exchange reads from outside: whatever comes, it is refused, or it is what it says in its one form.

    python benchmarks/exchange/fuzz.py TARGET [--runs N] [--seconds S] [--corpus FOLDER] [--seed N]

    canonical   canonical JSON                    manifest   manifests, signatures beside them
    envelope    documents, items of all kinds     parcel     parcels
    bundle      bundles                           list       the files of the trust list

Two things are asserted of every input: nothing but a refusal is raised, and what is accepted is written again as the
same bytes. With `atheris` installed (pip install atheris; Linux, Python 3.11 to 3.13) inputs are led by what they reach
in the code; without, they are random changes of the seeds. Seeds are the vectors of tests/vectors and what is kept in
the corpus's folder. A finding is kept as ./crash-… and is read again by giving its path in place of the options.
"""

import argparse
import io
import json
import random
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

try:
    import atheris
except ImportError:
    atheris = None

with atheris.instrument_imports(include=["tocsin.exchange"]) if atheris else nullcontext():
    from tocsin.exchange import suite
    from tocsin.exchange.bundles import HEAD, MAGIC, Begin, read_bundle, write_bundle
    from tocsin.exchange.canonical import canonical, read_canonical
    from tocsin.exchange.documents import Document
    from tocsin.exchange.errors import Refused
    from tocsin.exchange.items import unpacked
    from tocsin.exchange.manifests import Manifest, counted_signers, read_signatures
    from tocsin.exchange.parcels import keys_of
    from tocsin.exchange.trust.list import TrustList

import rfc8785

VECTORS = Path(__file__).parents[2] / "tests" / "vectors"
NOW = datetime(2026, 3, 9, 6, tzinfo=UTC)
KEY = bytes(32)
TEST_KEYS = {
    name: suite.private_key(one["jwk"])
    for name, one in json.loads((VECTORS / "keys.json").read_text("utf-8"))["keys"].items()
}
SEAL = {suite.thumbprint(key): key for name, key in TEST_KEYS.items() if "seal" in name}
ENCRYPT = {suite.thumbprint(key): key for name, key in TEST_KEYS.items() if "encrypt" in name}
KINDS = b"MSIXPCTZB?"


def repaired(data: bytes) -> bytes:
    """The canonical bytes of what a text says, so that what lies behind that check is reached."""
    try:
        return canonical(json.loads(data))
    except (ValueError, RecursionError):
        return data


# Each target is told one input; the first byte says what is made of the others.


def fuzz_canonical(data: bytes) -> None:
    value = read_canonical(data, what="it")
    assert rfc8785.dumps(value) == canonical(value) == data


def fuzz_envelope(data: bytes) -> None:
    kind, data = data[:1], data[1:]
    match kind:
        case b"p":
            data = unpacked(data, "public", None)
        case b"s":  # an item that is sealed well, of whatever
            data = unpacked(suite.sealed(data, KEY, frame=True), "members", KEY)
        case b"i":
            data = unpacked(data, "members", KEY)
        case b"r":
            data = repaired(data)
    one = Document.read(data)
    assert Document.read(one.encode()) == one
    if set(json.loads(data)) == {*Document.MEMBERS, "protocol"}:
        assert one.encode() == data


def fuzz_manifest(data: bytes) -> None:
    kind, data = data[:1], data[1:]
    if kind == b"s":
        signatures = read_signatures(repaired(data))
        signers = counted_signers(b"payload", signatures, SEAL)
        assert not signers, "a signature was forged"
        return
    data = repaired(data) if kind == b"r" else data
    one = Manifest.read(data)
    said = {name: getattr(one, name) for name in ("alliance", "stream", "first", "items", "previous", "sealed_at")}
    known = {"alliance", "count", "epoch", "first", "items", "origin", "previous", "protocol", "sealed_at", "stream"}
    again = Manifest.make(**said)
    assert again.data == data or set(json.loads(data)) != known
    assert one.last - one.first + 1 == len(one.items)


def fuzz_parcel(data: bytes) -> None:
    kind, data = data[:1], data[1:]
    value = read_canonical(repaired(data), what="it")
    if kind == b"o":  # one that opens, of whatever
        value = suite.wrapped(value, TEST_KEYS["BO encrypt 1"]) if isinstance(value, dict) else value
    named = suite.digest(b"manifest")
    for number, key in keys_of(value, ENCRYPT, manifest=named).items():
        assert 1 <= number < 10**16
        assert len(key) == 32


def fuzz_bundle(data: bytes) -> None:
    kind, data = data[:1], data[1:]
    if kind == b"r":
        data = b"".join(records(data))
        data += HEAD.pack(b"Z", 32) + sha256(data).digest()
    begin, *parts = read_bundle(io.BytesIO(data), most=1_000_000)
    assert isinstance(begin, Begin)
    file = io.BytesIO()
    write_bundle(file, parts, alliance=begin.alliance, sender=begin.sender, made_at=NOW)
    assert without_frame(file.getvalue()) == without_frame(data)


def records(data: bytes) -> Iterator[bytes]:
    """A bundle whose lengths are right, of what a text of other bytes says: kind, length in two bytes, payload."""
    yield MAGIC
    said = {"alliance": "exercise", "from": "AL", "made_at": "2026-03-09T06:00:00Z", "protocol": 1}
    yield HEAD.pack(b"B", len(canonical(said))) + canonical(said)
    place = 0
    while place + 3 <= len(data):
        kind, (length,) = KINDS[data[place] % len(KINDS)], struct.unpack_from(">H", data, place + 1)
        payload = data[place + 3 : place + 3 + length]
        place += 3 + length
        yield HEAD.pack(bytes([kind]), len(payload)) + payload


def without_frame(bundle: bytes) -> bytes:
    """A bundle without its beginning, which may say more, and its end, which digests that."""
    return bundle[len(MAGIC) + HEAD.size + HEAD.unpack_from(bundle, len(MAGIC))[1] : -(HEAD.size + 32)]


def fuzz_list(data: bytes) -> None:
    try:
        value = json.loads(data[1:])
    except (ValueError, RecursionError):
        return
    node = {"node": "AL", "kind": "state", "tier": "member", "status": "active", "relay": False}
    said: Any = {"alliance": "exercise", "exercise": True, "nodes": [node | {"private_addresses": False}]}
    said = value if data[:1] == b"a" else said
    trust = TrustList.of(said, {"AL": value}, version=1, root_version=1, expires=NOW)
    for entry in trust.active():
        assert all(key.use in ("seal", "request", "encrypt") for key in entry.keys)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "canonical": fuzz_canonical,
    "envelope": fuzz_envelope,
    "manifest": fuzz_manifest,
    "parcel": fuzz_parcel,
    "bundle": fuzz_bundle,
    "list": fuzz_list,
}


def seeds(target: str) -> Iterator[bytes]:
    """Whole inputs to begin with."""

    def inputs(kind: str) -> Iterator[dict[str, Any]]:
        for one in json.loads((VECTORS / f"{kind}.json").read_text("utf-8"))["vectors"]:
            yield one["input"]

    def binary(text: str) -> bytes:
        return suite.decoded(text, code="bad-request", what="a vector")

    match target:
        case "canonical":
            yield from (binary(one["bytes"]) for one in inputs("canonical"))
        case "envelope":
            for one in inputs("documents"):
                yield from (mode + binary(one["bytes"]) for mode in (b"d", b"r"))
            for one in inputs("items"):
                yield from (mode + binary(one["item"]) for mode in (b"p", b"s", b"i"))
        case "manifest":
            for one in inputs("manifests"):
                yield from (mode + binary(one["manifest"]) for mode in (b"m", b"r"))
                yield b"s" + canonical(one["signatures"])
        case "parcel":
            yield from (b"p" + canonical(one["parcel"]) for one in inputs("parcels"))
            yield b"o" + canonical({"keys": {"17": suite.encoded(KEY)}, "manifest": suite.digest(b"manifest")})
        case "bundle":
            for one in inputs("bundles"):
                yield b"b" + binary(one["bundle"])
                yield b"r" + shortened(binary(one["bundle"]))
        case "list":
            keys = [{"use": "seal", "jwk": suite.public_jwk(key), "ends": None} for key in SEAL.values()]
            head = {suite.digest(b"first"): {"last": 12, "manifest": suite.digest(b"last")}}
            keys[0]["ends"] = {"reason": "stolen", "heads": head}
            own = {"node": "AL", "urls": ["https://al.example"], "tls_ca": None, "signatures": 1, "keys": keys}
            yield b"o" + canonical(own)
            node = {"node": "AL", "kind": "state", "tier": "member", "status": "active", "relay": False}
            said = {"alliance": "exercise", "exercise": True, "nodes": [node | {"private_addresses": False}]}
            yield b"a" + canonical(said)


def shortened(bundle: bytes) -> bytes:
    """A bundle as `records` reads it."""
    place, said = len(MAGIC), b""
    while place + HEAD.size <= len(bundle):
        kind, length = HEAD.unpack_from(bundle, place)
        payload = bundle[place + HEAD.size : place + HEAD.size + length][:65_535]
        if kind in (b"M", b"S", b"I", b"X", b"P", b"C", b"T"):
            said += bytes([KINDS.index(kind)]) + struct.pack(">H", len(payload)) + payload
        place += HEAD.size + length
    return said


class Counted:
    """A target that counts what became of its inputs."""

    def __init__(self, target: Callable[[bytes], None], *, runs: int) -> None:
        self.target, self.found, self.runs = target, Counter[str](), runs
        self.begun = self.told = time.monotonic()

    def __call__(self, data: bytes) -> None:
        try:
            self.target(data)
        except Refused as refusal:
            self.found[refusal.code] += 1
        else:
            self.found["accepted"] += 1
        if time.monotonic() - self.told > 10 or self.found.total() == self.runs:
            self.tell()

    def tell(self) -> None:
        self.told = time.monotonic()
        total = self.found.total()
        rate = total / (self.told - self.begun)
        codes = ", ".join(f"{code} {count:,}" for code, count in self.found.most_common())
        print(f"{total:,} inputs, {rate:,.0f} a second: {codes}", flush=True)


def fuzz_at_random(target: Counted, corpus: list[bytes], *, runs: int, seconds: float, rng: random.Random) -> None:
    """Without a guide: random changes of the seeds."""
    end = time.monotonic() + seconds
    for number in range(runs):
        if number % 256 == 0 and time.monotonic() > end:
            break
        data = changed(rng.choice(corpus), corpus, rng)
        try:
            target(data)
        except Exception:
            path = Path(f"crash-{sha256(data).hexdigest()[:16]}")
            path.write_bytes(data)
            print(f"kept as {path}", file=sys.stderr)
            raise


def changed(data: bytes, corpus: list[bytes], rng: random.Random) -> bytes:
    for _ in range(rng.randrange(5)):
        place, length = rng.randrange(1, len(data) + 1), rng.choice((0, 0, 1, 1, 2, 4, 40))
        other = rng.choice(corpus)
        start = rng.randrange(len(other))
        inserted = rng.choice(
            (b"", rng.randbytes(1), rng.choice((b'"', b"{", b"}", b"[", b"]", b",", b"0", b"true", b"null")))
        )
        inserted = rng.choice((inserted, inserted, other[start : start + length]))
        data = data[:place] + inserted + data[place + length :]
    return data


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("finding", nargs="?", type=Path, help="a kept input, to be read again")
    parser.add_argument("--runs", type=int, default=10_000_000)
    parser.add_argument("--seconds", type=int, default=10**9)
    parser.add_argument("--corpus", type=Path, help="a folder in which inputs that reached something new are kept")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    target, whole = Counted(TARGETS[asked.target], runs=asked.runs), list(seeds(asked.target))
    if asked.finding:
        target(asked.finding.read_bytes())
        target.tell()
    elif atheris:
        with tempfile.TemporaryDirectory() as folder:
            corpus = asked.corpus or Path(folder)
            corpus.mkdir(exist_ok=True)
            for data in whole:
                (corpus / sha256(data).hexdigest()).write_bytes(data)
            limits = [
                "-max_len=65536",
                "-timeout=10",
                "-rss_limit_mb=2048",
                f"-seed={asked.seed}",
                "-print_final_stats=1",
            ]
            ends = [f"-runs={asked.runs}", f"-max_total_time={asked.seconds}", "-verbosity=0"]
            atheris.Setup([sys.argv[0], *limits, *ends, str(corpus)], target)
            atheris.Fuzz()  # which ends the process, and says what it did
    else:
        if asked.corpus and asked.corpus.is_dir():
            whole += [path.read_bytes() for path in sorted(asked.corpus.iterdir())]
        fuzz_at_random(
            target,
            [data for data in whole if data],
            runs=asked.runs,
            seconds=asked.seconds,
            rng=random.Random(asked.seed),
        )
        target.tell()


if __name__ == "__main__":
    main()
