"""From the alliance's file to the table of its states."""

from django.db import transaction

from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person, State
from tocsin.node.alliances.reading import AllianceFile

__all__ = ["load_states"]


@transaction.atomic
def load_states(alliance: AllianceFile, *, here: str, by: Person | None) -> list[State]:
    """Make the table of states what the file says. States that left stay, suspended, since records name them."""
    State.objects.update(is_here=False)
    states = [
        State(
            code=entry.code,
            tier=entry.tier,
            order=entry.order,
            name_en=entry.short.en,
            name_ru=entry.short.ru,
            name_zh=entry.short.zh,
            tile_row=entry.tile and entry.tile[0],
            tile_column=entry.tile and entry.tile[1],
            is_here=entry.code == here,
        )
        for entry in alliance.seats
    ]
    changing = ["tier", "order", "name_en", "name_ru", "name_zh", "tile_row", "tile_column", "is_here"]
    State.objects.bulk_create(states, update_conflicts=True, unique_fields=["code"], update_fields=changing)
    State.objects.exclude(code__in=[state.code for state in states]).update(suspended=True)
    audit.record("alliance.loaded", by=by, alliance=alliance.code, states=len(states))
    return states
