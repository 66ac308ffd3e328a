"""The 7-1-7 board: this state's own events first, each interval by its days, and the share of events in time.

It is no league table: partners' events are added by the app that knows them, in the alliance's order, without shares.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.events.clocks import timeliness_kept
from tocsin.node.events.instruments.seven_one_seven import INTERVALS, Share, Timeliness
from tocsin.node.events.models import Event, Factor
from tocsin.node.events.pages.board_counts import board_counts, over_limit, running
from tocsin.node.events.pages.clock_lines import Line, lines, overall, warned
from tocsin.node.events.pages.figures import named
from tocsin.node.events.serials import serial
from tocsin.node.events.words import category, interval

__all__ = ["BoardPage", "BoardRow", "PartnersRows", "board_page", "partners_by"]

MOST = 100


@dataclass(frozen=True, slots=True)
class BoardRow:
    event: Event
    serial: str
    name: str
    lines: list[Line]
    chip: str
    warned: int


@dataclass(frozen=True, slots=True)
class PartnersRows:
    """What one partner told of its events: its name, and (address, name, lines, chip) of each."""

    state: str
    rows: list[tuple[str, str, list[Line], str]]


@dataclass(frozen=True, slots=True)
class BoardPage:
    year: int
    years: list[int]
    rows: list[BoardRow]
    left_out: int
    shares: list[tuple[str, Share]]
    all_met: Share
    bottlenecks: list[tuple[str, str, int]]
    partners: list[PartnersRows]


_partners: list[Callable[[Person, int], list[PartnersRows]]] = []


def partners_by(telling: Callable[[Person, int], list[PartnersRows]]) -> None:
    """Have `telling` give the rows of partners for a year, in the alliance's order."""
    if telling not in _partners:
        _partners.append(telling)


def board_page(person: Person, year: int | None) -> BoardPage:
    """The board of a year, of the last one that has events by default. As many queries, however many events."""
    now = timezone.now()
    visible = Event.objects.visible_to(person).standing().of_this_alliance()
    years = list(visible.order_by("-year").values_list("year", flat=True).distinct()) or [now.year]
    shown = year if year in years else years[0]
    of_year = visible.filter(year=shown).exclude(verification=Event.Verification.REFUTED)
    counted = board_counts(of_year, now)
    rows = _rows(of_year, now)
    return BoardPage(
        year=shown,
        years=years,
        rows=rows,
        left_out=counted.events - len(rows),
        shares=[(interval(code), counted.shares[code]) for code in INTERVALS],
        all_met=counted.all_met,
        bottlenecks=_bottlenecks(of_year),
        partners=[rows for telling in _partners for rows in telling(person, shown)],
    )


def _rows(of_year: QuerySet[Event], now: datetime) -> list[BoardRow]:
    """Those with the gravest warning first, of alike ones the last opened: as many as the page has room for.

    Whose limit is over, and whose clock runs at all, the database tells; how much of a limit is used is reckoned of
    these alone, and of as many of the rest as may be shown.
    """
    listed = of_year.defer("facts", "texts", "curve").select_related("disease", "place").order_by("-number")
    calling = listed.exclude(response=Event.Response.CLOSED)
    found = {event.pk: event for event in calling.filter(over_limit(now))[:MOST]}
    if len(found) < MOST:
        found |= {event.pk: event for event in calling.filter(running())[:MOST]}
        found |= {event.pk: event for event in listed[:MOST]}
    rows = [_row(event, timeliness_kept(event.clocks, now=now)) for event in found.values()]
    return sorted(rows, key=lambda row: (-row.warned, -row.event.number))[:MOST]


def _row(event: Event, found: Timeliness) -> BoardRow:
    shown = lines(found)
    gravest = warned(shown) if event.is_open else 0
    return BoardRow(event, serial(event), named(event), shown, overall(found), gravest)


def _bottlenecks(events: Any) -> list[tuple[str, str, int]]:
    """What held events up most often: interval, category, in how many."""
    rows = Factor.objects.filter(event__in=events, kind=Factor.Kind.BOTTLENECK, withdrawn_at=None)
    counted = rows.values("interval", "category").annotate(n=Count("event", distinct=True)).order_by("-n", "category")
    return [(interval(one["interval"]), category(one["category"]), one["n"]) for one in counted[:10]]
