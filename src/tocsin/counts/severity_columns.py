"""Tables from which severity is told: which of three layouts one has, and what each column is.

days       a row is a day (of a stratum) with its cases and deaths
ages       a row is an age group with counts; or an age group and an outcome with a number, as long tables have it
line list  a row is a patient with onset, outcome and its date
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tocsin.counts.columns import Column, describe
from tocsin.counts.errors import AmbiguousColumn, InvalidReading, NoCountColumn, UnknownColumn
from tocsin.counts.files import Table
from tocsin.counts.names import says, words_of
from tocsin.counts.notes import listed
from tocsin.counts.series import Every

__all__ = ["LAYOUTS", "Asked", "Found", "columns_of"]

LAYOUTS = ("days", "ages", "line list")
WORDS: Mapping[str, frozenset[str]] = {
    role: frozenset(text.split())
    for role, text in {
        "cases": "cases case n count counts confirmed admissions admitted hospitalised hospitalized persons casos cas "
        "случаи случаев случай заболело заболевших заболевшие госпитализировано выявлено",
        "deaths": "deaths death dead died fatal deceased muertes fallecidos deces умерло умершие умерших смертей "
        "смерти",
        "severe": "severe critical icu serious graves тяжелых тяжелые тяжелое тяжелый",
        "cumulative": "cum cumulative cumul total накоп нарастающим acumulado",
        "outcome": "outcome outcomes status severity result исход тяжесть desenlace",
        "onset": "onset symptom symptoms заболевания начала начало sintomas",
        "end": "outcome death died dead deceased discharge discharged recovery исхода исход смерти выписки",
    }.items()
}
CHINESE: Mapping[str, tuple[str, ...]] = {
    "cases": ("病例", "例数", "确诊", "发病数", "住院"),
    "deaths": ("死亡",),
    "severe": ("重症", "危重"),
    "cumulative": ("累计",),
    "outcome": ("结局", "转归", "严重", "病情"),
    "onset": ("发病",),
    "end": ("结局", "转归", "死亡", "出院"),
}
OPTION = {"end": "outcome_date"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller said; None is to be guessed."""

    layout: str | None = None
    date: tuple[str, ...] | None = None
    cases: str | None = None
    deaths: str | None = None
    severe: str | None = None
    age: str | None = None
    outcome: str | None = None
    onset: str | None = None
    end: tuple[str, ...] | None = None
    by: tuple[str, ...] | None = None
    more: tuple[str, ...] = ()  # further columns of counts, which must be there


@dataclass(frozen=True, slots=True)
class Found:
    """The layout and the columns.

    date     None where reading the days is to find it
    end      columns of the date of the outcome, such as one of deaths and one of recoveries
    days     columns that hold days, for the last day that a list knows of
    said     sentences on what was guessed
    """

    layout: str
    date: tuple[str, ...] | None
    cases: str | None
    deaths: str | None
    severe: str | None
    age: str | None
    outcome: str | None
    onset: str | None
    end: tuple[str, ...]
    days: tuple[str, ...]
    said: tuple[str, ...] = field(default=())


def columns_of(table: Table, asked: Asked) -> Found:
    """Raises UnknownColumn, AmbiguousColumn, NoCountColumn, InvalidReading."""
    if asked.layout is not None and asked.layout not in LAYOUTS:
        raise InvalidReading(f"layout is {asked.layout!r}; it is one of {listed(LAYOUTS)}")
    _require(table, asked)
    known = describe(table.sample, table.columns)
    numbers = [c for c in known.values() if c.is_number and c.unit is None and not says(c.name, "code")]
    days = [c for c in known.values() if c.unit is Every.DAY]
    texts = [c for c in known.values() if c.filled and not c.is_number and c.unit is None]
    pick = _Picking(asked)
    deaths = pick("deaths", numbers, but=("cumulative",))
    severe = pick("severe", numbers, but=("cumulative", "deaths"))
    cases = pick("cases", numbers, but=("cumulative", "deaths", "severe"))
    onset = pick("onset", days)
    guessed = None if asked.end else pick("end", [c for c in days if c.name != onset], but=("onset",))
    end = asked.end or ((guessed,) if guessed else ())
    outcome = pick("outcome", texts)
    date = asked.date or _date(days, known)
    layout = asked.layout or _layout(table, asked, cases, deaths or severe, outcome, onset, date, known)
    age = asked.age or _age(known.values())
    found = Found(
        layout,
        asked.date,
        cases,
        deaths,
        severe,
        age,
        outcome,
        onset,
        end,
        tuple(c.name for c in days),
        tuple(pick.said),
    )
    return _needed(table, found, pick)


