"""How an event may move along each of its axes: one table, read by the acts and by the pages that offer them."""

from tocsin.node.events.models import Event

__all__ = ["AXES", "moves"]

V, R = Event.Verification, Event.Response

# Where each state leads. Assessment is not here: it follows from what people assess (actions/assessing.py).
AXES: dict[str, dict[str, frozenset[str]]] = {
    "verification": {
        V.SUSPECTED: frozenset({V.VERIFIED, V.REFUTED}),
        # A laboratory may have been wrong; what was thought refuted may come back.
        V.VERIFIED: frozenset({V.REFUTED}),
        V.REFUTED: frozenset({V.SUSPECTED, V.VERIFIED}),
    },
    "response": {
        R.NONE: frozenset({R.RESPONDING, R.CLOSED}),
        R.RESPONDING: frozenset({R.CONTROLLED}),
        R.CONTROLLED: frozenset({R.RESPONDING, R.CLOSED}),
        R.CLOSED: frozenset({R.REOPENED}),
        R.REOPENED: frozenset({R.CONTROLLED}),
    },
}


def moves(event: Event, axis: str) -> frozenset[str]:
    """Where the event may go on this axis now. What was refuted may be closed from anywhere."""
    state = getattr(event, axis)
    found = AXES[axis][state]
    if axis == "response" and event.verification == V.REFUTED and state != R.CLOSED:
        found |= {R.CLOSED}
    return found
