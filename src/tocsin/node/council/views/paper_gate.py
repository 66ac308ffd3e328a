"""Who takes papers of the Council along: whoever reads them, and either exports or decides."""

from collections.abc import Callable

from django.http import HttpResponse

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability

__all__ = ["may_take_along", "takes_along"]

TAKES = (Ability.EXPORT, Ability.DECIDE)
View = Callable[..., HttpResponse]


def takes_along(view: View) -> View:
    """A view for them alone."""
    return requires(Ability.READ_COUNCIL)(requires(*TAKES)(view))


def may_take_along(person: Person) -> bool:
    """Whether pages offer it."""
    return person.may(Ability.READ_COUNCIL) and any(person.may(ability) for ability in TAKES)
