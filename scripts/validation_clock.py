"""Django set up for a node whose time is told by hand; nothing of the node may be imported before."""

import os
from datetime import UTC, datetime

__all__ = ["Clock", "a_node"]


class Clock:
    """What `timezone.now` answers, until `at` is set again."""

    def __init__(self) -> None:
        self.at = datetime(2000, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


def a_node() -> Clock:
    """The node of TOCSIN_HOME."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tocsin.node.settings"
    import django.utils.timezone

    clock = Clock()
    # Before the models are imported, whose defaults hold the function itself.
    django.utils.timezone.now = clock.now
    django.setup()
    return clock
