"""Warning people of deadlines of this state's measures: a week before, a day before, and once they are over.

Whoever keeps or decides on measures is told of each step once. A measure that was not looked at for a while tells its
gravest step alone; one whose deadline is extended warns anew.
"""

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability
from tocsin.node.council import links, measure_links
from tocsin.node.council.measure_words import OPEN, deadline_words
from tocsin.node.council.models import Measure, MeasureWarning
from tocsin.node.language.each import in_each_language

__all__ = ["MOST_AT_ONCE", "STEPS", "warn"]

STEPS = (7, 1, -1)  # days before the deadline; -1: it is over
MOST_AT_ONCE = 10  # notices that a person gets at once; of more they are told the number

Due = tuple[Measure, int]


def warn(*, day: date | None = None) -> int:
    """Look at the measures of this state, and tell of what fell due. Returns of how many people were told.

    As many queries for ten thousand as for one, but for the notices.
    """
    day = day or timezone.localdate()
    with transaction.atomic():
        due = _due(day)
        people = _people() if due else []
        if not people:  # they stay to be told, once there is somebody
            return 0
        MeasureWarning.objects.bulk_create(
            [
                MeasureWarning(measure=one, deadline=one.deadline, days=step)
                for one, gravest in due
                for step in STEPS
                if step >= gravest
            ],
            ignore_conflicts=True,
        )
        _tell(people, due, day)
        audit.record("measures.warned", None, by=None, measures=len(due))
    return len(due)


def step_of(deadline: date, day: date) -> int | None:
    """The gravest step that a deadline has come to by that day; None: none yet."""
    left = (deadline - day).days
    return next((step for step in reversed(STEPS) if left <= step), None)


def _due(day: date) -> list[Due]:
    """Measures with the step they have come to, where nobody was told of it."""
    rows = Measure.objects.in_force().filter(is_ours=True, status__in=OPEN).select_related("decision")
    near = [(one, step) for one in rows if (step := step_of(one.deadline, day)) is not None]
    told = set(
        MeasureWarning.objects.filter(measure__in=[one.pk for one, _step in near]).values_list(
            "measure_id", "deadline", "days"
        )
    )
    return [(one, step) for one, step in near if (one.pk, one.deadline, step) not in told]


def _people() -> list[Person]:
    return [
        one
        for one in Person.objects.filter(is_active=True)
        if one.may(Ability.KEEP_MEASURES) or one.may(Ability.DECIDE)
    ]


def _tell(people: Sequence[Person], due: Sequence[Due], day: date) -> None:
    if len(due) > MOST_AT_ONCE:
        over = sum(step < 0 for _one, step in due)
        notify(people, "measures.due", link=f"{links.measures()}?whose=ours&show=open", n=len(due), over=over)
        return
    for one, step in due:
        values = {
            "measure": _titles(one),
            "left": in_each_language(lambda one=one: deadline_words(one.status, one.deadline, day)),
        }
        kind = "measure.over" if step < 0 else "measure.due"
        notify(people, kind, link=measure_links.measure(one.decision_id, one.measure), **values)


def _titles(measure: Measure) -> dict[str, str]:
    """In each language of the interface; where there is none, in whichever there is."""
    otherwise = next(iter(measure.title.values()), measure.measure)
    return {language: measure.title.get(language, otherwise) for language, _name in settings.LANGUAGES}
