"""Vectors of what states tell one another about events: each type whole and at its least, what cannot be, what may."""

from collections.abc import Callable

from tests.exchange.types.nonsense import NONSENSE, ODD_ROWS
from tests.exchange.types.notified import FULL, full, minimal
from tests.exchange.types.unusual import UNUSUAL

Add = Callable[..., None]


def add_event_types(add: Add) -> None:
    """Add them to those of the other types, in the context of the small state."""
    for name in FULL:
        add(name, "every member says something", full(name))
        add(f"{name} at its least", "no member says more than it must", minimal(name))
    for name, (document, code, pointer) in NONSENSE.items():
        add(f"{document.type}: {name}", "cannot be", document, (code, pointer))
    for name, (document, rows) in ODD_ROWS.items():
        add(f"breakdown: {name}", "these rows cannot be, the others are taken", document, rows)
    for name, document in UNUSUAL.items():
        add(f"{document.type}: {name}", "is unusual, and taken", document)
    add("notification: nothing known", "what is not known is not checked", full("notification", disease="dragon-pox"),
        None, "nothing")  # fmt: skip
