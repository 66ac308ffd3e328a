"""Whether somebody is there now, and what time it is where they are: in a sentence."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tocsin.node.hospitals.hours import is_away, local
from tocsin.node.hospitals.models import Clinician
from tocsin.node.hospitals.reading import is_on_hours
from tocsin.node.hospitals.words import days
from tocsin.node.language.formats import long_date, semicolon, zone

__all__ = ["Presence", "clock_there", "hours_in_words", "presence"]


@dataclass(frozen=True, slots=True)
class Presence:
    """state: its chip; said: what time it is there, or until when they are away; there: whether they can answer now."""

    state: str
    said: str
    there: bool


def clock_there(zone_name: str, at: datetime) -> str:
    """“03:10”."""
    return f"{local(zone_name, at):%H:%M}"


def presence(clinician: Clinician, at: datetime) -> Presence:
    """Of somebody who is active, or away."""
    said = _("it is %(time)s there") % {"time": clock_there(clinician.zone, at)}
    if is_away(clinician.status, clinician.away_until, clinician.zone, at):
        until = clinician.away_until
        away = _("away until %(day)s") % {"day": long_date(until)} if until else _("until they say that they are back")
        return Presence("clinician_away", away, False)
    there = is_on_hours(clinician, at)
    if there is None:
        return Presence("hours_not_said", said, False)
    return Presence("on_hours" if there else "off_hours", said, there)


def hours_in_words(clinician: Clinician) -> str:
    """“Mon–Fri 08:00–16:00; Sat 09:00–12:00, UTC+5 (Almaty)”; nothing where nobody has said."""
    said = [f"{days(one['days'])} {one['from']}–{one['until']}" for one in clinician.availability]
    return f"{semicolon().join(said)} · {zone(clinician.zone)}" if said else ""
