"""An alliance for tests: a complete signed trust list, with every private key at hand.

    alliance = ExerciseAlliance(["AL", "BO", "CE", "SEC"])   # a node named SEC is the Secretariat, and a relay
    alliance.list                      TrustList: what a node that holds the newest files trusts
    alliance.files                     dict name -> bytes: the newest files, as `trust.refreshing` takes and holds them
    alliance.root                      bytes: the first root, as it is pinned out of band
    alliance.keys["AL"]["seal"]        the live private key of a node: seal, request, encrypt
    alliance.now                       a moment at which all of it is in force; signing takes its time from here

Each of these signs what it changes and publishes it; `list` and `files` are then others, older ones stay as they were.
    alliance.end_key("AL", "seal", heads={first_manifest: (12, digest)}, reason="stolen")
                                       -> kid of the key that ended; keys["AL"]["seal"] is then a new one
    alliance.add_key("AL", "seal")     -> a further private key, listed beside the others
    alliance.change("BO", status="suspended")    also tier=, relay=, private_addresses=
    alliance.change_own("AL", urls=["https://al.example"], tls_ca=None, signatures=2)
    alliance.add_node("DE", tier="partner")
    alliance.rotate_root()             two of the five holders of the root get new keys; root_version grows by one
    alliance.renew()                   snapshot and timestamp once more, at alliance.now
    alliance.pass_time(days=8)         moves alliance.now and signs nothing: the timestamp has then run out

The keys behind it: `root_keys` (five, three sign), `list_keys` (likewise), `identity_keys[node]`, `online_keys`.
`repository` holds every file that was ever published.

Alliances that are asked for in the same words begin with the same keys and files; from there each goes its own way.
Strangers are those of other nodes or another name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.exchange import suite
from tocsin.exchange.trust import drafts, own_files, publishing, repository, signing
from tocsin.exchange.trust.list import TrustList
from tocsin.exchange.trust.repository import Holders, Listed

NOW = datetime(2026, 3, 9, 6, tzinfo=UTC)
USES = ("seal", "request", "encrypt")
FOUNDED: dict[str, dict[str, Any]] = {}  # to sign all of it costs more than most tests do


class ExerciseAlliance:
    """See the module. `tiers`, `urls` are by node; what they do not name is a member, at `https://<node>.example`."""

    def __init__(
        self,
        nodes: Iterable[str] = ("AL", "BO", "CE", "SEC"),
        *,
        now: datetime = NOW,
        tiers: Mapping[str, str] | None = None,
        relays: Iterable[str] = ("SEC",),
        urls: Mapping[str, Sequence[str]] | None = None,
        **more: Any,
    ) -> None:
        nodes, relays, tiers, urls = tuple(nodes), tuple(relays), tiers or {}, urls or {}
        asked = repr((nodes, now, sorted(tiers.items()), relays, sorted(urls.items()), sorted(more.items())))
        if asked not in FOUNDED:
            self._found(nodes, now=now, tiers=tiers, relays=relays, urls=urls, **more)
            FOUNDED[asked] = _copy(vars(self))
        vars(self).update(_copy(FOUNDED[asked]))

    def _found(
        self,
        nodes: Sequence[str],
        *,
        alliance: str = "exercise",
        exercise: bool = True,
        now: datetime,
        tiers: Mapping[str, str],
        relays: Sequence[str],
        urls: Mapping[str, Sequence[str]],
        private_addresses: bool = True,
    ) -> None:
        self.name, self.now = alliance, now
        self.keys: dict[str, dict[str, suite.Key]] = {}
        self.identity_keys: dict[str, suite.Key] = {}
        self.root_keys, self.list_keys, self.online_keys = _identities(5), _identities(5), _identities(1)
        self.repository: dict[str, bytes] = {}  # all that was ever published; `files` is what a node needs of it
        self._publish(
            signing.draft_first_root(
                alliance=alliance,
                exercise=exercise,
                root=Holders(tuple(self.root_keys), 3),
                targets=Holders(tuple(self.list_keys), 3),
                online=Holders(tuple(self.online_keys)),
                now=now,
            )
        )
        self.root = self.repository["1.root.json"]
        self._list(
            self._new(node, tiers.get(node, "member"), relay=node in relays, private_addresses=private_addresses)
            for node in nodes
        )
        for node in nodes:
            self._publish_first_own(node, urls.get(node))
        self.renew()

    def end_key(
        self,
        node: str,
        use: str = "seal",
        *,
        heads: Mapping[str, tuple[int, str]] | None = None,
        reason: str = "rotated",
    ) -> str:
        """End the node's live key for `use` and give it a new one. Returns the identifier of the one that ended."""
        kid, new = suite.thumbprint(self.keys[node][use]), suite.new_key(use)
        own = own_files.with_key(self._own(node), use=use, key=new)
        self._publish_own(own_files.with_key_ended(own, kid, reason=reason, heads=heads))
        self.keys[node][use] = new
        self.renew()
        return kid

    def add_key(self, node: str, use: str) -> suite.Key:
        """List one more key of the node."""
        key = suite.new_key(use)
        self._publish_own(own_files.with_key(self._own(node), use=use, key=key))
        self.renew()
        return key

    def change(self, node: str, **standing: Any) -> None:
        """Change what the alliance says of a node."""
        self._list([replace(repository.listed(self.repository)[node], **standing)])
        self.renew()

    def change_own(self, node: str, **own: Any) -> None:
        """Change what a node says of itself."""
        self._publish_own({**self._own(node), **own})
        self.renew()

    def add_node(
        self,
        node: str,
        *,
        tier: str = "member",
        relay: bool = False,
        urls: Sequence[str] | None = None,
        private_addresses: bool = True,
    ) -> None:
        """List a new node, with its own file."""
        self._list([self._new(node, tier, relay=relay, private_addresses=private_addresses)])
        self._publish_first_own(node, urls)
        self.renew()

    def rotate_root(self) -> None:
        """Give two of the five holders of the root new keys. Three of the old and three of the new sign it."""
        keys = [*_identities(2), *self.root_keys[2:]]
        draft = signing.draft_root(self.repository, root=Holders(tuple(keys), 3), now=self.now)
        self._publish(draft, signers=self.root_keys[2:])
        self.root_keys = keys
        self.renew()

    def renew(self) -> None:
        """Sign a new timestamp, and a new snapshot if anything changed."""
        state = publishing.renewed(self.repository, self.online_keys, now=self.now)
        self.repository |= state.files
        self.files: dict[str, bytes] = dict(state.files)
        self.list: TrustList = state.list

    def pass_time(self, **by: float) -> None:
        """Let `timedelta(**by)` go by."""
        self.now += timedelta(**by)

    def _new(self, node: str, tier: str, *, relay: bool, private_addresses: bool) -> Listed:
        self.keys[node] = {use: suite.new_key(use) for use in USES}
        self.identity_keys[node] = suite.new_key("identity")
        kind = "secretariat" if node == "SEC" else "state"
        holders = Holders((self.identity_keys[node],))
        return Listed(node, holders, kind, tier, relay=relay, private_addresses=private_addresses)

    def _publish_first_own(self, node: str, urls: Sequence[str] | None) -> None:
        urls = [f"https://{node.lower()}.example"] if urls is None else urls
        self._publish_own(own_files.new_own_file(node, keys=self.keys[node], urls=urls))

    def _list(self, nodes: Iterable[Listed]) -> None:
        self._publish(signing.draft_list(self.repository, nodes, now=self.now))

    def _own(self, node: str) -> Mapping[str, Any]:
        own = repository.own_file(self.repository, node)
        assert own is not None
        return own

    def _publish_own(self, own: Mapping[str, Any]) -> None:
        self._publish(signing.draft_own_file(self.repository, own, now=self.now))

    def _publish(self, draft: drafts.Draft, *, signers: Sequence[suite.Key] | None = None) -> None:
        if signers is None:
            roles = {"root": self.root_keys[:3], "targets": self.list_keys[:3]}
            signers = roles.get(draft.role) or [self.identity_keys[draft.role.removeprefix("node-")]]
        for key in signers:
            draft = drafts.signed(draft, key)
        self.repository = publishing.published(self.repository, draft, now=self.now)


def _copy(value: Any) -> Any:
    """Another one for what can be changed in place."""
    if isinstance(value, dict):
        return {key: _copy(one) for key, one in value.items()}
    return list(value) if isinstance(value, list) else value


def _identities(count: int) -> list[suite.Key]:
    return [suite.new_key("identity") for _ in range(count)]
