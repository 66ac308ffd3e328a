"""Who takes tables and reports of assistance along: who exports at all, and who keeps what is asked and sent."""

from collections.abc import Callable

from django.http import HttpResponse

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability

__all__ = ["may_take_along", "takes_along"]

TAKES = (Ability.EXPORT, Ability.KEEP_ASSISTANCE)
View = Callable[..., HttpResponse]


def takes_along(view: View) -> View:
    """A view for them alone."""
    return requires(Ability.READ_ASSISTANCE)(requires(*TAKES)(view))


def may_take_along(person: Person) -> bool:
    """Whether pages offer it."""
    return any(person.may(ability) for ability in TAKES)
