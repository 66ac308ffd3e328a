"""The order of the inbox: one number a thread, and the line under what a person can look at in a week.

    priority = 100  if a fixed rule speaks of a disease of gravity 4 (one case of plague), or
                80  if a person does (a clinician suspects it)
             +  8 × (gravity − 1)            0 common, 8 notifiable, 16 grave, 24 gravest; unknown disease: 16
             +  8   if a fixed rule speaks, or 4 if a person does
             +  exceptionality               0 to 16

Exceptionality is the surprise of the most exceptional signal, −log10 p, at most 16: one in a hundred is 2, one in a
million 6. So a step of gravity weighs as much as eight powers of ten of chance, and what models say (at most 24 + 16)
never reaches a fixed rule of a gravest disease, however many of them say it. Threads of one priority go by their last
signal, newest first.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from numpy.typing import ArrayLike, NDArray

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.surveillance.models import Signal, Thread, Verdict

__all__ = ["MOST", "Line", "above_the_line", "exceptionality", "priority", "weight_of_kind"]

MOST = 16.0
AT_THRESHOLD = 2.0  # of a method without probabilities: as one in a hundred
GRAVEST, GRAVITY_UNKNOWN = 4, 3
RULE_OF_THE_GRAVEST, TOLD_OF_THE_GRAVEST = 100.0, 80.0
A_RULE, A_PERSON, A_STEP_OF_GRAVITY = 8.0, 4.0, 8.0
_Z_AT_THRESHOLD = 2.3263478740408408  # of a normal tail of one in a hundred
_KINDS = (
    Signal.Kind.RULE, Signal.Kind.LABORATORY, Signal.Kind.CLINICIAN, Signal.Kind.WHO, Signal.Kind.PARTNER,
    Signal.Kind.BORDER, Signal.Kind.ANIMAL, Signal.Kind.MEDIA, Signal.Kind.MODEL,
)  # fmt: skip


def exceptionality(p_value: ArrayLike, exceedance: ArrayLike, observed: ArrayLike) -> NDArray[np.float64]:
    """-log10 p, from 0 to 16, for each signal.

    Where a method gives no probability, its exceedance e (1 at the threshold) stands for the normal tail beyond
    2.33 e: 2 at the threshold, rising with e. Where there is no exceedance either, the baseline had no spread, as
    after nothing but zeros: then the count speaks (`_after_zeros`), 2 at the least.
    """
    p, e = np.asarray(p_value, dtype=np.float64), np.asarray(exceedance, dtype=np.float64)
    with np.errstate(divide="ignore"):
        found = -np.log10(p)
    without = np.isnan(p)
    cases = np.broadcast_to(np.asarray(observed, dtype=np.float64), p.shape)
    found[without] = [
        _tail(value) if math.isfinite(value) else max(AT_THRESHOLD, _after_zeros(count))
        for value, count in zip(e[without].tolist(), cases[without].tolist(), strict=True)
    ]
    return np.clip(found, 0.0, MOST)


def _after_zeros(count: float) -> float:
    """-log10 of the chance of so many cases or more after seven periods with none, by Jeffreys' prior for a rate.

    The predictive distribution is negative binomial with size 1/2 and success 7/8. Its terms fall by about eight from
    one count to the next, so that the sum of all from `count` on is the first of them times 8/7, a little too large.
    """
    term = (
        math.lgamma(count + 0.5)
        - math.lgamma(0.5)
        - math.lgamma(count + 1)
        + 0.5 * math.log(7 / 8)
        - count * math.log(8)
    )
    return -(term + math.log(8 / 7)) / math.log(10)


def _tail(exceedance: float) -> float:
    beyond = math.erfc(_Z_AT_THRESHOLD * exceedance / math.sqrt(2)) / 2
    return -math.log10(beyond) if beyond > 0 else MOST


def priority(*, gravity: int | None, exceptionality: float, kinds: Collection[str]) -> float:
    """The number by which the inbox goes down; `gravity` is None where the disease is not known."""
    rule = Signal.Kind.RULE in kinds
    told = any(kind not in Signal.BY_MACHINE for kind in kinds)
    first = 0.0
    if gravity == GRAVEST:
        first = RULE_OF_THE_GRAVEST if rule else TOLD_OF_THE_GRAVEST if told else 0.0
    return (
        first
        + A_STEP_OF_GRAVITY * ((gravity or GRAVITY_UNKNOWN) - 1)
        + (A_RULE if rule else A_PERSON if told else 0.0)
        + min(exceptionality, MOST)
    )


def weight_of_kind(kind: str) -> int:
    """Place of a kind of signal among those of a thread, the one that counts for most first."""
    return _KINDS.index(Signal.Kind(kind))


@dataclass(frozen=True, slots=True)
class Line:
    """What a person is shown this week, and what was left below.

    threads    at most `room` new threads, by priority
    room       threads of their budget that are left this week
    looked_at  threads that they decided upon within the week
    below      new threads of the week that are not among `threads`
    """

    threads: QuerySet[Thread]
    room: int
    looked_at: int
    below: int


def above_the_line(person: Person) -> Line:
    """New threads with signals of the last seven days, as far as the person's weekly budget reaches.

    Threads in what partners share take no room of it: they are their owners' to decide upon first.
    What a rule or a person says of a gravest disease stays until somebody has decided, however old. Two counts, and
    one query for the rows when they are read.
    """
    since = timezone.now() - timedelta(days=7)
    waiting = (
        Thread.objects.visible_to(person)
        .whose("own")
        .filter(Q(last_signal_at__gte=since) | Q(priority__gte=TOLD_OF_THE_GRAVEST), status=Thread.Status.NEW)
    )
    decided = Verdict.objects.filter(by=person, at__gte=since, thread__shared_by=None)
    looked_at = decided.values("thread").distinct().count()
    # Readers see each thread once, so that the index of the inbox alone can be counted.
    what, once = ("status", {}) if person.may(Ability.READ_SURVEILLANCE) else ("pk", {"distinct": True})
    counted = waiting.aggregate(
        waiting=Count(what, **once), gravest=Count(what, filter=Q(priority__gte=TOLD_OF_THE_GRAVEST), **once)
    )
    room = max(person.budget - looked_at, counted["gravest"])  # the gravest are never below a line
    shown = waiting.select_related("disease", "headline_place", "assignee").order_by("-priority", "-last_signal_at")
    return Line(shown[:room], room, looked_at, max(counted["waiting"] - room, 0))
