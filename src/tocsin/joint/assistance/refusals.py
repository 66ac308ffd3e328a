"""Why an act on a request may be refused: every code, and the values that go with it.

Whoever shows a refusal to people words the code in their language with its values. docs/assistance.md.
"""

from collections.abc import Mapping

__all__ = ["REFUSALS"]

REFUSALS: Mapping[str, tuple[str, ...]] = {
    # of the request
    "not-open-yet": (),
    "already-open": (),
    "act-unknown": ("act",),
    "not-the-owner": ("state", "owner"),
    "not-yours": ("state", "origin"),
    "own-request": ("state",),
    "not-a-party": ("state",),
    "request-ended": ("status",),
    "too-many": ("state", "what", "most"),
    "not-yet-lapsed": ("day",),
    # of days
    "no-such-day": ("field", "day"),
    "day-over": ("field", "day", "today"),
    "not-later": ("day", "before"),
    "lapses-too-late": ("day", "latest", "days"),
    # of items and lines
    "item-twice": ("item",),
    "name-missing": ("item",),
    "pack-size-missing": ("item", "unit"),
    "no-such-item": ("item",),
    "no-such-line": ("item",),
    "item-is-offered": ("item", "states"),
    "unit-not-convertible": ("item", "given", "wanted", "missing"),
    # of offers
    "no-such-offer": ("origin", "offer"),
    "offer-exists": ("offer",),
    "offer-ended": ("offer", "status"),
    "offer-not-confirmed": ("offer",),
    "offer-accepted": ("offer",),
    "nothing-changes": ("offer",),
    # of quantities: what was said, and what it is against
    "below-accepted": ("item", "quantity", "accepted"),
    "below-shipped": ("item", "quantity", "shipped"),
    "above-offered": ("item", "quantity", "offered"),
    "above-requested": ("item", "quantity", "requested"),
    "above-accepted": ("item", "quantity", "accepted"),
    "above-shipped": ("item", "quantity", "shipped"),
    # of shipments
    "no-such-shipment": ("origin", "shipment"),
    "shipment-exists": ("shipment",),
    "shipment-elsewhere": ("shipment", "status", "needs"),
}
