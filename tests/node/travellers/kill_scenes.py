"""What processes of a node do with travellers whose time is over, for tests that kill them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.node.notifications import nodes_at_work
from tests.node.travellers.scenes import SAID, sent
from tests.node.travellers.searching import in_any_table

from tocsin.exchange.sealing import seal
from tocsin.node.post.here import local_node
from tocsin.node.travellers.actions.expiring import expire
from tocsin.node.travellers.models import Tracing, TravellerMessage

TRAVELLERS = 4


def prepare(trust: str) -> None:
    """A node that has joined, and has written about four travellers: two were sealed, two wait."""
    nodes_at_work.found(trust)
    vera = nodes_at_work.officer()
    for number in range(TRAVELLERS):
        sent(vera, expires_at=datetime.now(UTC).replace(microsecond=0) + timedelta(days=2), onset=SAID.onset)
        if number == 1:
            seal(local_node(sealing=True))


def destroy(days: int = 3) -> int:
    """What the task does, so many days from now."""
    return expire(datetime.now(UTC) + timedelta(days=days))


def look() -> dict[str, Any]:
    """How many are destroyed, and where a name still stands."""
    return {
        "destroyed": Tracing.objects.exclude(destroyed_at=None).count(),
        "messages": TravellerMessage.objects.exclude(destroyed_at=None).count(),
        "named": sorted({found.partition(":")[0] for found in in_any_table()}),
    }
