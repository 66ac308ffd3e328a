"""What people decide upon threads: one act each, all or none, never over somebody else's verdict in silence.

Whoever decides gives the `version` of each thread that they saw. If it is no longer the thread's, nothing is saved and
AlreadyDecided says who, when and what. Bulk acts take up to a thousand threads, by the same number of queries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.surveillance.actions.known_causes import add_known_cause
from tocsin.node.surveillance.models import Thread, Verdict
from tocsin.node.surveillance.runs.publishing import wake_threads
from tocsin.node.surveillance.threads.refusals import AlreadyDecided, NotAllowed, NotOurs
from tocsin.node.surveillance.threads.states import FROM, OWNERS, TO, Act
from tocsin.node.surveillance.threads.telling import tell_assignee
from tocsin.node.surveillance.threads.waking import WAKEABLE, day_has_come

__all__ = [
    "AlreadyDecided", "NotAllowed", "assign", "conclude", "discard", "reopen", "triage", "verify", "wake_watches",
    "watch",
]  # fmt: skip

Versions = Mapping[UUID, int]
MOST = 1_000  # threads an act
LONGEST_TEXT = 10_000
FARTHEST = timedelta(days=366)
CONCLUSIONS = {
    Thread.Status.VERIFIED: Act.CONCLUDE_VERIFIED,
    Thread.Status.REFUTED: Act.CONCLUDE_REFUTED,
    Thread.Status.UNVERIFIABLE: Act.CONCLUDE_UNVERIFIABLE,
}


@transaction.atomic
def assign(
    threads: Sequence[Thread], *, assignee: Person | None, by: Person, versions: Versions | None = None
) -> list[Thread]:
    """Make somebody responsible, or nobody; the status stays. They are told once it is saved."""
    if assignee is not None and not assignee.may(Ability.TRIAGE):
        raise ActRefused(_("%(name)s may not decide upon signals; choose somebody who may.") % {"name": assignee})
    decided = _decide(threads, _Decision(Act.ASSIGN, by, fields={"assignee": assignee}), versions)
    if assignee is not None and assignee != by:
        transaction.on_commit(partial(_tell_of_assignment, decided, str(by)))
    return decided


def _tell_of_assignment(threads: Sequence[Thread], by: str) -> None:
    for thread in threads:
        tell_assignee(thread, "thread.assigned", by=by)


@transaction.atomic
def triage(
    thread: Thread, *, text: str = "", by: Person, version: int | None = None, assignee: Person | None = None
) -> Thread:
    """Say that it has been looked at and is to be followed up; whoever does takes it, unless it is somebody's."""
    fields = {} if thread.assignee_id else {"assignee": assignee or by}
    versions = None if version is None else {thread.pk: version}
    return _decide([thread], _Decision(Act.TRIAGE, by, text=text, fields=fields), versions)[0]


@transaction.atomic
def discard(
    threads: Sequence[Thread],
    *,
    reason: str,
    text: str = "",
    by: Person,
    versions: Versions,
    what: str = "",
    first_period: date | None = None,
    last_period: date | None = None,
) -> list[Thread]:
    """Close threads as no risk, for a reason.

    what, first_period, last_period  of a known cause, whose periods leave the baselines of the thread's disease in its
                                     place; the periods are those of each thread unless given
    """
    if reason not in Verdict.Reason.values:
        raise ActRefused(_("Choose a reason; it is what others will learn from."))
    if reason == Verdict.Reason.OTHER and not text.strip():
        raise ActRefused(_("Say in the text what the other reason is."))
    causing = reason == Verdict.Reason.KNOWN_CAUSE
    if causing and not what.strip():
        raise ActRefused(_("Say what the known cause is, such as a screening campaign or a mass gathering."))
    if not causing and what.strip():
        raise ActRefused(
            _("A cause belongs to the reason “known cause”; choose that reason, or leave the cause empty.")
        )
    if causing and any(thread.disease_id is None for thread in threads):
        raise ActRefused(_("A known cause needs a disease, and that of a thread is not known; choose another reason."))
    decided = _decide(threads, _Decision(Act.DISCARD, by, text=text, reason=reason), versions)
    for thread in decided if causing else ():
        add_known_cause(
            thread.disease, thread.place, what=what, thread=thread, by=by,
            first_period=first_period or thread.first_period, last_period=last_period or thread.last_period,
        )  # fmt: skip
    return decided


@transaction.atomic
def watch(threads: Sequence[Thread], *, until: date, text: str = "", by: Person, versions: Versions) -> list[Thread]:
    """Wait until a day. A thread comes back when signals go on beyond it, or at once when they are clearly worse."""
    _require_coming(until)
    return _decide(threads, _Decision(Act.WATCH, by, text=text, until=until, fields={"watch_until": until}), versions)


@transaction.atomic
def verify(threads: Sequence[Thread], *, text: str = "", by: Person, versions: Versions) -> list[Thread]:
    """Begin to find out whether it is true."""
    return _decide(threads, _Decision(Act.VERIFY, by, text=text), versions)


@transaction.atomic
def conclude(
    thread: Thread, *, status: str, text: str, by: Person, version: int, review_at: date | None = None
) -> Thread:
    """Say what verification found: VERIFIED, REFUTED, or UNVERIFIABLE and to be looked at again on `review_at`."""
    if status not in CONCLUSIONS:
        raise ActRefused(_("A verification ends as verified, refuted or unverifiable."))
    if not text.strip():
        raise ActRefused(_("Say in the text what was found, and how."))
    unverifiable = status == Thread.Status.UNVERIFIABLE
    if unverifiable and review_at is None:
        raise ActRefused(_("Say on which day it is to be looked at again."))
    if unverifiable:
        _require_coming(review_at)
    given = {"review_at": review_at} if unverifiable else {}
    decision = _Decision(CONCLUSIONS[Thread.Status(status)], by, text=text, until=given.get("review_at"), fields=given)
    return _decide([thread], decision, {thread.pk: version})[0]


