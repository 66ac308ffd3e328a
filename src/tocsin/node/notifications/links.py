"""Where pages of notifications are. Readers of documents run where the addresses of pages are not loaded."""

from uuid import UUID

__all__ = ["NOTIFICATIONS", "VERIFICATIONS", "draft", "notified_event", "verification"]

NOTIFICATIONS = "/events/notified/"
VERIFICATIONS = "/verifications/"


def notified_event(pk: UUID | str) -> str:
    """Of what one state notified of one event, and everything that followed."""
    return f"{NOTIFICATIONS}{pk}/"


def verification(pk: UUID | str) -> str:
    """Of one question between states, with its answers."""
    return f"{VERIFICATIONS}{pk}/"


def draft(pk: UUID | str) -> str:
    """Of what is being made ready to be told to partners."""
    return f"/notifications/drafts/{pk}/"
