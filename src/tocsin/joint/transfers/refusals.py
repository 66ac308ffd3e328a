"""Why an act on a transfer may be refused: every code, and the values that go with it. docs/transfers.md."""

from collections.abc import Mapping

__all__ = ["REFUSALS"]

REFUSALS: Mapping[str, tuple[str, ...]] = {
    "not-open": (),
    "open-already": (),
    "act-unknown": ("act",),
    "too-many": ("state", "what", "most"),
    "not-now": ("status",),
    "consent-missing": (),
    "own-hospital": (),
    "not-of-one-state": (),
    "not-in-its-name": ("state", "origin"),
    "not-the-sender": (),
    "not-the-receiver": (),
    "clinician-missing": (),
    "not-on-the-transfer": (),
    "not-of-the-hospital": (),
    "no-such-moment": ("field", "moment"),
    "moment-over": ("field", "moment"),
    "bed-too-late": ("until", "ready_at"),
    "signed-already": (),
    "nothing-changes": (),
    "not-yet": (),
}
