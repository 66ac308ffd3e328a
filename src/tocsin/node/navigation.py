"""The bar on top: which pages a person has, in the order of their work."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability

__all__ = ["Entry", "counted_by", "entries"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the bar. `count` is what waits there, or None; `aside`: under "More", where the bar has no room."""

    label: str | Promise
    url: str
    current: bool = False
    count: int | None = None
    aside: bool = False


PAGES: tuple[tuple[str, str | Promise, *tuple[Ability, ...]], ...] = (
    ("situation", _("Situation"), Ability.READ_SURVEILLANCE),
    ("signals", _("Signals"), Ability.REPORT_SIGNAL),
    ("events", _("Events"), Ability.READ_EVENTS),
    ("council", pgettext_lazy("of states", "Council"), Ability.READ_COUNCIL),
    ("assistance", _("Assistance"), Ability.READ_ASSISTANCE),
    ("consultations", _("Consultations"), Ability.CONSULT, Ability.COORDINATE),
    ("transfers", _("Transfers"), Ability.CONSULT, Ability.COORDINATE),
    ("letters", _("Letters"), Ability.CORRESPOND),
    ("travellers", _("Travellers"), Ability.TRACE_TRAVELLERS),
    ("samples", _("Samples"), Ability.RECORD_RESULTS),
    ("series", _("Series"), Ability.READ_SURVEILLANCE),
    ("sources", _("Sources"), Ability.UPLOAD_COUNTS, Ability.READ_SURVEILLANCE),
    ("quality", _("Data quality"), Ability.READ_SURVEILLANCE),
    ("translations", _("Translations"), Ability.TRANSLATE),
    ("messages", _("Messages"), Ability.READ_MESSAGES),
    ("hospitals", _("Hospitals"), Ability.READ_HOSPITALS),
    ("partners", _("Partners"), Ability.READ_EXCHANGE),
    ("directory", _("Directory"), Ability.READ_DIRECTORY),
    ("duty", _("Duty"), Ability.READ_DIRECTORY),
    ("exercises", _("Exercises"), Ability.RUN_EXERCISES, Ability.STAND_DUTY, Ability.WRITE_EVENTS),
    ("people", _("People"), Ability.MANAGE_PEOPLE),
    ("audit", _("Audit"), Ability.READ_AUDIT),
)


# What the bar has no room for if somebody has many pages, in Russian least of all: it waits under "More", with these
# first and then with whatever comes after so many.
MOST = 6
ASIDE = frozenset(
    {
        "travellers",
        "transfers",
        "series",
        "sources",
        "quality",
        "translations",
        "partners",
        "directory",
        "duty",
        "exercises",
    }
    | {"people", "audit"}
)

# Pages that somebody who may do this finds elsewhere: samples stand on the pages of their events.
UNLESS = {"samples": Ability.READ_EVENTS}

# First parts of the addresses of pages that are tabs of another's.
UNDER = {
    **dict.fromkeys(("uploads", "screenings", "places", "rules", "sharing"), "sources"),
    **dict.fromkeys(("kept-apart", "proposals", "documents"), "partners"),
    **dict.fromkeys(("alerts", "drills"), "duty"),
    **dict.fromkeys(("notifications", "verifications"), "events"),
}

Counting = Callable[[Person], int]
_counted: dict[str, Counting] = {}


def counted_by(name: str, counting: Counting) -> None:
    """Have `counting` say what waits for a person at a page. It is asked for every page shown: it must be cheap."""
    _counted[name] = counting


def entries(person: Person, path: str) -> list[Entry]:
    names = [(name, label) for name, label, *any_of in PAGES if _has(person, name, any_of)]
    mine = [(reverse(name), label) for name, label in names]
    aside = set(map(reverse, _aside([name for name, _label in names])))
    part = path.strip("/").partition("/")[0]
    path = reverse(UNDER[part]) if part in UNDER else path
    # Every address begins with that of the first page, and is not part of it.
    current = max(
        (url for url, _label in mine if path == url or (url != "/" and path.startswith(url))), key=len, default=None
    )
    counts = {reverse(name): _counted[name](person) for name, _label in names if name in _counted}
    return [Entry(label, url, url == current, counts.get(url), url in aside) for url, label in mine]


def _aside(names: Sequence[str]) -> Iterable[str]:
    if len(names) <= MOST:
        return ()
    in_the_bar = [name for name in names if name not in ASIDE][:MOST]
    return set(names).difference(in_the_bar)


def _has(person: Person, name: str, any_of: Iterable[Ability]) -> bool:
    return any(map(person.may, any_of)) and not (name in UNLESS and person.may(UNLESS[name]))
