"""Read an alliance from its file: its states, their order and their tiles, and the bodies in which they decide."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from tocsin.node.alliances.agreements import StandingAgreement, Trigger, read_agreements, read_triggers
from tocsin.node.alliances.bodies import Body, read_bodies
from tocsin.node.alliances.entries import DataFileError, Entry, Names, open_data_file
from tocsin.node.alliances.rules import (
    RULE_TABLES,
    AllianceRules,
    NationalClock,
    read_alliance_rules,
    read_national_clock,
)

__all__ = ["AllianceFile", "DataFileError", "Names", "PlaceEntry", "StateEntry", "read_alliance"]

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "ru", "zh-hans")
TIERS = ("member", "partner", "guest")
PLACE_KINDS = ("region", "district", "point_of_entry")
# Of what kind the place above may be; a region has none.
PARENT_KINDS = {"region": (), "district": ("region",), "point_of_entry": ("region", "district")}


@dataclass(frozen=True)
class PlaceEntry:
    """A place of an invented state. `tile` is (row, column) on the state's grid of places of its kind."""

    code: str
    parent: str | None
    kind: str
    name: Names
    aliases: tuple[str, ...]
    population: int | None
    tile: tuple[int, int]
    neighbours: tuple[str, ...]


@dataclass(frozen=True)
class StateEntry:
    """A state in the alliance's order. `tile` is (row, column) on the alliance's grid, `neighbours` by land.

    The alliance's secretariat is one as well, of the tier "secretariat", last, without a tile, places or neighbours.
    `clocks` are the limits of a state's own law.
    """

    code: str
    iso3: str | None
    name: Names
    short: Names
    tier: str
    order: int
    tile: tuple[int, int] | None
    time_zone: str
    languages: tuple[str, ...]
    places: tuple[PlaceEntry, ...]
    neighbours: tuple[str, ...]
    clocks: tuple[NationalClock, ...] = ()

    @property
    def population(self) -> int | None:
        """People in its regions; None for a state whose places are not in the file."""
        return sum(p.population or 0 for p in self.places if p.kind == "region") or None


