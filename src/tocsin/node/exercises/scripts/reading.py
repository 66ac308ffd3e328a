"""A script read from its file, and checked: whatever is wrong is said with its entry. No models, no clock."""

import string
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tocsin.node.alliances.entries import Entry, Names, open_data_file
from tocsin.node.exercises.scripts.outbreak import Outbreak, read_outbreak

__all__ = ["MEASURES", "ROLES", "Inject", "Objective", "Part", "Script", "read_content", "read_script", "scripts"]

ORIGIN, NEIGHBOUR, OTHERS = ROLES = ("origin", "neighbour", "others")
PLAYED = (ORIGIN, NEIGHBOUR)  # roles that one state has; all that have none are the others
KINDS = ("signal", "message", "cases")
SIGNALS = ("clinician", "laboratory", "media", "animal", "border", "partner", "who")
MEASURES = (
    "signal_verified", "event_opened", "annex2_assessed", "partners_notified", "partner_acknowledged",
    "notification_acknowledged", "relevance_said", "question_asked", "question_answered", "action_completed",
)  # fmt: skip
FIELDS = {
    "code", "disease", "days", "name", "about", "defaults", "places", "outbreak", "injects", "objectives",
}  # fmt: skip
LONGEST_DAYS = 120


@dataclass(frozen=True)
class Part:
    """A place of the script, which whoever starts the exercise gives a real one of the state that has this role."""

    code: str
    role: str
    name: Names


@dataclass(frozen=True)
class Inject:
    """Something that comes to the players of some states at a moment of the exercise.

    number     from 1, in order of time
    counted    of a signal: whether it says how many cases have been reported in its place by then
    """

    number: int
    code: str
    day: int
    hour: int
    roles: tuple[str, ...]
    kind: str
    title: Names
    text: Names
    signal: str = ""
    place: str = ""
    counted: bool = False


@dataclass(frozen=True)
class Objective:
    """What is to be reached, and the record that shows it; measured from when the inject `after` came."""

    code: str
    roles: tuple[str, ...]
    measure: str
    after: str
    name: Names


@dataclass(frozen=True)
class Script:
    """One script. `content` is what stood in its file, kept with each exercise that it was played in."""

    code: str
    disease: str
    days: int
    name: Names
    about: Names
    places: tuple[Part, ...]
    outbreak: Outbreak
    injects: tuple[Inject, ...]
    objectives: tuple[Objective, ...]
    defaults: Mapping[str, Mapping[str, Mapping[str, str]]]
    content: Mapping[str, Any]

    def injects_for(self, role: str) -> list[Inject]:
        return [one for one in self.injects if role in one.roles]

    def objectives_for(self, role: str) -> list[Objective]:
        return [one for one in self.objectives if role in one.roles]

    def place(self, code: str) -> Part:
        return next(one for one in self.places if one.code == code)


@cache
def scripts() -> Mapping[str, Script]:
    """All that come with this release, by code."""
    found = [read_script(path) for path in sorted(Path(__file__).parent.glob("*.toml"))]
    return {script.code: script for script in found}


def read_script(path: Path) -> Script:
    """Raises DataFileError: which file, which entry, which rule."""
    return _script(open_data_file(path))


def read_content(content: Mapping[str, Any]) -> Script:
    """A script out of what was kept of it. Raises DataFileError."""
    return _script(Entry(str(content.get("code", "script")), "the script", content))


def _script(file: Entry) -> Script:
    file.only(FIELDS)
    days = file.whole("days", least=1)
    if days > LONGEST_DAYS:
        raise file.error(f"days is {days}; an exercise has at most {LONGEST_DAYS}")
    parts = tuple(_part(entry) for entry in _coded(file, "places", "place"))
    names = [part.code for part in parts]
    injects = _injects(file, days, parts)
    return Script(
        code=file.text("code"),
        disease=file.text("disease"),
        days=days,
        name=file.names("name"),
        about=file.names("about"),
        places=parts,
        outbreak=read_outbreak(file.entry("outbreak"), days=days, places=names),
        injects=injects,
        objectives=tuple(_objective(entry, injects) for entry in _coded(file, "objectives", "objective")),
        defaults=_defaults(file, names),
        content=dict(file.values),
    )


def _coded(file: Entry, field: str, label: str) -> tuple[Entry, ...]:
    entries = file.entries(field, label)
    if not entries:
        raise file.error(f"{field} is missing; a script has at least one {label}")
    seen: set[str] = set()
    for entry in entries:
        if (code := entry.text("code")) in seen:
            raise entry.error(f"the code {code} is there twice")
        seen.add(code)
    return entries


