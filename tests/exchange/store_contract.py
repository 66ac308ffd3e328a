"""What every store of the exchange must do (`tocsin.exchange.store.Store`), however it keeps things.

A store's tests derive from StoreContract and say how one is made. Nothing here knows what is behind it.
"""

import inspect
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.exchange.store_contract_of_streams import StreamsContract
from tests.exchange.store_histories import live_through
from tests.exchange.store_scenes import AL, AL_TO, BO, NOW, batch, chain

from tocsin.exchange import suite
from tocsin.exchange.memory import MemoryStore
from tocsin.exchange.merkle import EMPTY, Tree
from tocsin.exchange.store import Own, Peer, Reason, Receipt, Refusal, Store

HISTORIES = int(os.environ.get("TOCSIN_STATEFUL_RUNS", "20"))


class Failed(Exception):
    """What goes wrong in a transaction."""


@contextmanager
def failing(store: Store) -> Iterator[None]:
    """A transaction that fails at its end."""
    try:
        with store.atomic():
            yield
            raise Failed
    except Failed:
        pass


class StoreContract(StreamsContract):
    """Derive, and give `make_store`."""

    def make_store(self) -> Store:
        """An empty store."""
        raise NotImplementedError

    @contextmanager
    def fresh(self) -> Iterator[Store]:
        """An empty store for one example of many."""
        yield self.make_store()

    @pytest.fixture
    def store(self) -> Store:
        return self.make_store()

    def test_it_can_be_asked_all_that_a_store_is_asked(self, store):
        for name, asked in inspect.getmembers(Store, inspect.isfunction):
            if not name.startswith("_"):
                given = inspect.signature(getattr(type(store), name)).parameters.values()
                wanted = inspect.signature(asked).parameters.values()
                assert [(one.name, one.kind) for one in given] == [(one.name, one.kind) for one in wanted], name

    # Transactions

    def test_what_is_written_in_a_transaction_stands_when_it_ends(self, store):
        with store.atomic():
            store.put_out(b"{}", "members")
            assert len(store.outbox(10)) == 1
        assert len(store.outbox(10)) == 1

    def test_what_was_written_before_a_failure_is_taken_back(self, store):
        with failing(store):
            chain(store)
            store.add_leaves("AL", 1, 0, [bytes(32)])
            store.set_own(Own(2))
        assert (store.heads(), store.log_size("AL", 1), store.own()) == ({}, 0, Own())
        assert store.entries() == []
        chain(store)

    def test_a_failure_inside_takes_back_only_what_was_written_inside(self, store):
        with store.atomic():
            store.put_out(b"1", "members")
            with failing(store):
                store.put_out(b"2", "members")
                store.put_peer(Peer("BO", failures=1))
            store.put_out(b"3", "members")
        assert [row.document for row in store.outbox(10)] == [b"1", b"3"]
        assert store.peer("BO") == Peer("BO")

    def test_a_failure_outside_takes_back_what_had_ended_well_inside(self, store):
        with failing(store), store.atomic():
            store.put_out(b"1", "members")
        assert store.outbox(10) == []

    def test_what_the_store_itself_refuses_does_not_end_the_transaction(self, store):
        with store.atomic():
            first = batch()
            store.append(first, signers=["key"])
            with pytest.raises(ValueError, match="follow"):
                store.append(first, signers=["key"])
            with pytest.raises(ValueError, match="leaves"):
                store.add_leaves("AL", 1, 1, [bytes(32)])
            store.append(batch(after=first), signers=["key"])
        assert store.head(AL).last == 4

    # What is to be said

    def test_documents_leave_in_the_order_in_which_they_were_queued(self, store):
        for at, audience in enumerate(("members", "public", "members", "to:BO")):
            store.put_out(str(at).encode(), audience)
        assert [(row.document, row.audience) for row in store.outbox(3)] == [
            (b"0", "members"),
            (b"1", "public"),
            (b"2", "members"),
        ]
        store.take_out([row.row for row in store.outbox(2)])
        store.put_out(b"4", "members")
        assert [row.document for row in store.outbox(10)] == [b"2", b"3", b"4"]
        store.take_out(row.row for row in store.outbox(10))
        assert store.outbox(10) == []

    def test_more_documents_than_one_query_names_are_taken_out_at_once(self, store):
        for at in range(1_100):
            store.put_out(b"%d" % at, "members")
        store.take_out(row.row for row in store.outbox(1_099))
        assert [row.document for row in store.outbox(10)] == [b"1099"]

    def test_a_node_may_sign_until_something_says_otherwise(self, store):
        assert store.own() == Own(1, confirmed=True)
        doubt = Own(3, confirmed=False, why="BO holds more", recovering=NOW, doubted_at=NOW)
        store.set_own(doubt)
        assert store.own() == doubt
        store.set_own(Own(3))
        assert store.own() == Own(3)

    # The log

    def test_a_log_only_grows_at_its_end(self, store):
        leaves = [bytes([at]) * 32 for at in range(5)]
        assert store.log_size("AL", 1) == 0
        store.add_leaves("AL", 1, 0, leaves[:2])
        store.add_leaves("AL", 1, 2, leaves[2:])
        store.add_leaves("AL", 1, 5, [])
        store.add_leaves("AL", 2, 0, leaves[:1])
        assert (store.log_size("AL", 1), store.log_size("AL", 2), store.log_size("BO", 1)) == (5, 1, 0)
        assert store.leaves("AL", 1, 1, 4) == leaves[1:4]
        assert (store.leaves("AL", 1, 3, 99), store.leaves("AL", 1, 5, 9), store.leaves("BO", 1, 0, 9)) == (
            leaves[3:],
            [],
            [],
        )
        for start in (0, 4, 6):
            with pytest.raises(ValueError, match="leaves"):
                store.add_leaves("AL", 1, start, leaves[:1])
        assert store.log_size("AL", 1) == 5

    def test_the_root_is_that_of_the_tree_at_every_size(self, store):
        leaves = [suite.digest(b"%d" % at).encode()[:32] for at in range(70_000)]
        tree, size = Tree(leaves), 0
        for count in (1, 1, 14, 239, 1, 1, 255, 300, 66_000, 3_000):
            store.add_leaves("AL", 1, size, leaves[size : size + count])
            size += count
            assert store.root("AL", 1, size) == tree.root(size)
        for known in (0, 1, 2, 3, 255, 256, 257, 511, 513, 65_536, 65_537):
            assert store.root("AL", 1, known) == tree.root(known)
        assert store.leaves("AL", 1, 250, 66_000) == leaves[250:66_000]
        assert store.root("BO", 1, 0) == EMPTY
        for unknown in (size + 1, -1):
            with pytest.raises(ValueError, match="never had"):
                store.root("AL", 1, unknown)

    def test_a_log_that_was_dropped_is_learned_anew(self, store):
        leaves = [bytes([at % 251]) * 32 for at in range(300)]
        for origin in ("AL", "BO"):
            store.add_leaves(origin, 1, 0, leaves)
            store.put_checkpoint(origin, 1, 288, b"before")
        store.drop_log("AL", 1)
        store.drop_log("CE", 1)
        assert (store.log_size("AL", 1), store.leaves("AL", 1, 0, 999), store.checkpoint("AL", 1)) == (0, [], None)
        assert store.root("AL", 1, 0) == EMPTY
        assert (store.log_size("BO", 1), store.checkpoint("BO", 1)) == (300, b"before")
        store.add_leaves("AL", 1, 0, leaves[::-1])
        store.put_checkpoint("AL", 1, 16, b"smaller, but after")
        assert store.root("AL", 1, 300) == Tree(leaves[::-1]).root()
        assert store.checkpoint("AL", 1) == b"smaller, but after"

    def test_the_largest_checkpoint_is_kept(self, store):
        assert (store.checkpoint("AL", 1), store.checkpoints()) == (None, {})
        store.add_leaves("AL", 1, 0, [bytes(32)] * 32)
        for size, data in ((16, b"first"), (32, b"larger"), (32, b"cosigned"), (16, b"smaller")):
            store.put_checkpoint("AL", 1, size, data)
        store.put_checkpoint("BO", 1, 16, b"other")
        assert store.checkpoint("AL", 1) == b"cosigned"
        assert store.checkpoints() == {("AL", 1): b"cosigned", ("BO", 1): b"other"}

    # What others said

    def test_all_receipts_of_a_node_can_be_forgotten(self, store):
        for by, stream in (("BO", AL), ("BO", AL_TO), ("CE", AL)):
            store.put_receipt(Receipt(by, stream, 7, suite.digest(b"7"), NOW))
        store.drop_receipts("BO")
        store.drop_receipts("DO")
        assert [one.by for one in store.receipts()] == ["CE"]
        store.put_receipt(Receipt("BO", AL, 2, suite.digest(b"2"), NOW))
        assert [one.through for one in store.receipts(AL)] == [2, 7]

    def test_the_furthest_receipt_of_each_node_and_stream_is_kept(self, store):
        def receipt(by, stream, through, *reasons):
            return Receipt(by, stream, through, suite.digest(b"%d" % through), NOW, reasons)

        far = receipt("CE", AL, 7, (3, Reason("suppression", "", 4)), (5, Reason("locked", "")))
        for one in (receipt("CE", AL, 5), far, receipt("CE", AL, 6), receipt("BO", AL, 2), receipt("CE", AL_TO, 1)):
            store.put_receipt(one)
        assert store.receipts() == [receipt("BO", AL, 2), far, receipt("CE", AL_TO, 1)]
        assert store.receipts(AL) == [receipt("BO", AL, 2), far]
        assert store.receipts(BO) == []
        again = receipt("CE", AL, 7)
        store.put_receipt(again)
        assert store.receipts(AL)[1] == again
        assert store.heads() == {}

    def test_refusals_are_told_latest_first(self, store):
        def refusal(source, second, what=""):
            return Refusal(NOW + timedelta(seconds=second), source, what, "fork", "two manifests for one place")

        given = [refusal("BO", 0), refusal("CE", 2), refusal("BO", 1, "first"), refusal("BO", 1, "then")]
        for one in given:
            store.put_refusal(one)
        assert store.refusals() == [given[1], given[3], given[2], given[0]]
        assert store.refusals("BO") == [given[3], given[2], given[0]]
        assert store.refusals("DO") == []
        assert store.refused() == {"BO": (3, given[3]), "CE": (1, given[1])}

    def test_the_latest_thousand_refusals_of_each_source_are_kept(self, store):
        def refusal(source, number):
            return Refusal(NOW, source, str(number), "gap", "")

        store.put_refusal(refusal("CE", 0))
        with store.atomic():
            for number in range(1_003):
                store.put_refusal(refusal("BO", number))
        assert [one.what for one in store.refusals("BO")] == [str(number) for number in range(1_002, 2, -1)]
        assert len(store.refusals("CE")) == 1

    def test_how_the_exchange_with_a_node_stands_is_kept(self, store):
        assert store.peer("BO") == Peer("BO")
        stands = Peer(
            "BO", NOW, NOW + timedelta(seconds=3), 2, "did not answer", -40, 12, 7, (1, 2),
            {"1/members": (12, suite.digest(b"")), "1/to:AL": (1, suite.digest(b"1"))}, NOW, True, NOW,
        )  # fmt: skip
        store.put_peer(stands)
        assert (store.peer("BO"), store.peer("CE")) == (stands, Peer("CE"))
        assert store.peers() == {"BO": stands}
        store.put_peer(Peer("BO", tried_at=NOW))
        assert store.peer("BO") == Peer("BO", tried_at=NOW)

    def test_evidence_stops_an_origin_until_people_have_settled_all_of_it(self, store):
        assert (store.evidence(), store.stopped()) == ({}, set())
        assert [store.put_evidence("BO", data) for data in (b"one", b"two", b"one")] == [True, True, False]
        assert store.put_evidence("CE", b"one")
        assert store.evidence() == {"BO": [b"one", b"two"], "CE": [b"one"]}
        assert store.stopped() == {"BO", "CE"}
        store.settle_evidence("BO")
        store.settle_evidence("DO")
        assert store.stopped() == {"CE"}
        assert not store.put_evidence("BO", b"one")
        assert store.stopped() == {"CE"}
        assert store.put_evidence("BO", b"three")
        assert store.stopped() == {"BO", "CE"}

    # Trust

    def test_trusted_files_are_replaced_together_and_their_version_says_so(self, store):
        assert store.trust_files() == {}
        versions = [store.trust_version()]
        first = {"1.root.json": b"{}", "timestamp.json": b"1"}
        for files in (first, first | {"timestamp.json": b"2"}, {"1.root.json": b"{}"}):
            store.put_trust_files(files)
            assert store.trust_files() == files
            versions.append(store.trust_version())
            assert store.trust_version() == versions[-1]
        assert len(set(versions)) == 4

    def test_the_version_goes_back_with_the_files(self, store):
        store.put_trust_files({"a": b"1"})
        before = store.trust_version()
        with failing(store):
            store.put_trust_files({"a": b"2"})
        assert (store.trust_version(), store.trust_files()) == (before, {"a": b"1"})

    def test_manifests_are_vouched_for_until_the_keys_of_their_origin_end_otherwise(self, store):
        digests = [suite.digest(b"%d" % at) for at in range(3)]
        store.vouch(AL, [])
        store.vouch(AL, digests[:2])
        store.vouch(AL, iter(digests[:2]))
        assert store.vouched(digests) == set(digests[:2])
        assert store.vouched(digests[1:]) == {digests[1]}
        assert store.vouched([]) == set()
        assert store.heads() == {}
        store.unvouch("BO")
        assert store.vouched(digests) == set(digests[:2])
        store.unvouch("AL")
        assert store.vouched(digests) == set()

    def test_a_nonce_works_once_until_it_expires(self, store):
        def use(key, nonce, at, until):
            return store.use_nonce(key, nonce, now=NOW + timedelta(seconds=at), until=NOW + timedelta(seconds=until))

        assert use("key", "nonce", 0, 900)
        assert not use("key", "nonce", 1, 901)
        assert use("other", "nonce", 1, 901)
        assert use("key", "another", 1, 901)
        assert not use("key", "nonce", 899, 1_800)
        assert use("key", "nonce", 900, 1_800)
        assert not use("key", "nonce", 901, 1_801)
        assert use("key", "another", 5_000, 5_900)
        assert not use("key", "another", 5_001, 5_901)

    # All of it

    @settings(deadline=None, max_examples=HISTORIES, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def test_whatever_is_done_it_answers_as_a_store_in_memory_does(self, data):
        with self.fresh() as store:
            live_through(data, MemoryStore(), store)
