"""Injects come when they are due: each once, in their order, whoever delivers them and however often one is killed.

An inject's row is marked and what it makes is made in one transaction, under the lock of its exercise. So a second
process waits and finds it delivered, pausing waits for what is being delivered, and a killed process leaves nothing.
"""

import logging

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from tocsin.node.alliance import audit
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.exercise_mark import BAND
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.notices import notify
from tocsin.node.exercises.models import LOOKS, Exercise, Inject
from tocsin.node.exercises.scripts import Inject as ScriptInject
from tocsin.node.exercises.simulation import play
from tocsin.node.exercises.texts import LANGUAGES
from tocsin.node.surveillance.actions.reporting import report
from tocsin.node.surveillance.models import Disease, Place, Signal
from tocsin.node.work.windows import at

__all__ = ["deliver", "link_to"]

log = logging.getLogger(__name__)


def deliver() -> int:
    """Deliver what is due by now. Returns how many injects this process delivered."""
    delivered = 0
    due = Inject.objects.waiting().filter(due_at__lte=timezone.now()).values("exercise")
    for exercise in Exercise.objects.open().filter(paused_at=None, pk__in=due):
        play(exercise.script, exercise.code_word)  # takes longest the first time: not while others wait to write
        while _next(exercise.pk):
            delivered += 1
    return delivered


@transaction.atomic
def _next(key: object) -> bool:
    """Deliver the first inject that is due, if there is one."""
    exercise = Exercise.objects.select_for_update(of=("self",)).select_related("by").get(pk=key)
    now = timezone.now()  # once the lock is held: whoever waited for it comes after
    if exercise.state_at(now) != "running":
        return False
    inject = exercise.injects.waiting().filter(due_at__lte=now).order_by("due_at", "number").first()
    if inject is None:
        return False
    inject.exercise, inject.delivered_at = exercise, now
    at("exercises.claimed")
    if inject.kind == Inject.Kind.SIGNAL:
        _make_signal(inject)
    else:
        _tell_players(inject)
    inject.save(update_fields=["delivered_at", "signal", "refused"])
    audit.record("inject.delivered", inject, by=None, exercise=str(exercise.pk), number=inject.number)
    return True


def _make_signal(inject: Inject) -> None:
    """What cannot be made is said on the exercise's page; what comes after it comes all the same."""
    exercise = inject.exercise
    script = exercise.script
    said = next(one for one in script.injects if one.number == inject.number)
    try:
        with transaction.atomic():
            inject.signal = _signal(inject, said)
    except (ActRefused, PermissionDenied) as refusal:
        log.warning("inject %s of an exercise made no signal: %s", inject.number, refusal)
        inject.refused = str(refusal)


def _signal(inject: Inject, said: ScriptInject) -> Signal:
    exercise = inject.exercise
    cases, deaths = None, None
    if said.counted:
        cases, deaths = play(exercise.script, exercise.code_word).counted(said.place, until=said.day)
    text = inject.in_language(inject.text, exercise.language)
    return report(
        kind=said.signal,
        disease=Disease.objects.get(pk=exercise.script.disease),
        place=Place.objects.get(code=exercise.places[said.place]),
        day=exercise.date_of(said.day),
        text=f"{BAND}\n{text}",
        language=exercise.language,
        cases=cases,
        deaths=deaths,
        is_exercise=True,
        by=exercise.by,
    )


def link_to(exercise: Exercise) -> str:
    """Its page. Written out: the addresses of all pages take a second to load, in which nobody else could write."""
    return f"/exercises/{exercise.pk}/"


def _tell_players(inject: Inject) -> None:
    people = [one for one in Person.objects.filter(is_active=True) if any(map(one.may, LOOKS))]
    name = inject.exercise.script.name
    notify(
        people, "exercise.came", link=link_to(inject.exercise),
        exercise={language: name.in_language(language) for language in LANGUAGES}, what=inject.title,
    )  # fmt: skip