class _Picking:
    """Chooses a column for each role: the one asked for, else the only one whose name says it."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.said: list[str] = []
        self.unclear: dict[str, list[str]] = {}

    def __call__(self, role: str, among: Sequence[Column], *, but: Sequence[str] = ()) -> str | None:
        if (given := getattr(self.asked, role)) is not None:
            return str(given)
        fitting = [c.name for c in among if _says(c.name, role)]
        fitting = [name for name in fitting if not any(_says(name, other) for other in but)] or (
            [] if "deaths" in but else fitting
        )
        if len(fitting) > 1:
            exact = [name for name in fitting if len(words_of(name)) == 1]
            fitting = exact if len(exact) == 1 else fitting
        if len(fitting) > 1:
            self.unclear[role] = fitting
            return None
        return fitting[0] if fitting else None


def _says(name: str, role: str) -> bool:
    return any(word in WORDS[role] for word in words_of(name)) or any(part in name for part in CHINESE[role])


def _date(days: Sequence[Column], known: Mapping[str, Column]) -> tuple[str, ...] | None:
    """Any date will do to tell the layout; which to count by, reading says, or asks."""
    weeks = [c for c in known.values() if c.unit is Every.WEEK]
    return (days[0].name,) if days else (weeks[0].name,) if weeks else None


def _layout(
    table: Table,
    asked: Asked,
    cases: str | None,
    events: str | None,
    outcome: str | None,
    onset: str | None,
    date: tuple[str, ...] | None,
    known: Mapping[str, Column],
) -> str:
    age = asked.age or _age(known.values())
    if asked.onset or asked.end:
        return "line list"
    if asked.date:
        return "days"
    if onset and outcome and not cases:
        return "line list"
    if cases and events and date and not asked.age:
        return "days"
    if age and cases:
        return "ages"
    if outcome and onset:
        return "line list"
    raise NoCountColumn(
        f"it is not clear what {table.name} is (it has {listed(table.columns, 12)}). Severity is told from cases and "
        "deaths by day (date, cases and deaths), from counts by age (age, cases and deaths or severe), or from a line "
        "list (onset, outcome and outcome_date); name the columns by these options"
    )


def _age(columns: Iterable[Column]) -> str | None:
    """The column of ages; groups rather than years, where both are there."""
    ages = [c for c in columns if says(c.name, "age") and c.filled and c.unit is None]
    grouped = [c for c in ages if not c.is_number]
    chosen = (grouped or ages)[:1]
    return chosen[0].name if chosen else None


def _require(table: Table, asked: Asked) -> None:
    for option in ("date", "cases", "deaths", "severe", "age", "outcome", "onset", "end", "by", "more"):
        given = getattr(asked, option)
        for name in (given,) if isinstance(given, str) else given or ():
            if name not in table.columns:
                said = "column" if option == "more" else OPTION.get(option, option)
                raise UnknownColumn(
                    f"{said}={name!r}, but {table.name} has no such column; it has {listed(table.columns, 20)}"
                )


def _needed(table: Table, found: Found, pick: _Picking) -> Found:
    """Refuse what the layout cannot do without."""
    need: dict[str, Callable[[], bool]] = {
        "days": lambda: found.cases is not None and found.deaths is not None,
        "ages": lambda: (
            found.age is not None
            and found.cases is not None
            and any(c is not None for c in (found.deaths, found.severe, found.outcome))
        ),
        "line list": lambda: found.onset is not None and found.outcome is not None,
    }
    roles = {
        "days": ("cases", "deaths"),
        "ages": ("cases", "deaths", "severe"),
        "line list": ("onset", "outcome", "end"),
    }
    for role in roles[found.layout]:
        if role in pick.unclear:
            names, option = pick.unclear[role], OPTION.get(role, role)
            words = option.replace("_", " ")
            raise AmbiguousColumn(
                f"{len(names)} columns of {table.name} could be the {words}: {listed(names)}; say which with {option}="
                + (", or name several" if role == "end" else "")
            )
    if need[found.layout]():
        return found
    missing = {
        "days": "a column of cases= and one of deaths=",
        "ages": "a column age=, one of cases=, and deaths=, severe= or, in words, outcome=",
        "line list": "a column onset= and one of outcome=",
    }[found.layout]
    have = {
        "days": {"cases": found.cases, "deaths": found.deaths},
        "ages": {"age": found.age, "cases": found.cases, "deaths": found.deaths, "severe": found.severe},
        "line list": {"onset": found.onset, "outcome": found.outcome},
    }[found.layout]
    seen = ", ".join(f"{role} '{name}'" for role, name in have.items() if name)
    raise NoCountColumn(
        f"read as {_described(found.layout)}, {table.name} needs {missing}; "
        f"{f'found were {seen}' if seen else 'none was found'} among {listed(table.columns, 12)}"
    )


def _described(layout: str) -> str:
    return {"days": "counts by day", "ages": "counts by age", "line list": "a line list"}[layout]
