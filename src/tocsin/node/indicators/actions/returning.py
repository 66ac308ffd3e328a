"""Documents that left before the node was restored, and that its backup did not know: noted again as sent.

What they withheld stays withheld, and their weeks are sent anew: whoever has them may have other counts than we.
"""

from collections.abc import Sequence
from typing import Any

from tocsin.exchange.documents import Document
from tocsin.exchange.types.tables import INDICATOR, WEEK
from tocsin.node.indicators.building.sent import said_in
from tocsin.node.indicators.intake.cells import is_readable
from tocsin.node.indicators.models import Shared

__all__ = ["note_returned"]


def note_returned(documents: Sequence[Document]) -> None:
    """Note each that is not known. Which rule sent it, and of which source, is not in it."""
    known = Shared.objects.filter(pk__in=[document.id for document in documents])
    ids = set(map(str, known.values_list("pk", flat=True)))
    missing = [document for document in documents if document.id not in ids]
    Shared.objects.bulk_create([_shared(document, rows) for document in missing if (rows := _rows(document))])


def _rows(document: Document) -> list[list[Any]]:
    return [row for row in document.body["rows"] if is_readable(row)]


def _shared(document: Document, rows: list[list[Any]]) -> Shared:
    digests = dict.fromkeys((row[WEEK] for row in rows), "")
    return Shared(indicator=rows[0][INDICATOR], digests=digests, **said_in(document, rows))
