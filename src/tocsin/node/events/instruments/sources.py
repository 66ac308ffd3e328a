"""Where a rule of an instrument is from, and how surely: what was not read is not said as if it had been."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tocsin.node.alliances.entries import Entry, open_data_file

__all__ = ["Evidence", "Source", "open_data", "read_source"]

FOLDER = Path(__file__).parent


class Evidence(StrEnum):
    """How surely a source says what the data say it does.

    READ         the publication, or a faithful copy of it, was read for this
    SECONDARY    others who report it were read, not the publication
    UNCONFIRMED  known to the trade, but no text was at hand: to be compared with the original before it is relied on
    DECIDED      nothing published was found: chosen here, or by the alliance, and open to being chosen otherwise
    """

    READ = "read"
    SECONDARY = "secondary"
    UNCONFIRMED = "unconfirmed"
    DECIDED = "decided"


@dataclass(frozen=True)
class Source:
    """A publication in its own words, or who decided."""

    text: str
    evidence: Evidence


def read_source(entry: Entry) -> Source:
    """The fields `source` and `evidence` of an entry."""
    return Source(entry.text("source"), Evidence(entry.choice("evidence", tuple(Evidence))))


def open_data(name: str) -> Entry:
    """A data file of the instruments, whole. Raises DataFileError."""
    return open_data_file(FOLDER / name)
