"""Nodes under everything that a network, a clock and a crash can do, in any order: what they hold is what was said.

Checked after every step: no two nodes hold different documents under one number, numbers have no gap, nothing is
accepted that was not said, nothing twice, and a stream's order is the order in which its owner said it. At the end
everything is healed, and everybody holds everything.
"""

import os
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.exchange.world import World

from tocsin.exchange.documents import Document
from tocsin.exchange.restoring import open_epoch
from tocsin.exchange.store import State

NAMES = ["AL", "BO", "CE", "DO", "SEC"]
WINDOWS = [
    "seal: before the transaction is committed",
    "seal: after the transaction is committed",
    "checkpoint: before the transaction is committed",
    "take: before the transaction",
    "take: before the transaction is committed",
    "take: after the transaction is committed",
    "trust: before the transaction is committed",
]
anybody = st.runner().flatmap(lambda machine: st.sampled_from(machine.world.names))


class Alliance(RuleBasedStateMachine):
    world: World

    @initialize(count=st.integers(3, 5), partner=st.booleans())
    def begin(self, count, partner):
        names = [*NAMES[: count - 1], "SEC"]
        self.world = World(names, tiers={"CE": "partner"} if partner else {}, examining=False)
        self.texts = 0

    # What people do

    @rule(name=anybody, audience=st.sampled_from(["members", "family", "public"]))
    def say_to_all(self, name, audience):
        self.texts += 1
        self.world.post(name, f"{self.texts} " + "холера 霍乱 " * (self.texts % 90), audience)

    @rule(data=st.data(), name=anybody)
    def say_to_some(self, data, name):
        others = [one for one in self.world.names if one != name]
        some = data.draw(st.sets(st.sampled_from(others), min_size=1, max_size=3))
        self.texts += 1
        self.world.post(name, f"{self.texts} for {sorted(some)}", "to:" + "+".join(sorted(some)))

    @rule(name=anybody)
    def rotate_the_seal_key(self, name):
        """The state signs a new list of its keys, and puts the new key in place when its node knows of it."""
        node = self.world.nodes[name]
        if not node.store.own().confirmed:
            return
        heads = {
            head.first_manifest: (head.last, head.manifest)
            for stream, head in node.store.heads().items()
            if stream.origin == name
        }
        self.world.alliance.end_key(name, "seal", heads=heads)
        self.world.put_keys(name)
        self.world.give_list(name)

    @rule(name=anybody)
    def rotate_the_encrypt_key(self, name):
        self.world.alliance.end_key(name, "encrypt")
        self.world.put_keys(name)
        self.world.give_list(name)

    @rule(name=anybody, status=st.sampled_from(["suspended", "active"]))
    def suspend_or_take_back(self, name, status):
        self.world.alliance.change(name, status=status)
        self.world.give_list(name)

    # What machines do

    @rule(name=anybody, checkpoint=st.booleans())
    def seal(self, name, checkpoint):
        self.world.seal(name, checkpoint=checkpoint)

    @rule(a=anybody, b=anybody)
    def meet(self, a, b):
        if a != b:
            self.world.meet(a, b)

    @rule()
    def everybody_meets(self):
        self.world.round()

    # What happens to them

    @rule(a=anybody, b=anybody)
    def cut_a_line(self, a, b):
        if a != b:
            self.world.cut.add(frozenset((a, b)))

    @precondition(lambda self: self.world.cut)
    @rule(data=st.data())
    def mend_a_line(self, data):
        self.world.cut.discard(data.draw(st.sampled_from(sorted(self.world.cut, key=sorted))))

    @rule(a=anybody, b=anybody, what=st.sampled_from(["lose_answer", "repeat"]))
    def spoil_a_line(self, a, b, what):
        getattr(self.world, what).add((a, b))

    @rule()
    def mend_what_is_spoiled(self):
        self.world.lose_answer.clear()
        self.world.repeat.clear()

    @rule(name=anybody, window=st.sampled_from(WINDOWS))
    def kill_at_the_next(self, name, window):
        self.world.kill_at[name] = window

    @rule(name=anybody, seconds=st.sampled_from([-86_400, -290, -60, 0, 60, 290, 86_400]))
    def set_a_clock(self, name, seconds):
        self.world.skews[name] = timedelta(seconds=seconds)

    @rule(seconds=st.integers(1, 50_000))
    def time_passes(self, seconds):
        self.world.alliance.pass_time(seconds=seconds)

    @rule(name=anybody)
    def back_up(self, name):
        self.world.back_up(name)

    @precondition(lambda self: self.world.backups)
    @rule(data=st.data())
    def restore(self, data):
        self.world.restore(data.draw(st.sampled_from(sorted(self.world.backups))))

    @rule(name=anybody)
    def two_people_open_an_epoch(self, name):
        if self.world.nodes[name].store.own().recovering is not None:
            open_epoch(self.world.nodes[name])

    # What must hold

    @invariant()
    def what_is_held_is_what_was_said(self):
        if not hasattr(self, "world"):
            return
        world = self.world
        world.watch()
        covered: dict = {}
        for name, node in world.nodes.items():
            assert not node.store.evidence(), f"{name} accuses an honest node"
            seen: set[str] = set()
            for stream, head in node.store.heads().items():
                numbers = 0
                for batch in node.store.manifests(stream):
                    assert batch.manifest.first == numbers + 1, f"{name} has a gap in {stream}"
                    numbers = batch.manifest.last
                    for place, digest in enumerate(batch.manifest.items):
                        at = (stream, batch.manifest.first + place)
                        assert covered.setdefault(at, digest) == digest, f"{stream} forks at {at[1]}"
                assert numbers == head.last
                if stream.origin == name or not world.alliance.list.in_audience(name, stream):
                    continue
                order = []
                for entry in node.store.entries(stream=stream, most=10_000):
                    assert entry.state in (State.ACCEPTED, State.LOCKED, State.REPEATED), entry
                    if entry.state is State.ACCEPTED:
                        assert entry.document_id not in seen, f"{name} accepted {entry.document_id} twice"
                        seen.add(entry.document_id)
                        document = Document.read(entry.document)
                        if document.type != "receipt":
                            assert node.reader.told[document.id] == entry.document
                            assert world.ever_said[document.id] == document
                            order.append(document.id)
                expected = [one for one in world.ever_said if one in set(order)]
                assert order == expected, f"{name} has {stream} in another order"
            assert set(node.reader.told) == {
                entry.document_id
                for entry in node.store.entries(state=State.ACCEPTED, most=10_000)
                if entry.type != "receipt"
            }
            own = node.store.entries(state=State.OWN, most=10_000)
            forgotten = [one for one in own if one.type != "receipt" and one.document_id not in node.reader.ours]
            assert not forgotten, f"{name} has its own back, and nothing that says it wrote them"

    def teardown(self):
        if not hasattr(self, "world"):
            return
        world = self.world
        for name in world.names:
            world.alliance.change(name, status="active")
        world.settle()
        self.what_is_held_is_what_was_said()
        for origin, documents in world.said.items():
            for document in documents:
                stream = world.stream(origin, document.audience)
                for name in world.names:
                    if name != origin and world.nodes[origin].trust().in_audience(name, stream):
                        assert document.id in world.nodes[name].reader.told, (
                            f"{name} lacks {document.body['subject']!r} of {origin}"
                        )
        for node in world.nodes.values():
            assert node.store.own().confirmed
            assert not [one for one in node.store.refusals() if one.code in ("fork", "equivocation", "item-altered")]


RUNS = int(os.environ.get("TOCSIN_STATEFUL_RUNS", "25"))
TestAlliance = Alliance.TestCase
TestAlliance.settings = settings(
    max_examples=RUNS, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)


def test_a_kill_in_the_middle_leaves_nothing_and_costs_nothing():
    world = World(["AL", "BO", "SEC"])
    world.post("AL", "холера")
    world.seal("AL")
    world.kill_at["BO"] = "take: before the transaction is committed"
    world.meet("BO", "AL")
    assert world.kills == 1
    assert (world.accepted("BO"), world.nodes["BO"].reader.told) == ([], {})
    world.meet("BO", "AL")
    assert world.accepted("BO") == ["холера"]
    assert len(world.nodes["BO"].reader.told) == 1
