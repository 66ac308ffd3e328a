"""Where pages of mutual assistance are. Readers of documents run where the addresses of pages are not loaded."""

from uuid import UUID

__all__ = ["ASSISTANCE", "capabilities", "offer_draft", "request", "request_draft"]

ASSISTANCE = "/assistance/"


def request(pk: UUID | str) -> str:
    """Of one request with its offers and shipments."""
    return f"{ASSISTANCE}requests/{pk}/"


def request_draft(pk: UUID | str) -> str:
    """Of a request that is being made ready."""
    return f"{ASSISTANCE}drafts/{pk}/"


def offer_draft(pk: UUID | str) -> str:
    """Of an offer that is being made ready."""
    return f"{ASSISTANCE}offers/drafts/{pk}/"


def capabilities() -> str:
    """Of the register of what states could send."""
    return f"{ASSISTANCE}capabilities/"
