"""What other parts do when somebody of a hospital answers no more."""

from collections.abc import Callable

from tocsin.node.hospitals.models import Clinician

__all__ = ["answers_no_more", "revoked_by"]

Follower = Callable[[Clinician], None]
_followers: dict[str, Follower] = {}


def revoked_by(part: str, follower: Follower) -> None:
    """Have this part told, in the transaction in which a clinician of ours is revoked."""
    _followers[part] = follower


def answers_no_more(clinician: Clinician) -> None:
    """Tell all parts."""
    for follower in _followers.values():
        follower(clinician)
