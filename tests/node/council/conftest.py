"""A node of four with delegates, a proposal of ours and the proposals of others; and a clock that tests move."""

from datetime import timedelta

import pytest
from tests.node.council.scenes import a_proposal
from tests.node.joint.conftest import dara, nodira
from tests.node.post.conftest import alliance_list, joined, nothing_remembered, partner

from tocsin.node.post import here as post_here

__all__ = ["alliance_list", "dara", "joined", "nodira", "nothing_remembered", "partner"]


class Clock:
    """The time at this node and at the partners, as much later than the real one as a test says."""

    def __init__(self) -> None:
        self.later = timedelta()
        self._real = post_here.now

    def __call__(self):
        return self._real() + self.later

    def forward(self, **duration: float) -> None:
        """Let time pass."""
        self.later += timedelta(**duration)


@pytest.fixture
def clock(joined, monkeypatch, alliance_list):
    """See Clock; `forward` moves it."""
    made = Clock()
    joined.clock = made
    post_here.local_node().clock = made
    monkeypatch.setattr("tocsin.node.council.actions.keeping.now", made)
    monkeypatch.setattr("tocsin.node.joint.tending.now", made)

    def forward(**duration):
        Clock.forward(made, **duration)
        alliance_list.now = made().replace(microsecond=0)

    made.forward = forward
    return made


@pytest.fixture
def proposal(joined, partner, dara, clock):
    """A decision of ours that BO, CE and we are to adopt."""
    return a_proposal(dara)
