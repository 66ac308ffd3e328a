"""The store in memory keeps the contract that every store is held to."""

from tests.exchange.store_contract import StoreContract

from tocsin.exchange.memory import MemoryStore


class TestMemoryStore(StoreContract):
    def make_store(self):
        return MemoryStore()

    def test_a_copy_stays_as_it_was(self):
        store = self.make_store()
        store.put_out(b"1", "members")
        copy = store.copy()
        store.put_out(b"2", "members")
        assert [row.document for row in copy.outbox(10)] == [b"1"]
