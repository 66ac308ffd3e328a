"""What people are told of mutual assistance: one sentence a kind, as in `alliance.notices`."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

__all__ = ["KINDS"]

KINDS: Mapping[str, Any] = {
    "assistance.confirm": _("%(by)s asks a second person to release: %(what)s"),
    "assistance.sent_back": _("%(by)s gave this back to be changed: %(what)s"),
    "assistance.requested": _("%(state)s asks for assistance: %(what)s"),
    "assistance.request_changed": _("%(state)s has changed what it asks for: %(what)s"),
    "assistance.ended": _("A request of %(state)s has ended: %(what)s"),
    "assistance.offered": _("%(state)s offers assistance: %(what)s"),
    "assistance.offer_changed": _("%(state)s has changed or withdrawn its offer: %(what)s"),
    "assistance.accepted": _("%(state)s has accepted our offer or a part of it: %(what)s"),
    "assistance.declined": _("%(state)s does not need our offer, or gives up a part of it: %(what)s"),
    "assistance.planned": _("%(state)s has planned a shipment, which waits for customs and licences: %(what)s"),
    "assistance.cleared": _("Customs and licences are seen to, and our shipment can leave: %(what)s"),
    "assistance.dispatched": _("A shipment of %(state)s has left: %(what)s"),
    "assistance.troubled": _("%(state)s says that a shipment is late, damaged, diverted or called off: %(what)s"),
    "assistance.arrived": _("Our shipment has arrived, and the hand-over is to be signed: %(what)s"),
    "assistance.signed": _("%(state)s has signed a hand-over, which waits for our signature: %(what)s"),
    "assistance.disputed": _("Both sides have signed a hand-over, for different quantities: %(what)s"),
    "assistance.handed_over": _("Handed over and signed by both sides: %(what)s"),
    "assistance.gone_on": _("What was sent went back, home, or stays for good: %(what)s"),
    "assistance.without_effect": _(
        "What we said had no effect by the order of %(state)s; the record says why: %(what)s"
    ),
    "assistance.several": _("More has happened in mutual assistance than is told one by one; look at the list"),
}
