"""What can be wrong with a sealed decision, and where in the file it stands."""

from dataclasses import dataclass, field

from tocsin.exchange.codes import CODES as OF_THE_EXCHANGE

__all__ = ["CODES", "Fault", "Faults", "Span"]

Span = tuple[int, int]  # the first byte and the last, counted from 0, both of them meant

LONGEST_LINE = 1_000  # letters of a sentence that repeats what a file says

# Beside those of the exchange, which keep their meaning here.
CODES = {
    "file-altered": "Some byte that nobody signed is not as it was when the file was made.",
    "file-form": "A member of the file is missing, unknown, or not of its form.",
    "label-wrong": "What the file says of something, outside of what was signed, is not what was signed.",
    "other-object": "A document is of another object than the one that the file is of.",
    "stands-twice": "A document or a manifest stands in the file more than once.",
    "act-missing": "The owner's order names an act, or goes on from one, that the file does not have.",
    "not-in-order": "The file has an act that the owner's order does not take in.",
    "not-adopted": "By what the states have signed, the decision is not adopted.",
    "text-altered": "A text of the file is not the one that was adopted.",
}


@dataclass(frozen=True)
class Fault:
    """Something wrong: what it concerns, a code of `CODES` or of the exchange's, the sentence for people, the bytes."""

    where: str
    code: str
    what: str
    at: Span | None = None

    def __post_init__(self) -> None:
        assert self.code in CODES or self.code in OF_THE_EXCHANGE, self.code


def _line(words: str) -> str:
    shown = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in words)
    return shown if len(shown) <= LONGEST_LINE else shown[:LONGEST_LINE] + "…"


@dataclass
class Faults:
    """What was found so far.

    found    in the order in which it was found
    notes    no faults, but a person should know them
    doubts   what does not fit and need not: a signature that does not count beside enough that do
    searches how many times the one changed byte is still to be looked for, which takes a second or two
    """

    found: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)
    searches: int = 3

    def fault(self, where: object, code: str, what: str, at: Span | None = None) -> None:
        """Put something wrong on record, once. What a file says may be anything; it is shown as one short line."""
        one = Fault(_line(str(where)), code, _line(what), at)
        if one not in self.found:
            self.found.append(one)

    def note(self, what: str) -> None:
        """Put something to know on record, once."""
        if what not in self.notes:
            self.notes.append(what)
