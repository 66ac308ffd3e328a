"""Documents that left before the node was restored, and that its backup did not know: noted again as sent.

What they withheld stays withheld, and their weeks are sent anew: whoever has them may have other counts than we.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tocsin.exchange.documents import Document
from tocsin.exchange.types.tables import FLAG, INDICATOR, VALUE, WEEK
from tocsin.node.indicators.building.withholding import keys_by_week
from tocsin.node.indicators.intake.cells import is_readable
from tocsin.node.indicators.models import Shared

__all__ = ["note_returned"]


def note_returned(documents: Sequence[Document]) -> None:
    """Note each that is not known. Which rule sent it, and of which source, is not in it."""
    known = set(Shared.objects.filter(pk__in=[document.id for document in documents]).values_list("pk", flat=True))
    missing = [document for document in documents if document.id not in set(map(str, known))]
    Shared.objects.bulk_create([_shared(document, rows) for document in missing if (rows := _rows(document))])


def _rows(document: Document) -> list[list[Any]]:
    return [row for row in document.body["rows"] if is_readable(row)]


def _shared(document: Document, rows: list[list[Any]]) -> Shared:
    weeks = sorted({row[WEEK] for row in rows})
    return Shared(
        id=document.id,
        indicator=rows[0][INDICATOR],
        classification=document.classification,
        addressees=list(document.addressees),
        recorded_at=document.recorded_at,
        first_week=date.fromisoformat(weeks[0]),
        last_week=date.fromisoformat(weeks[-1]),
        rows=len(rows),
        withheld=keys_by_week(rows),
        withheld_rows=sum(row[VALUE] is None and row[FLAG] == "suppressed" for row in rows),
        digests=dict.fromkeys(weeks, ""),
    )
