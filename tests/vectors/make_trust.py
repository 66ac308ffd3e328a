"""Vectors of whole trust lists: what a node holds, what it is offered, and what it trusts then."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.vectors.make_lists import own_file, rotated, standing
from tests.vectors.making import Vectors, b64
from tests.vectors.tuf_files import HOLDERS, Files, Offer, kid, root, setting

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical

NOW, LATER, BEFORE = "2026-03-09T06:00:00Z", "2026-03-17T06:00:00Z", "2026-03-08T06:00:00Z"
SIGNED_OFFLINE = ("targets", "node-AL", "node-BO")
# Versions of an offer that follows the first: of AL's own file, of the alliance's list, of the online roles alone.
SECOND = {"node-AL": 2, "snapshot": 2, "timestamp": 2}
LISTED = {"targets": 2, "snapshot": 2, "timestamp": 2}
ONLINE = {"snapshot": 2, "timestamp": 2}
ROTATED = own_file("AL", ["AL seal 1", "AL seal 2"], ended={"AL seal 1": rotated()})


class Lists(Vectors):
    """The vectors, with each file once beside them under its digest."""

    def offered(
        self, name: str, what: str, files: Files | None, expected: Any, *, held: Files | None = None, now: str = NOW
    ) -> None:
        given = {"held": self._digests(root() if held is None else held), "offered": None, "now": now}
        if files is not None:
            given["offered"] = self._digests(files)
        self.add(name, what, given, expected)

    def _digests(self, files: Files) -> dict[str, str]:
        named = {name: suite.digest(text.encode()) for name, text in sorted(files.items())}
        known = self.beside.setdefault("files", {})
        known |= {digest: files[name] for name, digest in named.items()}
        return named


def content(
    al: Mapping[str, Any] | None = None, *, version: int = 1, root_version: int = 1, stale: bool = False, **of_al: Any
) -> dict[str, Any]:
    """What a list says: of AL what its own file `al` does, of BO always the same."""
    nodes = {"AL": _node(al), "BO": _node(own_file("BO"))}
    nodes["AL"] |= of_al
    return {"version": version, "root_version": root_version, "stale": stale, "nodes": nodes}


def _node(own: Mapping[str, Any] | None) -> dict[str, Any]:
    keys = {suite.thumbprint(suite.public_key(key["jwk"], use=key["use"])): key for key in own["keys"]} if own else {}
    return {
        "status": "active",
        "urls": list(own["urls"]) if own else [],
        "keys": sorted(kid for kid, key in keys.items() if key["ends"] is None),
        "ended": sorted(kid for kid, key in keys.items() if key["ends"] is not None),
    }


def write_trust(into: Path) -> None:
    vectors = Lists("trust", into)
    first = Offer().files
    held = root() | first
    _taken(vectors, first, held)
    _own_files(vectors, held)
    _missing(vectors, first)
    _unsigned(vectors)
    _roots(vectors, held)
    _older(vectors)
    _of_other_forms(vectors)
    vectors.write()


def _taken(vectors: Lists, first: Files, held: Files) -> None:
    plain, again = content(own_file("AL")), content(own_file("AL"), version=2)
    vectors.offered("first", "upon the root that people handed over", first, plain)
    vectors.offered("known", "offered again", held, plain, held=held)
    vectors.offered("nothing", "what is held is offered no more", {}, plain, held=held)
    stamp = Offer(versions={"timestamp": 2}).files["timestamp.json"]
    vectors.offered("timestamp", "all else is held", {"timestamp.json": stamp}, again, held=held)
    changed = Offer(versions=SECOND, own={"AL": ROTATED}).files
    vectors.offered("key rotated", "by AL alone", changed, content(ROTATED, version=2), held=held)
    left = Offer(versions=LISTED, alliance=setting("nodes", 0, "status", to="left")).files
    vectors.offered("left", "by the alliance", left, content(own_file("AL"), version=2, status="left"), held=held)
    more = first | {"9.node-CE.json": "{}", "readme.json": "{}"}
    vectors.offered("files that nobody names", "passed over", more, plain)
    unpublished = content(None)
    vectors.offered("no own file yet", "the snapshot names none", Offer(own={"AL": None}).files, unpublished)
    future = setting("x-later", to=[1])
    vectors.offered("unknown members", "looked past", Offer(edit=dict.fromkeys(SIGNED_OFFLINE, future)).files, plain)
    stale = content(own_file("AL"), stale=True)
    vectors.offered("stale", "held for eight days; known keys still verify", None, stale, held=held, now=LATER)
    vectors.offered("not stale yet", "held for six", None, plain, held=held, now="2026-03-15T06:00:00Z")


def _own_files(vectors: Lists, held: Files) -> None:
    """What is wrong with a node's own file takes it from that node alone."""
    nobody, before = content(None), content(own_file("AL"), version=2)
    jwk = own_file("AL")["keys"][0]["jwk"]

    def key(**changes: Any) -> dict[str, Any]:
        listed = own_file("AL")
        return listed | {"keys": [{"ends": None, "jwk": jwk | changes, "use": "seal"}, *listed["keys"][1:]]}

    unsigned = Offer(by={"node-AL": ["BO identity 1"]}).files
    vectors.offered("own role signed by another", "BO for AL", unsigned, nobody)
    expired = Offer(edit={"node-AL": setting("expires", to=BEFORE)}).files
    vectors.offered("own role expired", "yesterday", expired, nobody)
    longer = Offer(edit={"node-AL": setting("targets", "nodes/AL.json", "length", to=9_999)}).files
    vectors.offered("own file of another length", "than its role names", longer, nobody)
    for name, what, says in (
        ("own file of another", "it says it is of BO", own_file("AL") | {"node": "BO"}),
        ("own file that is a list", "not of its form", []),
        ("own file that is not canonical", "a space", '{"node": "AL"}'),
        ("point of small order", "anybody signs by it", key(x=b64(bytes([1]) + bytes(31)))),
        ("point of 33 bytes", "coordinates have 32", key(x=b64(bytes(33)))),
        ("point that is not on P-256", "x and y do not fit", key(kty="EC", crv="P-256", x=jwk["x"], y=jwk["x"])),
        ("a key twice", "would count twice", own_file("AL", ["AL seal 1", "AL seal 1"])),
        ("address with a path", "https://host alone", own_file("AL", urls=["https://al.example/x"])),
        ("address with the port 443", "is written without", own_file("AL", urls=["https://al.example:443"])),
        ("address by HTTP", "is not encrypted", own_file("AL", urls=["http://al.example"])),
        ("no signatures asked", "one at least", own_file("AL", signatures=0)),
        (
            "end without a reason",
            "rotated or stolen",
            own_file("AL", ended={"AL seal 1": {"heads": {}, "reason": "lost"}}),
        ),
    ):
        vectors.offered(name, f"{what}; AL stands without keys", Offer(own={"AL": says}).files, nobody)
    second = Offer(versions=SECOND, own={"AL": ROTATED}, by={"node-AL": ["BO identity 1"]}).files
    vectors.offered("second own role signed by another", "the first stays in use", second, before, held=held)
    second = Offer(versions=SECOND, own={"AL": []}).files
    vectors.offered("second own file not of its form", "the first stays in use", second, before, held=held)
    versions = LISTED | {"node-AL": 2}
    second = Offer(
        versions=versions, own={"AL": []}, by={"node-AL": ["AL identity 2"]}, identity={"AL": "AL identity 2"}
    )
    vectors.offered(
        "the first not signed as is demanded now",
        "AL has another identity key, and its second file is not of its form",
        second.files,
        content(None, version=2),
        held=held,
    )
    listed = own_file("AL")
    listed["keys"] += [
        {"ends": None, "jwk": {"crv": "id-tc26-gost", "kty": "EC", "x": "AA", "y": "AA"}, "use": "seal"},
        {"ends": None, "jwk": jwk, "use": "later"},
    ]
    looked_past = Offer(own={"AL": listed}).files
    vectors.offered("keys of unknown kinds", "looked past", looked_past, content(own_file("AL")))


