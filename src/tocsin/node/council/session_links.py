"""Where pages of sessions and of duties are, for code that runs where the addresses of pages are not loaded."""

from urllib.parse import urlencode
from uuid import UUID

from tocsin.node.council.links import COUNCIL

__all__ = ["AGREEMENTS", "SESSIONS", "convene"]

SESSIONS = f"{COUNCIL}sessions/"
AGREEMENTS = f"{COUNCIL}agreements/"


def convene(*, body: str, rule: str, event: UUID | str) -> str:
    """The form by which a session is called, filled in from an event of ours and the rule that calls it."""
    return f"{SESSIONS}convene/?{urlencode({'body': body, 'rule': rule, 'event': str(event)})}"
