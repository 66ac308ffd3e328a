"""Small files written for each test."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tocsin.counts import Note, SeriesTable

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write text to a file in the given encoding, and return its path."""

    def writer(text: str, name: str = "table.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return writer


@pytest.fixture
def note() -> Callable[[SeriesTable, str], Note]:
    """The one note of a code: note(series, "totals")."""

    def one(series: SeriesTable, code: str) -> Note:
        found = [note for note in series.notes if note.code == code]
        assert len(found) == 1, [note.code for note in series.notes]
        return found[0]

    return one
