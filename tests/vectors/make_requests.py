"""Vectors of signed requests and answers: RFC 9421 by hand, so that they do not lean on a library of signatures."""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from tests.vectors.making import KEYS, Vectors, b64

from tocsin.exchange import suite

CREATED = 1773036000  # 2026-03-09T06:00:00Z
NOW, BASE = "2026-03-09T06:00:00Z", "https://bo.example"
TARGET = "/exchange/v1/batches?origin=AL&epoch=1&stream=members&after=0"
NONCE, ANOTHER = "AAAAAAAAAAAAAAAAAAAAAA", "BBBBBBBBBBBBBBBBBBBBBB"
OF_REQUEST = ('"@method"', '"@target-uri"', '"content-digest"')
OF_ANSWER = ('"@status"', '"content-digest"', '"signature";key="tocsin";req')
ALGORITHMS = {"Ed25519": "ed25519", "ES256": "ecdsa-p256-sha256"}
# Fields as pairs, so that a name can stand on several lines.
Fields = list[list[str]]


def content_digest(body: bytes, name: str = "sha-256") -> str:
    return f"{name}=:{b64encode(hashlib.new(name.replace('-', ''), body).digest()).decode()}:"


@dataclass(frozen=True)
class Said:
    """A request, or with a `status` an answer to `of`, and how it is signed."""

    key: str = "AL request 1"
    method: str = "GET"
    target: str = TARGET
    body: bytes = b""
    status: int = 0
    of: Fields | None = None
    covered: Sequence[str] = OF_REQUEST
    created: int = CREATED
    nonce: str = NONCE
    alg: str = ""
    tag: str = "tocsin-exchange"
    without: str = ""
    more: str = ""
    base: str = BASE
    digest: str = ""

    @property
    def fields(self) -> Fields:
        """The fields that it is sent with."""
        key = KEYS[self.key]
        said = {
            "created": str(self.created),
            "keyid": f'"{suite.thumbprint(key)}"',
            "alg": f'"{self.alg or ALGORITHMS[suite.signer(key)]}"',
            "nonce": f'"{self.nonce}"',
            "tag": f'"{self.tag}"',
        }
        parameters = "".join(f";{name}={value}" for name, value in said.items() if name != self.without) + self.more
        listed = f"({' '.join(self.covered)}){parameters}"
        digest = self.digest or content_digest(self.body)
        values = {
            '"@method"': self.method,
            '"@target-uri"': self.base + self.target,
            '"@authority"': self.base.removeprefix("https://"),
            '"@status"': str(self.status),
            '"content-digest"': digest,
            '"date"': "Mon, 09 Mar 2026 06:00:00 GMT",
            '"signature";key="tocsin";req': dict(map(tuple, self.of or [])).get("signature", "").partition("=")[2],
        }
        lines = [f"{name}: {values[name]}" for name in self.covered] + [f'"@signature-params": {listed}']
        signature = b64encode(signed("\n".join(lines).encode(), key)).decode()
        fields = [["content-digest", digest], ["signature-input", f"tocsin={listed}"]]
        if '"date"' in self.covered:
            fields.append(["date", values['"date"']])
        return [*fields, ["signature", f"tocsin=:{signature}:"]]

    def sent(self, fields: Fields | None = None, **changes: Any) -> dict[str, Any]:
        """As it comes; `changes` were made on the way."""
        said: dict[str, Any] = {"status": self.status} if self.status else {"method": self.method}
        if not self.status:
            said["target"] = self.target
        fields = self.fields if fields is None else fields
        return said | {"fields": fields, "body": b64(self.body)} | changes


