"""The database itself refuses to change or delete what the audit says, whoever asks it through this node's account.

Whoever owns the machine can lift that, and the chain of digests then shows that something is missing (audit.py).
"""

from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = ["guard", "is_guarded", "unguard"]

TABLE = "alliance_auditentry"
REFUSAL = "the audit is never changed"

# REPLACE deletes the row in its way without asking any trigger for deletion, hence the one for insertion.
SQLITE = {
    "audit_keeps_values": f"BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "audit_keeps_rows": f"BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "audit_keeps_numbers": (
        f"BEFORE INSERT ON {TABLE} "
        f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE number = NEW.number OR digest = NEW.digest) "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    ),
}
POSTGRESQL = {
    "audit_keeps_values": f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()",
}
FUNCTION = (
    "CREATE OR REPLACE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
)


def guard(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place. Raises NotImplementedError for a database that Tocsin does not run on."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for name, rule in _triggers(connection).items():
            cursor.execute(f"CREATE TRIGGER {name} {rule}")


def unguard(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, for a migration that changes the table and puts them back."""
    where = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in _triggers(connection):
            cursor.execute(f"DROP TRIGGER {name}{where}")


def is_guarded(connection: BaseDatabaseWrapper) -> bool:
    """Whether every trigger is there, and on PostgreSQL switched on."""
    if connection.vendor == "postgresql":
        question = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
    else:
        question = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(question)
        return _triggers(connection).keys() <= {row[0] for row in cursor.fetchall()}


def _triggers(connection: BaseDatabaseWrapper) -> dict[str, str]:
    known = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
    if connection.vendor not in known:
        raise NotImplementedError(f"the audit cannot be guarded on {connection.vendor}")
    return known[connection.vendor]
