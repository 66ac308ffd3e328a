"""The trust list as it is used: nodes, their standing, their addresses and keys. docs/exchange.md, sections 6 and 8.

How it comes to be trusted is `trust.refreshing`. This is only what it says.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tocsin.exchange import suite
from tocsin.exchange.errors import Malformed, NotTrusted
from tocsin.exchange.streams import (
    FAMILY,
    MEMBERS,
    PUBLIC,
    Stream,
    addressees_of,
    check_alliance,
    check_node,
)

__all__ = ["End", "Entry", "ListedKey", "TrustList", "check_own_file"]

CODE = "list-invalid"
TIERS = ("member", "partner", "guest")
AUDIENCE_TIERS = {PUBLIC: TIERS, FAMILY: ("member", "partner"), MEMBERS: ("member",)}
KINDS = ("state", "secretariat")
STATUSES = ("active", "suspended", "left")
USES = ("seal", "request", "encrypt")
MOST_KEYS = 256
LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
URL = re.compile(rf"https://({LABEL}(\.{LABEL})*|\[[0-9a-f:.]+\])(:(?P<port>[1-9][0-9]{{0,4}}))?")


@dataclass(frozen=True)
class End:
    """Why a key ended, and for each stream the last document and manifest that it may have signed.

    A stream is named by the digest of its first manifest: whoever has it knows which it is.
    """

    reason: str
    heads: Mapping[str, tuple[int, str]]


@dataclass(frozen=True)
class ListedKey:
    """A public key of a node. One that ended is listed for ever: what it signed before stays valid."""

    use: str
    key: suite.Key
    kid: str
    ends: End | None


@dataclass(frozen=True)
class Entry:
    """A node of the list."""

    node: str
    kind: str  # state, secretariat
    tier: str  # member, partner, guest
    status: str  # active, suspended, left
    relay: bool
    private_addresses: bool
    urls: tuple[str, ...] = ()
    tls_ca: str | None = None
    signatures: int = 1
    keys: tuple[ListedKey, ...] = ()

    def live(self, use: str) -> dict[str, suite.Key]:
        """Its keys for `use` that have not ended, by identifier."""
        return {key.kid: key.key for key in self.keys if key.use == use and key.ends is None}

    def seal_keys(self) -> dict[str, suite.Key]:
        """All its keys that may have signed a manifest, ended ones with them."""
        return {key.kid: key.key for key in self.keys if key.use == "seal"}

    def ends(self) -> dict[str, End]:
        """Where its ended seal keys end, by identifier."""
        return {key.kid: key.ends for key in self.keys if key.use == "seal" and key.ends is not None}


@dataclass(frozen=True)
class TrustList:
    """What the latest trusted files say. `expires` is when it goes STALE; `version` is that of TUF's timestamp."""

    alliance: str
    exercise: bool
    nodes: Mapping[str, Entry]
    version: int
    root_version: int
    expires: datetime
    expiring: Mapping[str, datetime] = field(default_factory=dict)  # when each role's signature runs out, by role

    def stale(self, now: datetime) -> bool:
        """Whether the list has run out: what it says still holds, but nothing new is to be trusted."""
        return now >= self.expires

    def entry(self, node: str) -> Entry:
        """The entry of a node that takes part now. Raises NotTrusted."""
        entry = self.nodes.get(node)
        if entry is None:
            raise NotTrusted("unknown-node", f"the trust list has no node {node!r:.40}")
        if entry.status == "suspended":
            raise NotTrusted("suspended", f"{node} is suspended", "its streams wait until it comes back")
        if entry.status == "left":
            raise NotTrusted("left", f"{node} has left the alliance")
        return entry

    def active(self) -> list[Entry]:
        """Nodes that take part now, in the order of the list."""
        return [entry for entry in self.nodes.values() if entry.status == "active"]

    def in_audience(self, node: str, stream: Stream) -> bool:
        """Whether `node` takes part and is among those a stream is written for; an origin is of its own audiences."""
        entry = self.nodes.get(node)
        if entry is None or entry.status != "active":
            return False
        if node == stream.origin or node in addressees_of(stream.audience):
            return True
        tier = "member" if entry.kind == "secretariat" else entry.tier
        return tier in AUDIENCE_TIERS.get(stream.audience, ())

    def audience(self, stream: Stream) -> list[Entry]:
        """The nodes that a stream is written for and that take part now, its origin among them."""
        return [entry for entry in self.nodes.values() if self.in_audience(entry.node, stream)]

    def may_carry(self, node: str, stream: Stream) -> bool:
        """Whether `node` may be given a stream's batches: it is of the audience, or carries what it cannot open."""
        if self.in_audience(node, stream):
            return True
        entry = self.nodes.get(node)
        return entry is not None and entry.status == "active" and entry.relay

    @classmethod
    def of(
        cls,
        alliance: object,
        nodes: Mapping[str, object],
        *,
        version: int,
        root_version: int,
        expires: datetime,
        expiring: Mapping[str, datetime] | None = None,
    ) -> "TrustList":
        """The list that `alliance.json` and the files `nodes/*.json` say. Raises Malformed `list-invalid`.

        A listed node whose own file is missing or not of its form stays in the list without keys or addresses: one
        state's mistake does not take the list from all others.
        """
        said = _object(alliance, "alliance.json")
        entries: dict[str, Entry] = {}
        for one in _list(said, "nodes", "alliance.json", most=1_000):
            entry = _standing(_object(one, "a node of alliance.json"))
            if entry.node in entries:
                raise _bad(f"alliance.json lists {entry.node} twice")
            try:
                entries[entry.node] = _with_own_file(entry, nodes.get(entry.node))
            except Malformed:
                entries[entry.node] = entry
        return cls(
            alliance=check_alliance(said.get("alliance"), code=CODE),
            exercise=_flag(said, "exercise", "alliance.json"),
            nodes=entries,
            version=version,
            root_version=root_version,
            expires=expires,
            expiring=dict(expiring or {}),
        )


