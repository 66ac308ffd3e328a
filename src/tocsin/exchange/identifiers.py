"""Identifiers of documents: UUIDv7, so that they sort by when they were made."""

import secrets
from datetime import datetime
from threading import Lock
from uuid import UUID

import uuid_utils

__all__ = ["new_id"]

TAIL = 1 << 62  # what is random at the end of one, behind its variant
STEP = 1 << 32  # as far as the next of the same moment may lie, so that it cannot be guessed from the last one
_lock = Lock()
_last = UUID(int=0)


def new_id(at: datetime) -> str:
    """A new one, made at `at`.

    Of one moment (documents know whole seconds) each sorts behind those that this process made before it, as RFC 9562,
    6.2, has it: of two answers of one second the second is the last word everywhere.
    """
    global _last  # noqa: PLW0603 - one order for the whole process
    made = UUID(int=uuid_utils.uuid7(nanoseconds=round(at.timestamp() * 1_000_000) * 1_000).int)
    with _lock:
        if made.bytes[:6] == _last.bytes[:6] and made < _last:
            tail = _last.int % TAIL + 1 + secrets.randbelow(STEP)
            made = UUID(int=_last.int - _last.int % TAIL + tail) if tail < TAIL else made
        _last = made
    return str(made)
