"""What statuses of requests, offers and shipments are called, and what this state has to do; in the active language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tocsin.node.events.vocabulary.reading import word

__all__ = [
    "FIELDS",
    "MISSING",
    "NEEDS",
    "OFFERS",
    "REQUESTS",
    "SHIPMENTS",
    "in_active",
    "packing_in_words",
    "unit_in_words",
]

REQUESTS: Mapping[str, Any] = {
    "draft": pgettext_lazy("request", "draft"),
    "submitted": pgettext_lazy("request", "waits for a second person"),
    "open": pgettext_lazy("request", "open"),
    "partly_covered": pgettext_lazy("request", "partly covered"),
    "covered": pgettext_lazy("request", "covered"),
    "closed": pgettext_lazy("request", "closed"),
    "cancelled": pgettext_lazy("request", "cancelled"),
    "lapsed": pgettext_lazy("request", "lapsed"),
}
OFFERS: Mapping[str, Any] = {
    "pledged": pgettext_lazy("offer", "pledged"),
    "confirmed": pgettext_lazy("offer", "confirmed"),
    "partly_accepted": pgettext_lazy("offer", "accepted in part"),
    "accepted": pgettext_lazy("offer", "accepted"),
    "declined": pgettext_lazy("offer", "declined"),
    "withdrawn": pgettext_lazy("offer", "withdrawn"),
    "expired": pgettext_lazy("offer", "expired"),
}
SHIPMENTS: Mapping[str, Any] = {
    "planned": pgettext_lazy("shipment", "planned"),
    "cleared": pgettext_lazy("shipment", "cleared"),
    "dispatched": pgettext_lazy("shipment", "dispatched"),
    "in_transit": pgettext_lazy("shipment", "in transit"),
    "arrived": pgettext_lazy("shipment", "arrived"),
    "disputed": pgettext_lazy("shipment", "signed for differently"),
    "handed_over": pgettext_lazy("shipment", "handed over"),
    "returned": pgettext_lazy("shipment", "returned"),
    "donated": pgettext_lazy("shipment", "donated"),
    "demobilised": pgettext_lazy("shipment", "demobilised"),
    "called_off": pgettext_lazy("shipment", "called off"),
}
NEEDS: Mapping[str, Any] = {
    "answer_offers": _("offers wait for an answer"),
    "clear_shipment": _("a shipment waits for customs and licences"),
    "confirm_offer": _("a pledge is to be confirmed"),
    "ship": _("what was accepted is to be sent"),
    "dispatch": _("a cleared shipment can leave"),
    "sign": _("a hand-over is to be signed"),
}
FIELDS: Mapping[str, Any] = {
    "needed_by": _("Needed by"),
    "lapses_on": _("Last day of the request"),
    "available_from": _("Available from"),
    "expires_on": _("Last day of the offer"),
    "expected_on": _("Expected on"),
}
MISSING: Mapping[str, Any] = {  # why a quantity cannot be given in another unit
    "quantity": _("a quantity is a whole number above 0"),
    "unit": _("one of the units is not known"),
    "pack_size": _("say how many are in one of what is given"),
    "pack_size_wanted": _("the request does not say how many are in one"),
    "relation": _("they measure different things"),
}


def in_active(names: Mapping[str, str]) -> str:
    """Of names in en, ru and zh, the one in the active language; else whichever there is."""
    wanted = {"zh-hans": "zh"}.get(get_language() or "en", get_language() or "en")
    return names.get(wanted) or next((name for name in names.values() if name), "")


def unit_in_words(unit: str) -> str:
    """What a unit is called."""
    return word("supply_unit", unit)


def packing_in_words(packing: str) -> str:
    """A unit with its pack size, as `joint.assistance.units.Packing` writes it."""
    unit, _of, size = packing.partition(" of ")
    if not size:
        return unit_in_words(unit)
    said = _("%(unit)s, %(size)s in each")
    return str(said) % {"unit": unit_in_words(unit), "size": size}
