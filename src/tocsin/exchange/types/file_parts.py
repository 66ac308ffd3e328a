"""`file-part` 1: a part of a file that belongs to an object or a thread. docs/exchange-types.md."""

from tocsin.exchange import limits
from tocsin.exchange.documents import Document
from tocsin.exchange.errors import Malformed
from tocsin.exchange.saying import say
from tocsin.exchange.suite import decoded
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.findings import Found

__all__ = ["MOST_PARTS", "PART_BYTES", "check_file_part"]

PART_BYTES = 2 * limits.MIB
MOST_PARTS = 50  # 100 MB


def check_file_part(document: Document, context: Context, found: Found) -> None:
    """Find what may be passed on, a number beyond the last, and bytes not in the one form of base64url, or too many."""
    body = document.body
    if not document.no_onward_sharing:
        found.document("classification", say("not-passed-on"), "/no_onward_sharing")
    if body["number"] > body["parts"]:
        said = f"it is part {body['number']} of {body['parts']}"
        found.document("contradiction", said, "/body/number")
    try:
        content = decoded(body["bytes"], code="schema", what="bytes")
    except Malformed as malformed:
        found.document("schema", malformed.detail, "/body/bytes")
        return
    if not 0 < len(content) <= PART_BYTES:
        found.document("schema", f"the part has {len(content)} bytes; it has 1 to {PART_BYTES}", "/body/bytes")
