"""What node.toml says of duty, read once."""

from functools import cache
from typing import Any

from django.conf import settings

from tocsin.node.duty.ladder import Ladder, read

__all__ = ["contact", "duty_table", "forget", "ladder_here"]


def duty_table() -> dict[str, Any]:
    """The table [duty] of node.toml."""
    table: dict[str, Any] = settings.CONFIGURATION.duty
    return table


@cache
def ladder_here() -> Ladder:
    """Who is called when, on this node. Raises ladder.BadLadder."""
    return read(duty_table())


def forget() -> None:
    """Read it anew: for tests."""
    ladder_here.cache_clear()


def contact() -> str:
    """The address under which whoever runs a push service finds this node's operator."""
    return str(duty_table().get("contact") or settings.DEFAULT_FROM_EMAIL)