def read_own_file(file: object, node: str) -> Entry:
    """What a state's own file says to other nodes, whatever the alliance says of it. Raises Malformed."""
    return _with_own_file(Entry(node, "state", "member", "active", relay=False, private_addresses=True), file)


def check_own_file(file: object, node: str) -> Entry:
    """What a state's own file says, for the state to check before it signs it. Raises Malformed.

    A key that other nodes would look past is an error here: it may be of a national algorithm, but rather a mistake.
    """
    said = _object(file, f"nodes/{node}.json")
    for key in _list(said, "keys", f"nodes/{node}.json", most=MOST_KEYS):
        _key(_object(key, f"a key of {node}"), node)
    return read_own_file(said, node)


def _standing(said: dict[str, Any]) -> Entry:
    node = check_node(said.get("node"), code=CODE)
    for name, allowed in (("kind", KINDS), ("tier", TIERS), ("status", STATUSES)):
        if said.get(name) not in allowed:
            raise _bad(f"{name} of {node} is {said.get(name)!r:.40}; it is one of {', '.join(allowed)}")
    return Entry(
        node,
        said["kind"],
        said["tier"],
        said["status"],
        relay=_flag(said, "relay", node),
        private_addresses=_flag(said, "private_addresses", node),
    )


def _with_own_file(entry: Entry, file: object) -> Entry:
    what = f"nodes/{entry.node}.json"
    said = _object(file, what)
    if said.get("node") != entry.node:
        raise _bad(f"{what} is of {said.get('node')!r:.40}")
    ca, signatures = said.get("tls_ca"), said.get("signatures")
    if not (ca is None or (isinstance(ca, str) and len(ca) <= 50_000)):
        raise _bad(f"tls_ca of {entry.node} is not a certificate as text, or null")
    if type(signatures) is not int or not 1 <= signatures <= 8:
        raise _bad(f"signatures of {entry.node} is {signatures!r:.20}; it is how many keys must sign, 1 to 8")
    urls = tuple(_url(url, entry.node) for url in _list(said, "urls", what, most=8))
    keys = [_object(key, f"a key of {entry.node}") for key in _list(said, "keys", what, most=MOST_KEYS)]
    listed = tuple(_key(key, entry.node) for key in keys if _is_for_us(key))
    if len({key.kid for key in listed}) != len(listed):
        raise _bad(f"{entry.node} lists a key twice")
    return replace(entry, urls=urls, tls_ca=ca, signatures=signatures, keys=listed)


def _is_for_us(key: dict[str, Any]) -> bool:
    """Whether a key is of a use and a kind that this version knows; others are a state's own, or later's."""
    jwk = key.get("jwk")
    return key.get("use") in USES and (not isinstance(jwk, dict) or suite.is_known(jwk, use=key["use"]))


def _key(said: dict[str, Any], node: str) -> ListedKey:
    if said.get("use") not in USES:
        raise _bad(f"a key of {node} is for {said.get('use')!r:.20}; it is for one of {', '.join(USES)}")
    key = suite.public_key(said.get("jwk"), use=said["use"])
    return ListedKey(said["use"], key, suite.thumbprint(key), _end(said.get("ends"), node))


def _end(said: object, node: str) -> End | None:
    if said is None:
        return None
    ends = _object(said, f"the end of a key of {node}")
    if ends.get("reason") not in ("rotated", "stolen"):
        raise _bad(f"a key of {node} ended because {ends.get('reason')!r:.20}; it is rotated or stolen")
    heads = {}
    for first, head in _object(ends.get("heads"), f"where a key of {node} ends").items():
        given = _object(head, f"the last manifest of {first!r:.80}")
        last, manifest = given.get("last"), given.get("manifest")
        if type(last) is not int or last < 1 or not suite.is_digest(manifest) or not suite.is_digest(first):
            raise _bad(
                f"where a key of {node} ends, {first!r:.80} is not the digest of a stream's first manifest, "
                "or has no last document and digest of its manifest"
            )
        heads[first] = (last, manifest)
    return End(ends["reason"], heads)


def _url(url: object, node: str) -> str:
    if isinstance(url, str) and len(url) <= 200 and (parts := URL.fullmatch(url)):
        port = int(parts["port"] or 1)
        if 0 < port < 65_536 and port != 443:
            return url
    raise _bad(
        f"{url!r:.80} of {node} is not https://host or https://host:port, in small letters, "
        "without the port 443 that it has anyway and without anything after it"
    )


def _object(said: object, what: str) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise _bad(f"{what} is missing or not an object")
    return said


def _list(said: Mapping[str, Any], name: str, what: str, *, most: int) -> list[Any]:
    value = said.get(name)
    if not (isinstance(value, list) and len(value) <= most):
        raise _bad(f"{name} of {what} is not a list of at most {most}")
    return value


def _flag(said: Mapping[str, Any], name: str, what: str) -> bool:
    value = said.get(name)
    if not isinstance(value, bool):
        raise _bad(f"{name} of {what} is {value!r:.20}; it is true or false")
    return value


def _bad(why: str) -> Malformed:
    return Malformed(CODE, why)