def signed(data: bytes, key: suite.Key) -> bytes:
    """A signature as RFC 9421 writes it: of P-256, both numbers in 32 bytes each."""
    if suite.signer(key) == "Ed25519":
        return bytes(key.private_key.sign(data))
    r, s = decode_dss_signature(key.private_key.sign(data, ECDSA(SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def swapped(fields: Fields, name: str, old: str, new: str) -> Fields:
    """The fields with a piece of one changed."""
    assert any(known == name and old in value for known, value in fields), (name, old)
    return [[known, value.replace(old, new) if known == name else value] for known, value in fields]


def without(fields: Fields, name: str) -> Fields:
    return [one for one in fields if one[0] != name]


def write_requests(into: Path) -> None:
    vectors = Vectors("requests", into)

    def add(name: str, what: str, request: dict[str, Any], expected: Any, **given: Any) -> None:
        said = {"base_urls": [BASE], "keys": ["AL request 1", "AL request 2", "CE request 1"], "now": NOW, "used": []}
        vectors.add(name, what, {"request": request, **said, **given}, expected)

    def found(said: Said) -> dict[str, Any]:
        return {"keyid": suite.thumbprint(KEYS[said.key]), "nonce": said.nonce, "created": said.created}

    plain = Said()
    fields = plain.fields
    _valid_requests(vectors, add, found)
    _altered_requests(add, plain, fields)
    for name, what, said in (
        ("no content digest covered", "all three are", Said(covered=OF_REQUEST[:2])),
        ("no target covered", "all three are", Said(covered=(OF_REQUEST[0], OF_REQUEST[2]))),
        ("authority for the target", "@target-uri is", Said(covered=('"@method"', '"@authority"', '"content-digest"'))),
        ("date covered as well", "nothing else is", Said(covered=(*OF_REQUEST, '"date"'))),
        ("a component twice", "each once", Said(covered=(*OF_REQUEST, '"@method"'))),
        ("no created", "all five parameters", Said(without="created")),
        ("no nonce", "all five parameters", Said(without="nonce")),
        ("no keyid", "all five parameters", Said(without="keyid")),
        ("no alg", "all five parameters", Said(without="alg")),
        ("no tag", "all five parameters", Said(without="tag")),
        ("expires", "no other parameter", Said(more=f";expires={CREATED + 60}")),
        ("another tag", "made for something else", Said(tag="tocsin-receipts")),
        ("short nonce", "21 characters", Said(nonce="A" * 21)),
        ("long nonce", "87 characters", Said(nonce="A" * 87)),
        ("nonce of base64", "not base64url", Said(nonce="A" * 21 + "/")),
        ("SHA-512", "Content-Digest is SHA-256 alone", Said(digest=content_digest(b"", "sha-512"))),
        (
            "two digests",
            "Content-Digest is SHA-256 alone",
            Said(digest=f"{content_digest(b'')}, {content_digest(b'', 'sha-512')}"),
        ),
    ):
        add(name, f"{what}, though it verifies", said.sent(), "request-unsigned")
    vectors.write()


def _valid_requests(vectors: Vectors, add: Any, found: Any) -> None:
    plain, posted = Said(), Said(method="POST", target="/exchange/v1/batches", body=b"a bundle")
    fields = plain.fields
    add("Ed25519", "a request without a body", plain.sent(), found(plain))
    add("body", "a request with one", posted.sent(), found(posted))
    p256 = Said(key="AL request 2")
    sent = vectors.kept("P-256", {"request": p256.sent()})["request"]
    add("P-256", "ecdsa-p256-sha256", sent, found(p256))
    other = Said(covered=(OF_REQUEST[2], OF_REQUEST[1], OF_REQUEST[0]))
    add("order of components", "is the sender's", other.sent(), found(other))
    beside = swapped(fields, "signature-input", "tocsin=", 'proxy=("@method");created=1, tocsin=')
    beside = swapped(beside, "signature", "tocsin=", "proxy=:AAAA:, tocsin=")
    add("another label beside", "looked past", plain.sent(beside), found(plain))
    lines = [["signature-input", "proxy=();created=1"], ["signature", "proxy=:AAAA:"], *fields]
    add("another label on its own line", "lines of one name are one value", plain.sent(lines), found(plain))
    capitals = [[name.title(), value] for name, value in fields]
    add("names of fields in capitals", "say the same", plain.sent(capitals), found(plain))
    add("host of a proxy", "nothing of Host is read", plain.sent([*fields, ["host", "inside:8000"]]), found(plain))
    several = ["https://other.example", BASE]
    add("second of two addresses", "each is tried", plain.sent(), found(plain), base_urls=several)
    port = Said(base="https://bo.example:8443")
    add("address with a port", "stands in what is signed", port.sent(), found(port), base_urls=[port.base])
    for seconds in (300, -300):
        word = "behind" if seconds > 0 else "ahead"
        skewed = Said(created=CREATED - seconds)
        add(f"clock {word} by 300 s", "just near enough", skewed.sent(), found(skewed))
    long = Said(nonce="aZ09-_" + "B" * 80)
    add("longest nonce", "86 characters", long.sent(), found(long))
    used = [{"keyid": suite.thumbprint(KEYS["CE request 1"]), "nonce": NONCE, "at": NOW}]
    add("nonce of another key", "each key has its own", plain.sent(), found(plain), used=used)
    used = [{"keyid": suite.thumbprint(KEYS["AL request 1"]), "nonce": NONCE, "at": "2026-03-09T05:45:00Z"}]
    add("nonce of 900 s ago", "no longer kept", plain.sent(), found(plain), used=used)


def _altered_requests(add: Any, plain: Said, fields: Fields) -> None:
    unsigned, unfit = "request-unsigned", "request-signature"
    add("no signature", "no field Signature", plain.sent(without(fields, "signature")), unsigned)
    add("no signature input", "no field", plain.sent(without(fields, "signature-input")), unsigned)
    add("no content digest", "no field, of an empty body too", plain.sent(without(fields, "content-digest")), unsigned)
    renamed = swapped(swapped(fields, "signature-input", "tocsin=", "sig1="), "signature", "tocsin=", "sig1=")
    add("another label alone", "ours is not there", plain.sent(renamed), unsigned)
    twice = [*fields, ["signature", dict(map(tuple, Said(nonce=ANOTHER).fields))["signature"]]]
    add("a label twice", "names stand once", plain.sent(twice), unsigned)
    add("method", "GET signed, POST sent", plain.sent(method="POST"), unfit)
    add("target", "after=0 signed, after=1 sent", plain.sent(target=TARGET.replace("after=0", "after=1")), unfit)
    reordered = "/exchange/v1/batches?epoch=1&origin=AL&stream=members&after=0"
    add("order of the query", "the target is signed as it is written", plain.sent(target=reordered), unfit)
    add("target with an address", "a target is a path", plain.sent(target=BASE + TARGET), unfit)
    add("body altered", "it has not the digest", plain.sent(body=b64(b"another")), unfit)
    add("digest of another body", "signed, and not of this one", Said(digest=content_digest(b"another")).sent(), unfit)
    digest = swapped(fields, "content-digest", content_digest(b""), content_digest(b"another"))
    add("body and digest altered", "the signature covers the digest", plain.sent(digest, body=b64(b"another")), unfit)
    add("for another node", "its address was signed", plain.sent(), unfit, base_urls=["https://ce.example"])
    add("for another port", "443 is not 8443", plain.sent(), unfit, base_urls=["https://bo.example:8443"])
    add("to a node without addresses", "nobody can ask it", plain.sent(), unfit, base_urls=[])
    add("unknown key", "not listed, or ended", Said(key="BO request 1").sent(), unfit)
    another = swapped(
        fields, "signature-input", *(suite.thumbprint(KEYS[f"{node} request 1"]) for node in ("AL", "CE"))
    )
    add("key of another", "AL signed, CE is named", plain.sent(another), unfit)
    add("alg of another kind", "the key is of Ed25519", Said(alg="ecdsa-p256-sha256").sent(), unfit)
    add("alg of a secret", "hmac-sha256 with a public key", Said(alg="hmac-sha256").sent(), unfit)
    spoilt = swapped(fields, "signature", "tocsin=:", "tocsin=:AAAA")
    add("longer signature", "67 bytes", plain.sent(spoilt), unfit)
    later = swapped(fields, "signature-input", f"created={CREATED}", f"created={CREATED + 1}")
    add("created altered", "it is covered", plain.sent(later), unfit)
    add("nonce altered", "it is covered", plain.sent(swapped(fields, "signature-input", NONCE, ANOTHER)), unfit)
    for seconds in (301, -301):
        word = "behind" if seconds > 0 else "ahead"
        add(f"clock {word} by 301 s", "too far", Said(created=CREATED - seconds).sent(), "clock-skew")
    used = [{"keyid": suite.thumbprint(KEYS["AL request 1"]), "nonce": NONCE, "at": "2026-03-09T05:45:01Z"}]
    add("nonce of 899 s ago", "works once", plain.sent(), "replayed", used=used)


def write_answers(into: Path) -> None:
    vectors = Vectors("answers", into)
    asked = Said()
    plain = Said(key="BO request 1", status=200, body=b"a bundle", of=asked.fields, covered=OF_ANSWER, nonce=ANOTHER)

    def add(name: str, what: str, answer: dict[str, Any], expected: Any = None) -> None:
        given = {"request": asked.sent(), "answer": answer, "keys": ["BO request 1"], "now": NOW}
        vectors.add(name, what, given, expected)

    found = {"keyid": suite.thumbprint(KEYS["BO request 1"])}
    fields = plain.fields
    add("taken", "a bundle", plain.sent(), found)
    refusal = replace(plain, status=429, body=b'{"code":"too-many-requests"}')
    add("a refusal", "is signed as well", refusal.sent(), found)
    add("empty", "the digest of an empty body", replace(plain, status=204, body=b"").sent(), found)
    add("clock behind by 300 s", "just near enough", replace(plain, created=CREATED - 300).sent(), found)
    add("no signature", "by a proxy, perhaps", plain.sent(without(fields, "signature")))
    add("status", "200 signed, 404 sent", plain.sent(status=404))
    add("body", "altered on its way", plain.sent(body=b64(b"another")))
    add("to another request", "another signature was covered", replace(plain, of=Said(nonce=ANOTHER).fields).sent())
    add("to no request", "the request's signature is not covered", replace(plain, covered=OF_ANSWER[:2]).sent())
    add("of another node", "AL has answered for BO", replace(plain, key="AL request 1").sent())
    add("the request itself", "its signature is none of an answer", plain.sent([*asked.fields]))
    add("another tag", "made for something else", replace(plain, tag="tocsin-receipts").sent())
    add("clock behind by 301 s", "too far", replace(plain, created=CREATED - 301).sent(), "clock-skew")
    vectors.write()
