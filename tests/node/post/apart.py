"""Documents of BO of which something is wrong, as AL, which is this node, keeps them apart."""

from tests.exchange.types.bodies import COLUMNS, row
from tests.exchange.world import World

from tocsin.exchange.intake import take
from tocsin.exchange.sealing import seal
from tocsin.node.post import models

__all__ = ["by_partner", "counts", "kept_apart", "last_day"]


def last_day() -> str:
    """A day that has ended."""
    return "2026-03-08"


def counts(*rows: list, **body: object) -> dict:
    """The body of a table."""
    return {
        **{"case_definition": "WHO 2023", "case_status": ["confirmed"], "columns": COLUMNS, "date_type": "onset"},
        **{"first_day": "monday", "reported_until": last_day(), "rows": list(rows) or [row()], "suppression": None},
        **body,
    }


def by_partner(world: World, joined, body: dict, *, name: str = "BO", kind: str = "weekly-indicators", text: str = "x"):
    """A document of a partner, sealed there and taken in here. Its row."""
    document = world.post(name, text, "members", type=kind, body=body)
    for manifest in seal(world.nodes[name]):
        take(joined, world.nodes[name].store.batch_of(manifest.digest), via=name)
    return models.Entry.objects.filter(document_id=document.id).get()


def kept_apart(world: World, joined, **body: object):
    """A table of a period that has not ended: the whole of it is kept apart, and people may judge it."""
    return by_partner(world, joined, counts(**{"reported_until": "2999-01-01", **body}))
