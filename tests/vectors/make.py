"""Write the vectors: python -m tests.vectors.make

What has no randomness is made anew each time, to the same bytes. What has (sealed items, parcels, signatures of P-256),
or is a library's choice (frames), is made once and kept: delete it from its file to have it made again.
"""

import hashlib
import io
import json
import struct
from pathlib import Path
from typing import Any

import zstandard
from tests.vectors.make_lists import write_keys, write_lists
from tests.vectors.make_logs import write_checkpoints, write_evidence, write_proofs, write_trees
from tests.vectors.make_requests import write_answers, write_requests
from tests.vectors.make_streams import write_streams
from tests.vectors.make_trust import write_trust
from tests.vectors.make_types import write_types
from tests.vectors.making import BODY_KEYS, FOLDER, KEYS, NOW, Vectors, b64, document, manifest, seed, unb64

from tocsin.exchange import suite
from tocsin.exchange.bundles import Batch, CheckpointRecord, TrustFile, write_bundle
from tocsin.exchange.canonical import canonical
from tocsin.exchange.manifests import TYP, Manifest
from tocsin.exchange.streams import Stream


def write_canonical(into: Path) -> None:
    vectors = Vectors("canonical", into)
    for name, text in {
        "empty object": "{}",
        "names are sorted": '{"A":1,"B":2,"a":{"b":[],"c":null},"aa":true}',
        "largest number": "9007199254740991",
        "smallest number": "-9007199254740991",
        "escapes": '"\\b\\t\\n\\f\\r\\"\\\\\\u0000\\u001f/\x7f"',
        "three languages": '{"en":"cholera","ru":"холера","zh":"霍乱"}',
        "beyond the basic plane": '"😀\u2028\ufeff"',
        "32 levels": "[" * 32 + "]" * 32,
    }.items():
        vectors.add(name, "canonical", {"bytes": b64(text.encode())}, {"value": json.loads(text)})
    for name, data in {
        "white space": b'{"a": 1}',
        "line end": b"{}\n",
        "order of names": b'{"b":1,"a":2}',
        "order of names, capitals": b'{"a":1,"B":2}',
        "a name twice": b'{"a":1,"a":1}',
        "a name twice by an escape": b'{"a":1,"\\u0061":2}',
        "escape of a letter": b'"\\u0061"',
        "escape of a solidus": b'"\\/"',
        "escape of a letter that is not ASCII": b'"\\u00e9"',
        "escape in capitals": b'"\\u001F"',
        "long escape of a line end": b'"\\u000a"',
        "line end in a text": b'"\n"',
        "lone surrogate, escaped": b'"\\ud800"',
        "lone surrogate, in UTF-8": b'"\xed\xa0\x80"',
        "pair of surrogates": b'"\\ud83d\\ude00"',
        "overlong UTF-8": b'"\xc0\xaf"',
        "Latin-1": b'"\xe9"',
        "byte order mark": b"\xef\xbb\xbf{}",
        "UTF-16": "{}".encode("utf-16"),
        "minus zero": b"-0",
        "fraction": b"0.5",
        "fraction that is whole": b"1.0",
        "exponent": b"1e3",
        "leading zero": b"01",
        "not a number": b"NaN",
        "infinity": b"Infinity",
        "number too large": b"9007199254740992",
        "number too small": b"-9007199254740992",
        "number of a thousand digits": b"1" * 1_000,
        "name that is not ASCII": '{"имя":1}'.encode(),
        "inner name that is not ASCII": '[{"a":{"é":1}}]'.encode(),
        "nothing": b"",
        "two values": b"{}{}",
        "trailing comma": b"[1,]",
        "comment": b"{}//",
    }.items():
        vectors.add(name, "not canonical", {"bytes": b64(data)}, "not-canonical")
    vectors.add("33 levels", "too deep", {"bytes": b64(b"[" * 33 + b"]" * 33)}, "too-deep")
    vectors.add("objects, 33 levels", "too deep", {"bytes": b64(b'{"a":' * 32 + b"{}" + b"}" * 32)}, "too-deep")
    vectors.write()


