"""Estimates of a source: asked for with a screening's flip, computed in the background, shown by one transaction."""

import logging
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tocsin import __version__
from tocsin.node.estimates.actions import severities
from tocsin.node.estimates.building.estimating import Given, estimated
from tocsin.node.estimates.building.intervals import serial_intervals
from tocsin.node.estimates.building.vintages import known_when
from tocsin.node.estimates.models import Estimate
from tocsin.node.surveillance.models import Place, Screening, Source, Thread
from tocsin.node.surveillance.panels import SourcePanel, source_panel
from tocsin.node.surveillance.runs.baselines import last_break
from tocsin.node.surveillance.runs.maturity import complete_until, incomplete_periods, last_days
from tocsin.node.surveillance.runs.movers import national_totals
from tocsin.node.work import windows

__all__ = ["ask", "run", "sweep"]

log = logging.getLogger(__name__)

MOST_SERIES = 400  # of one source: national ones first
WATCHED = (*Thread.OPEN, Thread.Status.WATCH)
# Done counts too: a source may have no series that can be estimated.
SEEN_TO = (TaskResultStatus.READY, TaskResultStatus.RUNNING, TaskResultStatus.SUCCESSFUL)
PERSON_TO_PERSON = (Source.Measure.CASES, Source.Measure.DETECTIONS)


def ask(screening: Screening) -> None:
    """Queue the estimates that follow a screening. What partners share is not estimated: small counts are withheld."""
    from tocsin.node.estimates.tasks import estimate

    if screening.source.shared_by_id is None and screening.source.every != Source.Every.MONTH:
        estimate.enqueue(str(screening.pk))


def run(screening_id: UUID | str) -> int:
    """Estimate, and publish. Idempotent; nothing where a newer screening has been published. How many series."""
    screening = Screening.objects.select_related("source__place").filter(pk=screening_id).first()
    if screening is None or not _is_last(screening):
        return 0
    made = _made(screening)
    severe = severities.made_after(screening)
    windows.at("estimates.computed")
    return _publish(screening, made, severe)


def _is_last(screening: Screening) -> bool:
    done = Screening.objects.filter(source=screening.source_id, status=Screening.Status.DONE).order_by("-finished_at")
    return done.values_list("pk", flat=True).first() == screening.pk


@transaction.atomic
def _publish(screening: Screening, made: list[Estimate], severe: list[severities.MadeOf]) -> int:
    severities.hold(screening, severe)
    if not _is_last(screening):
        return 0
    Estimate.objects.filter(source=screening.source_id).delete()
    Estimate.objects.bulk_create(made, batch_size=200)
    severities.publish(severe)
    windows.at("estimates.publishing")
    return len(made)


def _made(screening: Screening) -> list[Estimate]:
    source, generation = screening.source, screening.generation
    if not generation:
        return []
    whole = source_panel(source, generation=generation)
    if not whole.counts.size:
        return []
    national = _national(whole)
    wanted = [*national, *sorted(_followed(source) - national)][:MOST_SERIES]
    position = {key: row for row, key in enumerate(whole.ids.tolist())}
    rows = [position[key] for key in wanted if key in position]
    given = _given(source, generation, whole, rows)
    if given is None:
        return []
    # Computed twice from the same counts, it is the same.
    rng = np.random.default_rng([generation, screening.pk.int % 2**32])
    now = timezone.now()
    return [
        Estimate(
            series_id=int(whole.ids[row]), source=source, screening=screening, generation=generation,
            is_national=int(whole.ids[row]) in national, computed_at=now, engine=__version__, payload=payload,
        )
        for row, payload in zip(rows, estimated(given, rng=rng), strict=True)
    ]  # fmt: skip


def _national(panel: SourcePanel) -> set[int]:
    """Series of the whole of what a source covers, a disease each; none where several would have to be added up."""
    places = Place.objects.in_bulk(np.unique(panel.place_ids).tolist())
    return {int(panel.ids[rows[0]]) for rows, _ in national_totals(panel, places).values() if len(rows) == 1}


def _followed(source: Source) -> set[int]:
    """Series of the headlines of threads that people still have before them."""
    threads = Thread.objects.shown().filter(status__in=WATCHED, headline__series__source=source)
    return set(threads.order_by().values_list("headline__series", flat=True))


def _given(source: Source, generation: int, panel: SourcePanel, rows: list[int]) -> Given | None:
    """What the engine is asked of: periods that have ended, since the last change of definition."""
    as_of = complete_until(source, generation)
    ended = len(panel.dates) if as_of is None else int(
        (last_days(panel.dates, panel.every) <= np.datetime64(as_of, "D")).sum()
    )  # fmt: skip
    complete = len(panel.dates) - incomplete_periods(source, panel.dates, generation=generation)
    begins = last_break(source, panel.dates[-1])
    first = 0 if begins is None else int((panel.dates < begins).sum())
    if not rows or ended <= first:
        return None
    dates = panel.dates[first:ended]
    vintages, known = known_when(source, generation, panel.ids[rows].tolist(), dates)
    intervals = serial_intervals() if source.measure in PERSON_TO_PERSON else {}
    return Given(
        every=panel.every,
        dates=dates,
        counts=panel.counts[rows, first:ended],
        complete=max(0, min(complete, ended) - first),
        vintages=vintages,
        known=known,
        intervals=[intervals.get(panel.disease_codes[row]) for row in rows],
    )


def sweep() -> int:
    """Ask again for estimates whose task is gone before it was done: of last screenings. Returns how many."""
    tasks = DBTaskResult.objects.filter(status__in=SEEN_TO, task_path__endswith="estimates.tasks.estimate")
    there = {str(key) for args in tasks.values_list("args_kwargs", flat=True) for key in args["args"]}
    made = dict(Estimate.objects.order_by().values_list("source", "screening").distinct())
    asked = 0
    for source in Source.objects.own().filter(is_on=True, generation__gt=0).exclude(every=Source.Every.MONTH):
        last = source.screenings.filter(status=Screening.Status.DONE).order_by("-finished_at").first()
        if last is not None and str(last.pk) not in there and made.get(source.pk) != last.pk:
            ask(last)
            asked += 1
    return asked
