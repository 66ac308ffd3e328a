"""The node's database as a store of the exchange: the contract, and what only a database can do wrong."""

import random
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.exchange.store_contract import StoreContract
from tests.exchange.store_scenes import AL, AL2, AL_PUBLIC, BO, NOW, batch, chain, entry, identifier, numbers

from tocsin.exchange import suite
from tocsin.exchange.merkle import consistency_proof, inclusion_proof, verify_consistency, verify_inclusion
from tocsin.exchange.store import Peer, Reason, Receipt, Refusal, State
from tocsin.node.post import models
from tocsin.node.post.store import DjangoStore


@pytest.mark.django_db
class TestDjangoStore(StoreContract):
    def make_store(self):
        return DjangoStore()

    @contextmanager
    def fresh(self):
        """One database serves all examples: what each leaves is taken back."""
        with transaction.atomic():
            yield DjangoStore()
            transaction.set_rollback(True)


@pytest.fixture
def store(db):
    return DjangoStore()


@contextmanager
def queries(most):
    """So many queries and no more, savepoints and locks left out."""
    with CaptureQueriesContext(connection) as asked:
        yield
    counted = [one["sql"] for one in asked if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT pg_advisory"))]
    assert len(counted) <= most, counted


def test_how_many_queries_it_takes_is_no_matter_of_how_much_there_is(store):
    for stream in (AL, AL2, BO):
        chain(store, stream, [1] * 30)
    for by in ("BO", "CE", "DO"):
        store.put_receipt(Receipt(by, AL, 3, suite.digest(b""), NOW))
        store.put_refusal(Refusal(NOW, by, "", "gap", ""))
        store.put_evidence(by, b"data")
    with queries(1):
        assert len(store.heads()) == 3
    with queries(1):
        assert store.head(AL).last == 30
    with queries(3):
        assert len(store.batches(AL, after=0, documents=100, size=100_000)[7].items) == 1
    for which in ({}, {"stream": AL}, {"state": State.ACCEPTED}, {"stream": AL, "state": State.ACCEPTED, "after": 3}):
        with queries(1):
            assert len(store.entries(**which)) > 25
    for asked in (store.receipts, store.refusals, store.evidence, store.stopped):
        with queries(1):
            assert len(asked()) == 3
    with queries(1):
        assert len(store.known("AL", [identifier(AL, number) for number in range(500)])) == 30
    with queries(1):
        assert store.entry(AL, 9)


def test_a_batch_of_thousands_is_written_in_a_few_statements(store):
    one = batch(AL, *[b"eyJ %d" % number for number in range(2_000)])
    given = [entry(one, number) for number in numbers(one)]
    with queries(7):
        store.append(one, signers=["key"])
    with queries(1 + 4 + 1):
        store.put_entries(given)
    assert len(store.entries(most=5_000)) == 2_000


def test_the_trust_lists_version_is_known_without_reading_its_files(store):
    store.put_trust_files({"1.root.json": b"x" * 100_000})
    with queries(1), CaptureQueriesContext(connection) as asked:
        assert store.trust_version()
    assert '"data"' not in asked[0]["sql"]


def test_the_database_itself_refuses_a_second_batch_in_one_place(store):
    """Whoever came past the comparison of heads: two histories cannot both be in use."""
    one, two, _ = chain(store)
    row = models.Batch.objects.get(digest=two.manifest.digest)
    row.id, row.digest = None, suite.digest(b"another")
    for shifted in ({}, {"first": row.first + 1}, {"last": row.last + 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            models.Batch.objects.bulk_create([replace_row(row, **shifted)])
    models.Batch.objects.bulk_create([replace_row(row, in_use=False)])
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Entry.objects.filter(batch__digest=one.manifest.digest, number=1).update(number=3)


def replace_row(row, **changed):
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**values | changed)


def test_the_database_itself_refuses_an_erased_document_with_its_text_or_key(store):
    chain(store)
    for kept in ("key", "document"):
        with pytest.raises(IntegrityError), transaction.atomic():
            models.Entry.objects.update(**{"state": "erased", "key": None, "document": None} | {kept: b"kept"})


def test_a_log_of_many_leaves_is_proven_from_a_few_rows(store):
    """As many as a node makes in a year; the root and every proof are those of RFC 9162."""
    count = 80_003
    leaves = [number.to_bytes(32, "big") for number in range(count)]
    for begin in range(0, count, 65_536):
        store.add_leaves("AL", 1, begin, leaves[begin : begin + 65_536])
    with queries(2):
        root = store.root("AL", 1, count)
    chosen = random.Random(1)
    for index in (0, 255, 256, 65_535, 65_536, count - 1, *(chosen.randrange(count) for _ in range(10))):
        with queries(1):
            proof = store.prove("AL", 1, lambda node, index=index: inclusion_proof(index, count, node))
        assert verify_inclusion(leaves[index], index, count, proof, root)
    for old in (1, 256, 65_536, 70_000, count):
        with queries(1):
            proof = store.prove("AL", 1, lambda node, old=old: consistency_proof(old, count, node))
        assert verify_consistency(old, count, proof, store.root("AL", 1, old), root)
    assert models.Tile.objects.count() == -(-count // 256) + 2 + 1
    with pytest.raises(LookupError):
        store.prove("AL", 1, lambda node: node(0, count))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="counts the steps that SQLite takes")
def test_a_proof_takes_no_more_steps_in_a_log_that_is_much_longer(store):
    """Each tile is looked up by itself: a walk over all that a log has would read all of them from a cold disk."""

    def steps(size: int) -> int:
        taken = []
        connection.connection.set_progress_handler(lambda: taken.append(1), 1)
        try:
            store.prove("AL", 1, lambda node: inclusion_proof(777, size, node))
        finally:
            connection.connection.set_progress_handler(None, 1)
        return len(taken)

    store.add_leaves("AL", 1, 0, [bytes(32)] * 5_000)
    before = steps(5_000)
    store.add_leaves("AL", 1, 5_000, [bytes(32)] * 55_000)
    assert steps(60_000) <= before + 20


def test_a_leaf_that_is_none_is_refused(store):
    with pytest.raises(ValueError, match="32 bytes"):
        store.add_leaves("AL", 1, 0, [bytes(32), bytes(31)])
    assert store.log_size("AL", 1) == 0


def test_what_strangers_write_and_count_is_taken_as_the_database_can(store):
    store.put_refusal(Refusal(NOW, "disk\x00" * 100, "half \ud83d of one", "gap", "a\x00b"))
    (kept,) = store.refusals()
    assert (kept.what, kept.detail) == ("half ? of one", "a�b")
    assert store.refusals("disk\x00" * 100) == [kept]
    store.put_peer(Peer("BO", behind=10**30, clock_ahead=-(10**30), trust_version=10**30, problem="\x00"))
    assert store.peer("BO").behind == -store.peer("BO").clock_ahead == 2**63 - 1


def test_texts_are_kept_compressed_and_short_ones_as_they_are(store):
    (one,) = chain(store, counts=[2], entries=False)
    long, short = b'{"rows":[' + b"[1,2,3]," * 5_000 + b"[]]}", b"\x28\xb5\x2f\xfd"
    store.put_entries([entry(one, 1, document=long), entry(one, 2, document=short)])
    assert [found.document for found in store.entries()] == [long, short]
    sizes = [len(document) for document in models.Entry.objects.order_by("number").values_list("document", flat=True)]
    assert sizes[0] < 1_000
    assert sizes[1] == 5


def test_nonces_that_have_expired_are_removed_now_and_then(store):
    def use(name, at):
        at = NOW + timedelta(seconds=at)
        return store.use_nonce("key", name, now=at, until=at + timedelta(seconds=900))

    for number in range(20):
        assert use(str(number), number)
    assert use("later", 2_000)
    assert models.Nonce.objects.count() == 1
    assert use("20", 2_001)
    with queries(5):
        use("21", 2_950)


def test_entries_of_a_batch_that_is_not_there_are_refused(store):
    with pytest.raises(KeyError):
        store.put_entries([entry(batch(), 1)])


def test_a_public_document_is_erased_without_writing_its_whole_batch_anew(store):
    one = batch(AL_PUBLIC, *[b"{" + bytes([65 + number % 26]) * 999 for number in range(1_000)])
    store.append(one, signers=["key"])
    rows = dict(models.Items.objects.values_list("id", "packed"))
    store.drop_item(AL_PUBLIC, 500)
    changed = [
        row for row, packed in models.Items.objects.values_list("id", "packed") if bytes(packed) != bytes(rows[row])
    ]
    assert len(changed) == 1
    assert len(rows) > 10


def test_reasons_of_a_document_keep_what_no_text_column_takes(store):
    (one,) = chain(store, counts=[1], entries=False)
    given = entry(one, 1, State.QUARANTINED, reasons=(Reason("schema", "\x00 \ud83d", 7),))
    store.put_entries([given])
    assert store.entry(AL, 1) == given