def write_documents(into: Path) -> None:
    vectors = Vectors("documents", into)
    for name, one in {
        "to members": document(),
        "public": document(classification="PUBLIC"),
        "to two nodes": document(classification="SELECTIVE", addressees=("BO", "CE"), no_onward_sharing=True),
        "second version": document(version=2, supersedes="0197c2aa-0000-7000-8000-000000000000"),
    }.items():
        vectors.add(name, "a document", {"bytes": b64(one.encode())}, {"audience": one.audience, "id": one.id})
    said = json.loads(document().encode())
    later = canonical(said | {"later": [1]})
    vectors.add("unknown member", "ignored", {"bytes": b64(later)}, {"audience": "members", "id": said["id"]})
    for name, changes, code in (
        ("later protocol", {"protocol": 2}, "document-invalid"),
        ("protocol true", {"protocol": True}, "document-invalid"),
        ("identifier in capitals", {"id": said["id"].upper()}, "document-invalid"),
        ("version 1 supersedes", {"supersedes": "0197c2aa-0000-7000-8000-000000000000"}, "document-invalid"),
        ("version 2 supersedes nothing", {"version": 2}, "document-invalid"),
        ("supersedes itself", {"version": 2, "supersedes": said["id"]}, "document-invalid"),
        ("moment with an offset", {"recorded_at": "2026-03-09T06:00:00+00:00"}, "document-invalid"),
        ("moment that is none", {"recorded_at": "2026-02-29T06:00:00Z"}, "document-invalid"),
        ("origin among addressees", {"classification": "SELECTIVE", "addressees": ["AL", "BO"]}, "document-invalid"),
        ("addressees out of order", {"classification": "SELECTIVE", "addressees": ["CE", "BO"]}, "classification"),
        ("addressees of a public one", {"classification": "PUBLIC", "addressees": ["BO"]}, "classification"),
        ("national", {"classification": "NATIONAL"}, "classification"),
        ("body that is a list", {"body": []}, "document-invalid"),
    ):
        vectors.add(name, "refused", {"bytes": b64(canonical(said | changes))}, code)
    lacking = canonical({name: value for name, value in said.items() if name != "source"})
    vectors.add("no source", "lacks a member", {"bytes": b64(lacking)}, "document-invalid")
    vectors.write()


def write_items(into: Path) -> dict[str, bytes]:
    """The items by name, for those who carry them."""
    vectors = Vectors("items", into)
    plain, long = document().encode(), document(body={"subject": "s", "text": "Cases rise. " * 200}).encode()
    key, another = BODY_KEYS["document 1"], BODY_KEYS["document 2"]

    def add(
        name: str, what: str, item: bytes, expected: bytes | str, audience: str = "public", key: bytes | None = None
    ) -> bytes:
        given = {"item": b64(item), "audience": audience, "key": None if key is None else b64(key)}
        found = expected if isinstance(expected, str) else {"document": b64(expected)}
        return unb64(vectors.add(name, what, given, found)["item"])

    def framed(name: str, content: bytes, **options: Any) -> bytes:
        made = zstandard.ZstdCompressor(**({"level": 12, "write_content_size": True} | options)).compress(content)
        return unb64(vectors.kept(name, {"item": b64(made)})["item"])

    def sealed(name: str, content: bytes, key: bytes, *, frame: bool = False) -> bytes:
        made = {"item": b64(suite.sealed(content, key, frame=frame))}
        return unb64(vectors.kept(name, made)["item"])

    frame = framed("frame", long)
    items = {
        "plain": add("plain", "a document as it is", plain, plain),
        "frame": add("frame", "a document in a Zstandard frame", frame, long),
        "sealed": add("sealed", "a sealed document", sealed("sealed", plain, key), plain, "members", key),
        "sealed frame": add(
            "sealed frame", "in a frame", sealed("sealed frame", frame, another, frame=True), long, "members", another
        ),
    }
    add("without key", "no key has come", items["sealed"], "locked", "members")
    add("another key", "does not fit the commitment", items["sealed"], "commitment", "members", another)
    add("sealed in public", "public documents are not sealed", items["sealed"], "document-invalid", "public", key)
    add("open to members", "documents of other streams are sealed", plain, "document-invalid", "members", key)
    header, *rest = items["sealed"].split(b".")
    spoilt = b".".join([header, *rest[:2], (b"A" if rest[2][:1] != b"A" else b"B") + rest[2][1:], rest[3]])
    add("ciphertext changed", "does not open", spoilt, "item-altered", "members", key)
    add(
        "wrapped key", "there is none with dir", b".".join([header, b"AAAA", *rest[1:]]), "item-altered", "members", key
    )
    shorter = b".".join([header, *rest[:3], rest[3][:11]])
    add("shorter tag", "a tag has 16 bytes", shorter, "item-altered", "members", key)
    zipped = unb64(header.decode()).replace(b'"typ"', b'"zip":"DEF","typ"')
    add(
        "zip",
        "is refused before it is opened",
        b64(zipped).encode() + b"." + b".".join(rest),
        "document-invalid",
        "members",
        key,
    )
    lying = sealed("another content in a frame", b"{}", key, frame=True)
    add("another content in a frame", "what is said to be a frame is none", lying, "document-invalid", "members", key)
    add("frame and more", "nothing follows a frame", frame + b"\0", "document-invalid")
    add("two frames", "nothing follows a frame", frame + frame, "document-invalid")
    add(
        "frame to be skipped",
        "it is not looked for what follows",
        struct.pack("<II", 0x184D2A50, 0) + frame,
        "document-invalid",
    )
    unsized = framed("frame without size", long, write_content_size=False)
    add("frame without size", "a frame says its size", unsized, "bomb")
    bomb = framed("bomb", bytes(1_000_000))
    add("bomb", "more than 200 times its length", bomb, "bomb")
    add("bomb that lies", "its size is believed first", b"\x28\xb5\x2f\xfd\xe0" + struct.pack("<Q", 2**40), "too-large")
    window = b"\x28\xb5\x2f\xfd\xc0\xa0" + struct.pack("<Q", 300) + (300 << 3 | 1).to_bytes(3, "little") + b"{" * 300
    add("large window", "needs a gibibyte to be opened", window, "too-large")
    vectors.write()
    return items


