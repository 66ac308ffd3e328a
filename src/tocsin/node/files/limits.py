"""How much of what is taken. docs/files.md gives the same figures."""

from datetime import timedelta

from tocsin.clinical.files.kinds import MOST_BYTES
from tocsin.exchange.types.file_parts import PART_BYTES

__all__ = ["AT_ONCE", "FILE_BYTES", "FORM_BYTES", "KEPT_OPEN", "OPEN_BYTES", "OPEN_UPLOADS", "PIECE_BYTES"]

FILE_BYTES = MOST_BYTES
PIECE_BYTES = PART_BYTES  # of one range, of one row and of one document: what came is never cut anew
OPEN_BYTES = 1 << 30  # of all that one person has begun and not finished, as they were declared
OPEN_UPLOADS = 100
KEPT_OPEN = timedelta(days=7)
FORM_BYTES = 10 << 20  # of a plain form, without a script
AT_ONCE = 2 << 20  # a file up to here is looked at while its person waits; a larger one by a task
