"""Words of the index that no text has: what kind of thing an entry is, and in which scopes it is read."""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

from tocsin.node.search.tokens import Term

__all__ = ["FEW", "kind_mark", "scope_marks", "scopes_sought"]

FEW = 100
"""Scopes of a reader that are looked for by the index itself; of one who has more, what was found is compared."""


def kind_mark(kind: str) -> str:
    """Short, and of letters and digits whatever the kind is called."""
    return _mark("kind", kind)


def scope_marks(scopes: Iterable[str]) -> list[str]:
    """One a scope. Two scopes might share one: whoever looks by them compares the scopes themselves after."""
    return [_mark("scope", scope) for scope in scopes]


def scopes_sought(scopes: Iterable[str]) -> Term:
    """What an entry has that is read in one of these scopes."""
    return Term(tuple(sorted(scope_marks(scopes))))


@lru_cache(maxsize=65536)
def _mark(sort: str, text: str) -> str:
    return "=" + blake2b(text.encode(), digest_size=5, person=sort.encode()).hexdigest()