def _missing(vectors: Lists, first: Files) -> None:
    """Who withholds a file that is named withholds the whole list."""
    for piece in ("timestamp", "snapshot", "1.targets", "alliance", "1.node-AL", "nodes/"):
        offered = {name: text for name, text in first.items() if piece not in name or name.endswith("BO.json")}
        vectors.offered(f"without {piece}", "named, and neither offered nor held", offered, "list-invalid")
    for piece in ("snapshot", "1.targets", "alliance", "1.node-AL"):
        name = next(name for name in first if piece in name)
        offered = first | {name: first[name].replace("AL", "AK").replace(":1", ":2")}
        vectors.offered(f"altered {piece}", "it has not the digest that is named", offered, "list-invalid")
    line = first | {"timestamp.json": first["timestamp.json"] + "\n"}
    vectors.offered("timestamp with a line end", "not canonical", line, "list-invalid")
    undigested = Offer(edit={"snapshot": _without_digest}).files
    vectors.offered("named without a digest", "length and SHA-256", undigested, "list-invalid")
    unmeasured = Offer(edit={"snapshot": _without_length}).files
    vectors.offered("named without a length", "length and SHA-256", unmeasured, "list-invalid")
    for role in ("timestamp", "snapshot", "targets", "node-AL"):
        far = Offer(versions={role: 1_000_000_000}).files
        vectors.offered(f"{role} of ten digits", "versions have nine", far, "list-invalid")
    for role, path, what in (
        ("timestamp", ("meta", "snapshot.json"), "the snapshot"),
        ("snapshot", ("meta", "targets.json"), "the targets"),
        ("targets", ("targets", "alliance.json"), "alliance.json"),
    ):
        longer = Offer(edit={role: setting(*path, "length", to=9_999)}).files
        vectors.offered(f"{what} of another length", "than is named", longer, "list-invalid")


