"""What else is to be done once a screening is published, by apps that surveillance does not know."""

import logging
from collections.abc import Callable

from django.db import transaction

from tocsin.node.surveillance.models import Screening

__all__ = ["follow", "followed_by"]

log = logging.getLogger(__name__)

Following = Callable[[Screening], None]
_following: list[Following] = []


def followed_by(following: Following) -> None:
    """Have `following` called in the transaction that publishes a screening. It queues work and does none."""
    if following not in _following:
        _following.append(following)


def follow(screening: Screening) -> None:
    """Queue all of it with the flip. That it cannot be queued must not keep signals hidden."""
    for following in _following:
        try:
            with transaction.atomic():
                following(screening)
        except Exception:
            log.exception("work after screening %s could not be queued", screening.pk)
