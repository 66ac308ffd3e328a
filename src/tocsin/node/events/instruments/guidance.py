"""Words beside the fields of 7-1-7: what each milestone and action means, and what delays or speeds an interval."""

from dataclasses import dataclass
from functools import cache

from tocsin.node.alliances.entries import Entry, Names
from tocsin.node.events.instruments.seven_one_seven import ACTIONS, INTERVALS, TARGETS
from tocsin.node.events.instruments.sources import Source, open_data, read_source

__all__ = ["Category", "Theme", "Wording", "read_categories", "read_guidance"]


@dataclass(frozen=True)
class Wording:
    """The name of a milestone, an interval or an action, and its definition."""

    code: str
    name: Names
    meaning: Names


@dataclass(frozen=True)
class Guidance:
    """Everything of seven_one_seven.toml. `emergence` says how the first milestone is found for each kind of event."""

    milestones: tuple[Wording, ...]
    intervals: tuple[Wording, ...]
    actions: tuple[Wording, ...]
    emergence: tuple[Wording, ...]
    source: Source


@dataclass(frozen=True)
class Category:
    """What held an interval up (bottleneck) or helped it (enabler). `needs_text`: "other" is said in words."""

    code: str
    name: Names
    needs_text: bool


@dataclass(frozen=True)
class Theme:
    """A group of categories."""

    code: str
    name: Names
    categories: tuple[Category, ...]


MILESTONES = ("emergence", "detection", "notification", "response")


@cache
def read_guidance() -> Guidance:
    """The words of the milestones, intervals and actions. Raises DataFileError."""
    file = open_data("seven_one_seven.toml")
    file.only({"milestones", "intervals", "actions", "emergence", "source", "evidence", "targets"})
    if {code: file.entry("targets").whole(code, least=0) for code in INTERVALS} != dict(TARGETS):
        raise file.error("targets are not those of the 7-1-7 Alliance")
    return Guidance(
        milestones=_wordings(file, "milestones", MILESTONES),
        intervals=_wordings(file, "intervals", INTERVALS),
        actions=_wordings(file, "actions", ACTIONS),
        emergence=_wordings(file, "emergence", None),
        source=read_source(file),
    )


@cache
def read_categories() -> tuple[Theme, ...]:
    """The categories of bottlenecks and enablers by theme; the last theme is "other". Raises DataFileError."""
    file = open_data("bottlenecks.toml")
    file.only({"themes", "source", "evidence"})
    themes = []
    for entry in file.entries("themes", "theme"):
        entry.only({"code", "name", "categories"})
        categories = tuple(_category(inner) for inner in entry.entries("categories", "category"))
        themes.append(Theme(entry.text("code"), entry.names("name"), categories))
    return tuple(themes)


def _category(entry: Entry) -> Category:
    entry.only({"code", "name"})
    return Category(entry.text("code"), entry.names("name"), needs_text=entry.text("code") == "other")


def _wordings(file: Entry, field: str, codes: tuple[str, ...] | None) -> tuple[Wording, ...]:
    found = []
    for entry in file.entries(field, field):
        entry.only({"code", "name", "meaning"})
        found.append(Wording(entry.text("code"), entry.names("name"), entry.names("meaning")))
    if codes and tuple(wording.code for wording in found) != codes:
        raise file.error(f"{field} must be {', '.join(codes)}, in this order")
    return tuple(found)
