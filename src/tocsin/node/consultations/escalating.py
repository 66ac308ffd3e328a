"""A case that nobody answers: whoever has it is told, then whoever manages them, then those who wait for the answer.

By the time that its urgency gives: at half of it, at four fifths, and when it is over.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from tocsin.node.consultations import models
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.telling import COORDINATORS, managers_of, people_of, tell
from tocsin.node.joint.models import JointObject

__all__ = ["STEPS", "due_at", "escalate"]

STEPS = (("half", 0.5), ("soon_late", 0.8), ("late", 1.0))
WAITING = (models.Case.Status.SUBMITTED, models.Case.Status.ALLOCATED, models.Case.Status.IN_REVIEW)


def due_at(row: models.Case) -> datetime | None:
    """When the next step is to be taken; None where nobody waits for an answer of the first time."""
    if not _waits(row) or row.warned >= len(STEPS):
        return None
    return _moment(row, row.warned)


def escalate(of: JointObject) -> None:
    """Take the step that is due, and none of those before it: who was away is not told three times at once."""
    row = models.Case.objects.select_for_update(of=("self",)).filter(of=of).first()
    if row is None or not _waits(row):
        return
    now = timezone.now()
    over = sum(now >= _moment(row, step) for step in range(len(STEPS)))
    if over <= row.warned:
        return
    row.warned = over
    row.save(update_fields=["warned"])
    _tell(row, over)


def _tell(row: models.Case, step: int) -> None:
    people = [*people_of(row, COORDINATORS), *people_of(row, Part.EXPERT)]
    if step >= 2:
        asked = row.hospitals.filter(part=Part.ASKED, hospital__is_ours=True).select_related("hospital")
        people += [person for one in asked for person in managers_of(one.hospital)]
    tell(row, STEPS[step - 1][0], people)
    if step == len(STEPS):
        tell(row, "late_for_us", people_of(row, Part.ASKING))


def _waits(row: models.Case) -> bool:
    return row.status in WAITING and row.first_answer_at is None


def _moment(row: models.Case, step: int) -> datetime:
    whole: timedelta = row.answer_by - row.begun_at
    moment: datetime = row.begun_at + whole * STEPS[step][1]
    return moment
