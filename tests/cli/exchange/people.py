"""People of several states with folders, media and telephones, who have nothing but the command.

Each has a folder with their keys; what they hand to each other are files. Their nodes are in this process, with a store
in memory and the keys of their folder; a meeting is a call without a network.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from click.testing import CliRunner, Result

from tocsin.cli.main import tocsin
from tocsin.exchange import key_files
from tocsin.exchange.documents import Document
from tocsin.exchange.errors import CannotSeal
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.local import LocalNode
from tocsin.exchange.meeting import Met, meet
from tocsin.exchange.memory import MemoryStore
from tocsin.exchange.restoring import confirm
from tocsin.exchange.sealing import post, seal
from tocsin.exchange.serving import answer
from tocsin.exchange.store import State
from tocsin.exchange.trust.list import TrustList
from tocsin.exchange.trust.refreshing import begin, refreshed
from tocsin.exchange.trusting import Trusted
from tocsin.exchange.witnessing import cosign_known, make_checkpoint

NOW = datetime(2026, 3, 9, 6, tzinfo=UTC)
CLOCKS = ("keys", "verify", "trust.root", "trust.nodes", "trust.own", "trust.sign", "trust.show")
OF = {"public": "PUBLIC", "family": "FAMILY", "members": "MEMBERS"}


class People:
    """See the module. `people.run("al-root", "trust", "sign", draft)` is what the holder of that folder types."""

    def __init__(self, folder: Path, monkeypatch) -> None:
        self.folder, self.now = folder, NOW
        self.list = folder / "list"
        self.nodes: dict[str, LocalNode] = {}
        self.unreached: set[str] = set()
        monkeypatch.chdir(folder)
        monkeypatch.setenv("COLUMNS", "160")
        monkeypatch.setenv("TOCSIN_HOME", str(folder))
        monkeypatch.delenv("TOCSIN_KEY_PASSPHRASE_FILE", raising=False)
        monkeypatch.setattr("tocsin.cli.node.opened", lambda: None)
        monkeypatch.setitem(sys.modules, "tocsin.node.post.here", SimpleNamespace(local_node=self.local_node))
        monkeypatch.setitem(sys.modules, "tocsin.node.post.actions.joining", SimpleNamespace(join=self.join))
        self.audited: list[tuple[str, str, str]] = []
        terminal = SimpleNamespace(recorded=self.recorded)
        monkeypatch.setitem(sys.modules, "tocsin.node.post.actions.at_the_terminal", terminal)
        for name in CLOCKS:
            monkeypatch.setattr(f"tocsin.cli.exchange.{name}.now", lambda: self.now)

    def run(self, home: str, *arguments: object, status: int = 0, agree: str | None = None) -> Result:
        """`tocsin exchange --home HOME …`, which must end with `status`; `agree` is what is typed when asked."""
        said = ["exchange", "--home", str(self.folder / home), *map(str, arguments)]
        result = CliRunner().invoke(tocsin, said, input=agree, catch_exceptions=False)
        assert result.exit_code == status, f"{' '.join(said)}\n{result.output}"
        assert "Traceback" not in result.output
        return result

    def pass_time(self, **by: float) -> None:
        self.now += timedelta(**by)

    # Keys and the list

    def make_identity(self, home: str) -> Path:
        """A key to sign lists with, in a folder of its own; the file with its public half."""
        self.run(home, "keys", "make", "identity")
        public = self.folder / f"{home}.jwks"
        self.run(home, "keys", "show", "identity", "--public", "--out", public)
        return public

    def kid(self, home: str, use: str) -> str:
        """The thumbprint of the newest key of that use."""
        held = json.loads(self.run(home, "keys", "list", "--json").stdout)
        return [one["kid"] for one in held if one["use"] == use][-1]

    def make_alliance(self, states=("AL", "BO", "CE"), *, threshold: int = 2) -> None:
        """A root of the states' holders, published; nobody is in the list yet."""
        holders = [part for state in states for part in ("--holder", self.make_identity(f"{state.lower()}-root"))]
        online = self.make_identity("online")
        self.run(
            "al-root", "trust", "begin", self.list, "--alliance", "exercise", "--exercise",
            *holders, "--threshold", threshold, "--online", online,
        )  # fmt: skip
        self.sign_and_publish("root-1", "al-root", "bo-root")

    def sign_and_publish(self, draft: str, *signers: str) -> None:
        """Each signer in turn, then publish."""
        path = self.list / "drafts" / f"{draft}.json"
        for home in signers:
            self.run(home, "trust", "sign", path, agree="y\n")
        self.run(signers[0], "trust", "publish", self.list, path, agree="y\n")

    def newest_draft(self, role: str) -> str:
        """The name of the newest draft of a role."""
        found = (self.list / "drafts").glob(f"{role}-*.json")
        return max(found, key=lambda path: int(path.stem.rsplit("-", 1)[1])).stem

    def admit(self, node: str, *options: object, url: str | None = "") -> None:
        """A node joins: listed by the alliance, its keys signed by its own state, started with the list."""
        holder = self.make_identity(f"{node.lower()}-state")
        self.run("al-root", "trust", "admit", self.list, node, "--holder", holder, *options)
        self.sign_and_publish(self.newest_draft("targets"), "al-root", "bo-root")
        home = node.lower()
        self.run(home, "keys", "make", "seal", "request", "encrypt")
        public = self.folder / f"{home}.jwks"
        self.run(home, "keys", "show", "seal", "request", "encrypt", "--public", "--out", public)
        address = ["--no-url"] if url is None else ["--url", url or f"https://{home}.example"]
        self.run(f"{home}-state", "trust", "own", self.list, node, "--keys", public, *address)
        self.sign_and_publish(f"node-{node}-1", f"{home}-state")
        self.renew()
        self.start(node)

    def sign_list(self) -> None:
        """The newest draft of the list, signed by two holders, published, renewed."""
        self.sign_and_publish(self.newest_draft("targets"), "al-root", "bo-root")
        self.renew()

    def sign_own(self, node: str) -> None:
        """The newest draft of a state's own file, signed by its state, published, renewed."""
        self.sign_and_publish(self.newest_draft(f"node-{node}"), f"{node.lower()}-state")
        self.renew()

    def renew(self) -> None:
        """What the Secretariat does daily: its node hands the list on to whoever meets it."""
        self.run("online", "trust", "renew", self.list)
        if "SEC" in self.nodes:
            self.run("sec", "trust", "take", self.list)

    def digest(self) -> str:
        """Of the newest root, as another state's people read it out."""
        shown = self.run("bo-root", "trust", "show", self.list).stdout
        return shown.split("digest of the newest root: ")[1].split("\n")[0]

    # Nodes

    def start(self, node: str) -> LocalNode:
        """Start a node, or start it again: with the keys that are in its folder now, and what it knew."""
        self.run_on(node, self.nodes[node].store if node in self.nodes else MemoryStore())
        self.run(node.lower(), "trust", "take", self.list, "--digest", self.digest())
        return self.nodes[node]

    def run_on(self, node: str, store: MemoryStore) -> None:
        """Have a node run on this store, with the keys that are in its folder."""
        keys = key_files.load(self.folder / node.lower())
        self.nodes[node] = LocalNode(node, store, keys, lambda: self.now, Trusted(store), lambda one: ())

    def restore(self, node: str, store: MemoryStore) -> None:
        """Put an earlier state of its store under a node, a minute later."""
        self.pass_time(minutes=1)
        self.run_on(node, store)

    def local_node(self, *, sealing: bool = False, hinted: object = None) -> LocalNode:
        """What `tocsin.node.post.here` gives, for the folder that the command was told."""
        return self.nodes[Path(os.environ["TOCSIN_HOME"]).name.upper()]

    def recorded(self, here, act, do, *, first, second, **details):
        """What `tocsin.node.post.actions.at_the_terminal` does for a node with an audit."""
        done = do()
        self.audited.append((act, first, second))
        return done

    def join(self, root: bytes, files: dict[str, bytes], *, by: None) -> TrustList:
        """What `tocsin.node.post.actions.joining` does for a node that has no list."""
        state = refreshed(begin(root), files, now=self.now)
        self.local_node().store.put_trust_files(state.files)
        return state.list

    def post(self, node: str, text: str, audience: str = "members") -> Document:
        """Queue a message, as the node's pages would."""
        document = Document(
            id=new_id(self.now),
            alliance="exercise",
            origin=node,
            recorded_at=self.now,
            classification=OF.get(audience, "SELECTIVE"),
            addressees=tuple(audience[3:].split("+")) if audience.startswith("to:") else (),
            exercise=True,
            type="message",
            body={"subject": text, "text": text, "in_reply_to": None},
        )
        post(self.nodes[node], document)
        return document

    def tell(self, node: str, text: str, audience: str = "members") -> Document:
        """Queue a message and seal it."""
        document = self.post(node, text, audience)
        self.seal(node)
        return document

    def seal(self, node: str) -> bool:
        """What a node does by itself, where it may sign."""
        here = self.nodes[node]
        try:
            if here.store.own().recovering is not None:
                confirm(here)
            seal(here)
            make_checkpoint(here)
            cosign_known(here)
        except CannotSeal:
            return False
        return True

    def meet(self, caller: str, called: str) -> Met:
        return meet(self.nodes[caller], Line(self, caller), called)

    def round(self) -> None:
        """Everybody meets everybody who can be called, and seals what came of it."""
        for _ in range(2):
            for caller in self.nodes:
                for entry in self.nodes[caller].trust().active():
                    if entry.node != caller and entry.urls:
                        self.meet(caller, entry.node)
                self.seal(caller)

    def texts(self, node: str) -> list[str]:
        """What a node has accepted of messages."""
        entries = self.nodes[node].store.entries(state=State.ACCEPTED, most=10_000)
        return [Document.read(one.document).body["text"] for one in entries if one.type == "message"]


class Line:
    """A call without a network; nodes in `unreached` do not answer."""

    def __init__(self, people: People, caller: str) -> None:
        self.people, self.caller = people, caller

    def call(self, node, method, name, query, body=b"") -> bytes:
        from tocsin.exchange.errors import Unreachable

        if {node, self.caller} & self.people.unreached:
            raise Unreachable(f"{node} does not answer")
        return answer(self.people.nodes[node], self.caller, method, name, query, body).body
