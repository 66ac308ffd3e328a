"""The ladder climbed: what is due is written down as rows, each row is one call, and each call's end is written too.

Whoever does this may be killed anywhere and is done again by the next. What is due is found by rows and never by what
a process remembers: a rung becomes rows in one transaction with the alert's step to the next rung, so that none is
skipped and none is climbed twice; a call that a killed process was making is made again, since one call too many is
better than none.

A clock that is put forward makes calls come early, each in its order. One that is put back would make people wait: as
soon as it is noticed, what is due moves back with it.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from tocsin.node.duty.channels import CHANNELS, Channel, Job, Outcome
from tocsin.node.duty.models import Alert, PushSubscription, Step
from tocsin.node.duty.people import called
from tocsin.node.duty.words import words_for
from tocsin.node.work.windows import at

__all__ = ["ATTEMPTS", "LEASE", "escalate", "look"]

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)  # a call takes seconds; whoever is silent for so long is gone
ATTEMPTS = 3
AGAIN_AFTER = timedelta(minutes=1)  # times attempts so far
PUT_BACK = timedelta(seconds=90)  # clocks of several machines differ by less
AT_ONCE = 8  # calls that wait for their services side by side

S = Step.State


def escalate(clock: Callable[[], datetime] = timezone.now, channels: Mapping[str, Channel] = CHANNELS) -> int:
    """Make the calls that are due by `clock`, of every alert. Returns how many were tried."""
    tried = 0
    while True:
        for pk in Alert.objects.open().order_by("raised_at").values_list("pk", flat=True):
            look(pk, clock())
        at("duty.planned")
        steps = _claimed(clock())
        if not steps:
            return tried
        at("duty.claimed")
        _make(steps, clock, channels)
        tried += len(steps)


@transaction.atomic
def look(pk: object, now: datetime) -> None:
    """Write down which calls of an alert are due by now."""
    alert = Alert.objects.select_for_update().open().filter(pk=pk).first()
    if alert is None:
        return
    _follow_the_clock(alert, now)
    _take_back(alert, now)
    if _reached_nobody(alert):
        alert.next_at = min(alert.next_at, now)
    while alert.next_at <= now:
        _climb(alert, now)
    alert.looked_at = now
    alert.save(update_fields=["rung", "next_at", "looked_at"])


def _climb(alert: Alert, now: datetime) -> None:
    ladder, number, due = alert.climbs, alert.rung, alert.next_at
    rung = ladder.rung(number)
    found = called(rung, alert, now)
    Step.objects.bulk_create(
        [
            Step(alert=alert, rung=number, person=one.person, found_as=one.found_as, channel=channel, due_at=due)
            for one in found
            for channel in rung.by
        ]
    )
    alert.rung = number + 1
    if found or number + 1 >= len(ladder.rungs):
        alert.next_at = due + ladder.gap(number)
    if alert.next_at <= now and number + 1 >= len(ladder.rungs):
        alert.next_at = now + ladder.gap(number)  # of the repeats that a downtime has missed, one is enough


def _reached_nobody(alert: Alert) -> bool:
    """Whether every call of the rung before has failed, so that the next need not wait. The last one is not hurried."""
    before = alert.rung - 1
    if not 0 <= before < len(alert.climbs.rungs) - 1:
        return False
    firsts = set(alert.steps.filter(rung=before, attempt=1).values_list("state", flat=True))
    taken = alert.steps.filter(rung=before, state=S.HANDED_OVER).exists()
    return firsts == {S.FAILED} and not taken


def _follow_the_clock(alert: Alert, now: datetime) -> None:
    back = alert.looked_at - now
    if back > PUT_BACK:
        log.warning("the clock was put back by %s; calls move with it", back)
        alert.next_at -= back
        alert.steps.filter(state=S.WAITING).update(due_at=F("due_at") - back)


def _take_back(alert: Alert, now: datetime) -> None:
    """Calls that were begun by whoever is gone: what became of them nobody knows, so they are made again."""
    over = Q(lease_until__lte=now) | Q(lease_until__gt=now + LEASE + PUT_BACK)
    for step in alert.steps.filter(over, state=S.TRYING):
        if _ended(step, now, S.UNKNOWN, why="interrupted"):
            _again(step, now, wait=timedelta())


def _claimed(now: datetime) -> list[Step]:
    """Calls that are this process's own now: one conditional update each."""
    due = Step.objects.filter(state=S.WAITING, due_at__lte=now, alert__acknowledged_at=None, alert__closed_at=None)
    claim = {"state": S.TRYING, "tried_at": now, "lease_until": now + LEASE}
    wanted = list(due.select_related("alert", "person").order_by("due_at", "id")[: 2 * AT_ONCE])
    mine = [step for step in wanted if Step.objects.filter(pk=step.pk, state=S.WAITING).update(**claim)]
    for step in mine:
        step.state, step.tried_at, step.lease_until = S.TRYING, now, now + LEASE
    return mine


def _make(steps: Sequence[Step], clock: Callable[[], datetime], channels: Mapping[str, Channel]) -> None:
    jobs = [_job(step, channels) for step in steps]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for step, outcome in zip(steps, pool.map(_safely, jobs), strict=True):
            at("duty.called")
            _record(step, outcome, clock())


def _job(step: Step, channels: Mapping[str, Channel]) -> Job:
    try:
        return channels[step.channel].prepare(step.person, words_for(step.alert, step.person))
    except Exception as problem:
        # One person's odd number or key must not keep others from being called.
        log.exception("a call could not be prepared")
        outcome = Outcome("broken", type(problem).__name__)
        return lambda: outcome


def _safely(job: Job) -> Outcome:
    try:
        return job()
    except Exception as problem:
        log.exception("a call could not be made")
        return Outcome("broken", type(problem).__name__, passing=True)


@transaction.atomic
def _record(step: Step, outcome: Outcome, now: datetime) -> None:
    # The alert first, as everywhere: an acknowledgement at this moment calls the next try off, or none is made.
    Alert.objects.select_for_update().get(pk=step.alert_id)
    state = S.HANDED_OVER if outcome.handed_over else S.FAILED
    if _ended(step, now, state, why=outcome.why, detail=outcome.detail[:300]) and outcome.passing:
        _again(step, now, wait=AGAIN_AFTER * step.attempt)
    if outcome.reached:
        PushSubscription.objects.filter(pk__in=outcome.reached).update(reached_at=now)
    if outcome.gone:
        PushSubscription.objects.filter(pk__in=outcome.gone).delete()


def _ended(step: Step, now: datetime, state: str, **said: str) -> int:
    """Nothing if another process has taken the call over in between."""
    mine = Step.objects.filter(pk=step.pk, state=S.TRYING, lease_until=step.lease_until)
    return mine.update(state=state, ended_at=now, **said)


def _again(step: Step, now: datetime, *, wait: timedelta) -> None:
    if step.attempt >= ATTEMPTS or not Alert.objects.open().filter(pk=step.alert_id).exists():
        return
    Step.objects.create(
        alert_id=step.alert_id, rung=step.rung, attempt=step.attempt + 1, person_id=step.person_id,
        found_as=step.found_as, channel=step.channel, due_at=now + wait,
    )  # fmt: skip
