"""Figures as data: charts.js draws them, makes their table, and lets them be taken away as PNG and SVG."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext

KINDS = ("series", "small-multiples", "tiles", "boundaries", "bars")


def checked(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f'no figure of kind "{kind}"; there are {", ".join(KINDS)}')
    return kind


def texts() -> dict[str, str]:
    """Every word that charts.js may show, in the language of the request."""
    return {
        "table": gettext("Table"),
        "picture": gettext("Picture"),
        "png": gettext("Save as PNG"),
        "svg": gettext("Save as SVG"),
        "period": gettext("Week"),
        "observed": gettext("observed"),
        "expected": gettext("expected"),
        "threshold": gettext("threshold"),
        "alarm": gettext("above threshold"),
        "incomplete": gettext("not yet complete"),
        "excluded": gettext("left out"),
        "estimate": gettext("estimated"),
        "interval": gettext("range of the estimate"),
        "place": gettext("Place"),
        "value": gettext("Value"),
        "group": gettext("Group"),
        "remark": gettext("Remark"),
        "missing": gettext("no data"),
        "failed": gettext("The picture could not be drawn; its table is here."),
        "no_layer": gettext("The boundary layer could not be read; the figures stand in the table."),
    }


def with_texts(data: Mapping[str, Any]) -> dict[str, Any]:
    """The page's data with those words added; the page's own win."""
    return {"locale": get_language() or "en", **data, "texts": texts() | dict(data.get("texts", {}))}