@transaction.atomic
def reopen(thread: Thread, *, text: str, by: Person, version: int) -> Thread:
    """Bring a closed or watched thread back to the inbox."""
    if not text.strip():
        raise ActRefused(_("Say in the text why it is opened again."))
    return _decide([thread], _Decision(Act.REOPEN, by, text=text), {thread.pk: version})[0]


@transaction.atomic
def wake_watches() -> int:
    """Daily: bring back watched threads whose day has passed with signals since, and those due for review."""
    today, now = timezone.localdate(), timezone.now()
    asleep = Thread.objects.shown().select_for_update(of=("self",)).filter(status__in=WAKEABLE)
    due = [
        thread for thread in asleep.select_related("disease", "headline_place", "place") if day_has_come(thread, today)
    ]
    began = dict(
        Verdict.objects.filter(thread__in=due, act__in=WAKEABLE).order_by("version").values_list("thread", "at")
    )
    woken = [
        thread
        for thread in due
        if thread.status == Thread.Status.UNVERIFIABLE or thread.last_signal_at > began.get(thread.pk, now)
    ]
    wake_threads(woken, now)
    if woken:
        audit.record("threads.woken", by=None, threads=[str(thread.pk) for thread in woken])
    return len(woken)


def _require_coming(day: date | None) -> None:
    today = timezone.localdate()
    if day is not None and not today <= day <= today + FARTHEST:
        raise ActRefused(_("The day must lie between today and a year from now."))


@dataclass(frozen=True, slots=True)
class _Decision:
    """What is decided: an act with its words, and the thread's fields that it sets besides the status."""

    act: Act
    by: Person
    text: str = ""
    reason: str = ""
    until: date | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


def _decide(threads: Sequence[Thread], decision: _Decision, versions: Versions | None) -> list[Thread]:
    """Lock, check, write. Either all threads get their verdict or none does."""
    check(decision.by, Ability.TRIAGE)
    keys = list(dict.fromkeys(thread.pk for thread in threads))
    if not 1 <= len(keys) <= MOST:
        raise ActRefused(_("Choose from 1 to 1,000 threads."))
    if len(decision.text) > LONGEST_TEXT:
        raise ActRefused(_("The text is too long; 10,000 characters are the most."))
    locked = (
        Thread.objects.visible_to(decision.by)
        .select_for_update(of=("self",))
        .select_related("disease", "place", "headline_place", "assignee")
        .filter(pk__in=keys)
        .order_by("pk")
    )
    found = list(locked)
    _require_as_seen(found, keys, versions)
    refused = [thread for thread in found if thread.status not in FROM[decision.act]]
    if refused:
        raise NotAllowed(decision.act, refused)
    if decision.act in OWNERS and (theirs := [thread for thread in found if thread.shared_by_id]):
        raise NotOurs(decision.act, theirs)
    _write(found, decision)
    return found


def _require_as_seen(found: Sequence[Thread], keys: Sequence[UUID], versions: Versions | None) -> None:
    # A thread that went into another meanwhile is no longer shown, and so not found.
    gone = set(keys) - {thread.pk for thread in found}
    changed = [thread for thread in found if versions is not None and versions.get(thread.pk) != thread.version]
    if gone or changed:
        changed += Thread.objects.filter(pk__in=gone).select_related("disease", "place", "headline_place")
        last = {
            verdict.thread_id: verdict
            for verdict in Verdict.objects.filter(thread__in=changed).select_related("by").order_by("version")
        }
        raise AlreadyDecided([(thread, last.get(thread.pk)) for thread in changed])


def _write(threads: Sequence[Thread], decision: _Decision) -> None:
    now, language = timezone.now(), get_language() or ""
    verdicts = [
        Verdict(
            thread=thread, version=thread.version + 1, act=decision.act, from_status=thread.status,
            to_status=TO[decision.act] or thread.status, reason=decision.reason, text=decision.text.strip(),
            language=language if decision.text.strip() else "", until=decision.until,
            assignee=decision.fields.get("assignee"), by=decision.by, at=now, observed=thread.observed,
            exceptionality=thread.exceptionality, headline_place=thread.headline_place,
            headline_stratum=thread.headline_stratum,
        )
        for thread in threads
    ]  # fmt: skip
    Verdict.objects.bulk_create(verdicts, batch_size=500)
    changes = dict(decision.fields)
    if status := TO[decision.act]:
        changes = {"status": status, "watch_until": None, "review_at": None, **changes}
    Thread.objects.filter(pk__in=[thread.pk for thread in threads]).update(version=F("version") + 1, **changes)
    for thread in threads:
        thread.version += 1
        for name, value in changes.items():
            setattr(thread, name, value)
    one = threads[0] if len(threads) == 1 else None
    audit.record(
        f"thread.{decision.act}", one, by=decision.by, reason=decision.reason, until=decision.until,
        assignee=str(decision.fields["assignee"].pk) if decision.fields.get("assignee") else None,
        threads=[str(thread.pk) for thread in threads] if one is None else [],
    )  # fmt: skip
