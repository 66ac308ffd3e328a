"""What this node knows of a partner when it examines what comes from there about events: diseases, and its places."""

from collections.abc import Mapping
from typing import Any

from tocsin.exchange.documents import Document
from tocsin.exchange.types.context import Place as Known
from tocsin.node.post.examining import once
from tocsin.node.surveillance.models import Disease, Place

__all__ = ["of_notification", "of_request"]


def of_notification(document: Document) -> dict[str, Any]:
    """`post.examining.Knowing` for notifications."""
    return {**of_request(document), "places": once(("places", document.origin), lambda: _places(document.origin))}


def of_request(document: Document) -> dict[str, Any]:
    """For questions: their places are ours, and whoever asks may have an older list of them."""
    return {"diseases": once("diseases", lambda: frozenset(Disease.objects.values_list("pk", flat=True)))}


def _places(origin: str) -> Mapping[str, Known] | None:
    """Those that were set up here of the origin; None where the node knows of none inside the state."""
    root = Place.objects.filter(code=origin, parent=None).first()
    if root is None:
        return None
    rows = Place.objects.within(root).values_list("code", "population", "parent__code", "kind", "depth")
    found = {
        code: Known(population, None if depth <= 1 else parent, kind != Place.Kind.POINT_OF_ENTRY)
        for code, population, parent, kind, depth in rows
    }
    return found if len(found) > 1 else None
