"""Identifiers of documents: UUIDv7, so that they sort by when they were made."""

from datetime import datetime

import uuid_utils

__all__ = ["new_id"]


def new_id(at: datetime) -> str:
    """A new one, made at `at`."""
    return str(uuid_utils.uuid7(nanoseconds=round(at.timestamp() * 1_000_000) * 1_000))
