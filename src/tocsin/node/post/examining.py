"""What is wrong with a document's content, with what this node knows of its origin.

What the node knows (diseases, places, past counts) other apps tell, as they do for reading (`reading.read_by`).
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.exchange.store import Reason
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.registry import examine as examined
from tocsin.node.alliances.reading import read_alliance

__all__ = ["examine", "known_by"]

# Members of a Context that concern one document: diseases, places, past.
Knowing = Callable[[Document], dict[str, Any]]

_known: dict[str, Knowing] = {}


def known_by(document_type: str, knowing: Knowing) -> None:
    """Have `knowing` say what this node knows, when documents of this type are examined."""
    _known[document_type] = knowing


def examine(document: Document) -> Sequence[Reason]:
    """The reasons against a document and against rows of it."""
    knowing = _known.get(document.type)
    context = Context(
        now=timezone.now(),
        exercise=read_alliance(settings.CONFIGURATION.alliance).exercise,
        **(knowing(document) if knowing else {}),
    )
    return [Reason(found.code, found.detail, found.row) for found in examined(document, context=context)]
