"""Screening a source: asked for, run in hidden chunks, published by one flip, and begun anew after a kill."""

import logging
import time
from typing import Any
from uuid import UUID

import numpy as np
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from numpy.typing import NDArray

from tocsin import __version__
from tocsin.node.alliance import audit
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability, Role
from tocsin.node.surveillance.models import DiseaseRule, Place, Screening, Source
from tocsin.node.surveillance.panels import SourcePanel, source_panel
from tocsin.node.surveillance.runs.baselines import last_break, left_out, left_out_mask, since_break
from tocsin.node.surveillance.runs.finding import Asked, Found, Ran, by_models, by_rules, options_for
from tocsin.node.surveillance.runs.maturity import incomplete_periods
from tocsin.node.surveillance.runs.movers import movers
from tocsin.node.surveillance.runs.publishing import publish
from tocsin.node.surveillance.runs.writing import Superseded, Written, remove_hidden, unknown_yet, write
from tocsin.node.work import windows

__all__ = ["ask", "run", "sweep_screenings"]

log = logging.getLogger(__name__)

MOST_CAUGHT_UP = 8
REVISED = 4  # complete periods looked at again where counts have changed since
TOLD_EVERY = 1.0  # seconds between two updates of progress


@transaction.atomic
def ask(source: Source, *, by: Person | None, evaluate: int | None = None) -> Screening | None:
    """Ask for a screening of the last `evaluate` complete periods; by default of those not evaluated yet.

    One at a time a source: a screening that waits is returned as it is, or widened; one that runs is done once more
    when it ends. None where the machine asks for a source without counts; a person is refused, and told why.
    """
    check(by, Ability.SCREEN)
    source = Source.objects.select_for_update().get(pk=source.pk)
    if not source.generation:
        if by is None:
            return None
        raise ActRefused(_("%(source)s has no counts yet. Upload a table first.") % {"source": source})
    if evaluate is not None and not 1 <= evaluate <= 10_000:
        raise ActRefused(_("The number of periods must be from 1 to 10,000."))
    going = Screening.objects.select_for_update().filter(
        source=source, status__in=(Screening.Status.WAITING, Screening.Status.RUNNING)
    )
    if there := going.first():
        return _asked_again(there, by=by, evaluate=evaluate)
    screening = Screening.objects.create(
        source=source, by=by, method=source.method, options=source.options, evaluate=evaluate or 0
    )
    audit.record("screening.asked", screening, by=by, source=source.pk, evaluate=evaluate)
    _enqueue(screening)
    return screening


def _asked_again(there: Screening, *, by: Person | None, evaluate: int | None) -> Screening:
    if there.status == Screening.Status.WAITING:
        if evaluate is not None and there.evaluate < evaluate:
            there.evaluate = evaluate
            there.save(update_fields=["evaluate"])
    else:
        there.again = {"by": str(by.pk) if by else None, "evaluate": evaluate}
        there.save(update_fields=["again"])
    audit.record("screening.asked", there, by=by, source=there.source_id, evaluate=evaluate, again=bool(there.again))
    return there


def _enqueue(screening: Screening) -> None:
    from tocsin.node.surveillance.tasks import screen

    screen.using(queue_name="people" if screening.by_id else "night").enqueue(str(screening.pk))


def run(screening_id: UUID | str) -> Screening | None:
    """Do a screening that waits, or begin anew one that was ended. Idempotent: one that is done stays as it is."""
    screening = _started(screening_id)
    if screening is None:
        return None
    windows.at("screening.started")
    try:
        remove_hidden(screening)
        _screen(screening)
    except Superseded:
        return None
    except (OperationalError, InterfaceError):
        raise  # passes, as the worker knows; the task is done again
    except Exception as error:
        _failed(screening, error)
        if not _is_told(error):
            raise
    else:
        windows.at("screening.flipped")
    _done_again(screening)
    return screening


@transaction.atomic
def _started(screening_id: UUID | str) -> Screening | None:
    """The screening, RUNNING and with its counts pinned; None if there is nothing to do."""
    screening = Screening.objects.select_for_update(of=("self",)).filter(pk=screening_id).first()
    if screening is None or screening.status in (Screening.Status.DONE, Screening.Status.FAILED):
        return None
    source = screening.source
    screening.status, screening.started_at = Screening.Status.RUNNING, timezone.now()
    screening.generation, screening.engine = source.generation, __version__
    screening.method, screening.options = source.method, source.options
    screening.progress = {"what": "reading", "done": 0, "of": 0}
    screening.save()
    return screening


def _screen(screening: Screening) -> None:
    source = screening.source
    panel = source_panel(source, generation=screening.generation)
    if not panel.counts.size:
        publish(screening, Written(), {"series": 0, "cells": 0, "evaluate": 0})
        return
    since_break(panel.counts, panel.dates, last_break(source, panel.dates[-1]))
    asked = _asked(screening, panel)
    found, ran = by_models(panel, asked, _Progress(screening, "screening"))
    rules = list(DiseaseRule.objects.filter(is_on=True, disease__in=set(panel.disease_codes)))
    places = Place.objects.in_bulk(np.unique(panel.place_ids).tolist())
    moved = movers(panel, places, incomplete=asked.incomplete)
    found = Found.joined([by_rules(panel, asked, rules, places), found])
    found = unknown_yet(source, panel, found, rules)
    written = write(screening, panel, found, rules, incomplete=asked.incomplete, tell=_Progress(screening, "writing"))
    windows.at("screening.written")
    publish(screening, written, {**_figures(panel, asked, ran), "movers": moved})


