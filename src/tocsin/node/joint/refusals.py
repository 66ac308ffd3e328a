"""Why an act on a joint object was not done, in the words of the person who reads it.

ActRefused
├── Changed     something was said of the object since the person looked; says who, and what became of the input
├── NotAllowed  the rules of the object do not allow it at this place; carries the code and its values
└── Waiting     the order cannot be followed here yet, so that nobody can say what the act would mean
"""

from typing import Any

from django.utils.translation import gettext as _

from tocsin.joint.refusing import Refused
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.naming import named
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.language.formats import clock

__all__ = ["ActRefused", "Changed", "NotAllowed", "Waiting"]


class Changed(ActRefused):
    """Somebody acted on the object since the person looked at it."""

    def __init__(self, of: JointObject, last: JointAct | None) -> None:
        self.of, self.last = of, last
        if last is None:
            super().__init__(_("This has changed since you looked. What you typed was not sent."))
            return
        values = {"who": last.name or named([last.origin]), "state": named([last.origin]), "time": clock(last.came_at)}
        said = _("%(who)s (%(state)s) acted at %(time)s, after you had looked. What you typed was not sent.")
        super().__init__(said % values)


class NotAllowed(ActRefused):
    """The rules do not allow it; nothing was sent."""

    def __init__(self, refused: Refused, said: str) -> None:
        self.refused: Refused = refused
        self.code, self.values = refused.code, dict[str, Any](refused.values)
        super().__init__(said)


class Waiting(ActRefused):
    """Part of the order is not here yet."""

    def __init__(self, of: JointObject) -> None:
        self.of = of
        state = named([of.waiting_for["origin"]]) if of.waiting_for else named([of.origin])
        said = _("Something that %(state)s has said of this is not here yet. Nothing was sent; try again later.")
        super().__init__(said % {"state": state})
