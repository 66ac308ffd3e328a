"""How long a message about a person may be kept, and how much it may say. As the exchange has it, no longer here."""

from datetime import datetime, timedelta

from tocsin.exchange.types.travellers import KEPT_DAYS

__all__ = ["DAYS", "LONGEST", "MOST_CONTACTS", "MOST_JOURNEYS", "due"]

DAYS = 21  # unless whoever writes says otherwise: most incubation periods are over by then
LONGEST = timedelta(days=KEPT_DAYS)
MOST_CONTACTS, MOST_JOURNEYS = 200, 20


def due(expires_at: datetime, came_at: datetime) -> datetime:
    """When it is destroyed here: as it says, but never later than 90 days after it came, whatever clocks say."""
    return min(expires_at, came_at + LONGEST)
