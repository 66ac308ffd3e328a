"""The words on SQLite: FTS5 tables of 16,384 entries each, that hold no text.

Shelves, and not one table, for three reasons. The newest are asked first and the others only if too little was found,
so that a word that half the texts have is as quick as a rare one. A shelf is small enough to be written anew in a
third of a second, and that is how words are forgotten: FTS5 only notes that a text is deleted, and its words stay in
the file until something merges them away. And a full shelf is put in order once, and never touched again.

The first shelf is made with the tables, another at night, ahead of its first entry. One that is wanted before is made
in the transaction that writes to it. That transaction fails whole if it goes on after rolling a savepoint back over it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

from tocsin.node.search.tokens import Term

__all__ = ["SHELF", "drop_all", "make", "make_ahead", "numbers", "purge", "put"]

SHELF = 16_384
NAME = "search_shelf_"
# Every character that is no ASCII is taken as it is, whatever Unicode this SQLite knows; detail: no positions.
MADE = "USING fts5(words, content='', columnsize=0, detail=none, tokenize=\"ascii tokenchars '=_'\")"
OTHER_TABLES = re.compile("[^0-9]")


def make(connection: BaseDatabaseWrapper, shelf: int = 0) -> None:
    """Have a shelf, and the one before it in order."""
    there = _shelves(connection)
    with connection.cursor() as cursor:
        if shelf not in there:
            cursor.execute(f"CREATE VIRTUAL TABLE {NAME}{shelf} {MADE}")
        if shelf - 1 in there:
            _put_in_order(cursor, shelf - 1)


def make_ahead(connection: BaseDatabaseWrapper, number: int) -> None:
    """Have the next shelf ready when the last number that was given is in the second half of its own."""
    make(connection, (number + SHELF // 2) // SHELF)


def put(connection: BaseDatabaseWrapper, written: Iterable[tuple[int, Sequence[str]]]) -> None:
    """Write the words of entries, by their numbers."""
    by_shelf: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for number, words in written:
        by_shelf[number // SHELF].append((number, " ".join(words)))
    there = set(_shelves(connection))
    with connection.cursor() as cursor:
        for shelf, rows in sorted(by_shelf.items()):
            if shelf not in there:
                make(connection, shelf)
            cursor.executemany(f"INSERT INTO {NAME}{shelf}(rowid, words) VALUES (%s, %s)", rows)


def numbers(
    connection: BaseDatabaseWrapper,
    terms: Sequence[Term],
    *,
    newest_first: bool,
    before: int | None,
    only: frozenset[int] | None = None,
) -> Iterator[int]:
    """Numbers of the entries that have every term, one after another, without those up to `before`.

    only  the entries that are wanted, None for all; shelves that have none of them are not asked
    """
    wanted = None if only is None else {number // SHELF for number in only}
    asked = " AND ".join(f"({' OR '.join(_each(term))})" for term in terms)
    order, further = ("DESC", "<") if newest_first else ("ASC", ">")
    for shelf in sorted(_shelves(connection), reverse=newest_first):
        if before is not None and (shelf > before // SHELF if newest_first else shelf < before // SHELF):
            continue
        if wanted is not None and shelf not in wanted:
            continue
        name = f"{NAME}{shelf}"
        query, values = f"SELECT rowid FROM {name} WHERE {name} MATCH %s", [asked]
        if before is not None and shelf == before // SHELF:
            query, values = f"{query} AND rowid {further} %s", [asked, before]
        with connection.cursor() as cursor:
            cursor.execute(f"{query} ORDER BY rowid {order}", values)
            for (number,) in cursor:
                if only is None or number in only:
                    yield number


def purge(connection: BaseDatabaseWrapper, gone: Iterable[int]) -> None:
    """Leave nothing of the words of these entries in the shelves' tables: a third of a second a shelf.

    With `PRAGMA secure_delete`, which a node sets, SQLite overwrites what was there.
    """
    by_shelf: dict[int, list[int]] = defaultdict(list)
    for number in gone:
        by_shelf[number // SHELF].append(number)
    there = _shelves(connection)
    with connection.cursor() as cursor:
        for shelf, entries in by_shelf.items():
            if shelf in there:
                held = _held(cursor, shelf, entries)
                name = f"{NAME}{shelf}"
                # A shelf holds no text: FTS5 must be told what it is to take away.
                cursor.executemany(
                    f"INSERT INTO {name}({name}, rowid, words) VALUES ('delete', %s, %s)",
                    [(number, " ".join(words)) for number, words in held.items()],
                )
                _put_in_order(cursor, shelf)


def drop_all(connection: BaseDatabaseWrapper) -> None:
    """Take all shelves away."""
    with connection.cursor() as cursor:
        for shelf in _shelves(connection):
            cursor.execute(f"DROP TABLE {NAME}{shelf}")


def _shelves(connection: BaseDatabaseWrapper) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB %s", [f"{NAME}[0-9]*"])
        ends = [name.removeprefix(NAME) for (name,) in cursor]
    return [int(end) for end in ends if not OTHER_TABLES.search(end)]


def _held(cursor, shelf: int, entries: Sequence[int]) -> dict[int, list[str]]:
    """The words of some entries, as the shelf itself has them."""
    held: dict[int, list[str]] = defaultdict(list)
    cursor.execute(f"CREATE VIRTUAL TABLE temp.search_words USING fts5vocab(main, {NAME}{shelf}, instance)")
    try:
        places = ", ".join(["%s"] * len(entries))
        cursor.execute(f"SELECT doc, term FROM temp.search_words WHERE doc IN ({places})", list(entries))
        for number, word in cursor:
            held[number].append(word)
    finally:
        cursor.execute("DROP TABLE temp.search_words")
    return held


def _put_in_order(cursor, shelf: int) -> None:
    """One segment of many: what is deleted is left out of it."""
    cursor.execute(f"INSERT INTO {NAME}{shelf}({NAME}{shelf}) VALUES ('optimize')")


def _each(term: Term) -> Iterator[str]:
    """Tokens are letters, digits and the two signs that the tables know, so that none needs to be escaped."""
    yield from (f'"{token}"' for token in term.whole)
    yield from (f'"{token}" *' for token in term.beginnings)