def _without_length(body: dict[str, Any]) -> None:
    del body["meta"]["targets.json"]["length"]


def _without_digest(body: dict[str, Any]) -> None:
    del body["meta"]["targets.json"]["hashes"]


def _unsigned(vectors: Lists) -> None:
    for role, what, names in (
        ("targets", "one holder of two", ["root 1"]),
        ("targets", "one holder twice", ["root 1", "root 1"]),
        ("targets", "by the online key", ["online 1"]),
        ("snapshot", "by the holders of the root", HOLDERS[:2]),
        ("timestamp", "by the holders of the root", HOLDERS[:2]),
        ("timestamp", "by a key that is not listed", ["online 2"]),
        ("timestamp", "by nobody", []),
    ):
        vectors.offered(f"{role} signed {what}", "refused", Offer(by={role: names}).files, "list-invalid")
    for role in ("timestamp", "snapshot", "targets"):
        expired = Offer(edit={role: setting("expires", to=BEFORE)}).files
        vectors.offered(f"{role} expired", "yesterday", expired, "list-expired")
    brief = root(edit=setting("expires", to="2026-03-12T06:00:00Z"))
    late = "2026-03-13T06:00:00Z"
    vectors.offered("root expired", "before the list came", Offer().files, "list-expired", held=brief, now=late)
    whole = brief | Offer().files
    vectors.offered("root expired since", "all else is in force", {}, "list-expired", held=whole, now=late)


def _roots(vectors: Lists, held: Files) -> None:
    plain = own_file("AL")
    new = ("root 4", "root 2", "root 3")
    both = ("root 2", "root 3")
    second = root(2, new, by=both)
    vectors.offered("next root", "signed by two of either", second, content(plain, root_version=2), held=held)
    third = second | root(3, new, by=both)
    vectors.offered("two roots", "one after the other", third, content(plain, root_version=3), held=held)
    gap = root(3, new, by=both)
    vectors.offered("gap of roots", "3 without 2", gap, "list-invalid", held=held)
    lone = root(2, new, by=("root 4", "root 2"))
    vectors.offered("root signed by its own holders alone", "one of those before", lone, "list-invalid", held=held)
    old = root(2, ("root 4", "online 2", "root 3"), by=("root 1", "root 3"))
    vectors.offered("root signed by the holders before alone", "one of its own", old, "list-invalid", held=held)
    for name, what, edit in (
        ("root that does not say", "of which alliance it is", lambda body: body.pop("x-tocsin-alliance")),
        ("root of another version", "in the file of version 2", setting("version", to=3)),
        ("key under another name", "a keyid is the key's thumbprint", _renamed),
        (
            "key of another scheme",
            "Ed25519 or P-256",
            setting("keys", kid("root 3"), "scheme", to="rsassa-pss-sha256"),
        ),
        ("root key of small order", "anybody signs by it", _small_order),
    ):
        vectors.offered(name, what, root(2, edit=edit), "list-invalid", held=held)
    for name, what, member, to in (
        ("root of another alliance", "drill, and so is the list", "alliance", "drill"),
        ("root of no exercise", "the one before is", "exercise", False),
    ):
        files = root(2, edit=setting(f"x-tocsin-{member}", to=to))
        files |= Offer(versions=LISTED, alliance=setting(member, to=to)).files
        vectors.offered(name, what, files, "list-invalid", held=held)
    mixed = ("root 5", "root 2", "root 3")
    made = root(2, mixed, by=("root 2", "root 3", "root 5"))
    kept = vectors.kept("P-256", {"offered": {}})["offered"].get("2.root.json")
    p256 = {"2.root.json": vectors.kept_beside("files", kept, made["2.root.json"])}
    vectors.offered("P-256", "a holder's key", p256, content(plain, root_version=2), held=held)
    # Whoever stole the online key counts far ahead; new online keys undo it.
    ahead = root() | Offer(versions={"snapshot": 900, "timestamp": 900}).files
    cured = root(2, online="online 2") | Offer(versions=ONLINE, online="online 2").files
    vectors.offered(
        "new online keys",
        "what the old ones counted is forgotten",
        cured,
        content(plain, version=2, root_version=2),
        held=ahead,
    )


