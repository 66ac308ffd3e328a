"""A node that keeps its store in the database, among others that keep it in memory: nobody can tell the difference."""

import os

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test
from tests.exchange.test_alliance_at_any_time import Alliance
from tests.exchange.world import World

from tocsin.exchange.erasing import erase
from tocsin.exchange.store import State
from tocsin.node.post.store import DjangoStore

pytestmark = pytest.mark.django_db
NAMES = ["AL", "BO", "CE", "SEC"]
RUNS = int(os.environ.get("TOCSIN_STATEFUL_RUNS", "3"))


def on_the_database(world: World, name: str) -> World:
    """The world in which this node, before anything has happened, is on the database; there is one, for one node."""
    world.nodes[name] = world._node(name, DjangoStore())
    return world


def heads_of(world: World, name: str) -> dict:
    """As the trust list names them where a key ends."""
    heads = world.nodes[name].store.heads()
    return {head.first_manifest: (head.last, head.manifest) for stream, head in heads.items() if stream.origin == name}


def lived(world: World) -> dict[str, list]:
    """Documents to all and to some, a line that is down, kills, new keys, an erasure; what all hold at the end."""
    for audience in ("members", "public", "family", "members", "to:BO+CE", "to:CE"):
        world.post("AL", f"AL to {audience} " + "холера 霍乱 " * 99, audience)
    for audience in ("members", "to:AL+BO", "to:AL", "members"):
        world.post("CE", f"CE to {audience}", audience)
    world.cut.add(frozenset(("AL", "CE")))
    world.kill_at = {
        "BO": "take: before the transaction is committed",
        "AL": "take: before the transaction is committed",
    }
    world.round()
    world.alliance.end_key("AL", "encrypt")
    world.alliance.end_key("AL", "seal", heads=heads_of(world, "AL"))
    world.put_keys("AL")
    for name in NAMES:
        world.give_list(name)
    world.post("AL", "AL under its new keys")
    world.seal("AL")
    erase(world.nodes["AL"], [world.nodes["AL"].store.entry(world.stream(), 2)], reason="sent-in-error")
    world.settle()
    return {name: told(world, name) for name in NAMES}


def told(world: World, name: str) -> list:
    """What a node holds, as far as it does not hang upon chance: keys and moments, and with them digests, do."""
    store, texts = world.nodes[name].store, dict(world.nodes[name].reader.told)
    documents = [
        (entry.stream, entry.number, entry.state, entry.type, entry.document_id in texts, entry.key is not None)
        for entry in store.entries(most=10_000)
    ]
    ends = [
        sorted((stream, head.last, len(list(store.manifests(stream)))) for stream, head in store.heads().items()),
        sorted((receipt.by, receipt.stream, receipt.through) for receipt in store.receipts()),
        sorted((refusal.source, refusal.code) for refusal in store.refusals()),
        sorted((origin, epoch, store.log_size(origin, epoch)) for origin, epoch in store.checkpoints()),
        sorted(store.stopped()),
    ]
    return [documents, world.accepted(name), *ends]


@pytest.mark.parametrize("name", ["AL", "BO", "SEC"])
def test_the_same_life_comes_to_the_same_with_a_node_on_the_database(name):
    known = lived(World(NAMES))
    assert lived(on_the_database(World(NAMES), name)) == known
    states = [state for _, _, state, *_ in known["BO"][0]]
    assert (states.count(State.ERASED), states.count(State.LOCKED)) == (1, 0)
    assert "AL under its new keys" in known["CE"][1]
    assert len(known["BO"][1]) > 5


def test_what_a_thief_signed_is_cut_on_the_database():
    world = on_the_database(World(NAMES), "BO")
    world.tell("true")
    heads = heads_of(world, "AL")
    world.tell("forged")
    assert world.accepted("BO", "AL") == ["true", "forged"]
    before = world.nodes["BO"].store.head(world.stream())
    world.alliance.end_key("AL", "seal", heads=heads, reason="stolen")
    world.give_list("BO")
    store = world.nodes["BO"].store
    assert world.accepted("BO", "AL") == ["true"]
    assert heads[store.head(world.stream()).first_manifest] == (
        store.head(world.stream()).last,
        store.head(world.stream()).manifest,
    )
    assert store.batch_of(before.manifest) is None
    assert len(world.nodes["BO"].reader.told) == 1


class OnTheDatabase(Alliance):
    """All that can happen to nodes in any order, with BO on the database; only it is never put back to a backup."""

    @initialize(count=st.integers(3, 5), partner=st.booleans())
    def begin(self, count, partner):
        self.kept = transaction.atomic()
        self.kept.__enter__()
        super().begin(count, partner)
        on_the_database(self.world, "BO")

    @rule(name=st.sampled_from(["AL", "SEC"]))
    def back_up(self, name):
        self.world.back_up(name)

    def teardown(self):
        try:
            super().teardown()
        finally:
            if hasattr(self, "kept"):
                transaction.set_rollback(True)
                self.kept.__exit__(None, None, None)


def test_whatever_happens_in_whatever_order_a_node_on_the_database_keeps_up():
    limits = settings(max_examples=RUNS, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(OnTheDatabase, settings=limits)


@pytest.mark.parametrize("reason", ["rotated", "stolen"])
def test_a_chain_of_an_ended_key_is_judged_in_as_many_queries_however_long_it_is(reason):
    asked = {}
    for length in (3, 30):
        with transaction.atomic():
            world = on_the_database(World(NAMES), "BO")
            for number in range(length):
                world.post("AL", f"{number}")
                world.seal("AL")
            heads = heads_of(world, "AL")
            world.post("AL", "and one more")
            world.seal("AL")
            world.meet("BO", "AL")
            world.alliance.end_key("AL", "seal", heads=heads, reason=reason)
            with CaptureQueriesContext(connection) as queries:
                world.give_list("BO")
            assert len(world.accepted("BO", "AL")) == length
            asked[length] = len(queries)
            transaction.set_rollback(True)
    assert asked[30] == asked[3]
