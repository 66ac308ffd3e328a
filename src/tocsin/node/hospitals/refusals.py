"""Why something in the directory of hospitals was not done, in the words of the person who reads it.

ActRefused
├── InvalidInput   what was typed cannot be used as it stands; a list of what, where and why
├── Changed        somebody changed the entry since the person looked; says who and when
├── WrongStatus    the hospital or clinician is in a state from which this act does not lead
└── Oneself        nobody checks themselves
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.language.formats import clock, long_date, sentences

__all__ = ["ActRefused", "Changed", "InvalidInput", "Oneself", "Problem", "WrongStatus"]


@dataclass(frozen=True)
class Problem:
    """One thing that cannot be used. `field` is the member that it stands in, as "names.en" or "availability.0"."""

    field: str
    message: str

    def __str__(self) -> str:
        return self.message


class InvalidInput(ActRefused):
    """`problems` says what, one sentence each."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(sentences([one.message for one in problems]))


class Changed(ActRefused):
    """Somebody changed `row`, a hospital or a clinician, since the person looked."""

    def __init__(self, row: Any) -> None:
        self.row = row
        here = timezone.localtime(row.changed_at)
        values = {"who": row.changed_by.name if row.changed_by else "", "day": long_date(here.date())}
        told = _("%(who)s changed this on %(day)s at %(time)s.") % (values | {"time": clock(here)})
        super().__init__(sentences([told, _("Nothing was saved; look at it again.")]))


class WrongStatus(ActRefused):
    """`row` is in a state from which the act does not lead."""

    def __init__(self, row: Any, message: str) -> None:
        self.row = row
        super().__init__(message % {"name": row, "status": row.get_status_display()})


class Oneself(ActRefused):
    """Nobody checks, verifies or activates themselves."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
