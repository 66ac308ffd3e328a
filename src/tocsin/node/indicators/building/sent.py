"""What is kept of a document that was sent, whether this node remembers sending it or learns of it again."""

from datetime import date
from typing import Any

from tocsin.exchange.documents import Document
from tocsin.exchange.types.tables import FLAG, VALUE, WEEK
from tocsin.node.indicators.building.withholding import keys_by_week

__all__ = ["said_in"]


def said_in(document: Document, rows: list[list[Any]]) -> dict[str, Any]:
    """Fields of `Shared` that the document itself says; of its rows, of which there must be one."""
    weeks = [row[WEEK] for row in rows]
    return {
        "id": document.id,
        "classification": document.classification,
        "addressees": list(document.addressees),
        "recorded_at": document.recorded_at,
        "first_week": date.fromisoformat(min(weeks)),
        "last_week": date.fromisoformat(max(weeks)),
        "rows": len(rows),
        "withheld": keys_by_week(rows),
        "withheld_rows": sum(row[VALUE] is None and row[FLAG] == "suppressed" for row in rows),
    }
