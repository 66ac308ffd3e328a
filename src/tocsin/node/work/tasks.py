"""The scheduled tasks. Each is quick to run twice, and says how much it found to do."""

from datetime import timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from tocsin.node.work.models import ScheduledRun

__all__ = [
    "ONCE",
    "keep_counts",
    "keep_house",
    "look_into_folders",
    "mail_notices",
    "screen_all",
    "share_counts",
    "tell_of_expiries",
    "tell_of_late_sources",
    "wake_watches",
    "warn_of_clocks",
]

KEEP_FAILED = timedelta(days=30)
KEEP_DONE = timedelta(days=2)
KEEP_NOTICES = timedelta(days=365)
ROWS = 1_000
ONCE = "once "  # how keys begin of what is done once and never again


@task(queue_name="night")
def screen_all() -> int:
    """Ask for a screening of every source that is on; one that lost its place in the queue gets it back first."""
    from tocsin.node.surveillance.actions import screening
    from tocsin.node.surveillance.models import Source

    screening.sweep_screenings()
    return sum(screening.ask(source, by=None) is not None for source in Source.objects.filter(is_on=True))


@task(queue_name="night")
def share_counts() -> int:
    """Send partners what rules that share by themselves let leave, and what has changed."""
    from tocsin.node.indicators.actions import weekly

    return weekly.share_due()


@task(queue_name="night")
def wake_watches() -> int:
    """Bring back threads whose day of watching or of review has come."""
    from tocsin.node.surveillance.actions import triage

    return triage.wake_watches()


@task(queue_name="people")
def look_into_folders() -> int:
    """Receive what was put into watched folders."""
    from tocsin.node.surveillance.intake import watched_folders

    return watched_folders.look()


@task(queue_name="night")
def tell_of_late_sources() -> int:
    from tocsin.node.surveillance.intake import lateness

    return lateness.tell()


@task(queue_name="night")
def tell_of_expiries() -> int:
    """Tell of what in the trust list runs out soon, or has."""
    from tocsin.node.post import expiring

    return expiring.tell()


@task(queue_name="people")
def warn_of_clocks() -> int:
    """Warn whoever leads an event when a clock of it is half over, nearly over, over."""
    from tocsin.node.events.actions import warnings

    return warnings.warn()


@task(queue_name="people")
def mail_notices() -> int:
    from tocsin.node.alliance import notices

    return notices.mail_waiting()


@task(queue_name="night")
def keep_house() -> int:
    """Delete rows that nobody will read: finished tasks, runs of the schedule, ended sessions, old notices and keys.

    What was erased by its owner goes from beside the database too, if nobody reads from before at this moment.
    """
    from django.contrib.sessions.models import Session

    from tocsin.node.alliance.models import Notice
    from tocsin.node.api import once
    from tocsin.node.events.files import keeping
    from tocsin.node.post.store.leftovers import sweep

    now = timezone.now()
    finished = DBTaskResult.objects.finished()
    gone = _delete(finished.filter(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - KEEP_DONE))
    gone += _delete(finished.filter(finished_at__lt=now - KEEP_FAILED))
    gone += _delete(ScheduledRun.objects.filter(at__lt=now - KEEP_DONE).exclude(key__startswith=ONCE))
    gone += _delete(Notice.objects.filter(made_at__lt=now - KEEP_NOTICES))
    gone += _delete(Session.objects.filter(expire_date__lt=now))
    gone += once.prune() + keeping.sweep()
    if not connection.in_atomic_block:  # SQLite cannot, inside one
        sweep()
    return gone


@task(queue_name="night")
def keep_counts() -> int:
    """Delete packed counts that nobody reads, and merge the archives' files."""
    from tocsin.node.surveillance import housekeeping

    return housekeeping.keep()


def _delete(rows: QuerySet) -> int:
    """In pieces, so that nobody waits for the end of a long deletion."""
    gone = 0
    while keys := list(rows.values_list("pk", flat=True)[:ROWS]):
        gone += rows.model.objects.filter(pk__in=keys).delete()[0]
    return gone
