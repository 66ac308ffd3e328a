"""`tocsin.exchange.store.Store` upon the node's database, SQLite or PostgreSQL. `models` says what its rows mean.

Every change stands in one statement that compares before it sets, or under a constraint, so that no two processes can
fork a stream or a log whatever they do. `atomic()` besides puts all that the exchange does in transactions one after
the other, so that what was read at the beginning of one still holds at its end.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tocsin.node.post.store.entries import Entries
from tocsin.node.post.store.hearing import Hearing
from tocsin.node.post.store.logs import Logs
from tocsin.node.post.store.outgoing import Outbox
from tocsin.node.post.store.streams import Streams
from tocsin.node.post.store.trust import Trust

__all__ = ["DjangoStore"]

LOCK = 0x746F6373696E  # of PostgreSQL's locks that mean what those agree upon who take them


class DjangoStore(Outbox, Streams, Entries, Logs, Hearing, Trust):
    """The store of the node that this process belongs to. Holds nothing itself; any number may be made."""

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """All or nothing; a savepoint inside another transaction.

        Waits for others that are in one: on SQLite as every writer does, on PostgreSQL by a lock until the transaction
        ends. An act that locks other rows as well enters this first, lest two acts wait for one another.
        """
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            yield
