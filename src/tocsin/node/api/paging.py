"""Pages by a cursor: what stands after it is asked for by its key, so that no page grows dearer than the first."""

import base64
import binascii
import json
from typing import Annotated, Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from ninja import Query

from tocsin.node.api.errors import Refusal

__all__ = ["Limit", "cursor", "from_cursor", "natural", "newest_first"]

MOST = 500
Limit = Annotated[int, Query(ge=1, le=MOST, description="Entries a page.")]


def natural(text: Any) -> int:
    """A number that a database can hold. Raises ValueError."""
    number = int(text)
    if not 0 <= number < 2**63:
        raise ValueError(text)
    return number


def cursor(*parts: Any) -> str:
    """An opaque text for the place of an entry: its sort keys."""
    return base64.urlsafe_b64encode(json.dumps(parts, default=str).encode()).decode().rstrip("=")


def from_cursor(text: str, *kinds: Any) -> list[Any]:
    """The parts, each made by its kind (a function of one text). Raises Refusal 422 for what was never a cursor."""
    try:
        padded = text + "=" * (-len(text) % 4)
        parts = json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
        return [kind(part) for kind, part in zip(kinds, parts, strict=True)]
    except (binascii.Error, ValueError, TypeError, AttributeError, RecursionError, OverflowError):
        message = _("This is no cursor; give the `next` of an earlier answer as it is, or leave it out.")
        raise Refusal(422, "invalid", message, [("query.after", message)]) from None


def newest_first(found: QuerySet[Any], after: str | None, limit: int) -> tuple[list[Any], str | None]:
    """A page of records whose keys rise with time, newest first, and the cursor of the page that follows."""
    found = found.order_by("-pk")
    if after is not None:
        found = found.filter(pk__lt=from_cursor(after, UUID)[0])
    rows = list(found[: limit + 1])
    return rows[:limit], cursor(rows[limit - 1].pk) if len(rows) > limit else None
