"""Why an act about a traveller was not done, in the words of the person who reads it.

ActRefused
├── Destroyed  nobody knows any more who it was; says since when
└── Changed    somebody answered or wrote since the person looked; says who and when
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.events.refusals import ActRefused
from tocsin.node.language.formats import clock, long_date, short_moment
from tocsin.node.travellers.models import Tracing, TravellerAnswer, TravellerMessage

__all__ = ["ActRefused", "Changed", "Destroyed"]


class Destroyed(ActRefused):
    """What said who it is has been destroyed, or is at this moment."""

    def __init__(self, tracing: Tracing) -> None:
        self.tracing = tracing
        at = tracing.destroyed_at or tracing.due_at
        said = _("Who this person is was destroyed, %(when)s: nobody can see it, change it or answer it any more.")
        super().__init__(said % {"when": short_moment(at)})


class Changed(ActRefused):
    """Somebody was faster: `row` is what they wrote."""

    def __init__(self, row: TravellerMessage | TravellerAnswer) -> None:
        self.row = row
        at = timezone.localtime(row.recorded_at)
        values = {"who": _who(row.by), "day": long_date(at.date()), "time": clock(at)}
        said = (
            _("%(who)s has answered on %(day)s at %(time)s. Yours was not sent; read that answer first.")
            if isinstance(row, TravellerAnswer)
            else _("%(who)s has written the next version on %(day)s at %(time)s. Yours was not sent; read that first.")
        )
        super().__init__(said % values)


def _who(person: Person | None) -> str:
    return person.name if person else _("Somebody")
