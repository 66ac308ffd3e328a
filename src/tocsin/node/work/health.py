"""Whether the node can do its work now: what a monitor asks every minute, so each look is cheap."""

from dataclasses import dataclass

from django.db import DatabaseError
from django.utils import timezone

from tocsin.node.work import leases
from tocsin.node.work.full_disk import LITTLE, least_room
from tocsin.node.work.models import Worker

__all__ = ["LITTLE", "Look", "look"]


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that was looked at; `found` is for administrators and logs, in English."""

    name: str
    well: bool
    found: str


def look() -> list[Look]:
    return [_database_and_workers(), _disk()]


def _database_and_workers() -> Look:
    try:
        heard = Worker.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()
    except DatabaseError as error:
        return Look("database", False, f"cannot be read: {error}")
    if heard is None:
        return Look("workers", False, "none was ever started; tocsin node serve, or tocsin node work")
    silent = timezone.now() - heard
    return Look("workers", silent < leases.SILENCE, f"last heard {silent.total_seconds():.0f} s ago")


def _disk() -> Look:
    folder, free = least_room()
    said = f"{free / (1 << 30):.1f} GB free for {folder}"
    return Look("disk", free >= LITTLE, said if free >= LITTLE else f"{said}: make room, or nothing can be written")
