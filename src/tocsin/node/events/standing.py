"""How an event stands by what people said of it: its countdown to the end of the outbreak, and where its days begin."""

from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

from django.utils import timezone

from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.events.instruments.end_of_outbreak import Countdown, countdown
from tocsin.node.events.models import Event

__all__ = ["countdown_of", "still_counting", "today_there", "zone_of"]

LAST_EVENT = "last_event"  # the milestone that the countdown runs from


@cache
def zone_of() -> ZoneInfo:
    """The zone in which days of this state's events begin and end."""
    return ZoneInfo(alliance().state(here().code).time_zone)


def today_there() -> date:
    """The day that it is where this state's events are."""
    return timezone.now().astimezone(zone_of()).date()


def countdown_of(event: Event) -> Countdown | None:
    """How long until the outbreak may be called over; None without a rule, or while the day it runs from is unknown."""
    last = event.milestones.filter(episode=event.episode, kind=LAST_EVENT, is_current=True).first()
    return countdown(event.disease_id, last.on if last else None, today_there())


def still_counting(event: Event) -> date | None:
    """The last day of a countdown that has not run out."""
    running = countdown_of(event)
    return running.ends_on if running is not None and not running.over else None
