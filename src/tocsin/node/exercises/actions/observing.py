"""What evaluators write down."""

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.exercises.models import Exercise, Observation

__all__ = ["observe"]

LONGEST_TEXT = 5_000


@transaction.atomic
def observe(
    exercise: Exercise, *, rating: str, text: str, by: Person, objective: str = "", language: str = ""
) -> Observation:
    """Write down what was seen of an objective, or of the whole; also after its end. It stands as it is."""
    check(by, Ability.RUN_EXERCISES)
    if rating not in Observation.Rating.values:
        raise ActRefused(_("Say how it went; choose one of the list."))
    if objective and objective not in {one.code for one in exercise.script.objectives_for(exercise.role)}:
        raise ActRefused(_("This state’s part has no such objective."))
    text = text.replace("\r\n", "\n").strip()
    if not text or len(text) > LONGEST_TEXT:
        raise ActRefused(_("Say in 5,000 characters at most what was seen."))
    made = Observation.objects.create(
        exercise=exercise, objective=objective, rating=rating, text=text,
        language=language or get_language() or "en", by=by,
    )  # fmt: skip
    audit.record("exercise.observed", made, by=by, exercise=str(exercise.pk), objective=objective, rating=rating)
    return made