def write_manifests(into: Path) -> None:
    vectors = Vectors("manifests", into)
    first = manifest()
    second = manifest(first=3, previous=first.digest)

    def add(
        name: str,
        what: str,
        data: bytes,
        signatures: list[Any],
        expected: Any,
        *,
        keys: Any = ("AL seal 1", "AL seal 2"),
        required: int = 1,
    ) -> None:
        given = {"manifest": b64(data), "signatures": signatures, "keys": list(keys), "required": required}
        vectors.add(name, what, given, expected)

    def facts(one: Manifest, *signers: str) -> dict[str, Any]:
        named = {"digest": one.digest, "stream": str(one.stream), "first": one.first, "last": one.last}
        return named | {"signers": sorted(suite.thumbprint(KEYS[name]) for name in signers)}

    def sign(one: Manifest, key: str, **header: Any) -> dict[str, str]:
        """A signature of Ed25519 that verifies, over any header; a header of None is left out."""
        said = {"alg": "Ed25519", "kid": suite.thumbprint(KEYS[key]), "typ": TYP} | header
        protected = b64(canonical({name: value for name, value in said.items() if value is not None}))
        made = KEYS[key].private_key.sign(f"{protected}.{b64(one.data)}".encode())
        return {"protected": protected, "signature": b64(made)}

    good, other = sign(first, "AL seal 1"), sign(first, "AL seal 2")
    assert good == suite.sign(first.data, KEYS["AL seal 1"], typ=TYP)
    add("first", "signed by one key", first.data, [good], facts(first, "AL seal 1"))
    add("second", "follows the first", second.data, [sign(second, "AL seal 2")], facts(second, "AL seal 2"))
    add("two keys", "both count", first.data, [good, other], facts(first, "AL seal 1", "AL seal 2"), required=2)
    p256 = vectors.kept("P-256", {"signatures": [suite.sign(first.data, KEYS["AL seal 3"], typ=TYP)]})["signatures"]
    add("P-256", "ES256 counts as well", first.data, p256, facts(first, "AL seal 3"), keys=["AL seal 3"])
    unknown = {"protected": b64(canonical({"alg": "GOST3410", "kid": "x", "typ": TYP})), "signature": "AAAA"}
    add("unknown algorithm beside", "looked past", first.data, [unknown, good, {}], facts(first, "AL seal 1"))
    add(
        "to two nodes",
        "an addressee set",
        (to := manifest(stream=Stream("AL", 2, "to:BO+CE"))).data,
        [sign(to, "AL seal 1")],
        facts(to, "AL seal 1"),
    )
    raw = unb64(good["signature"])
    order = 2**252 + 27742317777372353535851937790883648493
    beyond = b64(raw[:32] + (int.from_bytes(raw[32:], "little") + order).to_bytes(32, "little"))
    for name, what, signatures, required in (
        ("no signature", "none", [], 1),
        ("one key twice", "one key counts once", [good, good], 2),
        ("key that is not listed", "of another node", [sign(first, "BO seal 1")], 1),
        (
            "identifier of another key",
            "the key that signed is not the one named",
            [sign(first, "AL seal 1", kid=suite.thumbprint(KEYS["AL seal 2"]))],
            1,
        ),
        ("of another manifest", "another payload", [sign(second, "AL seal 1")], 1),
        ("another purpose", "a checkpoint's signature", [sign(first, "AL seal 1", typ="tocsin-checkpoint")], 1),
        ("no purpose", "typ is missing", [sign(first, "AL seal 1", typ=None)], 1),
        ("alg none", "never counts", [sign(first, "AL seal 1", alg="none") | {"signature": ""}], 1),
        ("alg EdDSA", "the key's algorithm is Ed25519", [sign(first, "AL seal 1", alg="EdDSA")], 1),
        ("alg HS256", "never counts", [sign(first, "AL seal 1", alg="HS256")], 1),
        ("alg ES256", "not of this key", [sign(first, "AL seal 1", alg="ES256")], 1),
        ("crit", "nothing is critical in version 1", [sign(first, "AL seal 1", crit=["b64"], b64=True)], 1),
        ("jwk", "a key that is brought along", [sign(first, "AL seal 1", jwk=suite.public_jwk(KEYS["AL seal 1"]))], 1),
        ("unprotected header", "a signature has two members", [good | {"header": {}}], 1),
        ("padding", "base64url has none", [good | {"signature": good["signature"] + "=="}], 1),
        ("unused bits", "base64url is written in one way", [good | {"signature": good["signature"][:-1] + "R"}], 1),
        ("S beyond the order", "RFC 8032, section 5.1.7", [good | {"signature": beyond}], 1),
    ):
        add(name, what, first.data, signatures, "signature-missing", required=required)
    said = json.loads(first.data)
    for name, changes, code in (
        ("later protocol", {"protocol": 2, "items": "otherwise"}, "newer-protocol"),
        ("protocol true", {"protocol": True}, "manifest-invalid"),
        ("count and items differ", {"count": 3}, "manifest-invalid"),
        ("no items", {"count": 0, "items": []}, "manifest-invalid"),
        ("digest with unused bits", {"items": [said["items"][0], said["items"][1][:-1] + "B"]}, "manifest-invalid"),
        ("previous of the first", {"previous": said["items"][0]}, "manifest-invalid"),
        ("no previous of the third", {"first": 3}, "manifest-invalid"),
        ("numbered from 0", {"first": 0}, "manifest-invalid"),
        ("numbered beyond 2^53 - 1", {"first": 2**53 - 1, "previous": said["items"][0]}, "manifest-invalid"),
        ("epoch 0", {"epoch": 0}, "manifest-invalid"),
        ("stream to its origin", {"stream": "to:AL+BO"}, "manifest-invalid"),
        ("stream out of order", {"stream": "to:CE+BO"}, "manifest-invalid"),
        ("5,001 documents", {"count": 5_001}, "too-large"),
    ):
        changed = canonical(said | changes)
        made = KEYS["AL seal 1"].private_key.sign(f"{good['protected']}.{b64(changed)}".encode())
        add(name, "refused though it is signed", changed, [good | {"signature": b64(made)}], code)
    vectors.write()


