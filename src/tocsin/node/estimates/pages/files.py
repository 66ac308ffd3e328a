"""Estimates as the columns and rows of a file: every quantile, of what was and of what is to come."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.node.estimates.pages.tables import by_day
from tocsin.node.exports.columns import Column, Kind

__all__ = ["COLUMNS", "rows_of"]

LEVELS = ("0.025", "0.25", "0.5", "0.75", "0.975")
COLUMNS = (
    Column("period", gettext_lazy("period"), Kind.DATE),
    Column("reported", gettext_lazy("reported"), Kind.WHOLE),
    Column("kind", gettext_lazy("what is estimated")),
    Column("estimate_0.025", gettext_lazy("estimate, quantile 0.025"), Kind.DECIMAL),
    Column("estimate_0.25", gettext_lazy("estimate, quantile 0.25"), Kind.DECIMAL),
    Column("estimate_0.5", gettext_lazy("estimate, median"), Kind.DECIMAL),
    Column("estimate_0.75", gettext_lazy("estimate, quantile 0.75"), Kind.DECIMAL),
    Column("estimate_0.975", gettext_lazy("estimate, quantile 0.975"), Kind.DECIMAL),
    *(Column(f"r_{level}", f"R, {level}", Kind.DECIMAL) for level in LEVELS),
)


def rows_of(payload: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    words = {"nowcast": _("what was"), "forecast": _("what is to come"), "": ""}
    for day, reported, kind, quantiles, r in by_day(payload):
        yield day, reported, words[kind], *(quantiles or [None] * 5), *(r or [None] * 5)
