"""Files that people put with an event. They stay in the state: no document of the exchange carries one."""

from django.db import models
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.models.event import Event
from tocsin.node.records import new_id

__all__ = ["EventFile"]


class EventFileQuerySet(models.QuerySet["EventFile"]):
    def visible_to(self, person: Person) -> "EventFileQuerySet":
        """For those who read line lists: a file may be one, and nobody can tell by its name."""
        return self if person.may(Ability.READ_CASES) else self.none()


class EventFile(models.Model):
    """One file, kept under its digest in the node's folder. Taken away, its row stays and its bytes go."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, help_text="What its bytes say it is: files/kinds.py.")
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=10, blank=True, help_text="Of the note.")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    objects = EventFileQuerySet.as_manager()

    class Meta:
        ordering = ("-at",)
        indexes = (models.Index(fields=("digest",), condition=models.Q(removed_at=None), name="files_that_are_kept"),)

    def __str__(self) -> str:
        return self.name
