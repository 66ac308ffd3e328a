"""Moments of a transfer as clocks of both hospitals show them."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.joint.parties import PartyId
from tocsin.joint.transfers import Transfer
from tocsin.node.consultations.pages.parties import Parties
from tocsin.node.hospitals.hours import is_zone
from tocsin.node.language.formats import zone

__all__ = ["Clock", "When", "clocks_of", "whens_of"]


@dataclass(frozen=True, slots=True)
class Clock:
    """A hospital, its zone and that in words."""

    hospital: str
    zone: ZoneInfo
    words: str

    def shows(self, at: datetime) -> datetime:
        """What it shows at a moment. Without a zone: a template would show the time here in place of it."""
        return at.astimezone(self.zone).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class When:
    """A moment with its name, at each of the clocks, in their order."""

    name: str
    at: tuple[datetime, ...]


def clocks_of(transfer: Transfer, parties: Parties) -> list[Clock]:
    """Of the hospital that sends and of the one that receives; one alone where their clocks show the same."""
    found: list[Clock] = []
    for key in (transfer.sending, transfer.receiving):
        zone_name = _zone(key, parties)
        if zone_name and key is not None:
            found.append(Clock(parties.hospital(key), ZoneInfo(zone_name), zone(zone_name)))
    return found[:1] if len({one.shows(parties.now) for one in found}) == 1 else found


def whens_of(transfer: Transfer, clocks: list[Clock], now: datetime) -> list[When]:
    """All that has a time, in the order in which it happens, and how late it is."""
    accepted = transfer.accepted
    named: list[tuple[str, datetime | None]] = [
        (pgettext("a bed", "Asked for"), transfer.opened.at if transfer.opened is not None else None),
        (_("The bed is there from"), accepted.ready_at if accepted is not None else None),
        (_("The bed is kept until"), accepted.until if accepted is not None else None),
        (pgettext("a patient", "Left"), transfer.departed.at if transfer.departed is not None else None),
        (pgettext("a patient", "Arrived"), transfer.arrived.at if transfer.arrived is not None else None),
        (pgettext("a patient", "Handed over"), transfer.signed[-1].at if len(transfer.signed) == 2 else None),
        (pgettext("a transfer", "Ended"), transfer.ended.applied.at if transfer.ended is not None else None),
        (pgettext("on a clock", "Now"), now),
    ]
    return [When(name, tuple(one.shows(at) for one in clocks)) for name, at in named if at is not None]


def _zone(key: PartyId | None, parties: Parties) -> str:
    hospital = parties.hospitals.get(key) if key is not None else None
    return hospital.time_zone if hospital is not None and is_zone(hospital.time_zone) else ""