@dataclass(frozen=True)
class AllianceFile:
    """An alliance as its file has it, states in the order in which they are always listed.

    `bodies`, `triggers` and `agreements` stand in the file's order.
    """

    code: str
    name: Names
    official_languages: tuple[str, ...]
    exercise: bool
    states: tuple[StateEntry, ...]
    secretariat: StateEntry | None = None
    rules: AllianceRules = field(default_factory=AllianceRules)
    bodies: tuple[Body, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    agreements: tuple[StandingAgreement, ...] = ()

    @property
    def seats(self) -> tuple[StateEntry, ...]:
        """Whoever may run a node: the states, then the secretariat."""
        return (*self.states, self.secretariat) if self.secretariat else self.states

    def state(self, code: str) -> StateEntry:
        """The state of this code, or the secretariat. Raises KeyError."""
        for state in self.seats:
            if state.code == code:
                return state
        raise KeyError(f"alliance {self.code} has no state {code!r}")

    def body(self, code: str) -> Body:
        """The body of this code. Raises KeyError."""
        for body in self.bodies:
            if body.code == code:
                return body
        raise KeyError(f"alliance {self.code} has no body {code!r}")

    def codes_of(self, tiers: Collection[str]) -> tuple[str, ...]:
        """Codes of the states of these tiers, in the alliance's order."""
        return tuple(state.code for state in self.states if state.tier in tiers)


def read_alliance(name_or_path: str | Path) -> AllianceFile:
    """The alliance of a file that comes with Tocsin ("sco", "exercise") or of a file of one's own.

    Raises DataFileError: which file, which entry, which rule.
    """
    path = Path(name_or_path)
    if path.suffix != ".toml":
        path = FOLDER / f"{name_or_path}.toml"
        if not path.is_file():
            known = ", ".join(sorted(p.stem for p in FOLDER.glob("*.toml")))
            raise DataFileError(
                f"no alliance {str(name_or_path)!r}; known are {known}, or give the path of a .toml file"
            )
    return _alliance(open_data_file(path))


def _alliance(file: Entry) -> AllianceFile:
    file.only(
        {"code", "name", "official_languages", "exercise", "states", "secretariat", *RULE_TABLES}
        | {"bodies", "triggers", "agreements"}
    )
    exercise = file.flag("exercise")
    states = tuple(_state(entry, exercise=exercise) for entry in file.entries("states", "state"))
    if not states:
        raise file.error("states is empty; an alliance has at least one state")
    _check_states(file, states)
    _check_places(file, states)
    secretariat = _secretariat(file, states)
    tiers = tuple(tier for tier in TIERS if any(state.tier == tier for state in states))
    seats = [state.code for state in (*states, secretariat) if state]
    triggers = read_triggers(file)
    return AllianceFile(
        code=file.text("code"),
        name=file.names("name"),
        official_languages=file.choices("official_languages", LANGUAGES),
        exercise=exercise,
        states=tuple(sorted(states, key=lambda state: state.order)),
        secretariat=secretariat,
        rules=read_alliance_rules(file),
        bodies=read_bodies(file, tiers=tiers, seats=seats),
        triggers=triggers,
        agreements=read_agreements(file, triggers, tiers=tiers),
    )


def _secretariat(file: Entry, states: tuple[StateEntry, ...]) -> StateEntry | None:
    if "secretariat" not in file.values:
        return None
    entry = file.entry("secretariat")
    entry.only({"code", "name", "short", "time_zone", "languages"})
    code = _pattern(entry, "code", r"[A-Z]{3,8}", "three to eight capital letters, so that no state has it")
    return StateEntry(
        code=code,
        iso3=None,
        name=entry.names("name"),
        short=entry.names("short"),
        tier="secretariat",
        order=max(state.order for state in states) + 1,
        tile=None,
        time_zone=_time_zone(entry),
        languages=entry.choices("languages", LANGUAGES),
        places=(),
        neighbours=(),
    )


def _state(entry: Entry, *, exercise: bool) -> StateEntry:
    entry.only(StateEntry.__dataclass_fields__)
    state = StateEntry(
        code=_pattern(entry, "code", r"[A-Z]{2}", "two capital letters"),
        iso3=_pattern(entry, "iso3", r"[A-Z]{3}", "three capital letters") if "iso3" in entry.values else None,
        name=entry.names("name"),
        short=entry.names("short"),
        tier=entry.choice("tier", TIERS),
        order=entry.whole("order", least=1),
        tile=entry.tile(),
        time_zone=_time_zone(entry),
        languages=entry.choices("languages", LANGUAGES),
        places=tuple(_place(place) for place in entry.entries("places", "place")),
        neighbours=entry.texts("neighbours"),
        clocks=tuple(read_national_clock(clock) for clock in entry.entries("clocks", "clock")),
    )
    if exercise and state.iso3:
        raise entry.error(f"iso3 is {state.iso3!r}; an invented state has none")
    if not exercise and not state.iso3:
        raise entry.error("iso3 is missing; a real state has its ISO 3166 code")
    if not exercise and state.places:
        raise entry.error("places are given; only an exercise has invented places")
    return state


def _place(entry: Entry) -> PlaceEntry:
    entry.only(PlaceEntry.__dataclass_fields__)
    kind = entry.choice("kind", PLACE_KINDS)
    return PlaceEntry(
        code=_pattern(entry, "code", r"[A-Z]{2}-[A-Z0-9-]+", "the state's code, a hyphen, capital letters or digits"),
        parent=entry.optional_text("parent"),
        kind=kind,
        name=entry.names("name"),
        aliases=entry.texts("aliases"),
        population=None if kind == "point_of_entry" else entry.whole("population", least=1),
        tile=entry.tile(),
        neighbours=entry.texts("neighbours"),
    )


def _check_states(file: Entry, states: tuple[StateEntry, ...]) -> None:
    _unique(file, "state", states, "code", lambda s: s.code)
    _unique(file, "state", states, "order", lambda s: s.order)
    _unique(file, "state", states, "tile", lambda s: s.tile)
    for language in ("en", "ru", "zh"):
        _unique(file, "state", states, f"short {language}", lambda s, at=language: getattr(s.short, at))
    _mutual(file, "state", states)


def _check_places(file: Entry, states: tuple[StateEntry, ...]) -> None:
    places = [place for state in states for place in state.places]
    _unique(file, "place", places, "code", lambda p: p.code)
    _mutual(file, "place", places)
    for state in states:
        _check_state_places(file, state)


def _check_state_places(file: Entry, state: StateEntry) -> None:
    kinds = {place.code: place.kind for place in state.places}
    for place in state.places:
        entry = Entry(file.file, f"place {place.code}", {})
        if not place.code.startswith(f"{state.code}-"):
            raise entry.error(f"it stands in state {state.code}; its code must start with {state.code}-")
        if place.kind == "region" and place.parent is not None:
            raise entry.error(f"parent is {place.parent!r}; a region has none")
        if place.kind != "region" and kinds.get(place.parent) not in PARENT_KINDS[place.kind]:
            allowed = " or ".join(PARENT_KINDS[place.kind])
            raise entry.error(f"parent is {place.parent!r}; it must be a {allowed} of state {state.code}")
    for place in state.places:
        _check_sum(Entry(file.file, f"place {place.code}", {}), place, state.places)
    for kind in ("region", "district"):
        _unique(file, "place", [p for p in state.places if p.kind == kind], "tile", lambda p: p.tile)


def _check_sum(entry: Entry, region: PlaceEntry, places: Iterable[PlaceEntry]) -> None:
    districts = [p.population or 0 for p in places if p.kind == "district" and p.parent == region.code]
    if districts and sum(districts) != region.population:
        raise entry.error(f"population is {region.population}; that of its districts together is {sum(districts)}")


class _Listed(Protocol):
    code: str
    neighbours: tuple[str, ...]


def _unique(file: Entry, noun: str, items: Iterable, field: str, key: Callable) -> None:
    first: dict = {}
    for item in items:
        if (other := first.setdefault(key(item), item)) is not item:
            entry = Entry(file.file, f"{noun} {item.code}", {})
            raise entry.error(f"{field} is {key(item)!r}, as of {noun} {other.code}; no two may share it")


def _mutual(file: Entry, noun: str, items: Iterable[_Listed]) -> None:
    neighbours = {item.code: item.neighbours for item in items}
    for code, others in neighbours.items():
        entry = Entry(file.file, f"{noun} {code}", {})
        for other in others:
            if other == code or other not in neighbours:
                raise entry.error(f"neighbours has {other!r}; it must be the code of another {noun} of this file")
            if code not in neighbours[other]:
                raise entry.error(f"neighbours has {other}, but {noun} {other} does not have {code}; write it at both")


def _time_zone(entry: Entry) -> str:
    name = entry.text("time_zone")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # a zone not known, a name that is no zone, a folder
        raise entry.error(f"time_zone is {name!r}; it must be a name of the IANA database") from error
    return name


def _pattern(entry: Entry, field: str, pattern: str, meaning: str) -> str:
    value = entry.text(field)
    if not re.fullmatch(pattern, value):
        raise entry.error(f"{field} is {value!r}; it must be {meaning}")
    return value
