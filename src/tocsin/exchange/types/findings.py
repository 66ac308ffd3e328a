"""What an examination finds: reasons that keep a whole document, or one of its rows, apart."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tocsin.exchange.codes import CODES
from tocsin.exchange.saying import Saying, worded

__all__ = ["Finding", "Findings", "Found", "member_of"]

MOST_OF_A_DOCUMENT = 20  # reasons for one document; the first is enough to keep it apart


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason. `pointer` is a JSON pointer into the document; `row` counts from 0, None for the whole document.

    `said` is what `detail` was made of, where it is a sentence of `saying`.
    """

    code: str
    detail: str
    pointer: str
    row: int | None = None
    said: Saying | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Findings:
    """All that was found. With a finding of the whole document nothing of it is taken; else all but those in `rows`."""

    document: tuple[Finding, ...] = ()
    rows: Mapping[int, Finding] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.document or self.rows)

    def __iter__(self) -> Iterator[Finding]:
        yield from self.document
        yield from self.rows.values()

    @cached_property
    def codes(self) -> frozenset[str]:
        """Every code that was found."""
        return frozenset(one.code for one in self)


class Found:
    """Findings while they are gathered. Of one row the first reason stays: further ones often follow from it."""

    def __init__(self) -> None:
        self._document: list[Finding] = []
        self.rows: dict[int, Finding] = {}

    def document(self, code: str, detail: str | Saying, pointer: str) -> None:
        """A reason against the whole document."""
        assert code in CODES, code
        if len(self._document) < MOST_OF_A_DOCUMENT:
            text, said = worded(detail)
            self._document.append(Finding(code, text, pointer, said=said))

    def row(self, row: int, code: str, detail: str | Saying, pointer: str | None = None) -> None:
        """A reason against one row of `/body/rows`."""
        assert code in CODES, code
        if row not in self.rows:
            text, said = worded(detail)
            self.rows[row] = Finding(code, text, pointer or f"/body/rows/{row}", row, said)

    @property
    def whole(self) -> bool:
        """Whether there is a reason against the whole document."""
        return bool(self._document)

    def findings(self) -> Findings:
        """What has been found, rows in order."""
        return Findings(tuple(self._document), dict(sorted(self.rows.items())))


def member_of(pointer: str) -> str:
    """The member that a pointer ends with, by whose name people know it; of a list, the list."""
    parts = [part for part in pointer.split("/") if not part.isdigit() and part != "on"]
    return parts[-1]