def _asked(screening: Screening, panel: SourcePanel) -> Asked:
    source = screening.source
    incomplete = incomplete_periods(source, panel.dates)
    complete = len(panel.dates) - incomplete
    number = min(screening.evaluate or _not_evaluated_yet(screening, panel.dates[:complete]), complete)
    return Asked(
        method=screening.method,
        options=options_for(screening.method, screening.options, source.every),
        complete=np.arange(complete - number, complete),
        incomplete=incomplete,
        exclude=left_out_mask(panel, left_out(panel.disease_codes), incomplete=incomplete),
    )


def _not_evaluated_yet(screening: Screening, complete: NDArray[np.datetime64]) -> int:
    """Complete periods since the last screening, and some before them if counts have changed; 1 to 8."""
    last = Screening.objects.filter(
        source=screening.source_id, status=Screening.Status.DONE, last_period__isnull=False
    ).first()
    if last is None:
        return MOST_CAUGHT_UP
    since = int((complete > np.datetime64(last.last_period, "D")).sum())
    return min(max(since, REVISED if last.generation != screening.generation else 1), MOST_CAUGHT_UP)


def _figures(panel: SourcePanel, asked: Asked, ran: Ran) -> dict[str, Any]:
    evaluated = panel.dates[asked.complete].tolist()
    return {
        "evaluate": len(evaluated),
        "first_period": evaluated[0] if evaluated else None,
        "last_period": evaluated[-1] if evaluated else None,
        "series": len(panel.ids),
        "cells": ran.cells,
        "false_alarms": ran.false_alarms,
        "steps": ran.steps,
        "progress": {"what": "done", **({"note": ran.problem} if ran.problem else {})},
    }


class _Progress:
    """What is being done and how far, written at most once a second."""

    def __init__(self, screening: Screening, what: str) -> None:
        self.screening, self.what, self.told_at = screening, what, 0.0

    def __call__(self, done: int, of: int) -> None:
        if time.monotonic() - self.told_at < TOLD_EVERY and done < of:
            return
        self.told_at = time.monotonic()
        said = {"what": self.what, "done": done, "of": of}
        Screening.objects.filter(pk=self.screening.pk, started_at=self.screening.started_at).update(progress=said)


def _is_told(error: Exception) -> bool:
    """Whether it is a refusal of the engine, which says in a sentence what is wrong with the source's settings."""
    from tocsin.epi.errors import EpiError

    return isinstance(error, EpiError)


@transaction.atomic
def _failed(screening: Screening, error: Exception) -> None:
    remove_hidden(screening)
    screening.status, screening.finished_at = Screening.Status.FAILED, timezone.now()
    screening.problem = {
        "code": type(error).__name__,
        "text": str(error) if _is_told(error) else "The screening ended with an error; the log has the details.",
    }
    screening.save(update_fields=["status", "finished_at", "problem"])
    audit.record("screening.failed", screening, by=None, problem=screening.problem)
    notify(_to_tell(screening), "screening.failed", link="/screenings/", source=str(screening.source))
    log.warning("screening %s of %s failed: %s", screening.pk, screening.source, error)


def _to_tell(screening: Screening) -> list[Person]:
    if screening.by is not None:
        return [screening.by]
    return [person for person in Person.objects.filter(is_active=True) if Role.EPIDEMIOLOGIST in person.roles]


@transaction.atomic
def _done_again(screening: Screening) -> None:
    """Ask once more if somebody did while it ran, or if counts have come since."""
    now = Screening.objects.select_for_update(of=("self",)).select_related("source").get(pk=screening.pk)
    if not now.again:
        return
    Screening.objects.filter(pk=now.pk).update(again={})
    by = Person.objects.filter(pk=now.again.get("by")).first() if now.again.get("by") else None
    if by is None or by.may(Ability.SCREEN):
        ask(now.source, by=by, evaluate=now.again.get("evaluate"))


def sweep_screenings() -> int:
    """Queue screenings whose task is gone, and repeats that a kill kept from being asked for. Returns how many."""
    queued = DBTaskResult.objects.filter(
        status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING), task_path__endswith="surveillance.tasks.screen"
    )
    there = {str(key) for args in queued.values_list("args_kwargs", flat=True) for key in args["args"]}
    open_ones = Screening.objects.filter(status__in=(Screening.Status.WAITING, Screening.Status.RUNNING))
    lost = [screening for screening in open_ones if str(screening.pk) not in there]
    for screening in lost:
        with transaction.atomic():
            _enqueue(screening)
    ended = Screening.objects.filter(status__in=(Screening.Status.DONE, Screening.Status.FAILED)).exclude(again={})
    repeats = list(ended)
    for screening in repeats:
        _done_again(screening)
    return len(lost) + len(repeats)
