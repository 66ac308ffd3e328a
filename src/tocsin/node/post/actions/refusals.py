"""What acts of the exchange refuse to people, and who may do them."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability

__all__ = ["ActRefused", "demand"]


class ActRefused(ValueError):
    """The act cannot be done as things stand; the message says to the person why, and what to do."""


def demand(by: Person | None, ability: Ability) -> None:
    """Raises PermissionDenied unless `by` may; None is the machine's own work."""
    if by is not None and not by.may(ability):
        raise PermissionDenied(_("Your role does not allow this."))
