"""What reading says about itself, gathered on the way; docs/reading.md lists every code."""

from typing import Literal

from tocsin.counts.series import Note

__all__ = ["Notebook", "listed", "numbered"]


class Notebook:
    """Notes in the order in which they arose."""

    def __init__(self) -> None:
        self._notes: list[Note] = []

    def add(self, kind: Literal["guess", "finding", "rule"], code: str, text: str, **values: object) -> None:
        self._notes.append(Note(kind, code, values, text))

    def all(self) -> tuple[Note, ...]:
        return tuple(self._notes)


def numbered(count: int, one: str, many: str) -> str:
    """A number and what follows it, in the singular or the plural."""
    return f"{count} {one if count == 1 else many}"


def listed(names: list[str] | tuple[str, ...], most: int = 6) -> str:
    """Names for a sentence, the end of a long list counted."""
    shown = ", ".join(f"'{name}'" for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
