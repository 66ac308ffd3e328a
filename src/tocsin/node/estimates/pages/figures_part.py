"""What every page shows of a payload: sentences, the picture twice, the same as a table, and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tocsin.node.estimates.pages.drawing import NARROW, WIDE, Words, drawn
from tocsin.node.estimates.pages.reading import Figures, figures
from tocsin.node.estimates.pages.saying import doubling, sentences, why_not
from tocsin.node.estimates.pages.tables import Line, lines
from tocsin.node.language import formats
from tocsin.node.surveillance.pages.measures import heading

__all__ = ["FiguresPart", "figures_part"]


@dataclass(frozen=True, slots=True)
class FiguresPart:
    """Given to the template estimates/figures_part.html as `shown`.

    sentences  plain ones, the first the answer
    pictures   as wide as a desk, and as a telephone
    lines      the same as a table
    why        what could not be estimated, and why
    serial     (mean, sd, source) of the serial interval; None where there is none
    """

    every: str
    sentences: list[str]
    pictures: list[SafeString]
    caption: str
    lines: list[Line]
    has_reproduction: bool
    why: list[str]
    serial: tuple[str, str, str] | None


def figures_part(payload: Mapping[str, Any], measure: str, name: str) -> FiguresPart:
    """`name` is of what is counted where, for the picture's text alternative."""
    said = figures(payload)
    told = sentences(said, measure)
    if pace := doubling(said):
        told.insert(2, pace)
    serial = (payload["reproduction"] or {}).get("serial_interval")
    return FiguresPart(
        every=said.every,
        sentences=told,
        pictures=[drawn(payload, _words(name, told, measure), shape) for shape in (WIDE, NARROW)],
        caption=_caption(said, is_cut=payload["unused"] > 0),
        lines=lines(payload),
        has_reproduction=said.reproduction is not None,
        why=why_not(said),
        serial=serial and (formats.decimal(serial["mean"]), formats.decimal(serial["sd"]), serial["source"]),
    )


def _words(name: str, told: Sequence[str], measure: str) -> Words:
    return Words(
        title=formats.sentences([f"{name}.", *told]) if told else name,
        counts=heading(measure),
        ahead=_("to come"),
        reproduction=_("R: how many others one case infects"),
        whole=formats.whole,
        decimal=lambda value: formats.decimal(value, 1),
        day=formats.day_and_month,
    )


def _caption(said: Figures, *, is_cut: bool) -> str:
    parts = [_("Bars: what is reported.")]
    if said.nowcast is not None:
        parts.append(
            _(
                "Open circles: what will have been reported in the end, "
                "with intervals of 50 (thick) and 95 per cent (thin)."
            )
        )
    elif is_cut:
        parts.append(_("Hollow bars: incomplete, and left out."))
    if said.later is not None:
        parts.append(_("Dashed, with bands of 50 and 95 per cent: what is to come, if it goes on as it does."))
    if said.reproduction is not None:
        parts.append(_("Below: R with its bands; above 1 it grows, below 1 it falls."))
    return formats.sentences(parts)
