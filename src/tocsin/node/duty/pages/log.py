"""What the shift log shows: each entry with what it is about."""

from collections.abc import Iterable
from dataclasses import dataclass

from tocsin.node.duty.links import About, linked
from tocsin.node.duty.models import LogEntry

__all__ = ["EntryShown", "entries_shown"]


@dataclass(frozen=True)
class EntryShown:
    """An entry, and the record it is about if an app knows it."""

    entry: LogEntry
    about: About | None


def entries_shown(entries: Iterable[LogEntry]) -> list[EntryShown]:
    """Entries with what they are about, looked up for all at once."""
    entries = list(entries)
    found = linked([(one.about_type, one.about_id) for one in entries if one.about_type])
    return [EntryShown(one, found.get((one.about_type, one.about_id))) for one in entries]
