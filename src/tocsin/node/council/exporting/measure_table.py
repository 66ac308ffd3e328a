"""The board of measures as a table to take along."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.node.council.models.measures import MeasureQuerySet
from tocsin.node.council.pages.decision_words import body_name
from tocsin.node.council.pages.measure_board import rows_of
from tocsin.node.exports.columns import Column, Table
from tocsin.node.look.states import STATES
from tocsin.node.surveillance.pages.exporting import frame

__all__ = ["measure_table"]

AT_ONCE = 1_000
COLUMNS = (
    Column("measure", pgettext_lazy("of a decision", "measure"), "text"),
    Column("state", pgettext_lazy("of a measure", "who does it"), "text"),
    Column("deadline", gettext_lazy("deadline"), "date"),
    Column("left", gettext_lazy("time left"), "text"),
    Column("status", gettext_lazy("status"), "text"),
    Column("reported_at", gettext_lazy("last reported"), "moment"),
    Column("verifier", pgettext_lazy("of a measure", "who checks it"), "text"),
    Column("decision", gettext_lazy("decision"), "text"),
    Column("body", gettext_lazy("body"), "text"),
)


def measure_table(found: MeasureQuerySet, day: date) -> Table:
    """Those asked for, in the order asked for."""
    return Table(
        title=pgettext_lazy("of decisions", "Measures"), columns=COLUMNS, rows=_rows(found, day),
        notes=tuple(_notes(found)),
        filename=_("measures"), **frame(),
    )  # fmt: skip


def _notes(found: MeasureQuerySet) -> Iterator[str]:
    yield _("A state’s own word is what counts here; who checks a measure is named by the decision.")
    if found.filter(decision__of__waiting_for__isnull=False).exists():
        yield _("Of a decision here not all that states have said has come: its measures may be further than is shown.")


def _rows(found: MeasureQuerySet, day: date) -> Iterator[tuple[object, ...]]:
    batch = []
    for one in found.select_related("decision__of").iterator(chunk_size=AT_ONCE):
        batch.append(one)
        if len(batch) == AT_ONCE:
            yield from _of(batch, day)
            batch = []
    yield from _of(batch, day)


def _of(batch: list, day: date) -> Iterator[tuple[object, ...]]:
    for row in rows_of(batch, day):
        one = row.measure
        yield (
            str(row.title), row.state, one.deadline, row.deadline, str(STATES[row.chip].label), one.reported_at,
            row.verifier, str(row.decision), body_name(one.decision.body),
        )  # fmt: skip
