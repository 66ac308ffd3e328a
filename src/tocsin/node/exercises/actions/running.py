"""Beginning an exercise, pausing it, letting it go on, ending it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person, State
from tocsin.node.alliance.roles import Ability
from tocsin.node.exercises.models import Exercise, Inject
from tocsin.node.exercises.scripts import ROLES, Script
from tocsin.node.exercises.scripts import Inject as ScriptInject
from tocsin.node.exercises.simulation import folded, play
from tocsin.node.exercises.texts import filled, names_for, places_of_partner
from tocsin.node.surveillance.models import Disease, Place

__all__ = ["begin", "end", "join_staff", "pause", "resume"]

ORIGIN, NEIGHBOUR, OTHERS = ROLES
SHORTEST_WORD, LONGEST_WORD = 3, 60
FARTHEST = timedelta(days=366)
LONGEST_DAY = 1440


def begin(
    script: Script,
    *,
    code_word: str,
    states: Mapping[str, str],
    places: Mapping[str, str],
    minutes_a_day: int,
    by: Person,
    starts_at: datetime | None = None,
    language: str = "",
) -> Exercise:
    """Begin an exercise on this node, now or at `starts_at`. Whoever begins it is of its directing staff.

    code_word      agreed between the states, which each begin it at their own node with the same word
    states         code of the state that plays `origin` and `neighbour`; every other one is of the others
    places         code of the place for each place of the script
    minutes_a_day  how long a day of the exercise takes
    """
    check(by, Ability.RUN_EXERCISES)
    _require_sense(code_word, minutes_a_day, starts_at or timezone.now(), timezone.now())
    play(script, code_word)  # takes longest the first time: not while others wait to write
    return _begin(
        script, code_word=code_word, states=states, places=places, minutes_a_day=minutes_a_day, by=by,
        starts_at=starts_at or timezone.now(), language=language or get_language() or "en",
    )  # fmt: skip


@transaction.atomic
def _begin(
    script: Script,
    *,
    code_word: str,
    states: Mapping[str, str],
    places: Mapping[str, str],
    minutes_a_day: int,
    by: Person,
    starts_at: datetime,
    language: str,
) -> Exercise:
    # One row that every beginning locks: two exercises that are not there yet cannot be locked themselves.
    State.objects.select_for_update().get(is_here=True)
    if Exercise.objects.open().exists():
        raise ActRefused(_("An exercise is not over yet; end it before another begins."))
    role = _role(states)
    _require_places(script, states, places)
    if not Disease.objects.filter(pk=script.disease).exists():
        raise ActRefused(_("The script is of “%(code)s”, which this node does not know.") % {"code": script.disease})
    if any(one.kind == Inject.Kind.SIGNAL for one in script.injects_for(role)) and not by.may(Ability.TRIAGE):
        raise ActRefused(_("This state’s part has signals: somebody who decides upon signals has to begin it."))
    exercise = Exercise(
        script_code=script.code, content=script.content, code_word=folded(code_word), role=role, states=dict(states),
        places=dict(places), language=language, minutes_a_day=minutes_a_day, starts_at=starts_at, by=by,
    )  # fmt: skip
    exercise.save(force_insert=True)
    exercise.directors.add(by)
    Inject.objects.bulk_create(_injects(exercise, script))
    audit.record(
        "exercise.begun", exercise, by=by, script=script.code, role=role, minutes_a_day=minutes_a_day,
        starts_at=exercise.starts_at,
    )  # fmt: skip
    return exercise


def _injects(exercise: Exercise, script: Script) -> list[Inject]:
    names = names_for(exercise)
    return [
        Inject(
            exercise=exercise, number=one.number, code=one.code, kind=one.kind, day=one.day, hour=one.hour,
            title=filled(one.title, names), text=_text(exercise, script, one, names),
            due_at=exercise.due(one.day, one.hour),
        )
        for one in script.injects_for(exercise.role)
    ]  # fmt: skip


def _text(exercise: Exercise, script: Script, one: ScriptInject, names: Mapping[str, Mapping[str, str]]) -> dict:
    cases, deaths = play(script, exercise.code_word).counted(one.place, until=one.day) if one.counted else (0, 0)
    return filled(one.text, names, cases=cases, deaths=deaths)


@transaction.atomic
def join_staff(exercise: Exercise, *, by: Person) -> Exercise:
    """Be of the directing staff, who see what is to come. Nobody who plays should; the audit says who did."""
    exercise = _locked(exercise, by)
    if not exercise.directors.filter(pk=by.pk).exists():
        exercise.directors.add(by)
        audit.record("exercise.joined", exercise, by=by)
    return exercise


@transaction.atomic
def pause(exercise: Exercise, *, by: Person) -> Exercise:
    """Let its clock stand still; nothing more comes. Whoever may run exercises may, for something real may happen."""
    exercise = _locked(exercise, by)
    now = timezone.now()
    if exercise.state_at(now) != "running":
        raise ActRefused(_("Only an exercise that runs can be paused."))
    exercise.paused_at = now
    exercise.save(update_fields=["paused_at"])
    audit.record("exercise.paused", exercise, by=by)
    return exercise


@transaction.atomic
def resume(exercise: Exercise, *, by: Person) -> Exercise:
    """Let it go on: all that is still to come moves by as long as it stood."""
    exercise = _locked(exercise, by)
    if exercise.paused_at is None:
        raise ActRefused(_("The exercise is not paused."))
    stood = max(timezone.now() - exercise.paused_at, timedelta())
    exercise.paused_for += stood
    exercise.paused_at = None
    exercise.save(update_fields=["paused_for", "paused_at"])
    exercise.injects.waiting().update(due_at=F("due_at") + stood)
    audit.record("exercise.resumed", exercise, by=by, stood_minutes=round(stood.total_seconds() / 60))
    return exercise


@transaction.atomic
def end(exercise: Exercise, *, by: Person) -> Exercise:
    """End it. What is still to come never comes; nothing of what was done is deleted."""
    exercise = _locked(exercise, by)
    if exercise.ended_at is not None:
        raise ActRefused(_("The exercise is over already."))
    exercise.ended_at = exercise.paused_at or timezone.now()
    exercise.paused_at = None
    exercise.save(update_fields=["ended_at", "paused_at"])
    audit.record("exercise.ended", exercise, by=by, not_delivered=exercise.injects.waiting().count())
    return exercise


def _locked(exercise: Exercise, by: Person) -> Exercise:
    check(by, Ability.RUN_EXERCISES)
    return Exercise.objects.select_for_update(of=("self",)).get(pk=exercise.pk)


def _require_sense(code_word: str, minutes_a_day: int, starts_at: datetime, now: datetime) -> None:
    if not SHORTEST_WORD <= len(folded(code_word)) <= LONGEST_WORD:
        raise ActRefused(_("The code word has 3 to 60 characters; agree on it by telephone."))
    if not 1 <= minutes_a_day <= LONGEST_DAY:
        raise ActRefused(_("A day of the exercise takes from 1 to 1,440 minutes."))
    if not now - timedelta(minutes=1) <= starts_at <= now + FARTHEST:
        raise ActRefused(_("An exercise begins now or within a year."))


def _role(states: Mapping[str, str]) -> str:
    if set(states) != {ORIGIN, NEIGHBOUR} or states[ORIGIN] == states[NEIGHBOUR]:
        raise ActRefused(_("Two different states play the two parts of the script."))
    known = set(State.objects.filter(pk__in=states.values()).values_list("pk", flat=True))
    if strange := sorted(set(states.values()) - known):
        raise ActRefused(_("There is no state “%(code)s”.") % {"code": strange[0]})
    return next((role for role, code in states.items() if code == here().code), OTHERS)


def _require_places(script: Script, states: Mapping[str, str], places: Mapping[str, str]) -> None:
    """Our own must be places of this node; a partner's those of the alliance's file, if it names that state's."""
    for part in script.places:
        code, state = places.get(part.code, "").strip(), states[part.role]
        if state == here().code:
            is_there = Place.objects.filter(code=code, state=state).exists()
        else:
            known = places_of_partner(state)
            is_there = code in known if known else bool(code)
        if not is_there:
            raise ActRefused(
                _("%(part)s: “%(code)s” is no place of %(state)s.")
                % {"part": part.name.in_language(get_language() or "en"), "code": code, "state": state}
            )
