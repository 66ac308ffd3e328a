"""Documents that are HELD are read again: after an upgrade that knows their type, or when a fault has been mended.

Their origin learns from a new receipt what became of them.
"""

from dataclasses import replace

from tocsin.exchange.documents import Document
from tocsin.exchange.examining import Opened, examine, read_all
from tocsin.exchange.local import LocalNode
from tocsin.exchange.receipts import answer_anew
from tocsin.exchange.store import Entry, State, every_entry

__all__ = ["read_held", "reread"]


def read_held(here: LocalNode) -> int:
    """Read again whatever is HELD, each document in its own transaction. How many are no longer."""
    count = 0
    for stream in sorted(here.store.heads()):
        for entry in list(every_entry(here.store, stream, State.HELD)):
            count += reread(here, entry).state is not State.HELD
    return count


def reread(here: LocalNode, entry: Entry) -> Entry:
    """Examine a HELD document again. The entry as it stands then."""
    assert entry.document is not None
    with here.store.atomic():
        document = Document.read(entry.document)
        (after,) = read_all(here, examine(here, [Opened(replace(entry, state=State.ACCEPTED, reasons=()), document)]))
        if after.state is not State.HELD:
            answer_anew(here, entry)
    return after
