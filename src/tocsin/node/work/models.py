"""Which workers are alive, and when scheduled work last ran."""

from django.db import models
from django.utils import timezone

__all__ = ["ScheduledRun", "Worker"]


class Worker(models.Model):
    """A process that does background work. Its lease ends with its process, or when it was silent for too long."""

    id = models.CharField(max_length=64, primary_key=True)
    host = models.CharField(max_length=120, help_text="Machine, its start and the room of process numbers on it.")
    pid = models.PositiveIntegerField()
    mark = models.CharField(max_length=80, blank=True, help_text="Tells the process from a later one of its number.")
    queues = models.CharField(max_length=80, blank=True, help_text="Of tasks that it takes; empty: all.")
    started_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.id


class ScheduledRun(models.Model):
    """One due run of a scheduled piece of work; its key is unique, so that two workers start it once."""

    key = models.CharField(max_length=80, primary_key=True, help_text="screen-night 2026-03-10")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.key
