"""The lists of annex 2 by the day on which they are in force, and the guidance on its four questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from tocsin.node.alliances.entries import Entry, Names
from tocsin.node.events.instruments.sources import Source, open_data, read_source

__all__ = ["Annex2", "Edition", "Guidance", "Listed", "Place", "Question", "place_in_lists", "read_annex2"]


class Listed(StrEnum):
    """The three boxes of the chart; the codes are those of the exchange."""

    ALWAYS = "always"
    INSTRUMENT = "instrument"
    ANY_EVENT = "any_event"


# What diseases.toml and the node's own diseases call the first two.
OF_DISEASE = {"always": Listed.ALWAYS, "through instrument": Listed.INSTRUMENT}


@dataclass(frozen=True)
class Edition:
    """A text of the annex, in force from a day on (inclusive). `what` is what it changed, None for the first."""

    code: str
    name: Names
    in_force: date
    what: Names | None
    source: Source


@dataclass(frozen=True)
class ListedDisease:
    """A disease that a text names. `condition` is what it asks besides the disease's name, or None."""

    disease: str
    listed: Listed
    since: str
    condition: Names | None
    source: Source


@dataclass(frozen=True)
class Guidance:
    """A sub-question of one of the four, numbered as in the annex, with its examples in our own words."""

    number: int
    text: Names
    examples: tuple[Names, ...]


@dataclass(frozen=True)
class Question:
    """One of the four questions; it is answered yes where one of its sub-questions is."""

    code: str
    text: Names
    guidance: tuple[Guidance, ...]
    source: Source


@dataclass(frozen=True)
class Annex2:
    """Everything of annex2.toml, editions from the first on."""

    editions: tuple[Edition, ...]
    diseases: tuple[ListedDisease, ...]
    questions: tuple[Question, ...]
    why: Mapping[str, Names]
    notes: Mapping[str, Names]


@dataclass(frozen=True)
class Place:
    """Where a disease stands in the annex on a day."""

    listed: Listed
    edition: str
    condition: Names | None


def place_in_lists(disease: str | None, on: date, *, otherwise: str = "", amended: bool = True) -> Place:
    """Where the text in force `on` a day puts a disease; `otherwise` is the word of the node for one that it adds.

    The first text also stands for days before it was in force, for events of the past are assessed like those of today.
    """
    annex = read_annex2()
    in_force = [edition for edition in annex.editions if edition.in_force <= on] or list(annex.editions[:1])
    binding = in_force if amended else in_force[:1]
    codes = [edition.code for edition in binding]
    for entry in annex.diseases:
        if entry.disease == disease and entry.since in codes:
            return Place(entry.listed, codes[-1], entry.condition)
    return Place(OF_DISEASE.get(otherwise, Listed.ANY_EVENT), codes[-1], None)


@cache
def read_annex2() -> Annex2:
    """The annex as its file has it. Raises DataFileError."""
    file = open_data("annex2.toml")
    file.only({"editions", "diseases", "questions", "why", "notes"})
    return Annex2(
        editions=tuple(_edition(entry) for entry in file.entries("editions", "edition")),
        diseases=tuple(_disease(entry) for entry in file.entries("diseases", "disease")),
        questions=tuple(_question(entry) for entry in file.entries("questions", "question")),
        why=_texts(file.entry("why")),
        notes=_texts(file.entry("notes")),
    )


def _edition(entry: Entry) -> Edition:
    entry.only({"code", "name", "in_force", "what", "source", "evidence"})
    day = entry.values.get("in_force")
    if type(day) is not date:
        raise entry.error(f"in_force is {day!r}; it must be a day, as 2025-09-19")
    what = entry.names("what") if "what" in entry.values else None
    return Edition(entry.text("code"), entry.names("name"), day, what, read_source(entry))


def _disease(entry: Entry) -> ListedDisease:
    entry.only({"disease", "listed", "since", "condition", "source", "evidence"})
    return ListedDisease(
        disease=entry.text("disease"),
        listed=Listed(entry.choice("listed", tuple(Listed))),
        since=entry.text("since"),
        condition=entry.names("condition") if "condition" in entry.values else None,
        source=read_source(entry),
    )


def _question(entry: Entry) -> Question:
    entry.only({"code", "text", "guidance", "source", "evidence"})
    guidance = tuple(_guidance(inner) for inner in entry.entries("guidance", "sub-question"))
    return Question(entry.text("code"), entry.names("text"), guidance, read_source(entry))


def _guidance(entry: Entry) -> Guidance:
    entry.only({"number", "text", "examples"})
    examples = tuple(inner.names("text") for inner in entry.entries("examples", "example"))
    return Guidance(entry.whole("number", least=1), entry.names("text"), examples)


def _texts(entry: Entry) -> Mapping[str, Names]:
    return MappingProxyType({code: entry.names(code) for code in entry.values})
