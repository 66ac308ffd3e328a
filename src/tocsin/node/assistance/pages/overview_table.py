"""What is asked for as a table to take along."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.exercise_mark import BAND
from tocsin.node.alliance.models import Person, State
from tocsin.node.assistance.pages.overview import found_items, with_requests
from tocsin.node.assistance.pages.said import place_name, titled
from tocsin.node.assistance.words import REQUESTS, in_active, packing_in_words
from tocsin.node.exports.columns import Column, Kind, Table

__all__ = ["items_table"]

AT_ONCE = 500
COLUMNS = (
    Column("request", gettext_lazy("request")),
    Column("state", pgettext_lazy("country", "state that asks")),
    Column("status", gettext_lazy("status")),
    Column("item", gettext_lazy("item")),
    Column("code", gettext_lazy("code of the item")),
    Column("unit", gettext_lazy("unit")),
    Column("requested", gettext_lazy("asked for"), Kind.WHOLE),
    Column("offered", gettext_lazy("offered"), Kind.DECIMAL),
    Column("accepted", gettext_lazy("accepted"), Kind.DECIMAL),
    Column("moving", gettext_lazy("on its way"), Kind.DECIMAL),
    Column("delivered", gettext_lazy("delivered"), Kind.DECIMAL),
    Column("covered", gettext_lazy("accepted, per cent of what is asked for, rounded down"), Kind.WHOLE),
    Column("place", gettext_lazy("where")),
    Column("needed_by", gettext_lazy("needed by"), Kind.DATE),
    Column("lapses_on", gettext_lazy("last day of the request"), Kind.DATE),
)


def items_table(person: Person, asked: dict[str, str]) -> Table:
    """By the same filters as the page."""
    return Table(
        title=_("Mutual assistance: what is asked for"), columns=COLUMNS, rows=_rows(found_items(person, asked)),
        notes=[_("As this node knew it when the table was made; states speak for themselves.")],
        classification=_("For the members of the alliance"), filename="assistance",
        exercise=BAND if here().is_exercise else "",
    )  # fmt: skip


def _rows(found: Any) -> Iterator[tuple[Any, ...]]:
    known, keys = {state.code: str(state) for state in State.objects.all()}, list(found)
    pieces = (with_requests(keys[first : first + AT_ONCE]) for first in range(0, len(keys), AT_ONCE))
    for row in chain.from_iterable(pieces):
        request = row.request
        packing = f"{row.unit} of {row.pack_size}" if row.pack_size else row.unit
        yield (
            titled(request.title), known.get(request.origin, request.origin), str(REQUESTS[request.status]),
            in_active(row.names), row.code, packing_in_words(packing), row.requested, float(row.offered),
            float(row.accepted), float(row.moving), float(row.delivered), row.covered,
            place_name(request.place_names), request.needed_by, request.lapses_on,
        )  # fmt: skip
