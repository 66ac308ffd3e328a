"""Who is called: on call by the roster, or all who stand duty."""

from datetime import datetime
from typing import NamedTuple

from tocsin.node.alliance.models import DutyShift, Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.duty.kinds import kind_named
from tocsin.node.duty.ladder import Rung
from tocsin.node.duty.models import Alert

__all__ = ["Called", "called", "standing"]


class Called(NamedTuple):
    """Somebody, and as what they were found: first, second, all, or manager."""

    person: Person
    found_as: str


def standing(needs: Ability = Ability.STAND_DUTY) -> list[Person]:
    """Everybody who stands duty and may do this too. Roles are a list in JSON; people are few."""
    people = Person.objects.filter(is_active=True)
    return [person for person in people if person.may(Ability.STAND_DUTY) and person.may(needs)]


def called(rung: Rung, alert: Alert, now: datetime) -> list[Called]:
    """Whom this rung calls now, each once. Nobody: the next rung is climbed at once.

    Where nobody at all stands duty, whoever keeps the roster is called: they cannot acknowledge, and can see to it.
    """
    may = {person.pk: person for person in standing(kind_named(alert.kind).needs)}
    found: dict[object, Called] = {}
    for line in rung.whom:
        for person in may.values() if line == "all" else _on_line(line, now):
            if person.pk in may:
                found.setdefault(person.pk, Called(person, line))
    if not found and "all" in rung.whom:
        managers = [one for one in Person.objects.filter(is_active=True) if one.may(Ability.MANAGE_DUTY)]
        return [Called(person, "manager") for person in managers]
    return list(found.values())


def _on_line(line: str, now: datetime) -> list[Person]:
    shifts = DutyShift.objects.filter(line=line, starts_at__lte=now, ends_at__gt=now).select_related("person")
    return [shift.person for shift in shifts]
