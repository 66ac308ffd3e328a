"""Exercises that are played on this node: the script, its clock, and who directs them."""

from datetime import date, datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.exercises.scripts import Script, read_content
from tocsin.node.records import new_id

__all__ = ["LOOKS", "Exercise"]

# Whoever plays, directs, or answers at night may look; what is still to come only the directing staff see.
LOOKS = (Ability.RUN_EXERCISES, Ability.STAND_DUTY, Ability.WRITE_EVENTS)
A_DAY = timedelta(days=1)


class ExerciseQuerySet(models.QuerySet["Exercise"]):
    def visible_to(self, person: Person) -> "ExerciseQuerySet":
        return self if any(map(person.may, LOOKS)) else self.none()

    def open(self) -> "ExerciseQuerySet":
        """Planned, running or paused."""
        return self.filter(ended_at=None)


class Exercise(models.Model):
    """One exercise as this node plays it. Each state runs its own; the code word makes their outbreak one.

    Its clock: exercise days pass in `minutes_a_day` minutes each from `starts_at`, and stand while it is paused;
    `paused_for` is what pauses that are over have taken. Its calendar ends on the day of the start, so that nobody
    falls ill in the future. Nothing of an exercise is ever deleted.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    script_code = models.CharField(max_length=60)
    content = models.JSONField(help_text="The script as it was when the exercise was begun.")
    code_word = models.CharField(max_length=60, help_text="Agreed by telephone; the same gives the same outbreak.")
    role = models.CharField(max_length=12, help_text="What this state plays: origin, neighbour or others.")
    states = models.JSONField(help_text="Code of the state that plays origin and neighbour.")
    places = models.JSONField(help_text="Code of the place for each place of the script.")
    language = models.CharField(max_length=12, help_text="Of the signals that it makes.")
    minutes_a_day = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, help_text="Since when it stands still.")
    paused_for = models.DurationField(default=timedelta)
    ended_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", help_text="Who began it; signals are theirs.")
    directors = models.ManyToManyField(Person, related_name="+", help_text="Directing staff: they see what is to come.")

    objects = ExerciseQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(minutes_a_day__gte=1, minutes_a_day__lte=1440),
                name="a_day_of_an_exercise_takes_a_minute_to_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(paused_at=None), name="what_has_ended_is_not_paused"
            ),
        )

    def __str__(self) -> str:
        return self.script.name.in_language(get_language() or "en")

    @cached_property
    def script(self) -> Script:
        return read_content(self.content)

    @property
    def pace(self) -> timedelta:
        return timedelta(minutes=self.minutes_a_day)

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    def state_at(self, now: datetime) -> str:
        """planned, running, paused or ended: names in look/states.py begin with exercise_."""
        if self.ended_at is not None:
            return "ended"
        if self.paused_at is not None:
            return "paused"
        return "planned" if now < self.starts_at else "running"

    def due(self, day: int, hour: int) -> datetime:
        """When a moment of the exercise comes, as long as it is not paused again."""
        return self.starts_at + self.paused_for + ((day - 1) * 24 + hour) / 24 * self.pace

    def elapsed(self, now: datetime) -> timedelta:
        """Time of the exercise since its beginning: days of the script."""
        until = min(moment for moment in (now, self.paused_at, self.ended_at) if moment is not None)
        passed = max(until - self.starts_at - self.paused_for, timedelta())
        return passed / self.pace * A_DAY

    def day_at(self, now: datetime) -> tuple[int, int]:
        """Day of the exercise and hour of it, as on a clock; (0, 0) before it begins, the last day's end after it."""
        if now < self.starts_at:
            return 0, 0
        passed = min(self.elapsed(now), self.script.days * A_DAY - timedelta(hours=1))
        return passed // A_DAY + 1, int(passed % A_DAY / timedelta(hours=1))

    def date_of(self, day: int) -> date:
        """The day of the calendar that a day of the exercise is."""
        return timezone.localdate(self.starts_at) - timedelta(days=self.script.days - day)

    def is_directed_by(self, person: Person) -> bool:
        return person.may(Ability.RUN_EXERCISES) and self.directors.filter(pk=person.pk).exists()
