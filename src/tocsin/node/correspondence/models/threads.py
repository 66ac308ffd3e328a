"""Threads of letters, and who takes part in each: what lists are made of, kept up as letters come and are read."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from tocsin.joint.parties import PartyId, Speaker
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.correspondence.boxes import box_keys
from tocsin.node.records import new_id

__all__ = ["Participant", "Thread"]


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, person: Person) -> Self:
        """Those in which a box takes part that is open to the person now: the one door to letters."""
        mine = Participant.objects.filter(thread=OuterRef("pk"), origin=here().code, box__in=box_keys(person))
        return self.filter(Exists(mine))


class Thread(models.Model):
    """Letters that answer one another. Every letter names its thread, so that none has to come first."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    origin = models.CharField(max_length=12, help_text="The state whose letter began it.")
    thread_id = models.UUIDField(help_text="As letters name it, with `origin`.")
    begun_at = models.DateTimeField(default=timezone.now)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("origin", "thread_id"), name="one_row_a_thread_of_letters"),)

    def __str__(self) -> str:
        return f"{self.origin} {self.thread_id}"

    @property
    def key(self) -> dict[str, str]:
        """As documents name it."""
        return {"origin": self.origin, "id": str(self.thread_id)}


class Participant(models.Model):
    """Somebody who writes or is written to in a thread, of whatever state; of ours also what is new to them there.

    Made anew from the letters that stand, whatever order they came in.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="participants", db_index=False)
    origin = models.CharField(max_length=12)
    hospital = models.UUIDField(help_text="As its state knows it.")
    clinician = models.UUIDField(null=True, help_text="None: the hospital as a whole.")
    box = models.UUIDField(help_text="The clinician, or else the hospital.")
    last = models.ForeignKey("correspondence.Letter", models.SET_NULL, null=True, related_name="+")
    last_at = models.DateTimeField(default=timezone.now, help_text="When the last letter that they see was written.")
    unread = models.PositiveIntegerField(default=0)
    first = models.PositiveSmallIntegerField(
        default=0, help_text="1 where something is unread: a number, since SQLite finds no truth by an index."
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("thread", "origin", "box"), name="a_participant_once_in_a_thread"),
            models.CheckConstraint(
                condition=models.Q(unread=0, first=0) | models.Q(unread__gt=0, first=1),
                name="unread_letters_are_counted",
            ),
        )
        indexes = (
            models.Index(fields=("origin", "box", "first", "-last_at", "-id"), name="threads_of_a_box"),
            models.Index(fields=("origin", "thread"), name="threads_with_a_state"),
        )

    def __str__(self) -> str:
        return f"{self.origin} {self.box}"

    @property
    def is_unread(self) -> bool:
        """Whether something in it is new to this box."""
        return self.unread > 0

    @property
    def speaker(self) -> Speaker:
        """As documents name them."""
        clinician = PartyId(self.origin, str(self.clinician)) if self.clinician else None
        return Speaker(PartyId(self.origin, str(self.hospital)), clinician)

    @classmethod
    def fields_of(cls, speaker: Speaker) -> dict[str, Any]:
        """What says who it is."""
        return {"hospital": speaker.hospital.id, "clinician": speaker.clinician.id if speaker.clinician else None}
