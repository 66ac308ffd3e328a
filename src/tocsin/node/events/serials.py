"""What people call an event by, on paper and on the telephone: AL-2026-7."""

from tocsin.node.alliance.alliance_file import here
from tocsin.node.events.models import Event

__all__ = ["serial"]


def serial(event: Event) -> str:
    """The code of the state, the year of the opening, the number within the year."""
    return f"{here().code}-{event.year}-{event.number}"
