"""The time that all nodes of a test see, and what this one's machine does when it goes on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tocsin.exchange.local import LocalNode
from tocsin.node.joint import tending

__all__ = ["hours_pass"]


@pytest.fixture
def hours_pass(joined, partner, monkeypatch):
    """hours_pass(2.5): it is so long after the test began, and this node's machine looks at what has fallen due."""
    real = timezone.now

    def go_on(hours: float) -> None:
        ahead = timedelta(hours=hours)
        monkeypatch.setattr(timezone, "now", lambda: real() + ahead)
        monkeypatch.setattr(tending, "now", lambda: real() + ahead)
        monkeypatch.setattr(LocalNode, "now", lambda node: (real() + ahead).replace(microsecond=0))
        tending.tend_open()

    return go_on
