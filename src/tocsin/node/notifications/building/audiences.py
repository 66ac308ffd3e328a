"""Who is told, who could not be, and who has an earlier version that must not be left standing."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from tocsin.exchange.errors import Malformed
from tocsin.exchange.streams import Stream, audience_of
from tocsin.exchange.trust.list import TrustList
from tocsin.node.alliance.naming import in_order, named
from tocsin.node.events.models import Event
from tocsin.node.notifications.building.problems import Problem
from tocsin.node.notifications.models import Notification

__all__ = ["Audience", "against", "recipients"]

WIDTHS = ("SELECTIVE", "MEMBERS", "FAMILY", "PUBLIC")
Audience = tuple[str, tuple[str, ...]]  # classification, addressees


def recipients(trust: TrustList, origin: str, audience: Audience) -> list[str]:
    """The nodes that take part now and are given what is written for this audience, in the alliance's order."""
    try:
        stream = Stream(origin, 1, audience_of(*audience))
    except Malformed:
        return []
    given = {entry.node for entry in trust.audience(stream)} - {origin}
    return in_order(given)


def against(
    trust: TrustList, event: Event, origin: str, audience: Audience, sent: Sequence[Notification]
) -> list[Problem]:
    """What stands against telling this audience. `sent` are the versions that partners have already."""
    found = _absent(trust, audience)
    given = recipients(trust, origin, audience)
    if not given and not found:
        found.append(Problem("nobody", _("Nobody would be told: choose who is.")))
    held: set[str] = set()
    for one in sent:
        held |= set(recipients(trust, origin, (one.classification, tuple(one.addressees))))
    if left_out := held - set(given):
        said = _("An earlier version is at %(states)s, and would go on being believed there. Tell this one there too.")
        found.append(Problem("left-out", said % {"states": named(left_out)}))
    return found


def _absent(trust: TrustList, audience: Audience) -> list[Problem]:
    found = []
    for node in in_order(audience[1]):
        entry = trust.nodes.get(node)
        if entry is None or entry.status == "left":
            said = _("%(state)s is not in the alliance’s list of nodes now. Take it out of the addressees.")
        elif entry.status != "active":
            said = _("%(state)s is suspended in the exchange: it would not be given this. Take it out for now.")
        else:
            continue
        found.append(Problem("absent", said % {"state": named([node])}))
    return found


def statuses(trust: TrustList) -> Mapping[str, str]:
    """Of every node of the list: active, suspended, left."""
    return {name: entry.status for name, entry in trust.nodes.items()}
