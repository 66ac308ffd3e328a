"""The bar on top: which pages a person has, in the order of their work."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability

__all__ = ["Entry", "entries"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the bar. `count` is what waits there, or None."""

    label: str | Promise
    url: str
    current: bool = False
    count: int | None = None


PAGES: tuple[tuple[str, str | Promise, Ability], ...] = (
    ("situation", _("Situation"), Ability.READ_SURVEILLANCE),
    ("signals", _("Signals"), Ability.REPORT_SIGNAL),
    ("series", _("Series"), Ability.READ_SURVEILLANCE),
    ("sources", _("Sources"), Ability.UPLOAD_COUNTS),
    ("quality", _("Data quality"), Ability.READ_SURVEILLANCE),
    ("directory", _("Directory"), Ability.READ_DIRECTORY),
    ("duty", _("Duty"), Ability.READ_DIRECTORY),
    ("people", _("People"), Ability.MANAGE_PEOPLE),
    ("audit", _("Audit"), Ability.READ_AUDIT),
)


def entries(person: Person, path: str) -> list[Entry]:
    mine = [(reverse(name), label) for name, label, ability in PAGES if person.may(ability)]
    current = max((url for url, _label in mine if path.startswith(url)), key=len, default=None)
    return [Entry(label, url, url == current) for url, label in mine]
