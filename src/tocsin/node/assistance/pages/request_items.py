"""What is asked for, item by item: how much is covered, what it has to be, what its number was reckoned from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from tocsin.joint.assistance import Item, Request
from tocsin.node.assistance.pages.coverage import Coverage
from tocsin.node.assistance.pages.quantities import inside
from tocsin.node.assistance.rows import names_of_item
from tocsin.node.assistance.words import in_active
from tocsin.node.events.vocabulary.reading import word
from tocsin.node.language.formats import enumerated, long_date, percent, whole

__all__ = ["ItemShown", "basis_in_words", "items_shown", "safety"]


@dataclass(frozen=True, slots=True)
class ItemShown:
    """comes_to: what its containers hold in all; basis: what the number follows from, where a forecast gave it."""

    item: Item
    name: str
    cover: Coverage
    comes_to: str
    notes: list[str]
    basis: str


def items_shown(request: Request) -> list[ItemShown]:
    """In the order in which they are asked for."""
    return [
        ItemShown(
            item=item, name=in_active(names_of_item(item)), cover=_cover(request, item),
            comes_to=inside(item.quantity, item.packing), notes=safety(item), basis=_basis(item),
        )
        for item in request.items
    ]  # fmt: skip


def _cover(request: Request, item: Item) -> Coverage:
    figures = (request.offered, request.accepted, request.on_its_way, request.delivered)
    offered, accepted, moving, delivered = (figure(item.id) for figure in figures)
    return Coverage(Fraction(item.quantity), offered, accepted, moving, delivered, item.packing)


def safety(item: Item) -> list[str]:
    """What whoever sends it has to see to, in words: cold chain, dangerous goods, the status that is admitted."""
    found = [word("cold_chain", item.cold_chain)] if item.cold_chain != "none" else []
    if item.un2814:
        found.append(_("for infectious substances, category A (UN 2814)"))
    if item.un3373:
        found.append(_("for biological substances, category B (UN 3373)"))
    if item.regulatory:
        statuses = enumerated(word("regulatory_status", one) for one in item.regulatory)
        found.append(_("admitted: %(statuses)s") % {"statuses": statuses})
    return found


def _basis(item: Item) -> str:
    return basis_in_words(item.basis) if item.basis is not None else ""


def basis_in_words(basis: Mapping[str, Any]) -> str:
    """“By the forecast from 9 to 22 March: 120 needed …”, in the smallest unit in which it was reckoned."""
    said = _(
        "By the forecast from %(since)s to %(until)s: %(needed)s needed so that it is enough in %(level)s of its "
        "courses; in stock: %(stock)s."
    )
    return said % {
        "since": long_date(date.fromisoformat(basis["from"])), "until": long_date(date.fromisoformat(basis["until"])),
        "needed": whole(basis["needed"]), "level": percent(round(float(basis["level"]) * 100)),
        "stock": whole(basis["in_stock"]),
    }  # fmt: skip
