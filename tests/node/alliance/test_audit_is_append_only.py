"""What was done cannot be made undone in the record of it."""

import pytest
from django.db import DatabaseError, connection, transaction

from tocsin.node.alliance import append_only, audit
from tocsin.node.alliance.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_acts(amina):
    for act in ("signal.reported", "signal.triaged", "signal.verified"):
        with transaction.atomic():
            audit.record(act, by=amina)
    return list(AuditEntry.objects.order_by("number"))[-3:]


def refused(act):
    before = list(AuditEntry.objects.order_by("number").values())
    with pytest.raises(DatabaseError, match="the audit is never changed"), transaction.atomic():
        act()
    assert list(AuditEntry.objects.order_by("number").values()) == before


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_orm_can_neither_change_nor_delete(three_acts):
    entry = three_acts[-1]
    entry.act = "signal.discarded"
    refused(entry.save)
    refused(entry.delete)
    refused(lambda: AuditEntry.objects.update(by_name="Nobody"))
    refused(lambda: AuditEntry.objects.all().delete())


def test_sql_can_neither_change_nor_delete(three_acts):
    number = three_acts[-1].number
    refused(lambda: sql("UPDATE alliance_auditentry SET by_name = %s WHERE number = %s", "Nobody", number))
    refused(lambda: sql("DELETE FROM alliance_auditentry WHERE number = %s", number))


@pytest.mark.django_db(transaction=True)
def test_sql_cannot_empty_it(three_acts):
    if connection.vendor != "postgresql":
        pytest.skip("TRUNCATE is PostgreSQL's")
    refused(lambda: sql("TRUNCATE alliance_auditentry CASCADE"))


def test_an_entry_cannot_be_replaced(three_acts):
    if connection.vendor != "sqlite":
        pytest.skip("REPLACE is SQLite's")
    columns = "number, at, by_id, by_name, act, target_type, target_id, target_name, details, previous, digest"
    copy = f"SELECT {columns.replace('by_name', repr('Nobody'), 1)} FROM alliance_auditentry WHERE number = %s"
    refused(lambda: sql(f"INSERT OR REPLACE INTO alliance_auditentry ({columns}) {copy}", three_acts[0].number))


def test_the_next_act_is_recorded_all_the_same(three_acts, amina):
    with transaction.atomic():
        audit.record("signal.assigned", by=amina)
    assert audit.broken_at() is None


def test_an_entry_taken_out_of_a_copy_is_missed(three_acts):
    """Whoever owns a copy can lift the triggers; the chain then tells where something is missing."""
    append_only.unguard(connection)
    AuditEntry.objects.filter(pk=three_acts[1].pk).delete()
    assert audit.broken_at() == three_acts[2].pk
    append_only.guard(connection)


def test_the_last_entry_taken_out_is_missed(three_acts):
    append_only.unguard(connection)
    AuditEntry.objects.filter(pk=three_acts[2].pk).delete()
    assert audit.broken_at() == -1
    append_only.guard(connection)


def test_a_lifted_trigger_is_noticed(db):
    assert append_only.is_guarded(connection)
    append_only.unguard(connection)
    assert not append_only.is_guarded(connection)
    append_only.guard(connection)
    assert append_only.is_guarded(connection)


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_leaves_an_empty_guarded_audit(amina):
    assert append_only.is_guarded(connection)
    with transaction.atomic():
        audit.record("signal.reported", by=amina)
