"""What is done without anybody asking, and when: one table.

A run is due at a moment that all workers compute alike, and is claimed by a row that only one of them can make, in
the transaction that queues its task. After a downtime the last missed run is done, once; those before it are not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from tocsin.node.correspondence.tasks import tell_of_readings
from tocsin.node.council.calling_tasks import look_at_all_events, look_at_events
from tocsin.node.council.measure_tasks import warn_of_measures
from tocsin.node.duty.tasks import escalate
from tocsin.node.exercises.tasks import deliver
from tocsin.node.files.tasks import expire_uploads
from tocsin.node.joint.tasks import tend_open
from tocsin.node.search.tasks import tidy_index
from tocsin.node.travellers.tasks import destroy_expired
from tocsin.node.work import tasks
from tocsin.node.work.models import ScheduledRun

__all__ = ["SCHEDULE", "Scheduled", "every", "nightly", "start_due"]

Moment = Callable[[datetime], datetime]


def every(**duration: int) -> Moment:
    """The last whole multiple of a duration, counted from the beginning of 1970."""
    step = timedelta(**duration)
    beginning = datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))
    return lambda now: now - (now - beginning) % step


def nightly(after: timedelta = timedelta()) -> Moment:
    """The node's hour of night, on its own clock, or some time after it."""

    def last(now: datetime) -> datetime:
        zone, hour = ZoneInfo(settings.CONFIGURATION.time_zone), time.fromisoformat(settings.CONFIGURATION.nightly)
        today = now.astimezone(zone).date()
        moments = (datetime.combine(today - timedelta(days=d), hour, zone) + after for d in range(3))
        return next(moment for moment in moments if moment <= now)

    return last


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One piece of work: its name, the task that does it, and the last moment at which it was due."""

    name: str
    task: Task
    due: Moment

    def key(self, now: datetime) -> str:
        return f"{self.name} {self.due(now):%Y-%m-%dT%H:%M%z}"


SCHEDULE = (
    Scheduled("screen-night", tasks.screen_all, nightly()),
    Scheduled("wake-watches", tasks.wake_watches, nightly(timedelta(hours=3))),
    Scheduled("share-counts", tasks.share_counts, nightly(timedelta(hours=4))),
    Scheduled("keep-house", tasks.keep_house, nightly(timedelta(hours=2))),
    Scheduled("keep-counts", tasks.keep_counts, nightly(timedelta(hours=2))),
    Scheduled("expire-uploads", expire_uploads, nightly(timedelta(hours=2))),
    Scheduled("tidy-search", tidy_index, nightly(timedelta(hours=2))),
    Scheduled("call-people", escalate, every(minutes=1)),
    Scheduled("exercises", deliver, every(minutes=1)),
    Scheduled("joint-objects", tend_open, every(minutes=1)),
    Scheduled("letters-read", tell_of_readings, every(minutes=1)),
    Scheduled("council-events", look_at_events, every(minutes=1)),
    Scheduled("council-all-events", look_at_all_events, every(hours=6)),
    Scheduled("council-measures", warn_of_measures, every(hours=1)),
    Scheduled("watched-folders", tasks.look_into_folders, every(minutes=1)),
    Scheduled("late-sources", tasks.tell_of_late_sources, every(hours=1)),
    Scheduled("destroy-travellers", destroy_expired, every(hours=1)),
    Scheduled("expiries", tasks.tell_of_expiries, every(hours=6)),
    Scheduled("event-clocks", tasks.warn_of_clocks, every(minutes=10)),
    Scheduled("mail", tasks.mail_notices, every(minutes=10)),
)


def start_due(now: datetime, schedule: tuple[Scheduled, ...] = SCHEDULE) -> list[str]:
    """Queue what is due and not yet claimed. Returns the keys that were claimed here."""
    keys = {work.key(now): work for work in schedule}
    claimed = set(ScheduledRun.objects.filter(key__in=keys).values_list("key", flat=True))
    return [key for key, work in keys.items() if key not in claimed and _start(key, work)]


def _start(key: str, work: Scheduled) -> bool:
    try:
        with transaction.atomic():
            ScheduledRun(key=key, at=timezone.now()).save(force_insert=True)
            # A run that still waits does the work of this one as well.
            if not _waiting(work.task):
                work.task.enqueue()
    except IntegrityError:
        return False
    return True


def _waiting(task: Task) -> bool:
    return DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=task.module_path).exists()
