"""The flip: one short transaction in which everything that a screening found becomes visible, or nothing."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tocsin.node.alliance import audit
from tocsin.node.surveillance import notices
from tocsin.node.surveillance.models import Screening, Signal, Thread, Verdict
from tocsin.node.surveillance.runs.following import follow
from tocsin.node.surveillance.runs.writing import ROWS, Written, require_mine, threads_of
from tocsin.node.surveillance.threads.joining import DERIVED, STAYS_OPEN, Outcome, known_near
from tocsin.node.surveillance.threads.waking import WAKEABLE, reaches_new_places, wakes
from tocsin.node.work import windows

__all__ = ["merge", "publish", "save_joined", "wake"]

log = logging.getLogger(__name__)


@transaction.atomic
def publish(screening: Screening, written: Written, figures: Mapping[str, Any]) -> None:
    """Threads published and joined, watches woken, the screening DONE with its figures, people told: all or nothing."""
    require_mine(screening)
    now = timezone.now()
    Thread.objects.filter(screening=screening, is_published=False).update(
        is_published=True, opened_at=now, last_signal_at=now
    )
    joined = _as_they_are_now(screening, written)
    merge(joined, now)
    save_joined(joined, now)
    woken = wake(joined, now)
    for name, value in {**figures, "status": Screening.Status.DONE, "finished_at": now, "problem": {}}.items():
        setattr(screening, name, value)
    screening.signals_found = written.signals
    screening.save(update_fields=[*figures, "status", "finished_at", "problem", "signals_found"])
    audit.record(
        "screening.done", screening, by=screening.by, generation=screening.generation, signals=written.signals,
        threads=sum(outcome.is_new for outcome in written.outcomes), joined=len(joined), woken=len(woken),
    )  # fmt: skip
    _tell(screening)
    follow(screening)
    windows.at("screening.flipping")


def _tell(screening: Screening) -> None:
    """Notices are rows, written with what they tell of; that they cannot be written must not keep signals hidden."""
    try:
        with transaction.atomic():
            notices.signals_published(screening)
    except Exception:
        log.exception("notices of screening %s could not be written", screening.pk)


def _as_they_are_now(screening: Screening, written: Written) -> list[Outcome]:
    """Outcomes of known threads as people have left them since; those closed meanwhile are not joined."""
    wanted = [outcome for outcome in written.outcomes if not outcome.is_new]
    keys = {each.pk for outcome in wanted for each in (outcome.thread, *outcome.merged)}
    now: dict[UUID, Thread] = {}
    for first in range(0, len(keys), ROWS):
        part = sorted(keys)[first : first + ROWS]
        now |= {each.pk: each for each in Thread.objects.select_for_update().filter(pk__in=part).order_by("pk")}
    joined = []
    for outcome in wanted:
        there = now[outcome.thread.pk]
        same = all(now[each.pk].last_signal_at == each.last_signal_at for each in (outcome.thread, *outcome.merged))
        merged = [now[each.pk] for each in outcome.merged if _untouched(now[each.pk])]
        same = same and len(merged) == len(outcome.merged)
        outcome.merged = merged
        if _may_be_joined(outcome.thread, there):
            joined.append(_onto(outcome, there, written, same=same))
        elif outcome.signals:
            _diverted(screening, outcome, there, written)
    return joined


def _untouched(thread: Thread) -> bool:
    return thread.status == Thread.Status.NEW and not thread.version and thread.merged_into_id is None


def _may_be_joined(planned: Thread, there: Thread) -> bool:
    return there.merged_into_id is None and (there.status in STAYS_OPEN or there.status == planned.status)


def _onto(outcome: Outcome, there: Thread, written: Written, *, same: bool) -> Outcome:
    """The outcome upon the thread as it is now: a person's decisions are theirs, figures are what was computed."""
    planned = outcome.thread
    if not same:
        # Other signals have come since, of another source or a person: computed again with them.
        outcome.thread = there
        _computed_again(outcome, written)
        return outcome
    for name in DERIVED:
        setattr(there, name, getattr(planned, name))
    outcome.thread = there
    return outcome


def _computed_again(outcome: Outcome, written: Written) -> None:
    thread = outcome.thread
    near = known_near(
        [*outcome.signals, *_of_merged(outcome, written)], exercise=thread.is_exercise, shared_by=thread.shared_by_id
    )
    of_these = {each.pk for each in (outcome.thread, *outcome.merged)}
    own = [signal for signal in near.signals if signal.thread_id in of_these]
    threads_of([outcome], replace(near, signals=own), written.places)


def _of_merged(outcome: Outcome, written: Written) -> list[Signal]:
    keys = {each.pk for each in outcome.merged}
    return [signal for signal in written.known.signals if signal.thread_id in keys]


