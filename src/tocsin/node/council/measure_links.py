"""Where pages of measures and of plans are, for code that runs where the addresses of pages are not loaded."""

from uuid import UUID

from tocsin.node.council.links import COUNCIL, measures

__all__ = ["PLANS", "VERIFY", "measure", "overdue", "plan"]

PLANS = f"{COUNCIL}plans/"
VERIFY = f"{COUNCIL}verify/"


def measure(decision: UUID | str, id: str) -> str:
    """Of one measure of a decision."""
    return f"{measures()}{decision}/{id}/"


def overdue() -> str:
    """The board, with those alone that this state has not done in time."""
    return f"{measures()}?whose=ours&show=overdue"


def plan(pk: UUID | str) -> str:
    """Of a plan of joint actions and how far it is."""
    return f"{PLANS}{pk}/"
