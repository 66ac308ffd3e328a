"""Counts of a notification by place, age and sex as a table: what is withheld is said to be, and is never a zero."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.node.language.formats import whole
from tocsin.node.notifications.pages.naming import Naming, age_group, code_words
from tocsin.node.notifications.pages.pieces import Cell, Row, Table
from tocsin.node.surveillance.pages.shared_words import withheld_words

__all__ = ["breakdown_table"]

KINDS = {"suppressed": "withheld", "missing": "missing"}


def breakdown_table(body: Mapping[str, Any], naming: Naming) -> list[Table]:
    """One table, or none where there are no rows."""
    rows, suppression = body["rows"], body["suppression"]
    if not rows and suppression is None:
        return []
    columns = (
        (_("What is counted"), False), (_("Place"), False), (_("Age"), False), (_("Sex"), False),
        (pgettext("who are counted", "People"), True),
    )  # fmt: skip
    heading, notes = _("By place, age and sex"), (_withheld(suppression),)
    return [Table("rows", heading, columns, tuple(_row(row, naming) for row in rows), notes)]


def _row(row: Sequence[Any], naming: Naming) -> Row:
    indicator, code, age, sex, value, *flag = row
    place = naming.place(code)
    cells = (
        Cell(code_words("indicator", indicator).text),
        Cell(place.text, place.html),
        Cell(age_group(age)),
        Cell(code_words("sex", sex).text),
        _value(value, flag),
    )
    return Row("/".join((indicator, code, age, sex)), cells)


def _value(value: int | None, flag: Sequence[str]) -> Cell:
    if value is not None:
        return Cell(whole(value), is_number=True)
    said = code_words("flag", flag[0]).text if flag else _("unknown")
    return Cell(said, kind=KINDS.get(flag[0], "") if flag else "missing", is_number=True)


def _withheld(suppression: Mapping[str, Any] | None) -> str:
    if suppression is None or suppression["rule"] in ("national", "small-cells", "small-cells-and-complements"):
        said = withheld_words(suppression)
    else:
        said = code_words("suppression_rule", suppression["rule"]).text
    return _("In this table %(withheld)s. Whoever is withheld is in the totals above.") % {"withheld": said}