def _diverted(screening: Screening, outcome: Outcome, closed: Thread, written: Written) -> None:
    """A thread of its own for signals whose thread was closed, or went into another, while they were being found."""
    of_its_kind = {"is_exercise": closed.is_exercise, "shared_by_id": closed.shared_by_id}
    opened = Outcome(Thread(earlier=closed, screening=screening, **of_its_kind), outcome.signals, is_new=True)
    opened.thread.sparkline = outcome.thread.sparkline
    threads_of([opened], replace(written.known, signals=[]), written.places)
    opened.thread.save(force_insert=True)
    of_these = [signal.pk for signal in outcome.signals]
    for first in range(0, len(of_these), ROWS):
        Signal.objects.filter(pk__in=of_these[first : first + ROWS]).update(thread=opened.thread)


def save_joined(joined: Sequence[Outcome], now: datetime) -> None:
    """Write what joined threads show now; nothing that people decide."""
    threads = [outcome.thread for outcome in joined]
    for outcome in joined:
        outcome.thread.last_signal_at = now if outcome.signals else outcome.thread.last_signal_at
    Thread.objects.bulk_create(
        threads, batch_size=ROWS, update_conflicts=True, unique_fields=["id"], update_fields=list(DERIVED)
    )


def merge(joined: Iterable[Outcome], now: datetime) -> None:
    """Move the signals of threads that nobody acted upon to the thread that they turned out to be part of."""
    verdicts = []
    for outcome in joined:
        keys = [each.pk for each in outcome.merged]
        if keys:
            Signal.objects.filter(thread__in=keys).update(thread=outcome.thread)
            Thread.objects.filter(pk__in=keys).update(merged_into=outcome.thread, version=1)
        verdicts += [_by_machine(each, "joined", each.status, now) for each in outcome.merged]
    Verdict.objects.bulk_create(verdicts, batch_size=ROWS)


def wake(joined: Iterable[Outcome], now: datetime) -> list[Thread]:
    """Bring back threads whose new signals ask for it; their history says so, and their assignee is told.

    Watched ones, and verified ones that go where they were not known to be: a national sum must not carry a new
    district into what somebody has already dealt with.
    """
    joined = list(joined)
    asleep = [outcome for outcome in joined if outcome.thread.status in WAKEABLE]
    began = {
        verdict.thread_id: verdict
        for verdict in Verdict.objects.filter(
            thread__in=[outcome.thread.pk for outcome in asleep], act__in=WAKEABLE
        ).order_by("version")
    }
    today = timezone.localdate(now)
    woken = [o.thread for o in asleep if wakes(o.thread, began.get(o.thread.pk), o.signals, today)]
    woken += _spread([outcome for outcome in joined if outcome.thread.status == Thread.Status.VERIFIED])
    wake_threads(woken, now)
    return woken


def _spread(verified: Sequence[Outcome]) -> list[Thread]:
    """Those of verified threads whose new signals are from places that neither are nor contain a place of theirs."""
    new = {signal.pk for outcome in verified for signal in outcome.signals}
    if not new:
        return []
    known: dict[UUID, set[str]] = defaultdict(set)
    came: dict[UUID, set[str]] = defaultdict(set)
    signals = Signal.objects.filter(thread__in=[outcome.thread.pk for outcome in verified])
    for key, thread, path in signals.values_list("pk", "thread_id", "place__path").iterator(chunk_size=ROWS):
        (came if key in new else known)[thread].add(path)
    return [o.thread for o in verified if reaches_new_places(known[o.thread.pk], came[o.thread.pk])]


def wake_threads(woken: Sequence[Thread], now: datetime) -> None:
    from tocsin.node.surveillance.threads.telling import tell_assignee

    verdicts = [_by_machine(thread, "woken", Thread.Status.NEW, now) for thread in woken]
    for thread in woken:
        thread.status, thread.version = Thread.Status.NEW, thread.version + 1
        thread.watch_until = thread.review_at = None
        thread.save(update_fields=["status", "version", "watch_until", "review_at"])
        tell_assignee(thread, "thread.woken")
    Verdict.objects.bulk_create(verdicts, batch_size=ROWS)


def _by_machine(thread: Thread, act: str, to_status: str, now: datetime) -> Verdict:
    return Verdict(
        thread_id=thread.pk, version=thread.version + 1, act=act, from_status=thread.status, to_status=to_status,
        at=now, observed=thread.observed, exceptionality=thread.exceptionality,
        headline_place_id=thread.headline_place_id, headline_stratum=thread.headline_stratum,
    )  # fmt: skip