def _renamed(body: dict[str, Any]) -> None:
    body["keys"]["x"] = body["keys"].pop(kid("root 3"))
    for role in ("root", "targets"):
        body["roles"][role]["keyids"][2] = "x"


def _small_order(body: dict[str, Any]) -> None:
    public = bytes([1]) + bytes(31)
    name = suite.digest(canonical({"crv": "Ed25519", "kty": "OKP", "x": b64(public)}))
    body["keys"][name] = {"keytype": "ed25519", "keyval": {"public": public.hex()}, "scheme": "ed25519"}
    body["roles"]["root"]["keyids"].append(name)


def _older(vectors: Lists) -> None:
    held = root() | Offer(versions=dict.fromkeys(("targets", "node-AL", "snapshot", "timestamp"), 2)).files
    for name, what, versions in (
        ("older timestamp", "1 after 2", {"timestamp": 1}),
        ("older snapshot", "1 after 2, under a newer timestamp", {"snapshot": 1}),
        ("older targets", "1 after 2, under a newer snapshot", {"targets": 1}),
        ("older own role", "1 after 2, under a newer snapshot", {"node-AL": 1}),
    ):
        offer = Offer(versions={"targets": 2, "node-AL": 2, "snapshot": 3, "timestamp": 3} | versions)
        vectors.offered(name, what, offer.files, "list-rollback", held=held)
    lost = Offer(versions={"snapshot": 3, "timestamp": 3, "targets": 2}, own={"AL": None})
    vectors.offered("own role lost", "the snapshot names it no more", lost.files, "list-invalid", held=held)
    one, two = Offer(versions=SECOND), Offer(versions=SECOND, own={"AL": ROTATED})
    mixed = one.files | {"2.snapshot.json": two.files["2.snapshot.json"]}
    vectors.offered("mixed", "the timestamp of one list, the snapshot of another", mixed, "list-invalid")


def _of_other_forms(vectors: Lists) -> None:
    first = ("delegations", "roles", 0)
    for name, what, edit in (
        ("delegation that does not end", "terminating is true", setting(*first, "terminating", to=False)),
        ("delegation of all files", "its own file alone", setting(*first, "paths", to=["nodes/*.json"])),
        ("delegation of another's file", "its own file alone", setting(*first, "paths", to=["nodes/BO.json"])),
        ("delegation to another role", "node-AL", setting(*first, "name", to="AL")),
        ("targets without alliance.json", "it names it", setting("targets", to={})),
    ):
        vectors.offered(name, what, Offer(edit={"targets": edit}).files, "list-invalid")
    for name, what, edit in (
        ("list of another alliance", "its root says exercise", setting("alliance", to="drill")),
        ("list of no exercise", "its root says it is one", setting("exercise", to=False)),
        ("unknown tier", "member, partner, guest", setting("nodes", 0, "tier", to="friend")),
        ("unknown status", "active, suspended, left", setting("nodes", 0, "status", to="gone")),
        ("a node twice", "AL", setting("nodes", 1, to=standing("AL"))),
        ("name of a node in small letters", "al", setting("nodes", 0, "node", to="al")),
    ):
        vectors.offered(name, what, Offer(alliance=edit).files, "list-invalid")
