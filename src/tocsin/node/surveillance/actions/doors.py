"""Who may do what, as acts ask it; and what acts refuse."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.surveillance.models import Source

__all__ = ["Refused", "demand", "require_own"]


class Refused(ValueError):
    """The act cannot be done as things stand; the message says to the person why, and what to do."""


def demand(by: Person | None, ability: Ability) -> None:
    """Raises PermissionDenied unless `by` may; None is the machine's own work."""
    if by is not None and not by.may(ability):
        raise PermissionDenied(_("Your role does not allow this."))


def require_own(source: Source) -> None:
    """Raises Refused where a partner's documents fill the source: nobody here sends to it or takes back from it."""
    if source.shared_by_id is not None:
        raise Refused(
            _("%(state)s shares these counts; only what comes from there changes them.") % {"state": source.shared_by}
        )
