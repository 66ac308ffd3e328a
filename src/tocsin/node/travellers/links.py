"""Where pages of travellers are. Readers of documents run where the addresses of pages are not loaded."""

from uuid import UUID

__all__ = ["TRAVELLERS", "tracing"]

TRAVELLERS = "/travellers/"


def tracing(pk: UUID | str) -> str:
    """Of one person who is looked for, with versions and answers."""
    return f"{TRAVELLERS}{pk}/"
