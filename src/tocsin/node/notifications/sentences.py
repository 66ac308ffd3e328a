"""What the timeline of an event says of what went between states about it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.naming import named
from tocsin.node.notifications.models.notifications import Status
from tocsin.node.notifications.models.verification import Standing

__all__ = ["SENTENCES", "SHOWN"]

WIDTHS: Mapping[str, Any] = {
    "MEMBERS": _("all members"),
    "FAMILY": _("all members and partners"),
    "PUBLIC": _("everybody"),
}


def to_whom(to: str) -> str:
    """An audience as it is kept: MEMBERS, or nodes with commas between."""
    return str(WIDTHS[to]) if to in WIDTHS else named(to.split(", "))


SENTENCES: dict[str, Any] = {
    "partners_told": _("partners were told (%(status)s), version %(version)s, to %(to)s"),
    "verification_answered": _("answered %(state)s, which had asked: %(standing)s"),
}
SHOWN: dict[str, Callable[[str], Any]] = {
    "partners_told/status": dict(Status.choices).__getitem__,
    "partners_told/to": to_whom,
    "verification_answered/standing": dict(Standing.choices).__getitem__,
}