def write_parcels(into: Path) -> dict[str, Any]:
    vectors = Vectors("parcels", into)
    named, keys = suite.digest(b"manifest"), {17: BODY_KEYS["document 1"], 18: BODY_KEYS["document 2"]}
    found = {"keys": {str(number): b64(key) for number, key in keys.items()}}

    def made(name: str, recipient: str = "BO encrypt 1", content: dict[str, Any] | None = None) -> dict[str, Any]:
        plain = {"keys": found["keys"], "manifest": named} if content is None else content
        return vectors.kept(name, {"parcel": suite.wrapped(plain, KEYS[recipient])})["parcel"]

    def add(
        name: str, what: str, parcel: Any, expected: Any = "locked", *, keys: Any = ("BO encrypt 1",)
    ) -> dict[str, Any]:
        return vectors.add(name, what, {"parcel": parcel, "manifest": named, "keys": list(keys)}, expected)

    good = made("two keys")
    add("two keys", "for BO", good, found)
    add("among several", "the key it names opens it", good, found, keys=["CE encrypt 1", "BO encrypt 1"])
    add("for another", "CE does not open it", good, keys=["CE encrypt 1"])
    content = {"keys": found["keys"], "manifest": suite.digest(b"another")}
    add("of another manifest", "the manifest it names is another", made("of another manifest", content=content))
    for name, number, key in (
        ("leading zero", "017", seed("x")),
        ("number 0", "0", seed("x")),
        ("short key", "17", b"\0" * 31),
    ):
        add(name, "refused though it opens", made(name, content={"keys": {number: b64(key)}, "manifest": named}))
    epk = good["header"]["epk"]
    add("more members", "a parcel has six", good | {"unprotected": {}})
    add("header with more", "it has epk alone", good | {"header": {"epk": epk, "apu": "AA"}})
    add("epk with more", "it is a point alone", good | {"header": {"epk": epk | {"kid": "x"}}})
    add(
        "point of small order",
        "the secret would be known to all",
        good | {"header": {"epk": epk | {"x": b64(bytes(32))}}},
    )
    add("another tag", "does not open", good | {"tag": b64(bytes(16))})
    said = json.loads(unb64(good["protected"]))
    add("zip", "is refused before it is opened", good | {"protected": b64(canonical(said | {"zip": "DEF"}))})
    vectors.write()
    return good


