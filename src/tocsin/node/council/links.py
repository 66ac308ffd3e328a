"""Where pages of the Council are. Readers of documents run where the addresses of pages are not loaded."""

from uuid import UUID

__all__ = ["COUNCIL", "decision", "draft", "measures", "session"]

COUNCIL = "/council/"


def decision(pk: UUID | str) -> str:
    """Of one decision."""
    return f"{COUNCIL}decisions/{pk}/"


def draft(pk: UUID | str) -> str:
    """Of what is being made ready to be proposed."""
    return f"{COUNCIL}drafts/{pk}/"


def session(pk: UUID | str) -> str:
    """Of one session."""
    return f"{COUNCIL}sessions/{pk}/"


def measures() -> str:
    """The board of measures."""
    return f"{COUNCIL}measures/"
