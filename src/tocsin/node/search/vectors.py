"""The words on PostgreSQL: a `tsvector` of the same tokens beside each entry, with an index by word."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper

from tocsin.node.search.tokens import Term

__all__ = ["add", "make", "numbers", "remove"]

TABLE = "search_entry"
LUMP = 2_000
MAKING = (
    f"ALTER TABLE {TABLE} ADD COLUMN words tsvector",
    # So that it knows how common a word is: a common one is looked for from the newest entry down, a rare one by index.
    f"ALTER TABLE {TABLE} ALTER COLUMN words SET STATISTICS 500",
    # Each entry pays for its own words; otherwise a search would read those that wait.
    f"CREATE INDEX search_entry_words ON {TABLE} USING gin (words) WITH (fastupdate = off)",
)


def make(connection: BaseDatabaseWrapper) -> None:
    """The column and its index."""
    with connection.cursor() as cursor:
        for statement in MAKING:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take them away again."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} DROP COLUMN words")


def add(connection: BaseDatabaseWrapper, written: Sequence[tuple[str, UUID, str, Sequence[str]]]) -> None:
    """Write entries with their words: kind, object, scopes, tokens."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {TABLE} (kind, object_id, scopes, is_replaced, words) "
            "VALUES (%s, %s, %s, false, array_to_tsvector(%s::text[]))",
            [(kind, of, scopes, list(words)) for kind, of, scopes, words in written],
        )


def numbers(
    connection: BaseDatabaseWrapper,
    terms: Sequence[Term],
    *,
    newest_first: bool,
    before: int | None,
    only: frozenset[int] | None = None,
) -> Iterator[int]:
    """Numbers of the entries that have every term, one after another, without those up to `before`.

    only  the entries that are wanted, None for all
    """
    from psycopg import sql

    # As a literal: how to look for words is decided by how common they are, and a placeholder hides them.
    asked = sql.Literal(" & ".join(f"({' | '.join(_each(term))})" for term in terms)).as_string()
    order, further = ("DESC", "<") if newest_first else ("ASC", ">")
    among = "" if only is None else f" AND number = ANY('{{{','.join(map(str, only))}}}')"
    lump = 100 if only is None else len(only) + 1
    while True:
        beyond = "" if before is None else f" AND number {further} {int(before)}"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT number FROM {TABLE} WHERE words @@ {asked}::tsquery{beyond}{among} "
                f"ORDER BY number {order} LIMIT {lump}"
            )
            found = [number for (number,) in cursor]
        yield from found
        if len(found) < lump:
            return
        before, lump = found[-1], LUMP


def _each(term: Term) -> Iterator[str]:
    """Tokens are letters, digits and two signs: none needs to be escaped within its quotation marks."""
    yield from (f"'{token}'" for token in term.whole)
    yield from (f"'{token}':*" for token in term.beginnings)