def _part(entry: Entry) -> Part:
    entry.only({"code", "role", "name"})
    code = entry.text("code")
    if not code.isidentifier() or code in {"origin", "neighbour", "cases", "deaths"}:
        raise entry.error(f"code is {code!r}; texts name it in braces, so it must be a word that nothing else has")
    return Part(code, entry.choice("role", PLAYED), entry.names("name"))


def _roles(entry: Entry) -> tuple[str, ...]:
    roles = entry.texts("for")
    if not roles:
        raise entry.error("for is missing; say which states it is for")
    if strange := [one for one in roles if one not in ROLES]:
        raise entry.error(f"for names {strange[0]!r}; it must be of {', '.join(ROLES)}")
    return roles


def _injects(file: Entry, days: int, parts: Iterable[Part]) -> tuple[Inject, ...]:
    parts = list(parts)
    entries = _coded(file, "injects", "inject")
    moments = [(_day(entry, days), entry.whole("hour", least=0)) for entry in entries]
    order = sorted(range(len(entries)), key=lambda at: moments[at])
    return tuple(_inject(entries[at], number, *moments[at], parts) for number, at in enumerate(order, start=1))


def _day(entry: Entry, days: int) -> int:
    day = entry.whole("day", least=1)
    if day > days:
        raise entry.error(f"day is {day}; the exercise has {days} days")
    return day


def _inject(entry: Entry, number: int, day: int, hour: int, parts: Collection[Part]) -> Inject:
    entry.only({"code", "day", "hour", "for", "kind", "signal", "title", "text"})
    if hour > 23:
        raise entry.error(f"hour is {hour}; a day has the hours 0 to 23")
    kind, roles = entry.choice("kind", KINDS), _roles(entry)
    if ("signal" in entry.values) != (kind == "signal"):
        raise entry.error("the field signal belongs to injects of the kind signal, and to all of them")
    title, text = entry.names("title"), entry.names("text")
    known = {"origin", "neighbour", *(part.code for part in parts)}
    if kind != "signal":
        _only_known(entry, text, known)
        return Inject(number, entry.text("code"), day, hour, roles, kind, title, text)
    signal = entry.entry("signal")
    signal = Entry(entry.file, f"{entry.label}, signal", signal.values)
    signal.only({"kind", "place", "counted"})
    place = signal.choice("place", [part.code for part in parts])
    role = next(part.role for part in parts if part.code == place)
    if roles != (role,):
        raise entry.error(f"its place is of the {role}; a signal is made by the state that has its place, and it alone")
    counted = "counted" not in signal.values or signal.flag("counted")
    _only_known(entry, text, known | ({"cases", "deaths"} if counted else set()))
    return Inject(
        number, entry.text("code"), day, hour, roles, kind, title, text, signal.choice("kind", SIGNALS), place, counted
    )


def _only_known(entry: Entry, text: Names, known: Collection[str]) -> None:
    for said in text:
        try:
            named = {name for _text, name, _spec, _conversion in string.Formatter().parse(said) if name is not None}
        except ValueError as error:
            raise entry.error(f"text has braces that do not match: {error}") from error
        if strange := sorted(named - set(known)):
            raise entry.error(f"text names {{{strange[0]}}}; known are {', '.join(sorted(known))}")


def _objective(entry: Entry, injects: Collection[Inject]) -> Objective:
    entry.only({"code", "for", "measure", "after", "name"})
    roles = _roles(entry)
    after = entry.choice("after", [one.code for one in injects])
    begun_by = next(one for one in injects if one.code == after)
    if missing := [role for role in roles if role not in begun_by.roles]:
        raise entry.error(f"after is {after}, which does not come to the {missing[0]}; its time could not be measured")
    return Objective(entry.text("code"), roles, entry.choice("measure", MEASURES), after, entry.names("name"))


def _defaults(file: Entry, places: Collection[str]) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    if "defaults" not in file.values:
        return {}
    found: dict[str, Mapping[str, Mapping[str, str]]] = {}
    for alliance, given in file.entry("defaults").values.items():
        entry = Entry(file.file, f"defaults of {alliance}", given if isinstance(given, dict) else {})
        entry.only({"states", "places"})
        states, chosen = entry.entry("states").values, entry.entry("places").values
        for name, said, known in (("states", states, PLAYED), ("places", chosen, places)):
            if set(said) != set(known) or not all(isinstance(code, str) and code for code in said.values()):
                raise entry.error(f"{name} gives {', '.join(sorted(said))}; it must give each of {', '.join(known)}")
        found[alliance] = {"states": dict(states), "places": dict(chosen)}
    return found
