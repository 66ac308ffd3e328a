"""Finding things by the words of their texts: all words of the query, in any order, the newest first."""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from tocsin.node.search import shelves, vectors
from tocsin.node.search.marks import FEW, kind_mark, scopes_sought
from tocsin.node.search.models import BETWEEN, Entry
from tocsin.node.search.tokens import Term, sought

__all__ = ["found"]

FIRST_LUMP, LUMP = 64, 4_096
SOME = 30_000
"""Things that a reader may see, of whom the index is asked for these alone; of one who sees more, what it finds is
looked through until there is enough."""


def found(
    kind: str,
    query: str,
    *,
    scopes: Collection[str] | None,
    among: "QuerySet[Any] | None" = None,
    newest_first: bool = True,
    limit: int = 50,
    before: UUID | None = None,
) -> list[UUID]:
    """Things of a kind whose texts have every word of the query, at most `limit`.

    scopes        what the reader may read, None for everything; a thing is found that is read in one of them
    among         the same asked of a queryset of the things, by their primary keys, of those alone that are found
    newest_first  as they were indexed; False: the oldest first
    before        the last one of the page before: the page after it follows

    A query without a letter or digit finds nothing.
    """
    terms = [Term((kind_mark(kind),)), *sought(query)]
    if len(terms) == 1 or limit < 1 or (scopes is not None and not scopes):
        return []
    if scopes is not None and len(scopes) <= FEW:
        terms.insert(1, scopes_sought(scopes))
    only = _numbers_of(kind, among) if scopes is None and among is not None else None
    store = shelves if connection.vendor == "sqlite" else vectors
    numbers = store.numbers(connection, terms, newest_first=newest_first, before=_number(kind, before), only=only)
    may_read = scopes if scopes is None or isinstance(scopes, (set, frozenset, dict)) else frozenset(scopes)
    page: list[UUID] = []
    for lump in _lumps(numbers, limit):
        page += _seen(lump, kind, may_read, among)
        if len(page) >= limit:
            break
    return page[:limit]


def _number(kind: str, before: UUID | None) -> int | None:
    """The place of the last one of the page before; the beginning where it is there no more."""
    if before is None:
        return None
    entries = Entry.objects.filter(kind=kind, object_id=before, is_replaced=False)
    return entries.values_list("number", flat=True).first()


def _numbers_of(kind: str, among: "QuerySet[Any]") -> frozenset[int] | None:
    """Entries of all that the reader may see; None where that is more than SOME."""
    theirs = Entry.objects.filter(kind=kind, is_replaced=False, object_id__in=among.order_by().values("pk"))
    numbers = frozenset(theirs.values_list("number", flat=True)[: SOME + 1])
    return numbers if len(numbers) <= SOME else None


def _lumps(numbers: Iterator[int], limit: int) -> Iterator[list[int]]:
    size = max(FIRST_LUMP, limit)
    while lump := list(islice(numbers, size)):
        yield lump
        size = min(4 * size, LUMP)


def _seen(
    lump: Sequence[int], kind: str, may_read: Collection[str] | None, among: "QuerySet[Any] | None"
) -> list[UUID]:
    """Of entries in their order, the things that the reader may see. What has been replaced is not seen."""
    # By number alone: asked for the kind as well, SQLite would look through all entries of the kind.
    entries = Entry.objects.filter(number__in=lump).values_list("number", "kind", "is_replaced", "object_id", "scopes")
    rows = {number: (of, scopes) for number, its, replaced, of, scopes in entries if its == kind and not replaced}
    ids = [
        of
        for of, scopes in (rows[number] for number in lump if number in rows)
        if may_read is None or any(scope in may_read for scope in scopes.split(BETWEEN) if scope)
    ]
    if among is None or not ids:
        return ids
    there = set(among.filter(pk__in=ids).values_list("pk", flat=True))
    return [of for of in ids if of in there]
