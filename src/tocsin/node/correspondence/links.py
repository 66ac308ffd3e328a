"""Where pages of letters are, as strings: readers of documents run where the addresses of pages are not loaded."""

from uuid import UUID

__all__ = ["LETTERS", "draft", "thread"]

LETTERS = "/letters/"


def thread(pk: UUID | str) -> str:
    """Of one thread."""
    return f"{LETTERS}{pk}/"


def draft(pk: UUID | str) -> str:
    """Of a letter that is being written."""
    return f"{LETTERS}drafts/{pk}/"
