"""What is left on the disk of a document that was erased, and how that goes too.

On SQLite every connection overwrites what it deletes (`secure_delete`, settings.py), so that neither text nor key is in
the database's file once that is written. The file beside it (`-wal`) may hold earlier pages until it begins anew:
`sweep` has it do so. PostgreSQL leaves a deleted row where it is until a VACUUM, and its bytes in free space after it;
they are gone for certain after `VACUUM FULL post_entry, post_items, post_outgoing`, which is for its administrator to
run, as its own log and that log's archive are theirs to end. Copies made of the node before hold what was in it then.
"""

from django.db import connection

__all__ = ["sweep"]


def sweep() -> bool:
    """Empty the file beside SQLite's database. Whether that could be done; not while somebody reads from before.

    Never waits. Not to be called in a transaction.
    """
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            (busy, _, _) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")
    return not busy
