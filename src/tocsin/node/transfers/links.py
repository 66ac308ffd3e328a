"""Where pages of transfers are. Readers of documents run where the addresses of pages are not loaded."""

from uuid import UUID

__all__ = ["TRANSFERS", "transfer"]

TRANSFERS = "/transfers/"


def transfer(pk: UUID | str) -> str:
    """Of one transfer."""
    return f"{TRANSFERS}{pk}/"
