"""Partners' events on the 7-1-7 board: by state in the alliance's order, as far as their notifications give the days.

Nothing is ranked and no share is reckoned: a partner's response is not in what it notifies, and its clocks are its own.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import in_order, names
from tocsin.node.events.clocks import timeliness_kept
from tocsin.node.events.pages.board import PartnersRows
from tocsin.node.events.pages.clock_lines import Line, lines, overall
from tocsin.node.notifications.models import NotifiedEvent
from tocsin.node.notifications.pages.naming_events import named

__all__ = ["partners_rows"]

MOST = 100
# What a notification calls the three days, and what the clocks do.
DATES = {"emergence": "emergence", "detection": "detection", "authority_notified": "notification"}
TOLD = ("detection", "notification")


def partners_rows(person: Person, year: int) -> list[PartnersRows]:
    """`events.pages.board.partners_by`. The last told first within a state; a constant number of queries."""
    heads = NotifiedEvent.objects.visible_to(person).theirs().filter(notified_at__year=year).exclude(shown=None)
    standing = heads.exclude(status="withdrawn").exclude(verification="refuted")
    # The days alone, and not the documents that they stand in.
    told = standing.annotate(dates=F("shown__body__dates")).select_related("disease")
    listed = list(told.order_by("-notified_at", "-id")[:MOST])
    by_state: dict[str, list[tuple[str, str, list[Line], str]]] = defaultdict(list)
    for head in listed:
        by_state[head.origin].append(_row(head, head.dates))
    known = names(by_state)
    return [PartnersRows(known[origin], by_state[origin]) for origin in in_order(by_state)]


def _row(head: NotifiedEvent, dates: Mapping[str, Any]) -> tuple[str, str, list[Line], str]:
    kept: dict[str, Any] = {name: _kept(dates.get(said)) for said, name in DATES.items()}
    found = timeliness_kept({**kept, "actions": {}})
    told = [_told(line) for line in lines(found) if line.code in TOLD]
    return reverse("notified_event", args=[head.pk]), named(head), told, overall(found)


def _told(line: Line) -> Line:
    """A day that the partner does not tell may be past all the same: no clock of ours runs for it."""
    if line.begins is not None and line.ends is not None:
        return line
    return replace(line, chip="clock_unknown", said=_("not told"), warned=0)


def _kept(said: Mapping[str, Any] | None) -> list[Any] | None:
    """As the clocks of an event are kept: [day, whether it is an estimate]."""
    if not said:
        return None
    on: date | None = parse_date(said["on"])
    return [on.isoformat(), said["precision"] == "estimated"] if on is not None else None
