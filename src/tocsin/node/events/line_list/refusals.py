"""Why an act upon a line list was not done.

ActRefused
├── CaseChanged   somebody changed the case since the person looked; carries it as it is now
├── CaseRefused   what was typed cannot be of one case; says what, field by field
└── TableChanged  the list changed since the table was looked at; it was looked at anew
"""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.events.line_list.sentences import field_word, sentence
from tocsin.node.events.models.cases import EventCase
from tocsin.node.events.refusals import ActRefused
from tocsin.node.language.formats import clock, colon, long_date, semicolon

__all__ = ["CaseChanged", "CaseRefused", "TableChanged"]


class CaseChanged(ActRefused):
    def __init__(self, case: EventCase) -> None:
        self.case = case
        at = timezone.localtime(case.changed_at)
        said = _("%(who)s changed this case on %(day)s at %(time)s. Yours was not saved; both are shown.")
        who = case.changed_by.name if case.changed_by else "Tocsin"
        super().__init__(said % {"who": who, "day": long_date(at.date()), "time": clock(case.changed_at)})


class CaseRefused(ActRefused):
    """wrong: (field, rule)."""

    def __init__(self, wrong: Sequence[tuple[str, str]]) -> None:
        self.wrong = list(wrong)
        super().__init__(
            semicolon().join(f"{field_word(field)}{colon()}{sentence(rule)}" for field, rule in self.wrong)
        )


class TableChanged(ActRefused):
    def __init__(self) -> None:
        super().__init__(
            _("The line list has changed since you looked. Nothing was taken; look at what it would do now.")
        )
