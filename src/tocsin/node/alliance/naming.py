"""What nodes are called, and the order in which they are listed."""

from collections.abc import Iterable

from django.utils.translation import get_language

from tocsin.node.alliance.models import State
from tocsin.node.language.formats import listing

__all__ = ["in_order", "named", "names"]


def in_order(nodes: Iterable[str]) -> list[str]:
    """In the alliance's order; a node that its file does not name comes last."""
    wanted = set(nodes)
    known = [code for code in State.objects.values_list("code", flat=True) if code in wanted]
    return known + sorted(wanted - set(known))


def names(nodes: Iterable[str]) -> dict[str, str]:
    """What nodes are called, in the active language."""
    states = State.objects.in_bulk(list(nodes))
    return {node: str(states[node]) if node in states else node for node in nodes}


def named(nodes: Iterable[str]) -> str:
    """“Borenia and Cedania”, in the alliance's order."""
    ordered = in_order(nodes)
    known = names(ordered)
    return listing(known[node] for node in ordered) if get_language() else ", ".join(ordered)
