"""The archive of counts: what was known of every cell, and since when.

Archive   one source's Delta Lake table
ROWS      the columns of the rows that are appended

docs/archive.md tells what a version is, what is promised, and how to read the table with other programs.
"""

from tocsin.counts.archive.rows import ROWS
from tocsin.counts.archive.table import Archive

__all__ = ["ROWS", "Archive"]
