"""What can be wrong with a sealed decision, and where in the file it stands."""

from dataclasses import dataclass, field

from tocsin.exchange.codes import CODES as OF_THE_EXCHANGE

__all__ = ["CODES", "MOST_FAULTS", "Fault", "Faults", "Span", "line"]

Span = tuple[int, int]  # the first byte and the last, counted from 0, both of them meant

LONGEST_LINE = 1_000  # letters of a sentence that repeats what a file says
MOST_FAULTS = 200  # are named; a file with more is no better for it

# Beside those of the exchange, which keep their meaning here.
CODES = {
    "file-altered": "Some byte that nobody signed is not as it was when the file was made.",
    "file-form": "A member of the file is missing, unknown, or not of its form.",
    "label-wrong": "What the file says of something, outside of what was signed, is not what was signed.",
    "other-object": "A document is of another object than the one that the file is of.",
    "other-readers": "A document is for other readers than the decision is, so that no order can take it in.",
    "stands-twice": "A document or a manifest stands in the file more than once.",
    "act-missing": "The owner's order names an act, or goes on from one, that the file does not have.",
    "not-in-order": "The file has an act that the owner's order does not take in.",
    "not-adopted": "By what the states have signed, the decision is not adopted.",
    "text-altered": "A text of the file is not the one that was adopted.",
    "more-faults": "More is wrong than is named; what follows was not looked at.",
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


def line(words: str) -> str:
    """What a file says, which may be anything, as one short line that people can be shown."""
    shown = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in words[:LONGEST_LINE])
    return shown if len(words) <= LONGEST_LINE else shown + "…"


@dataclass
class Faults:
    """What was found so far.

    found    in the order in which it was found; `MOST_FAULTS` at most
    more     how many faults were found besides, and are not named
    notes    no faults, but a person should know them
    doubts   what does not fit and need not: a signature that does not count beside enough that do
    searches how many times the one changed byte is still to be looked for, which takes a second or two
    """

    found: list[Fault] = field(default_factory=list)
    more: int = 0
    notes: list[str] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)
    searches: int = 3
    _seen: set[Fault] = field(default_factory=set)

    @property
    def is_full(self) -> bool:
        """Whether no more faults are named, so that it is no use to look for them where that costs."""
        return len(self.found) >= MOST_FAULTS

    def fault(self, where: object, code: str, what: str, at: Span | None = None) -> None:
        """Put something wrong on record, once. What a file says may be anything; it is shown as one short line."""
        if self.is_full:
            self.more += 1
            return
        one = Fault(line(str(where)), code, line(what), at)
        if one not in self._seen:
            self._seen.add(one)
            self.found.append(one)

    def only(self, where: object, code: str, what: str, at: Span | None = None) -> None:
        """Put one fault in the place of all: they come of it."""
        self.found, self.more, self._seen = [], 0, set()
        self.fault(where, code, what, at)

    def note(self, what: str) -> None:
        """Put something to know on record, once."""
        if what not in self.notes:
            self.notes.append(what)

    def doubt(self, where: object, code: str, what: str, at: Span | None = None) -> None:
        """Put on record what does not fit and need not; the first of them are enough."""
        if len(self.doubts) < MOST_FAULTS:
            self.doubts.append(Fault(line(str(where)), code, line(what), at))

    def listed(self) -> tuple[Fault, ...]:
        """All that are named, and a last one that says that there are more."""
        if not self.is_full:
            return tuple(self.found)
        what = f"{len(self.found)} faults are named; {self.more} more were counted, and what follows was not looked at"
        return (*self.found, Fault("the file", "more-faults", what))
