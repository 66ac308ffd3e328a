"""One exercise: its clock, what has come, what is to come, and what was reached."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import State
from tocsin.node.exercises.case_table import as_tsv, case_rows
from tocsin.node.exercises.measuring import Measured, measured
from tocsin.node.exercises.models import Exercise, Inject, Observation
from tocsin.node.exercises.simulation import play
from tocsin.node.exercises.texts import LANGUAGES, names_for
from tocsin.node.language import formats

__all__ = ["Clock", "Reached", "cases_of", "clock", "curve", "injects", "observed", "players", "reached", "title"]


@dataclass(frozen=True, slots=True)
class Clock:
    """state is a name in look/states.py; `said`: "day 6, 14:00 of 21 days"."""

    state: str
    said: str
    pace: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An inject that came: with the table of cases, where it brings one."""

    inject: Inject
    table: str
    cases: int
    thread: Any


@dataclass(frozen=True, slots=True)
class Reached:
    """One line of what was measured, with what evaluators saw of it."""

    name: str
    measured: Measured
    said: str
    chip: str
    notes: list[Observation]


def clock(exercise: Exercise, now: datetime | None = None) -> Clock:
    now = now or timezone.now()
    state = exercise.state_at(now)
    day, hour = exercise.day_at(now)
    values = {"day": day, "hour": f"{hour:02d}", "days": exercise.script.days}
    said = _("day %(day)d of %(days)d, %(hour)s:00") % values if day else _("not begun yet")
    minutes = exercise.minutes_a_day
    pace = ngettext("a day takes %(n)d minute", "a day takes %(n)d minutes", minutes) % {"n": minutes}
    return Clock(f"exercise_{state}", said, pace)


def title(exercise: Exercise, now: datetime | None = None) -> str:
    """As in "Cholera on the river: day 6 of 21, 14:00"."""
    return _("%(exercise)s: %(clock)s") % {"exercise": exercise, "clock": clock(exercise, now).said}


def players(exercise: Exercise) -> list[tuple[str, str]]:
    """Which state plays what."""
    states = State.objects.in_bulk(exercise.states.values())
    words = {"origin": _("It begins in"), "neighbour": _("It crosses into")}
    return [(words[role], str(states[code])) for role, code in exercise.states.items()]


def injects(exercise: Exercise) -> list[Shown]:
    """Those that came, the latest first."""
    rows = (
        exercise.injects.delivered().select_related("signal__thread__merged_into").order_by("-delivered_at", "-number")
    )
    return [_shown(exercise, one) for one in rows]


def _shown(exercise: Exercise, one: Inject) -> Shown:
    thread = one.signal.thread if one.signal else None
    if thread is not None and thread.merged_into_id is not None:
        thread = thread.merged_into
    if one.kind != Inject.Kind.CASES:
        return Shown(one, "", 0, thread)
    rows = cases_of(exercise, one)
    return Shown(one, as_tsv(rows), len(rows) - 1, None)


def cases_of(exercise: Exercise, inject: Inject) -> list[tuple[str, ...]]:
    """The line list that an inject brings, its heading first."""
    found = play(exercise.script, exercise.code_word).reported(exercise.role, until=inject.day)
    return case_rows(
        found, script=exercise.script, until=inject.day, day_on=exercise.date_of, places=exercise.places,
        language=_language(),
    )  # fmt: skip


def curve(exercise: Exercise) -> dict[str, Any]:
    """The simulated outbreak by place and day of onset, data of `small-multiples`, and its table."""
    played, given = play(exercise.script, exercise.code_word), exercise.script.outbreak
    days = range(1 - given.before, exercise.script.days + 1)
    names = names_for(exercise)[_language()]
    panels = [
        {
            "title": names[part],
            "note": formats.whole(int(played.incidence[:, column].sum())),
            "observed": played.incidence[:, column].tolist(),
        }
        for column, part in enumerate(given.places)
    ]
    return {
        "labels": [_("day %(n)d") % {"n": day} for day in days],
        "ticks": [str(day) for day in days],
        "panels": panels,
        "caption": _("The simulated cases by place and day of onset; day 1 is the exercise’s first. All are invented."),
        "filename": "exercise-curve",
        "unit": _("cases"),
        "texts": {"period": _("Day")},
    }


def reached(exercise: Exercise) -> list[Reached]:
    """Every objective of this state's part."""
    notes: dict[str, list[Observation]] = {}
    for one in exercise.observations.select_related("by"):
        notes.setdefault(one.objective, []).append(one)
    language = _language()
    return [
        Reached(
            one.objective.name.in_language(language), one, _said(one),
            "exercise_reached" if one.reached_at else "exercise_open", notes.get(one.objective.code, []),
        )
        for one in measured(exercise)
    ]  # fmt: skip


def _said(one: Measured) -> str:
    if one.reached_at is None:
        return _("not yet") if one.begun_at else _("inject %(n)d has not come yet") % {"n": one.inject}
    if one.took is None:
        return _("reached before inject %(n)d came") % {"n": one.inject}
    values: Mapping[str, Any] = {
        "time": formats.duration(one.took), "n": one.inject, "days": formats.decimal(one.took_days),
    }  # fmt: skip
    return _("%(time)s after inject %(n)d (%(days)s days of the exercise)") % values


def observed(exercise: Exercise) -> Iterable[Observation]:
    """Notes on the exercise as a whole."""
    return exercise.observations.filter(objective="").select_related("by")


def _language() -> str:
    """The reader's, of those that scripts are written in."""
    language = get_language() or "en"
    return language if language in LANGUAGES else "en"
