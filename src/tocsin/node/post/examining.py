"""What is wrong with a document's content, with what this node knows of its origin.

What the node knows (diseases, places, past counts) other apps tell, as they do for reading (`reading.read_by`). What
does not change from one document of a batch to the next they look up by `once`.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.exchange.store import Reason
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.registry import examine as examined
from tocsin.node.alliance.alliance_file import here

__all__ = ["examine", "known_by", "once", "together"]

T = TypeVar("T")

# Members of a Context that concern one document: diseases, places, past.
Knowing = Callable[[Document], dict[str, Any]]

_known: dict[str, Knowing] = {}
_looked_up: ContextVar[dict[Hashable, Any] | None] = ContextVar("looked_up", default=None)


def known_by(document_type: str, knowing: Knowing) -> None:
    """Have `knowing` say what this node knows, when documents of this type are examined."""
    _known[document_type] = knowing


@contextmanager
def together() -> Iterator[None]:
    """The documents that are examined within came together."""
    before = _looked_up.set({})
    try:
        yield
    finally:
        _looked_up.reset(before)


def once(key: Hashable, look: Callable[[], T]) -> T:
    """What `look` finds, for all documents that came together; for one that came alone it looks each time."""
    found = _looked_up.get()
    if found is None:
        return look()
    if key not in found:
        found[key] = look()
    return found[key]  # type: ignore[no-any-return]


def examine(document: Document) -> Sequence[Reason]:
    """The reasons against a document and against rows of it."""
    knowing = _known.get(document.type)
    context = Context(
        now=timezone.now(),
        exercise=here().is_exercise,
        **(knowing(document) if knowing else {}),
    )
    return [Reason(found.code, found.detail, found.row, found.said) for found in examined(document, context=context)]