def write_bundles(into: Path, items: dict[str, bytes], parcel: dict[str, Any]) -> None:
    vectors = Vectors("bundles", into)
    sealed = [items["sealed"], items["sealed frame"]]
    one = manifest(items=[suite.digest(item) for item in sealed])
    public = manifest(stream=Stream("AL", 1, "public"), items=[suite.digest(items["plain"]), suite.digest(b"erased")])
    parts = [
        TrustFile("1.root.json", b"{}"),
        CheckpointRecord(b"as it came"),
        Batch(one, [dict(suite.sign(one.data, KEYS["AL seal 1"], typ=TYP))], list(sealed), {"BO": parcel}),
        Batch(public, [dict(suite.sign(public.data, KEYS["AL seal 1"], typ=TYP))], [items["plain"], None]),
    ]

    def written(*some: Any) -> bytes:
        file = io.BytesIO()
        write_bundle(file, some, alliance="exercise", sender="AL", made_at=NOW)
        return file.getvalue()

    def add(name: str, what: str, data: bytes, expected: Any = "not-a-bundle") -> None:
        vectors.add(name, what, {"bundle": b64(data)}, expected)

    found = [
        {"kind": "begin", "alliance": "exercise", "from": "AL", "made_at": "2026-03-09T06:00:00Z"},
        {"kind": "trust", "name": "1.root.json", "data": b64(b"{}")},
        {"kind": "checkpoint", "data": b64(b"as it came")},
        {"kind": "batch", "manifest": one.digest, "items": list(one.items), "parcels": ["BO"]},
        {"kind": "batch", "manifest": public.digest, "items": [public.items[0], None], "parcels": []},
    ]
    whole = written(*parts)
    add("empty", "begins and ends", written(), {"parts": found[:1]})
    add("whole", "of every kind", whole, {"parts": found})

    def end(data: bytes) -> bytes:
        return data + b"Z\0\0\0\x20" + hashlib.sha256(data).digest()

    open_end = whole[:-37]
    assert end(open_end) == whole
    batch = written(parts[3])[len(written()) - 37 : -37]
    for name, what, data in (
        ("cut off", "within the last batch", whole[:-100]),
        ("without its end", "Z is missing", open_end),
        ("one letter", "changed in an item", whole.replace(b"taken", b"taked")),
        ("something after", "nothing follows Z", whole + b"\0"),
        ("too few items", "one is missing", end(written()[:-37] + batch[:-5])),
        ("too many items", "one more is withheld", end(written()[:-37] + batch + b"X\0\0\0\0")),
        ("withheld with content", "X is empty", end(written()[:-37] + batch[:-5] + b"X\0\0\0\x01x")),
        ("trust list behind a batch", "T is before M", end(open_end + b"T\0\0\0\x04a\0{}")),
        ("name that leads away", "no parts of dots", end(written()[:-37] + b"T\0\0\0\x07../a\0{}")),
        ("unknown kind", "Q", end(open_end + b"Q\0\0\0\0")),
        ("no beginning", "B is first", end(b"TOCSIN\x01" + batch)),
        ("empty parcels", "P is not empty", end(written()[:-37] + batch + b"P\0\0\0\x02{}")),
    ):
        add(name, what, data)
    add("a gibibyte", "refused by its length", open_end + b"I\x40\0\0\0", "too-large")
    add("later version", "the seventh byte", b"TOCSIN\x02" + whole[7:], "newer-protocol")
    vectors.write()


def main(into: Path = FOLDER) -> None:
    write_keys(into)
    write_canonical(into)
    write_documents(into)
    write_manifests(into)
    write_bundles(into, write_items(into), write_parcels(into))
    for write in (write_requests, write_answers, write_trees, write_proofs, write_checkpoints, write_evidence):
        write(into)
    write_trust(into)
    write_types(into)
    write_lists(into, write_streams(into))


if __name__ == "__main__":
    main()
