"""What records of every app share: an identifier that sorts by time."""

import uuid

from uuid_utils.compat import uuid7

__all__ = ["new_id"]


def new_id() -> uuid.UUID:
    """UUIDv7: unique across nodes, and in the order of making."""
    return uuid7()
